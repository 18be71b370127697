"""Nothing on a page contradicts anything else: pages of random runs, number against number, table and rows."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from streamlit.testing.v1 import AppTest

from dashboard import charts, shared
from engine import DraftFilter, RunRow
from tests.screens.conftest import Make, Page
from tests.screens.test_runs import metric, show

FAULTS = st.dictionaries(
    st.sampled_from(["503", "429", "short", "malformed", "blank"]), st.floats(0.0, 0.5), max_size=2
)
RUNS = st.fixed_dictionaries(
    {
        "per_combo": st.integers(1, 7),
        "topics": st.sampled_from([("Campus",), ("Campus", "Travel"), ("旅行", "Food", "Work")]),
        "levels": st.sampled_from([(2,), (1, 4)]),
        "batch_size": st.integers(1, 5),
        "retries": st.integers(0, 2),
        "faults": FAULTS,
        "reuse": st.just(False),
    }
)
FEW = settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@dataclass(frozen=True)
class Facts:
    """A run counted from its rows, one by one."""

    row: RunRow
    drafts: int
    approved: int
    rejected: int
    calls: int
    refused: int
    kept: int
    cost_usd: float

    @classmethod
    def of(cls, run: int) -> Facts:
        store = shared.store()
        drafts = store.drafts.page(DraftFilter(run=run), 500)
        calls = store.calls.page(run, 500, 0)
        return cls(
            store.runs.get(run),
            len(drafts),
            sum(draft.review == "approved" for draft in drafts),
            sum(draft.review == "rejected" for draft in drafts),
            len(calls),
            sum(call.status == 429 or call.outcome == "rate_limited" for call in calls),
            sum(call.kept for call in calls),
            sum(call.cost_usd for call in calls),
        )

    @property
    def settled(self) -> int:
        return self.row.planned - self.row.totals.open


def decide(run: int, verdicts: Iterable[bool]) -> None:
    """Approve or reject the first drafts of a run."""
    for draft, approve in zip(shared.store().drafts.ids(DraftFilter(run=run)), verdicts, strict=False):
        shared.store().reviews.decide([draft], "approved" if approve else "rejected").result()


@FEW
@given(RUNS, st.lists(st.booleans(), max_size=6))
def test_every_page_says_the_same_of_a_run(
    page: Page, make: Make, spec: dict[str, object], verdicts: list[bool]
) -> None:
    """The run's page, the table of runs and the Review page agree with the rows, whatever the run went through."""
    run = make(**spec).id
    decide(run, verdicts)
    facts = Facts.of(run)
    _check_figures(page, facts)
    _check_tables(page, facts)
    _check_list(page, facts)
    _check_review(page, facts)


def _check_figures(page: Page, facts: Facts) -> None:
    test = show(page("runs", run=str(facts.row.id)), "speed")
    noun = "draft" if facts.row.planned == 1 else "drafts"
    assert test.progress[0].text.startswith(f"{facts.drafts} of {facts.row.planned} {noun}")
    assert metric(test, "Calls") == str(facts.calls)
    assert metric(test, "Cost") == charts.money(facts.cost_usd)
    assert metric(test, "429 rate") == charts.percent(facts.refused / facts.calls)
    assert metric(test, "Success") == charts.percent(facts.drafts / facts.settled if facts.settled else None)
    assert facts.kept == facts.drafts + facts.row.totals.late
    _check_line(test, facts)


def _check_line(test: AppTest, facts: Facts) -> None:
    """The line above the tabs has the figures of the cards."""
    (line,) = [caption.value for caption in test.caption if "success " in caption.value]
    assert charts.plain(f"success {metric(test, 'Success')}") in line
    assert charts.plain(metric(test, "Cost")) in line
    assert f"{facts.calls} call" in line


def _check_tables(page: Page, facts: Facts) -> None:
    test = page("runs", run=str(facts.row.id))
    cells = show(test, "cells").dataframe[0].value
    assert (cells["Drafted"].sum(), cells["Wanted"].sum()) == (facts.drafts, facts.row.planned)
    calls = show(test, "calls").dataframe[0].value
    assert len(calls) == min(facts.calls, 50)
    assert list(calls["Call"]) == list(range(facts.calls, facts.calls - len(calls), -1))
    missing = facts.row.totals.failed + facts.row.totals.cancelled
    assert sum(shared.store().drafts.causes(facts.row.id).values()) == missing


def _check_list(page: Page, facts: Facts) -> None:
    test = page("runs")
    test.text_input(key="runs_text").set_value(str(facts.row.id)).run()
    at = [link.value.startswith(f"**Run {facts.row.id} ") for link in test.page_link].index(True)
    assert test.progress[at].text == f"{facts.drafts} / {facts.row.planned}"
    assert charts.money(facts.cost_usd) in [text.value for text in test.text]
    if facts.drafts:
        share = charts.percent((facts.approved + facts.rejected) / facts.drafts)
        assert f"{share} reviewed" in [text.value for text in test.text]


def _check_review(page: Page, facts: Facts) -> None:
    tabs = page("review", run=str(facts.row.id)).segmented_control(key="review_tab").options
    counts = {name: int(count) for name, _dot, count in (tab.partition(" · ") for tab in tabs)}
    pending = facts.drafts - facts.approved - facts.rejected
    wanted = {"Pending": pending, "Approved": facts.approved, "Rejected": facts.rejected, "All": facts.drafts}
    assert {name: counts[name] for name in wanted} == wanted
    assert counts["Flagged"] <= pending
