"""
Charts of shares with their intervals: acceptance by arm, win shares of blind pairs, quality by batch size and place.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import plotly.graph_objects as go

from dashboard.charts.figures import percent
from dashboard.charts.paper import BREAK, GRAY, GREEN, inert, rows, sheet

LINE_PX, BETWEEN_PX = 15, 18
"""A line of a row's name or words, and what lies between two rows."""
FRAME_PX = 74
NEAR = 0.04
"""Of the axis: half of a written share."""


@dataclass(frozen=True, slots=True)
class Dot:
    """A share 0..1 with its 95 % interval; None: not enough cases."""

    name: str
    share: float | None
    low: float
    high: float
    words: str
    """Written under the name, such as the counts; parts that are separated by a dot have a line each."""
    best: bool = False


def interval_dots(dots: Sequence[Dot], *, axis: str, middle: float | None = None) -> go.Figure:
    """
    A dot with its interval for each row, its share over it and its words under its name; the best ones are green.

    Args:
        dots: In the order to show.
        axis: Title of the axis.
        middle: Where a line is drawn, such as one half; None: nowhere.
    """
    figure = sheet(0, axis)
    rows(figure, [dot.name for dot in dots])
    ticks = [_with_words(tick, dot) for tick, dot in zip(figure.layout.yaxis.ticktext, dots, strict=True)]
    lines = max((tick.count(BREAK) + 1 for tick in ticks), default=1)
    figure.update_layout(height=FRAME_PX + (LINE_PX * max(lines, 2) + BETWEEN_PX) * len(dots))
    figure.update_yaxes(ticktext=ticks)
    for best, color in ((True, GREEN), (False, GRAY)):
        some = [(at, dot) for at, dot in enumerate(dots) if dot.best is best and dot.share is not None]
        shares = [dot.share or 0.0 for _at, dot in some]
        spread = {
            "type": "data",
            "symmetric": False,
            "thickness": 3,
            "width": 0,
            "color": color,
            "array": [dot.high - (dot.share or 0.0) for _at, dot in some],
            "arrayminus": [(dot.share or 0.0) - dot.low for _at, dot in some],
        }
        marker = {"color": color, "size": 14}
        at_rows = [at for at, _dot in some]
        figure.add_scatter(x=shares, y=at_rows, mode="markers+text", marker=marker, error_x=spread, hoverinfo="skip")
        beside = [_side(share, middle) for share in shares]
        figure.data[-1].update(text=[f"<b>{percent(share)}</b>" for share in shares], textposition=beside)
    figure.update_traces(textfont={"size": 13}, cliponaxis=False)
    if middle is not None:
        figure.add_vline(x=middle, line={"color": GRAY, "width": 1.5, "dash": "dash"})
    figure.update_xaxes(range=[0, 1.04], tickformat=".0%", tickvals=[0, 0.25, 0.5, 0.75, 1])
    return figure


def _side(share: float, middle: float | None) -> str:
    """Where a share is written: over a dot at the edge it would lie on the row's name, else on the line there."""
    lines = [0.0] if middle is None else [0.0, middle]
    return "top right" if any(abs(share - line) < NEAR for line in lines) else "top center"


def _with_words(tick: str, dot: Dot) -> str:
    """A row's name with its words under it, in small letters."""
    words = BREAK.join(inert(part) for part in dot.words.split(" · ") if part)
    return f"{tick}{BREAK}<span style='font-size:11px'>{words}</span>" if words else tick
