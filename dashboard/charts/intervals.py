"""
Charts of shares with their intervals: acceptance by arm, win shares of blind pairs, quality by batch size and place.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import plotly.graph_objects as go

from dashboard.charts.figures import percent
from dashboard.charts.paper import GRAY, GREEN, over, rows, sheet

ROW_PX = 46
FRAME_PX = 74


@dataclass(frozen=True, slots=True)
class Dot:
    """A share 0..1 with its 95 % interval; None: not enough cases."""

    name: str
    share: float | None
    low: float
    high: float
    words: str
    """Written over it, such as the counts."""
    best: bool = False


def interval_dots(dots: Sequence[Dot], *, axis: str, middle: float | None = None) -> go.Figure:
    """
    A dot with its interval for each row; the best ones are green.

    Args:
        dots: In the order to show.
        axis: Title of the axis.
        middle: Where a line is drawn, such as one half; None: nowhere.
    """
    figure = sheet(FRAME_PX + ROW_PX * len(dots), axis)
    rows(figure, [dot.name for dot in dots])
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
        figure.add_scatter(x=shares, y=at_rows, mode="markers", marker=marker, error_x=spread, hoverinfo="skip")
    texts = [f"<b>{percent(dot.share)}</b> {dot.words}" if dot.share is not None else dot.words for dot in dots]
    over(figure, [at - 0.42 for at in range(len(dots))], texts, size=13)
    if middle is not None:
        figure.add_vline(x=middle, line={"color": GRAY, "width": 1.5, "dash": "dash"})
    figure.update_xaxes(range=[0, 1.04], tickformat=".0%", tickvals=[0, 0.25, 0.5, 0.75, 1])
    return figure
