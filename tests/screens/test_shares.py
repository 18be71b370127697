"""Review: a filter is split among reviewers, who find their part among their saved filters."""

from __future__ import annotations

import pytest

from dashboard import shared
from dashboard.screens.review.address import read
from engine import DraftFilter, Job, RunSpec, Tuning
from engine.review import Reviewer
from tests.screens.conftest import QUICK, Page

ANN = Reviewer("iss ann", "Ann")


@pytest.fixture(scope="module")
def run() -> int:
    job = Job(RunSpec("cloze", "en", (2,), ("Shares",), per_combo=12), Tuning(4, 3), practice=QUICK)
    return shared.runner().join(shared.runner().submit(job)).id


def test_a_part_is_assigned_to_a_reviewer(page: Page, run: int) -> None:
    """Ann gets the second of two parts as a saved filter; it is half of the drafts, and none of the first part's."""
    store = shared.store()
    store.reviews.decide(store.drafts.ids(DraftFilter(run=run))[:1], "approved", ANN).result()
    test = page("review", run=str(run))
    test.session_state["review_shares"] = True
    test.run()
    test.selectbox(key="review_shares_2").set_value(ANN.id)
    test.text_input(key="review_shares_name").set_value("May")
    test.button(key="review_shares_assign").click().run()
    (found,) = store.saved_filters.all(ANN)
    assert (found.name, found.query) == ("May 2/2", {"run": str(run), "share": "2/2"})
    mine = set(store.drafts.ids(read(found.query)[0].every))
    other = set(store.drafts.ids(DraftFilter(run=run, share=(1, 2))))
    assert mine and other and not mine & other and len(mine | other) == 12
