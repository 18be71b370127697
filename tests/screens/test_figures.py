"""Laws of the figures and series, whatever their values."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import astuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard import charts
from dashboard.charts.figures import NONE, smooth, sparkline, sparks
from engine.store import Bucket

VALUES = st.lists(st.floats(0, 1e6), min_size=1, max_size=40)
SPANS = st.lists(
    st.builds(
        Bucket,
        st.just(0),
        *(st.integers(0, 50) for _ in range(5)),
        st.floats(0, 10),
        st.integers(0, 8),
    ),
    max_size=30,
)


@pytest.mark.parametrize("figure", [charts.count, charts.money, charts.duration, charts.percent, charts.rate])
def test_a_figure_that_does_not_exist_yet_is_a_dash(figure: Callable[[float | None], str]) -> None:
    """Nothing measured is not zero."""
    assert figure(None) == NONE


@given(st.floats(1e-9, 1e6))
def test_a_cost_is_never_shown_as_nothing(usd: float) -> None:
    """However little a draft costs, a digit other than 0 is shown."""
    assert any(digit in charts.money(usd) for digit in "123456789")


@given(st.floats(0.0005, 1.0))
def test_a_share_is_never_shown_as_nothing(share: float) -> None:
    """A share of a tenth of a percent or more is not 0 %."""
    assert charts.percent(share).strip("0. %") != ""


@given(st.integers(0, 10_000), st.integers(1, 10_000))
def test_only_all_of_them_are_a_hundred_percent(failed: int, made: int) -> None:
    """Where one of many drafts failed, no figure says 100 %."""
    assert (charts.percent(made / (made + failed)) == "100 %") == (failed == 0)


@given(VALUES, st.integers(1, 10))
def test_a_smoothed_series_stays_within_its_values(values: list[float], width: int) -> None:
    """A mean is never above the highest or below the lowest value, and there is one for each value."""
    means = smooth(values, width)
    assert len(means) == len(values)
    assert all(min(values) - 1e-6 <= mean <= max(values) + 1e-6 for mean in means)


def test_a_burst_is_spread_over_the_width() -> None:
    """Five calls that end at once are one draft per span of five."""
    assert smooth([0, 0, 0, 0, 5, 0], 5) == [0, 0, 0, 0, 1, 1]


@given(st.lists(st.none() | st.floats(0, 1e6), max_size=30))
def test_a_sparkline_has_a_value_everywhere(values: list[float | None]) -> None:
    """There are at least two points, no gap, and every known value is at its place."""
    line = sparkline(values)
    assert len(line) == max(2, len(values))
    if len(values) > 1:
        assert all(shown == value for shown, value in zip(line, values, strict=True) if value is not None)


@given(SPANS, st.integers(0, 500))
def test_cards_of_any_run_can_be_drawn(spans: list[Bucket], planned: int) -> None:
    """Whatever a run has done, each card has a series without gaps, as long as the run."""
    for series in astuple(sparks(spans, 1.0, planned)):
        assert len(series) == max(2, len(spans))
        assert all(value >= 0 for value in series)


@given(SPANS)
def test_totals_never_fall(spans: list[Bucket]) -> None:
    """Drafts, cost and calls so far only grow."""
    lines = sparks(spans, 1.0, 100)
    for series in (lines.made, lines.cost, lines.calls):
        assert series == sorted(series)
