"""Figures and series, without a screen."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard import charts
from engine.store import Bucket


@pytest.mark.parametrize(
    ("shown", "wanted"),
    [
        (charts.count(None), "–"),
        (charts.count(9_999), "9,999"),
        (charts.count(12_345), "12.3k"),
        (charts.count(2_500_000), "2.5M"),
        (charts.money(0), "$0.00"),
        (charts.money(0.00032), "$0.00032"),
        (charts.money(0.019), "$0.0190"),
        (charts.money(1234.5), "$1,234.50"),
        (charts.duration(4.21), "4.2 s"),
        (charts.duration(59.7), "1 m 00 s"),
        (charts.duration(185), "3 m 05 s"),
        (charts.duration(7440), "2 h 04 m"),
        (charts.percent(0.934), "93 %"),
        (charts.percent(-2.715), "−272 %"),
        (charts.percent(0.012), "1.2 %"),
        (charts.percent(0), "0 %"),
        (charts.rate(5.783), "5.78"),
        (charts.rate(137.2), "137"),
    ],
)
def test_figures_carry_their_units(shown: str, wanted: str) -> None:
    """A figure is as short as it can be and still says its unit."""
    assert shown == wanted


@given(st.text())
def test_plain_text_has_no_live_markdown(text: str) -> None:
    """Every sign Markdown would obey is escaped."""
    escaped = charts.plain(text)
    for sign in "*_[]$`~:<":
        assert escaped.count(sign) == escaped.count(f"\\{sign}")


def test_sparklines_fill_gaps() -> None:
    """A gap keeps the last figure, one at the start takes the first, and nothing is a flat line."""
    assert charts.sparkline([None, 2.0, None, 3.0]) == [2.0, 2.0, 2.0, 3.0]
    assert charts.sparkline([]) == [0.0, 0.0]


def test_sparks_add_up_to_the_run() -> None:
    """The last point of what accumulates is the run's total."""
    spans = [Bucket(0, 3, 1, 0, 0, 900, 0.5, 4), Bucket(1, 0, 2, 1, 1, 0, 0.0, 2), Bucket(2, 3, 1, 0, 0, 900, 0.25, 0)]
    lines = charts.sparks(spans, 1.0, planned=6)
    assert (lines.made[-1], lines.cost[-1], lines.calls[-1], lines.in_flight[-1]) == (1.0, 0.75, 4, 0)
    assert lines.rate_429 == [0.0, 1 / 3, 0.25]
    assert lines.items_per_s == [3.0, 1.5, 2.0]
    assert lines.tokens_an_item == [300.0, 300.0, 300.0]
