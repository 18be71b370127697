"""Review: a filter is split among reviewers, who find their part among their saved filters."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from dashboard import shared
from dashboard.screens.review.address import read
from engine import DraftFilter, Job, RunSpec, Tuning
from engine.review import Reviewer
from tests.screens.conftest import QUICK, Page
from tests.screens.desk import Desk

ANN, BOB = Reviewer("iss ann", "Ann"), Reviewer("iss bob", "Bob")


def made(topic: str, lang: str = "en") -> int:
    job = Job(RunSpec("cloze", lang, (2,), (topic,), per_combo=12), Tuning(4, 3), practice=QUICK)
    return shared.runner().join(shared.runner().submit(job)).id


@pytest.fixture(scope="module")
def run() -> int:
    return made("Shares")


def quality(page: Page, lang: str) -> AppTest:
    test = page("quality")
    return test.selectbox(key="quality_lang").set_value(lang).run()


def captions(test: AppTest) -> list[str]:
    return [one.value for one in test.caption]


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


def test_of_two_people_of_one_name_the_chosen_one_gets_the_part(page: Page, run: int) -> None:
    """The names of the box differ, and the second Eve gets what was chosen for her."""
    store = shared.store()
    ids = store.drafts.ids(DraftFilter(run=run, review="pending"))
    store.reviews.decide(ids[:2], "approved", Reviewer("iss eve 1", "Eve")).result()
    store.reviews.decide(ids[2:3], "approved", Reviewer("iss eve 2", "Eve")).result()
    test = page("review", run=str(run))
    test.session_state["review_shares"] = True
    test.run()
    box = test.selectbox(key="review_shares_1")
    assert {"Eve", "Eve · 2"} <= set(box.options)
    box.set_value("iss eve 2")
    test.button(key="review_shares_assign").click().run()
    assert [len(store.saved_filters.all(Reviewer(who, "Eve"))) for who in ("iss eve 1", "iss eve 2")] == [0, 1]


def test_some_drafts_go_to_two_reviewers(page: Page) -> None:
    """All drafts of a run to two: both parts hold all of it, Quality says how often both agree, and what differs."""
    store, run = shared.store(), made("Overlap", "zh")  # no other test has drafts of it decided by two
    ids = store.drafts.ids(DraftFilter(run=run))
    test = page("review", run=str(run))
    test.session_state["review_shares"] = True
    test.run()
    test.number_input(key="review_shares_double").set_value(100)
    test.button(key="review_shares_assign").click().run()
    assert Desk(test).said.strip() == "12 drafts go to two reviewers."
    for part in ("1/2", "2/2"):
        assert store.drafts.ids(read({"run": str(run), "share": part})[0].every) == ids
    store.reviews.decide(ids[:9], "approved", ANN).result()
    store.reviews.decide(ids[:9], "approved", BOB).result()
    assert "Not enough yet: agreement is shown from 10 drafts decided by two on." in captions(quality(page, "zh"))
    store.reviews.decide(ids[9:], "approved", ANN).result()
    store.reviews.decide(ids[9:], "rejected", BOB).result()
    figures = {metric.label: metric.value for metric in quality(page, "zh").metric}
    assert (figures["Decided by two, blind"], figures["Same decision"]) == ("12", "75 %")
    assert figures["Krippendorff's alpha"] == "-0.10 (n = 12)"
    listed = read({"run": str(run), "overlap": "disagreed"})[0]
    assert store.drafts.ids(listed.chosen) == ids[9:]


def test_neither_reviewer_sees_the_other(page: Page) -> None:
    """One sees a pending draft while the other has decided; when both have, and differ, it shows both decisions."""
    store, run = shared.store(), made("Blind")
    store.overlaps.add(DraftFilter(run=run), 100).result()
    ann, bob = f"{'8' * 32}.Ann", f"{'9' * 32}.Bob"
    first = Desk(page("review", run=str(run), reviewer=ann))
    draft = first.at
    first.press("rejected", text="level").press("reason", text="level")
    assert first.at != draft
    second = Desk(page("review", run=str(run), reviewer=bob, draft=str(draft)))
    assert second.at == draft
    assert "Pending" in second.text and "Ann" not in second.text and "Wrong level" not in second.text
    second.press("approved")
    third = Desk(page("review", run=str(run), overlap="disagreed"))
    assert third.at == draft
    assert "Ann: Rejected · Bob: Approved" in third.text


def test_the_wait_for_a_second_decision_is_ended(page: Page) -> None:
    """Where the second reviewer does not come, the first decisions count."""
    store, run = shared.store(), made("Alone")
    chosen = DraftFilter(run=run)
    store.overlaps.add(chosen, 100).result()
    store.reviews.decide(store.drafts.ids(chosen)[:5], "approved", ANN).result()
    test = page("review", run=str(run))
    test.session_state["review_shares"] = True
    test.run()
    assert "12 drafts are to be decided by two." in captions(test)
    test.button(key="review_shares_end").click().run()
    assert (store.reviews.counts(chosen).approved, store.reviews.counts(chosen).pending) == (5, 7)
