"""The Review page over the real engine; what needs a mouse or a real key is in tests/browser."""

from __future__ import annotations

from html import unescape
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from dashboard import shared
from engine import DraftFilter, DraftRow
from engine.store import Edit
from tests.screens.conftest import Make, Page


def drafts(run: int) -> list[DraftRow]:
    return shared.store().drafts.page(DraftFilter(run=run), 200)


def states(run: int) -> list[str]:
    return [row.review for row in drafts(run)]


def press(test: AppTest, start: str) -> AppTest:
    """Press the button whose key starts like this: the draft's id stands behind it."""
    found = [button for button in test.button if str(button.key).startswith(f"review_{start}")]
    assert len(found) == 1, [button.key for button in found]
    found[0].click().run()
    assert not test.exception
    return test


def shown(test: AppTest) -> int:
    """The draft the keys are for."""
    (key,) = [str(button.key) for button in test.button if str(button.key).startswith("review_edit_")]
    return int(key.rpartition("_")[2])


def texts(test: AppTest) -> str:
    return " ".join(str(part.value) for part in (*test.caption, *test.warning, *test.markdown, *test.subheader))


def test_one_key_decides_on_the_draft_shown(page: Page, make: Make) -> None:
    """Approve and reject take the draft on the card and go on to the next."""
    row = make(topics=("One key",), per_combo=3)
    test = page("review", run=str(row.id))
    first = shown(test)
    press(test, "approved")
    assert shown(test) != first
    press(test, "rejected")
    assert sorted(states(row.id)) == ["approved", "pending", "rejected"]


def test_undo_takes_back_one_by_one(page: Page, make: Make) -> None:
    """Undo restores the newest decision first, shows the draft again, and ends where the sitting began."""
    row = make(topics=("Undo",), per_combo=2)
    before = drafts(row.id)
    test = page("review", run=str(row.id))
    first = shown(test)
    press(test, "approved")
    press(test, "rejected")
    assert test.subheader[0].value == "All drafts are reviewed"
    press(test, "undo")
    press(test, "undo")
    assert shown(test) == first
    assert drafts(row.id) == before


def test_a_stale_page_decides_nothing_twice(page: Page, make: Make) -> None:
    """What another reviewer has decided meanwhile stays, and the page says who was quicker."""
    row = make(topics=("Stale",), per_combo=2)
    test = page("review", run=str(row.id))
    shared.store().reviews.decide([shown(test)], "rejected", "bo").result()
    press(test, "approved")
    assert states(row.id).count("approved") == 0
    assert "bo already decided" in texts(test)


def test_an_edit_of_another_reviewer_is_shown_first(page: Page, make: Make) -> None:
    """A draft that changed since it was shown is not decided; the next press, on what is shown now, decides."""
    row = make(topics=("Changed",), per_combo=1)
    test = page("review", run=str(row.id))
    draft = drafts(row.id)[0]
    changed = {**draft.content, "title": "Another title"}
    shared.store().reviews.edit(Edit(draft.id, changed, "Another title", "Another title"), "bo").result()
    press(test, "approved")
    assert states(row.id) == ["pending"]
    assert "edited after you opened it" in texts(test)
    press(test, "approved")
    assert states(row.id) == ["approved"]


def test_next_back_and_skip_decide_nothing(page: Page, make: Make) -> None:
    """J and K walk, S passes over: what was passed over comes again when nothing else is left."""
    row = make(topics=("Walk",), per_combo=3)
    test = page("review", run=str(row.id))
    first = shown(test)
    press(test, "next")
    second = shown(test)
    press(test, "back_")
    assert shown(test) == first
    press(test, "skip")
    assert shown(test) == second
    press(test, "approved")
    press(test, "approved")
    assert shown(test) == first
    assert states(row.id).count("pending") == 1


def test_answers_are_one_key_away(page: Page, make: Make) -> None:
    """A cloze text is shown with its gaps first; the key shows the answers and their explanations, and hides them."""
    row = make(topics=("Answers",), per_combo=1)
    test = page("review", run=str(row.id))
    why = drafts(row.id)[0].content["blanks"][0]["explanation"]
    assert why not in html(test)
    press(test, "answers")
    assert why in html(test)
    press(test, "answers")
    assert why not in html(test)


def html(test: AppTest) -> str:
    return unescape(" ".join(str(part.proto.body) for part in test.get("html")))


