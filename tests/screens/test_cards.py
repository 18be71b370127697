"""The cards of a run: the figure, the chart and the rows never contradict each other."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard import charts
from dashboard.screens.runs.cards import limit_share
from engine.reports.metrics import summarise
from engine.store import Bucket, Totals


@dataclass(frozen=True)
class Ended:
    """A call of a made-up run that started at 0."""

    at: float
    kept: int
    refused: bool
    tokens: int
    cost_usd: float


CALLS = st.lists(
    st.builds(Ended, st.floats(0.1, 50), st.integers(0, 5), st.booleans(), st.integers(0, 900), st.floats(0, 0.1)),
    min_size=1,
    max_size=20,
)


def totals(calls: list[Ended]) -> Totals:
    """The sums of the rows."""
    return Totals(
        planned=200,
        drafted=sum(call.kept for call in calls),
        open=200 - sum(call.kept for call in calls),
        calls=len(calls),
        http_429=sum(call.refused for call in calls),
        tokens_in=sum(call.tokens for call in calls),
        cost_usd=sum(call.cost_usd for call in calls),
        first_sent_at=0.0,
        last_ended_at=max(call.at for call in calls),
    )


def spans(calls: list[Ended], span_s: float) -> list[Bucket]:
    """The same rows in spans of time, as the store counts them."""
    count = int(max(call.at for call in calls) // span_s) + 1
    grouped = [[call for call in calls if int(call.at // span_s) == at] for at in range(count)]
    return [
        Bucket(
            at * span_s,
            sum(call.kept for call in some),
            len(some),
            sum(call.refused for call in some),
            0,
            sum(call.tokens for call in some),
            sum(call.cost_usd for call in some),
            0,
        )
        for at, some in enumerate(grouped)
    ]


@given(CALLS, st.floats(0.5, 9))
def test_every_chart_ends_at_its_figure(calls: list[Ended], span_s: float) -> None:
    """The last value of a card's series is the figure of the card, whatever the run did."""
    rows = totals(calls)
    summary = summarise(rows)
    lines = charts.sparks(spans(calls, span_s), span_s, rows.planned, summary.wall_s)
    assert lines.items_per_s[-1] == pytest.approx(summary.items_per_s)
    assert lines.rate_429[-1] == pytest.approx(summary.rate_429)
    assert lines.tokens_an_item[-1] == pytest.approx(summary.tokens_an_item or 0.0)
    assert lines.cost[-1] == pytest.approx(rows.cost_usd)
    assert lines.calls[-1] == rows.calls


@given(st.integers(0, 50), st.integers(0, 50), st.integers(0, 50), st.integers(0, 50))
def test_success_and_errors_are_shares_of_finished_slots(drafted: int, failed: int, cancelled: int, left: int) -> None:
    """Open slots count for nothing: a healthy run shows 100 % from its first draft on."""
    rows = Totals(drafted + failed + cancelled + left, drafted, failed, cancelled, left)
    summary = summarise(rows)
    settled = drafted + failed + cancelled
    assert summary.success_rate == (drafted / settled if settled else None)
    assert (summary.success_rate or 0) + (summary.error_rate or 0) <= 1 + 1e-9


@pytest.mark.parametrize("share", [0.0, 0.5, 1.0, 1.12, 2.34])
def test_a_share_of_the_limit_is_never_above_the_whole(share: float) -> None:
    """Above 100 % words say that the limit was estimated too low, and no figure contradicts them."""
    words = limit_share(share)
    assert ("%" in words) == (share <= 1)
    assert share <= 1 or words == "above the estimated top speed"
