"""The figures of the Spend page, without a database."""

from __future__ import annotations

import csv
from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.reports.spend import (
    Spend,
    SpendFilter,
    cost_per_approved,
    narrowed,
    spend_by,
    spend_csv,
    spend_lines,
    spend_over_time,
)
from engine.store import SpendingRun, SpentRow

NOON = datetime(2026, 11, 1, 12).timestamp()
DAY_S = 86_400.0
RUNS = {
    1: SpendingRun(1, "drafts", None, NOON, "practice", "fast", "cloze", "en", 40, 20),
    2: SpendingRun(2, "drafts", None, NOON, "deepseek", "=evil()", "cloze", "ja", 10, 4),
    3: SpendingRun(3, "review", 1, NOON, "deepseek", "strong", "cloze", "en", 0, 0),
}
SPANS = st.lists(
    st.builds(
        lambda run, day, calls, cents: SpentRow(run, NOON + day * DAY_S, calls, cents / 100),
        st.sampled_from([1, 2, 3]),
        st.integers(0, 400),
        st.integers(1, 50),
        st.integers(0, 500),
    )
)


def spend(*spans: SpentRow) -> Spend:
    return Spend(spend_lines(spans, RUNS), RUNS)


@given(SPANS, st.sampled_from(["provider", "model", "kind", "work", "run"]))
def test_the_parts_add_up_to_the_total(spans: list[SpentRow], part: str) -> None:
    """By whatever spend is divided, and over time, the same total comes out."""
    made = spend(*spans)
    total = pytest.approx(sum(span.cost_usd for span in spans))
    assert made.total_usd == total
    assert sum(spend_by(made, part).values()) == total  # type: ignore[arg-type]  # drawn from the names
    assert sum(spend_over_time(made)[1].values()) == total
    assert made.calls == sum(span.calls for span in spans)


@given(SPANS, st.integers(0, 400))
def test_a_filter_and_the_rest_are_the_whole(spans: list[SpentRow], day: int) -> None:
    """What two filters without a gap choose is everything."""
    made, edge = spend(*spans), datetime.fromtimestamp(NOON + day * DAY_S).date()
    first = narrowed(made, SpendFilter(last=edge))
    rest = [line for line in made.lines if line not in first.lines]
    assert all(line.day > edge for line in rest)
    assert len(narrowed(made, SpendFilter(providers=("deepseek",))).lines) <= len(made.lines)


def test_days_without_spend_are_shown() -> None:
    """A gap between two days is a day of zero, not a missing day."""
    step, sums = spend_over_time(spend(SpentRow(1, NOON, 1, 1.0), SpentRow(1, NOON + 2 * DAY_S, 1, 2.0)))
    assert (step, list(sums.values())) == ("day", [1.0, 0.0, 2.0])
    assert spend_over_time(spend()) == ("day", {})


def test_a_review_is_paid_by_the_drafts_it_reviewed() -> None:
    """The cost per approved draft holds the second model's calls, also those before the dates of the filter."""
    made = spend(SpentRow(3, NOON, 2, 1.0), SpentRow(1, NOON + DAY_S, 9, 3.0), SpentRow(2, NOON, 1, 5.0))
    late = narrowed(made, SpendFilter(first=date(2026, 11, 2)))
    (fast,) = cost_per_approved(made, late, "model")
    assert (fast.name, fast.cost_usd, fast.approved, fast.per_draft_usd) == ("fast", 4.0, 20, 0.2)


def test_few_approved_drafts_give_no_cost() -> None:
    """Below ten approved drafts no cost per draft is stated."""
    (only,) = cost_per_approved(spend(SpentRow(2, NOON, 1, 5.0)), spend(SpentRow(2, NOON, 1, 5.0)), "run")
    assert (only.name, only.per_draft_usd) == ("2", None)


@given(SPANS)
def test_the_csv_holds_every_line(spans: list[SpentRow]) -> None:
    """The file's costs add up to the total, and no cell begins a formula."""
    made = spend(*spans)
    rows = list(csv.DictReader(spend_csv(made).splitlines()))
    assert sum(float(row["cost_usd"]) for row in rows) == pytest.approx(made.total_usd)
    assert not any(str(cell).startswith("=") for row in rows for cell in row.values())
