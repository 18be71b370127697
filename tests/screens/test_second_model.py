"""The second model on the pages: asked on a run's page, its opinion beside the draft, its repair taken by one key."""

from __future__ import annotations

from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from dashboard import shared
from dashboard.screens.markup import html
from dashboard.screens.opinion import score_bars
from dashboard.screens.runs.names import how_far
from dashboard.screens.runs.second import say_saving
from engine import DraftFilter, Job, Review, RunRow, RunSpec, Tuning
from engine.profiles import PracticeSettings
from engine.reports import OpinionRow, Saving
from engine.store import Edit
from tests.screens.conftest import Make, Page
from tests.screens.desk import Desk
from tests.screens.test_runs import show

SEEDED = PracticeSettings(base_ms=20, item_ms=2, seed=11)
"""With a fixed seed, and one call at a time, every session gets the same drafts and the same suggested fixes."""


def reviewed(run: int, **more: Any) -> RunRow:
    review = Review(run, "practice", "practice-strong", practice=SEEDED, tuning=Tuning(1, 5), **more)
    return shared.runner().join(shared.runner().review(review))


def told(test: AppTest) -> str:
    """Everything a page says."""
    kinds = (test.markdown, test.caption, test.text, test.html, test.warning, test.error, test.title, test.header)
    return "\n".join(str(one.value if hasattr(one, "value") else one.body) for kind in kinds for one in kind)


def panel(page: Page, draft: int) -> Desk:
    """The opinion beside one draft, on the Review page."""
    return Desk(page("review", draft=str(draft), reviewer=f"{'c' * 32}.me"))


@pytest.fixture(scope="module")
def run() -> RunRow:
    """A run of thirty drafts and its review."""
    spec = RunSpec("cloze", "en", (3,), ("Second",), 30)
    job = Job(spec, Tuning(1, 5), practice=SEEDED)
    row = shared.runner().join(shared.runner().submit(job))
    reviewed(row.id)
    return row


def proposed(run: RunRow) -> OpinionRow:
    """An opinion whose repair has not been taken yet."""
    opinions = shared.store().reviews.run_opinions(shared.store().runs.children(run.id, "review")[0].id, 100)
    return next(one for one in opinions if one.repair and shared.store().drafts.get(one.draft).content != one.repair)


def test_the_dearest_model_is_offered_first(page: Page, make: Make) -> None:
    """A review is worth its money where the second model is the stronger one."""
    row = make(topics=("Dearest",), per_combo=1)
    test = show(page("runs", run=str(row.id)), "second")
    test.toggle(key="second_form").set_value(True).run()
    assert test.selectbox(key="second_model_practice").value == "practice-strong"


def test_a_review_is_asked_for_on_the_page(page: Page, make: Make) -> None:
    """The form starts a review of the run's drafts by the model chosen, with the bounds chosen."""
    row = make(topics=("Asked",), per_combo=4)
    test = show(page("runs", run=str(row.id)), "second")
    test.toggle(key="second_form").set_value(True).run()
    test.selectbox(key="second_model_practice").set_value("practice-strong").run()
    forecast = test.main.dataframe[-1].value
    assert (forecast["Drafts"][0], forecast["Drafts"][2]) == ("4", "4") and "%" in forecast["Saved"][0]
    test.selectbox(key="second_accept").set_value(4)
    test.button(key="second_start").click().run()
    [review] = shared.store().runs.children(row.id, "review")
    ended = shared.runner().join(review.id)
    assert (ended.state, ended.model, ended.limits["thresholds"]["accept_at"]) == ("done", "practice-strong", 4)
    assert shared.store().reviews.opinion_counts(review.id).drafts == 4


def test_what_is_wrong_with_it_is_said(page: Page, make: Make) -> None:
    """A review that cannot be asked for says why, and the page stays."""
    row = make(topics=("Wrong",), per_combo=1)
    shared.store().reviews.decide(shared.store().drafts.ids(DraftFilter(run=row.id)), "rejected").result()
    test = show(page("runs", run=str(row.id)), "second")
    test.toggle(key="second_form").set_value(True).run()
    test.segmented_control(key="second_only").set_value("flagged").run()
    test.button(key="second_start").click().run()
    assert "no draft to review" in told(test)
    assert shared.store().runs.children(row.id, "review") == []


def test_the_page_tells_the_reviews_and_the_money(page: Page, run: RunRow) -> None:
    """The run's page lists its reviews and says honestly whether tiering is worth it."""
    said = told(show(page("runs", run=str(run.id)), "second"))
    assert "to fix" in said
    assert "All drafts by the strong model" in said
    assert "% saved" in said or "saved, which meets" in said  # the strong practice model costs four times as much


def test_a_review_has_a_badge_and_a_page(page: Page, run: RunRow) -> None:
    """In the list a review is distinguished from runs; its page shows opinions and leads back."""
    review = shared.store().runs.children(run.id, "review")[0]
    test = page("runs").toggle(key="runs_parts").set_value(True).run()
    assert any(f"Review of run {run.id}" in link.value for link in test.page_link)
    test = page("runs", run=str(review.id))
    assert how_far(review) == "60 of 60 judgements"
    assert len(test.dataframe[0].value) == 30
    assert not [button for button in test.button if button.key in ("run_clone", "run_review")]


