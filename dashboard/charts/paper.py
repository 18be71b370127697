"""
What the charts of a comparison are drawn on: colours of the theme, a sheet with axes, labels that do not collide.
"""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape, unescape
from typing import Any

import plotly.graph_objects as go
import plotly.io as pio

# Streamlit puts the theme's colours in the place of these, in light and in dark: .streamlit/config.toml orders them.
GREEN, ORANGE, BLUE, RED, VIOLET, YELLOW, GRAY = (f"#00000{number}" for number in range(1, 8))
COLORS = (GREEN, ORANGE, BLUE, VIOLET, YELLOW, RED, GRAY)
PAPER = "#000038"
_LIGHT = {
    **dict(zip(COLORS[:3], ("#0E6B5C", "#C26A1B", "#2C6496"), strict=True)),
    **dict(zip((RED, VIOLET, YELLOW, GRAY), ("#B5402F", "#6A4E93", "#A67C00", "#6B7075"), strict=True)),
    PAPER: "#FFFFFF",
}
"""The light theme of .streamlit/config.toml."""
FAINT = 0.45
CONFIG: dict[str, Any] = {"displayModeBar": False}
"""Options of st.plotly_chart: a chart here is read, not operated."""

NARROW_PLOT_PX = 250
_PLOT_PX = (NARROW_PLOT_PX, 260)
"""The plot of a narrow screen, in which every label has to fit."""
_WIDTHS_PX = (250, 500, 850)
"""The widths of a plot at which labels must not overlap: a narrow screen's to a wide one's."""
_NAME_LETTERS, _LONG_LETTERS = 18, 22
"""The longest line of a row's name: longer ones would leave a narrow screen no space for the bars."""
_NARROW_PX, _NAME_LETTER_PX = 300, 7
"""The width of a chart on a narrow screen with its rows' names, and of a letter of a name."""
_LONGEST, _LISTED = 26, 38
"""The longest line of a name inside a plot, and below it."""
BREAK = "<br>"
_LOWEST_PX = 130
"""The smallest height that has space for a row, the ticks and the title of the axis."""
_LETTER_PX, _LINE_PX = 7.0, 17.0
_WIDE_FROM = 0x2E80
"""Characters from here are Chinese, Japanese or Korean."""


def sheet(height: int, x_title: str, y_title: str = "", **layout: Any) -> go.Figure:
    """
    An empty chart.

    Args:
        height: Pixels; at least so many that the title of the axis does not lie on its ticks.
        x_title: With its unit.
        y_title: With its unit, written over the axis where it can be read without turning the head; empty where the
            rows name themselves.
        layout: More of Plotly's layout.
    """
    margin = {"l": 8, "r": 12, "t": 34 if y_title else 12, "b": 8}
    figure = go.Figure(layout={"height": max(height, _LOWEST_PX), "margin": margin, "showlegend": False, **layout})
    axis = {"fixedrange": True, "zeroline": False, "automargin": True}
    figure.update_layout(hovermode="closest")
    figure.update_xaxes(title_text=x_title, rangemode="tozero", **axis)
    figure.update_yaxes(title_text="", **axis)
    if y_title:
        over = {"x": 0, "y": 1, "xref": "paper", "yref": "paper", "xanchor": "left", "yanchor": "bottom", "yshift": 8}
        figure.add_annotation(text=y_title, showarrow=False, font={"size": 12, "color": GRAY}, **over)
    return figure


def rows(figure: go.Figure, names: Sequence[str], most_lines: int | None = None) -> None:
    """
    Name the rows 0, 1, 2 ... of a chart of bars, the first on top, long names in several lines.

    Args:
        figure: The chart.
        names: Of the rows.
        most_lines: Of a name, whose lines are then a little longer; what is beyond is an ellipsis. None: all of it.
    """
    letters = _NAME_LETTERS if most_lines is None else _LONG_LETTERS
    texts = [_in_lines(name, letters, most_lines) for name in names]
    ticks = {"tickvals": list(range(len(names))), "ticktext": texts}
    figure.update_yaxes(**ticks, range=[len(names) - 0.4, -0.6], showgrid=False, ticks="")


def _in_lines(name: str, letters: int = _NAME_LETTERS, most: int | None = None) -> str:
    """A name, broken where it is longer than a line of its place."""
    lines = textwrap.wrap(name, letters, break_on_hyphens=False, max_lines=most, placeholder="…")
    return BREAK.join(inert(line) for line in lines) or inert(name)


def stretch(names: Sequence[str], texts_px: float) -> float:
    """How much longer than its longest bar an axis is, so that texts of so many pixels fit beside it: 1 to 2.2."""
    letters = min(max(map(len, names), default=0), _NAME_LETTERS)
    plot_px = _NARROW_PX - _NAME_LETTER_PX * letters
    return min(2.2, plot_px / max(1.0, plot_px - texts_px))


