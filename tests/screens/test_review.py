"""The Review page over the real engine; what needs a mouse or a real key is in tests/browser."""

from __future__ import annotations

from streamlit.testing.v1 import AppTest

from dashboard import shared
from engine import DraftFilter, DraftRow
from engine.store import Edit
from tests.screens.conftest import Make, Page
from tests.screens.desk import Desk


def drafts(run: int) -> list[DraftRow]:
    return shared.store().drafts.page(DraftFilter(run=run), 200)


def states(run: int) -> list[str]:
    return [row.review for row in drafts(run)]


def press(test: AppTest, start: str) -> AppTest:
    """Press the button whose key starts like this."""
    found = [button for button in test.button if str(button.key).startswith(f"review_{start}")]
    assert len(found) == 1, [button.key for button in found]
    found[0].click().run()
    assert not test.exception
    return test


def texts(test: AppTest) -> str:
    return " ".join(str(part.value) for part in (*test.caption, *test.warning, *test.markdown, *test.header))


def test_one_key_decides_on_the_draft_shown(page: Page, make: Make) -> None:
    """Approve and reject take the draft on the card and go on to the next."""
    row = make(topics=("One key",), per_combo=3)
    desk = Desk(page("review", run=str(row.id)))
    first = desk.at
    desk.press("approved")
    assert desk.at != first
    desk.press("rejected")
    assert sorted(states(row.id)) == ["approved", "pending", "rejected"]


def test_undo_takes_back_one_by_one(page: Page, make: Make) -> None:
    """Undo restores the newest decision first, shows the draft again, and ends where the session began."""
    row = make(topics=("Undo",), per_combo=2)
    before = drafts(row.id)
    test = page("review", run=str(row.id))
    desk = Desk(test)
    first = desk.at
    desk.press("approved").press("rejected")
    assert test.header[0].value == "All drafts are reviewed"
    desk.press("undo").press("undo")
    assert desk.at == first
    assert drafts(row.id) == before


def test_a_stale_page_decides_nothing_twice(page: Page, make: Make) -> None:
    """What another reviewer has decided meanwhile stays, and the page says who was quicker."""
    row = make(topics=("Stale",), per_combo=2)
    desk = Desk(page("review", run=str(row.id)))
    shared.store().reviews.decide([desk.at or 0], "rejected", "bo").result()
    desk.press("approved")
    assert states(row.id).count("approved") == 0
    assert "bo already decided" in desk.said


def test_an_edit_of_another_reviewer_is_shown_first(page: Page, make: Make) -> None:
    """A draft that changed since it was shown is not decided; the next press, on what is shown now, decides."""
    row = make(topics=("Changed",), per_combo=1)
    desk = Desk(page("review", run=str(row.id)))
    draft = drafts(row.id)[0]
    changed = {**draft.content, "title": "Another title"}
    shared.store().reviews.edit(Edit(draft.id, changed, "Another title", "Another title"), "bo").result()
    desk.press("approved")
    assert states(row.id) == ["pending"]
    assert "edited after you opened it" in desk.said
    assert "Another title" in desk.text
    desk.press("approved")
    assert states(row.id) == ["approved"]


def test_next_back_and_skip_decide_nothing(page: Page, make: Make) -> None:
    """J and K walk, S passes over: what was passed over comes again when nothing else is left."""
    row = make(topics=("Walk",), per_combo=3)
    desk = Desk(page("review", run=str(row.id)))
    first = desk.at
    desk.show(desk.data["ahead"][0])
    second = desk.at
    desk.show(desk.data["before"][0])
    assert desk.at == first
    desk.press("skip")
    assert desk.at == second
    desk.press("approved").press("approved")
    assert desk.at == first
    assert states(row.id).count("pending") == 1


def test_answers_are_one_key_away(page: Page, make: Make) -> None:
    """A cloze text is shown with its answers and their explanations; the key hides them, and shows them."""
    row = make(topics=("Answers",), per_combo=1)
    desk = Desk(page("review", run=str(row.id)))
    why = drafts(row.id)[0].content["blanks"][0]["explanation"]
    assert why in desk.text
    desk.send(desk.at, answers=False)
    assert why not in desk.text
    desk.send(desk.at, answers=True)
    assert why in desk.text


def test_an_edit_is_checked_and_taken_back(page: Page, make: Make) -> None:
    """The form stores what passes the checks, shows the difference, and U restores the original."""
    row = make(topics=("Edit",), per_combo=1)
    before = drafts(row.id)[0]
    desk = Desk(page("review", run=str(row.id)))
    desk.press("edit")
    assert field(desk, "passage") == before.content["passage"]
    desk.press("save", values={"passage": "No gaps here."})
    assert "Not saved" in desk.data["form"]["problem"]
    assert drafts(row.id)[0] == before
    desk.press("save", values={"passage": before.content["passage"], "title": "Heliotrope $x$"})
    assert desk.data["form"] is None
    assert drafts(row.id)[0].title == "Heliotrope $x$"
    assert "dm-new" in desk.text
    desk.press("undo")
    assert drafts(row.id)[0] == before


def test_a_form_does_not_overwrite_another_reviewer(page: Page, make: Make) -> None:
    """What somebody else stored while the form was open stays, and the form says so."""
    row = make(topics=("Form",), per_combo=1)
    draft = drafts(row.id)[0]
    desk = Desk(page("review", run=str(row.id)))
    desk.press("edit")
    opened = desk.data["form"]["revision"]
    shared.store().reviews.edit(Edit(draft.id, {**draft.content, "title": "Theirs"}, "Theirs", "Theirs"), "bo").result()
    desk.press("save", revision=opened, values={"title": "Mine"})
    assert "This draft was changed" in desk.data["form"]["problem"]
    assert drafts(row.id)[0].title == "Theirs"