def test_an_edit_is_checked_and_taken_back(page: Page, make: Make) -> None:
    """The form stores what passes the checks, shows the difference, and U restores the original."""
    row = make(topics=("Edit",), per_combo=1)
    before = drafts(row.id)[0]
    test = page("review", run=str(row.id))
    press(test, "edit")
    field(test, "passage").set_value("No gaps here.").run()
    press(test, "store")
    assert "Not saved" in test.error[0].value
    assert drafts(row.id)[0] == before
    field(test, "passage").set_value(before.content["passage"])
    field(test, "title").set_value("Heliotrope $x$")
    press(test, "store")
    assert drafts(row.id)[0].title == "Heliotrope $x$"
    assert "dm-new" in html(test)
    press(test, "undo")
    assert drafts(row.id)[0] == before


def test_a_form_does_not_overwrite_another_reviewer(page: Page, make: Make) -> None:
    """What somebody else stored while the form was open stays, and the form says so."""
    row = make(topics=("Form",), per_combo=1)
    draft = drafts(row.id)[0]
    test = page("review", run=str(row.id))
    press(test, "edit")
    shared.store().reviews.edit(Edit(draft.id, {**draft.content, "title": "Theirs"}, "Theirs", "Theirs"), "bo").result()
    field(test, "title").set_value("Mine")
    press(test, "store")
    assert "This draft was changed" in test.error[0].value
    assert drafts(row.id)[0].title == "Theirs"


def field(test: AppTest, name: str) -> Any:
    """The field of the form with this place in the content."""
    widgets = [*test.text_input, *test.text_area]
    return next(
        one for one in widgets if str(one.key).startswith("review_field_") and str(one.key).endswith(f"_{name}")
    )


def test_a_reason_is_one_more_key(page: Page, make: Make) -> None:
    """The reason of a rejection is given while the next draft is shown."""
    row = make(topics=("Reason",), per_combo=2)
    test = page("review", run=str(row.id))
    first = shown(test)
    press(test, "rejected")
    press(test, f"why_{first}_level")
    assert shared.store().reviews.history(first)[0].note == "level"


def test_rejected_drafts_are_asked_for_again(page: Page, make: Make) -> None:
    """Refill starts a run of exactly the rejected slots, once."""
    row = make(topics=("Refill",), per_combo=3)
    shared.store().reviews.decide([drafts(row.id)[1].id], "rejected").result()
    test = page("review", run=str(row.id), tab="rejected")
    press(test, "refill")
    (again,) = [one for one in shared.store().runs.page(5) if one.parent_run == row.id]
    assert shared.runner().join(again.id).totals.drafted == 1
    assert not [button for button in test.button if str(button.key).startswith("review_refill")]


def test_tabs_count_and_narrow(page: Page, make: Make) -> None:
    """Each tab tells its count and shows its drafts."""
    row = make(topics=("Tabs",), per_combo=4)
    ids = [draft.id for draft in drafts(row.id)]
    shared.store().reviews.decide(ids[:1], "approved").result()
    shared.store().reviews.decide(ids[1:3], "rejected").result()
    for tab, count in {"approved": 1, "rejected": 2, "all": 4}.items():
        test = page("review", run=str(row.id), tab=tab, view="table")
        assert len(test.dataframe[0].value) == count
    assert any("Rejected · 2" in option for option in test.segmented_control(key="review_tab").options)


def test_only_a_page_is_read(page: Page, make: Make) -> None:
    """The table holds fifty rows, whatever the run holds; another filter begins at the first page."""
    row = make(topics=("Pages",), per_combo=60, batch_size=10)
    test = page("review", run=str(row.id), view="table")
    assert len(test.dataframe[0].value) == 50
    pager = test.get("pagination")
    assert len(pager) == 1


def test_nothing_found_leads_on(page: Page, make: Make) -> None:
    """A search without a match says how to see drafts again."""
    row = make(topics=("Search",), per_combo=1)
    test = page("review", run=str(row.id))
    test.text_input(key="review_q").set_value("no such words anywhere").run()
    assert test.subheader[0].value == "No draft matches"
    assert test.page_link
    assert test.query_params["q"] == "no such words anywhere"


@pytest.mark.parametrize("bad", [{"kind": "poem"}, {"level": "9"}, {"run": "-1"}, {"tab": "x"}, {"score": "99"}])
def test_what_the_address_does_not_know_is_left_out_with_a_word(page: Page, make: Make, bad: dict[str, str]) -> None:
    """An unknown value narrows nothing and is named."""
    make(topics=("Unknown",), per_combo=1)
    test = page("review", **bad)
    assert "Ignored unknown parts" in texts(test)
    assert shown(test)


def test_a_link_to_a_draft_shows_it(page: Page, make: Make) -> None:
    """?draft= shows that draft, decided or not."""
    row = make(topics=("Link",), per_combo=2)
    wanted = drafts(row.id)[1].id
    shared.store().reviews.decide([wanted], "approved").result()
    assert shown(page("review", draft=str(wanted))) == wanted