def in_plot(name: str) -> str:
    """A name for a place inside a plot: a long one in several lines, for its end alone may be another arm's name."""
    return _in_lines(name, _LONGEST)


def in_list(name: str) -> str:
    """A name for a list below a plot: broken where a narrow screen ends."""
    return _in_lines(name, _LISTED)


def fill(names: Sequence[str]) -> float:
    """The share of a narrow plot that names of `in_plot` cover."""
    sizes = (text_px(name) for name in names if name)
    return sum(length * tall for length, tall in sizes) / (_PLOT_PX[0] * _PLOT_PX[1])


def labels(figure: go.Figure, xs: Sequence[float], ys: Sequence[float], texts: Sequence[str], **font: Any) -> None:
    """Write texts to the right of points."""
    figure.add_scatter(
        x=list(xs),
        y=list(ys),
        text=[f"  {text}" for text in texts],
        mode="text",
        textposition="middle right",
        textfont=font,
        hoverinfo="skip",
        cliponaxis=False,
    )


def over(figure: go.Figure, ys: Sequence[float], texts: Sequence[str], **font: Any) -> None:
    """Write texts in the whole width of the plot, from its left edge: beside a bar a narrow screen would cut them."""
    labels(figure, [0.0] * len(ys), ys, texts, **font)
    figure.data[-1].text = list(texts)


def beside(
    points: Sequence[tuple[float, float]], names: Sequence[str], places: Sequence[tuple[float, float]]
) -> list[tuple[float, float]]:
    """
    Place the name of each point so that it covers no other name and no point, on a narrow screen and on a wide one.

    Args:
        points: As shares 0..1 of the plot, from the left and from below.
        names: What is written; lines are separated by BREAK.
        places: To try in turn, as (pixels right, pixels up) from the point to the middle of the name, where half the
            name's length is added to what goes right and taken from what goes left.

    Returns:
        A shift in pixels for the middle of each name, which stays inside the plot: to the first free place that is
        inside, else to the first free one once it is moved inside, else to the place that covers least.
    """
    taken = [_Box(x, y, 0.0, 0.0, 14.0, 18.0) for x, y in points]
    shifts = []
    for (x, y), name in zip(points, names, strict=True):
        length, tall = text_px(name)
        middle, level = x * _PLOT_PX[0], y * _PLOT_PX[1]
        tries = [(right + (right > 0) * length / 2 - (right < 0) * length / 2, up) for right, up in places]
        moved = [(_inside(middle + right, length) - middle, up) for right, up in tries]
        inside = [s for s in tries if _inside(middle + s[0], length) == middle + s[0]]
        # neither on the ticks of the axis nor over the plot
        whole = [s for s in inside + moved if tall / 2 <= level + s[1] <= _PLOT_PX[1] - tall / 2] or moved
        boxes = [_Box(x, y, right, up, length, tall) for right, up in whole]
        best = min(boxes, key=lambda box: sum(_touch(box, other) for other in taken))
        taken.append(best)
        shifts.append((best.right, best.up))
    return shifts


def text_px(name: str) -> tuple[float, float]:
    """The length and the height of a name in pixels, about; a Chinese character is as long as two letters."""
    lines = unescape(name).split(BREAK)
    return _LETTER_PX * max(sum(1 + (ord(c) > _WIDE_FROM) for c in line) for line in lines) + 4, _LINE_PX * len(lines)


@dataclass(frozen=True, slots=True)
class _Box:
    """A box beside a point (shares 0..1 of the plot): its middle from there, its length and height, in pixels."""

    x: float
    y: float
    right: float
    up: float
    length: float
    tall: float


def _inside(middle: float, length: float) -> float:
    """The middle of a name, moved so that the name is inside the plot."""
    return max(length / 2, min(middle, _PLOT_PX[0] - length / 2))


def _touch(one: _Box, other: _Box) -> bool:
    """Whether two boxes overlap in a plot of any of the widths."""
    if abs((one.y - other.y) * _PLOT_PX[1] + one.up - other.up) >= (one.tall + other.tall) / 2:
        return False
    apart = [abs((one.x - other.x) * width + one.right - other.right) for width in _WIDTHS_PX]
    return min(apart) < (one.length + other.length) / 2


def on_white(figure: go.Figure) -> go.Figure:
    """A copy of a chart with real colours on a white sheet: Streamlit replaces the theme's, a browser does not."""
    text = figure.to_json()
    for place, real in _LIGHT.items():
        text = text.replace(place, real)
    return pio.from_json(text).update_layout(template="plotly_white")


def inert(text: str) -> str:
    """Plotly reads a little HTML in its texts; a name is only read."""
    return escape(text, quote=False)
