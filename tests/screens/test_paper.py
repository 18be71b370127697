"""What charts are drawn on: names that do not collide, and texts that are only read."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.charts.paper import beside, inert, rows, sheet, stretch, text_px

PLACES = [(8.0, 0.0), (-8.0, 0.0), (0.0, 16.0), (0.0, -16.0)]


def test_a_lonely_name_is_at_its_first_place() -> None:
    """With nothing near it a name is written where names are written first: half its length to the right."""
    [(right, up)] = beside([(0.5, 0.5)], ["abcd"], PLACES)
    assert (right, up) == (8.0 + text_px("abcd")[0] / 2, 0.0)


def test_neighbours_take_different_places() -> None:
    """Two points side by side do not write over each other."""
    first, second = beside([(0.5, 0.5), (0.52, 0.5)], ["abcd", "efgh"], PLACES)
    assert first != second


def test_a_crowded_name_covers_as_little_as_it_can() -> None:
    """When no place is free a name is still written, where it covers least: both sides have as many names."""
    used = Counter(beside([(0.5, 0.5)] * 30, ["abcdefgh"] * 30, PLACES))
    assert len(used) > 1 and max(used.values()) - min(used.values()) <= 1


@given(st.lists(st.tuples(st.floats(0, 1), st.floats(0, 1)), max_size=12))
def test_every_point_has_a_name(points: list[tuple[float, float]]) -> None:
    """Each point gets exactly one shift, in the order of the points."""
    assert len(beside(points, ["name"] * len(points), PLACES)) == len(points)


@pytest.mark.parametrize("name", ["<b>bold</b>", "<a href='x'>", "a & b <br>"])
def test_a_name_is_no_markup(name: str) -> None:
    """Plotly's own HTML has no effect in a name."""
    assert "<" not in inert(name)


def test_rows_are_named_from_the_top() -> None:
    """The first name is the top row; markup in it is only read."""
    figure = sheet(200, "s")
    rows(figure, ["first", "<b>second</b>"])
    axis = figure.layout.yaxis
    assert list(axis.ticktext) == ["first", "&lt;b&gt;second&lt;/b&gt;"]
    assert axis.range[0] > axis.range[1]


def test_a_chart_cannot_be_zoomed() -> None:
    """Both axes are fixed, so scrolling the page over a chart does not change it."""
    figure = sheet(200, "s", "drafts per second")
    assert figure.layout.xaxis.fixedrange and figure.layout.yaxis.fixedrange
    assert figure.layout.annotations[0].text == "drafts per second"


def test_a_row_with_a_long_name_leaves_space_for_its_bar() -> None:
    """Long names are broken into lines, and the axis ends so far from the bars that their values fit beside them."""
    figure = sheet(10, "x")
    rows(figure, ["openrouter: deepseek/deepseek-v4-flash"])
    assert max(map(len, figure.layout.yaxis.ticktext[0].split("<br>"))) <= 18
    assert figure.layout.height >= 120  # one row, its ticks and the title of the axis
    assert 1 < stretch(["a"], 90) < stretch(["a" * 18], 90) == stretch(["a" * 40], 90) <= 2.2