def field(desk: Desk, name: str) -> str:
    """The value of a field of the form."""
    return next(str(one["value"]) for one in desk.data["form"]["fields"] if one["name"] == name)


def test_a_reason_is_one_more_key(page: Page, make: Make) -> None:
    """The reason of a rejection is given while the next draft is shown; words can be added to it."""
    row = make(topics=("Reason",), per_combo=2)
    desk = Desk(page("review", run=str(row.id)))
    first = desk.at
    desk.press("rejected")
    desk.press("reason", draft=first, text="level")
    assert shared.store().reviews.history(first)[0].note == "level"
    desk.press("reason", draft=first, text="too many idioms")
    assert shared.store().reviews.history(first)[0].note == "level: too many idioms"


def test_a_rejected_draft_is_approved_directly(page: Page, make: Make) -> None:
    """On the Rejected tab A approves; the reason of the rejection goes, a comment stays, U restores the rejection."""
    row = make(topics=("Again",), per_combo=2)
    store, one = shared.store(), drafts(row.id)[0].id
    store.reviews.decide([one], "rejected", "bo", "level: too many idioms").result()
    desk = Desk(page("review", run=str(row.id), tab="rejected"))
    desk.press("approved")
    assert states(row.id) == ["approved", "pending"]
    assert store.reviews.notes([one]) == {one: "too many idioms"}
    desk.press("undo")
    assert states(row.id) == ["rejected", "pending"]
    assert store.reviews.notes([one]) == {one: "level: too many idioms"}


def test_a_comment_is_the_note_of_the_draft(page: Page, make: Make) -> None:
    """A comment is kept through a decision, shown beside the draft, and exported as its note."""
    row = make(topics=("Comment",), per_combo=1)
    desk = Desk(page("review", run=str(row.id), tab="all"))
    desk.press("comment", text="nice <b>story</b>").press("approved")
    desk.show(drafts(row.id)[0].id)
    assert desk.card["words"] == "nice <b>story</b>"
    assert shared.store().reviews.notes([row.id for row in drafts(row.id)]) == {desk.at: "nice <b>story</b>"}


def test_a_press_is_applied_once(page: Page, make: Make) -> None:
    """A press that is sent again with the later ones is not applied again; all are applied in their order."""
    row = make(topics=("Once",), per_combo=3)
    desk = Desk(page("review", run=str(row.id)))
    presses = [
        {"number": number, "act": act, "draft": draft.id, "revision": draft.revision, "was": "pending"}
        for number, (act, draft) in enumerate(zip(("approved", "rejected"), drafts(row.id), strict=False), 1)
    ]
    undo = {"number": 3, "act": "undo"}
    desk.send(None, *presses)
    desk.send(None, *presses, undo)
    desk.send(None, *presses, undo)
    assert states(row.id) == ["approved", "pending", "pending"]


def test_only_the_cards_that_lack_are_sent(page: Page, make: Make) -> None:
    """The first answer holds the draft and the next ten; after a key one more comes."""
    row = make(topics=("Cards",), per_combo=15)
    desk = Desk(page("review", run=str(row.id)))
    assert len(desk.data["cards"]) == 11
    desk.press("approved")
    assert len(desk.data["cards"]) == 1


def test_a_draft_is_found_by_its_number(page: Page, make: Make) -> None:
    """A draft that the filters leave out is shown among all drafts; a number that is no draft is said."""
    row, other = make(topics=("Here",), per_combo=1), make(topics=("There",), per_combo=1)
    desk = Desk(page("review", run=str(row.id)))
    wanted = drafts(other.id)[0].id
    desk.press("go", draft=wanted)
    assert desk.at == wanted
    desk.press("go", draft=10**9)
    assert desk.at == wanted and desk.said


def test_undo_is_the_persons_and_lasts(page: Page, make: Make) -> None:
    """Another session of the same browser undoes the last decision; another browser has nothing to undo."""
    row = make(topics=("Lasting",), per_combo=1)
    ann, namesake = f"{'a' * 32}.Ann", f"{'b' * 32}.Ann"
    Desk(page("review", run=str(row.id), reviewer=ann)).press("approved")
    other = Desk(page("review", run=str(row.id), reviewer=namesake))
    assert other.data["undo"] is None
    other.press("undo")
    assert states(row.id) == ["approved"]
    assert shared.store().reviews.history(drafts(row.id)[0].id)[0].who == "Ann"
    Desk(page("review", run=str(row.id), reviewer=ann)).press("undo")
    assert states(row.id) == ["pending"]


def test_rejected_drafts_are_asked_for_again(page: Page, make: Make) -> None:
    """Refill starts a run of exactly the rejected slots, once."""
    row = make(topics=("Refill",), per_combo=3)
    shared.store().reviews.decide([drafts(row.id)[1].id], "rejected").result()
    test = page("review", run=str(row.id), tab="rejected")
    press(test, "refill")
    (again,) = [one for one in shared.store().runs.page(5) if one.parent_run == row.id]
    assert shared.runner().join(again.id).totals.drafted == 1
    assert not [button for button in test.button if str(button.key).startswith("review_refill")]