def test_opinion_scores_and_repair_stand_beside_the_draft(page: Page, run: RunRow) -> None:
    """The panel shows the scores, the reasons and the repair with what it would change."""
    opinion = proposed(run)
    desk = panel(page, opinion.draft)
    assert all(reason in desk.text for reason in opinion.reasons)
    assert "blanks solved without the key" in desk.text
    assert "dm-new" in desk.text


def test_a_repair_is_taken_and_taken_back(page: Page, run: RunRow) -> None:
    """Apply fix stores the repair as an edit in the reviewer's name; undo brings the original back."""
    store, opinion = shared.store(), proposed(run)
    before = store.drafts.get(opinion.draft)
    desk = panel(page, opinion.draft)
    assert desk.card["fix"]
    desk.press("fix")
    assert store.drafts.get(opinion.draft).content == opinion.repair
    assert store.reviews.history(opinion.draft)[0].who == "me"
    assert "edited after this review" in desk.text
    assert not desk.card["fix"]
    store.reviews.undo(drafts=[opinion.draft]).result()
    assert store.drafts.get(opinion.draft) == before


def test_an_edit_is_never_overwritten(page: Page, run: RunRow) -> None:
    """A repair of a text that a person has changed since is refused, and says so."""
    store, opinion = shared.store(), proposed(run)
    desk = panel(page, opinion.draft)
    row = store.drafts.get(opinion.draft)
    store.reviews.edit(Edit(row.id, {**row.content, "title": "Mine"}, "Mine", "Mine"), "you").result()
    desk.press("fix")
    assert store.drafts.get(opinion.draft).title == "Mine"
    assert "edited after this review" in desk.text
    store.reviews.undo(drafts=[opinion.draft]).result()


def test_a_draft_nobody_judged_says_so(page: Page, make: Make) -> None:
    """Without an opinion one line says where to get one."""
    row = make(topics=("Alone",), per_combo=1)
    draft = shared.store().drafts.page(DraftFilter(run=row.id))[0]
    assert "Not reviewed by a second model yet" in panel(page, draft.id).text


def test_checks_and_acceptance_are_counted(page: Page, make: Make) -> None:
    """What was refused and flagged is counted with words; so is what was approved, by level and batch size."""
    row = make(topics=("Counted",), per_combo=18, levels=(2, 3), faults={"short": 0.5}, retries=5)
    ids = [draft.id for draft in shared.store().drafts.page(DraftFilter(run=row.id), limit=20)]
    shared.store().reviews.decide(ids[:6], "approved").result()
    shared.store().reviews.decide(ids[6:8], "rejected").result()
    test = page("runs", run=str(row.id))
    show(test, "quality")
    checks = test.dataframe[0].value
    assert "Missing in the reply" in list(checks["Check"])
    by_level = test.dataframe[1].value
    assert (by_level["Approved"].sum(), by_level["Rejected"].sum()) == (6, 2)
    assert sum(one.approved for one in shared.store().reviews.acceptance("batch", run_id=row.id)) == 6


def test_scores_are_bars() -> None:
    """Each aspect has its bar, as long as its score."""
    scores = {"correct": 5, "safe": 0}
    drawn = html(
        score_bars(
            OpinionRow(
                id=1,
                run=1,
                draft=1,
                at=0.0,
                model="m",
                judged="",
                verdict="fix",
                score=0.0,
                solved=None,
                blanks=None,
                scores=scores,
                reasons=(),
                solve=(),
                repair=None,
            )
        )
    )
    assert "width:100%;background" in drawn
    assert "width:0%;background" in drawn


@pytest.mark.parametrize(
    ("money", "said"),
    [
        (Saving(1.0, 1.0, 5.0), "Yes: 60 %"),
        (Saving(2.0, 1.0, 5.0), "40 % saved"),
        (Saving(4.0, 2.0, 5.0), "No: "),
        (Saving(1.0, 1.0, None), "a price is missing"),
        (Saving(None, 1.0, 5.0), "a price is missing"),
    ],
)
def test_the_promise_is_checked(money: Saving, said: str) -> None:
    """The guide's half is claimed only where the figures reach it."""
    assert said in say_saving(money)


def test_a_review_is_not_offered_twice_at_once(page: Page, make: Make) -> None:
    """While a review goes on no second one of the same drafts can be started; when it has ended, one can."""
    row = make(topics=("Once",), per_combo=3)
    slow = PracticeSettings(base_ms=60_000, item_ms=2)
    review = shared.runner().review(Review(row.id, "practice", "practice-strong", practice=slow))
    test = show(page("runs", run=str(row.id)), "second")
    assert "second_form" not in [toggle.key for toggle in test.toggle]
    assert "Another review can be started when this one has ended." in told(test)
    shared.runner().cancel(review)
    shared.runner().join(review)
    again = show(page("runs", run=str(row.id)), "second")
    assert "second_form" in [toggle.key for toggle in again.toggle]
