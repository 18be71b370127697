"""The Review page over the real engine; what needs a mouse on the table is in tests/browser."""

from __future__ import annotations

from streamlit.testing.v1 import AppTest

from dashboard import shared
from engine import DraftFilter
from tests.screens.conftest import Make, Page


def states(run: int) -> list[str]:
    return [row.review for row in shared.store().drafts(DraftFilter(run=run))]


def press(test: AppTest, key: str) -> AppTest:
    test.button(key=key).click().run()
    assert not test.exception
    return test


def test_one_key_decides_on_the_draft_shown(page: Page, make: Make) -> None:
    """Approve and reject take the draft on the card and go on to the next."""
    row = make(topics=("One key",), per_combo=3)
    test = page("review", run=str(row.id))
    press(test, "review_approved")
    press(test, "review_rejected")
    assert states(row.id) == ["approved", "rejected", "pending"]


def test_undo_takes_back_one_by_one(page: Page, make: Make) -> None:
    """Undo restores the newest decision first."""
    row = make(topics=("Undo",), per_combo=2)
    test = page("review", run=str(row.id))
    press(test, "review_approved")
    press(test, "review_rejected")
    press(test, "review_undo")
    assert states(row.id) == ["approved", "pending"]
    press(test, "review_undo")
    assert states(row.id) == ["pending", "pending"]
    assert test.button(key="review_undo").disabled


def test_a_stale_page_decides_nothing_twice(page: Page, make: Make) -> None:
    """What another tab has decided meanwhile stays as that tab decided."""
    row = make(topics=("Stale",), per_combo=1)
    test = page("review", run=str(row.id))
    ids = [draft.id for draft in shared.store().drafts(DraftFilter(run=row.id))]
    shared.store().decide(ids, "rejected").result()
    press(test, "review_approved")
    assert states(row.id) == ["rejected"]


def test_only_a_page_is_read(page: Page, make: Make) -> None:
    """The table holds fifty rows, whatever the run holds."""
    row = make(topics=("Pages",), per_combo=60, batch_size=10)
    test = page("review", run=str(row.id))
    assert len(test.dataframe[0].value) == 50


def test_nothing_found_leads_on(page: Page, make: Make) -> None:
    """A search without a match says how to see drafts again."""
    row = make(topics=("Search",), per_combo=1)
    test = page("review", run=str(row.id))
    test.text_input(key="review_text").set_value("no such words anywhere").run()
    assert test.subheader[0].value == "No draft matches"
    assert test.page_link
