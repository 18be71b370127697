"""
What the settings buy: speed by concurrency and batch size, speed against cost.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import plotly.graph_objects as go

from dashboard.charts.figures import rate
from dashboard.charts.paper import BREAK, GRAY, GREEN, ORANGE, PAPER, beside, fill, in_list, in_plot, sheet, text_px

CELL_PX = 58
MOST_NAMES = 16
"""Points that all have their name."""
MOST_FILLED = 0.3
"""Of a narrow plot: names that take more cover each other or the points."""
AXIS_PX, LINE_PX = 64, 18
"""The ticks and the title of the axis below a plot, and a line of the list under them."""
_NEAR = ((16, 0), (-16, 0), (0, 24), (0, -24), (12, 20), (-12, 20), (12, -20), (-12, -20))
_FAR = tuple((x, y * step) for step in (40, 56, 72, 88, 104, 120) for y in (1, -1) for x in (0, 11, -11))
_PLACES = (*_NEAR, *_FAR)
_LINED, _ASIDE = 30, 12  # a name that is farther from its point is joined to it by a line
_PALE, _DARK = (230, 241, 238), (14, 107, 92)
"""The colours of the slowest and the fastest cell, in light and in dark."""


@dataclass(frozen=True, slots=True)
class Trade:
    """One arm's speed (drafts/s) and price (USD for 1,000 drafts, or tokens a draft where no price is known)."""

    name: str
    items_per_s: float
    price: float
    efficient: bool
    """No arm is both faster and cheaper."""
    worse: bool = False
    """Its drafts are clearly approved less often: drawn as a cross."""
    chosen: bool = False
    """It is recommended: drawn with a ring."""


def heatmap(speeds: Mapping[tuple[int, int], float], *, x_axis: str, y_axis: str, cell: str) -> go.Figure:
    """
    Speed of every (concurrency, batch size); the fastest cell is framed.

    Args:
        speeds: (concurrency, batch size) to drafts/s.
        x_axis: Title of the concurrency axis.
        y_axis: Title of the batch axis.
        cell: What a cell says under the pointer, with {rate}.
    """
    across = sorted({concurrency for concurrency, _batch in speeds})
    up = sorted({batch for _concurrency, batch in speeds})
    table = [[speeds.get((concurrency, batch)) for concurrency in across] for batch in up]
    figure = sheet(110 + CELL_PX * len(up), x_axis, y_axis)
    figure.add_heatmap(
        z=table,
        text=[[rate(value) if value is not None else "" for value in line] for line in table],
        colorscale=[[0, _rgb(_PALE)], [1, _rgb(_DARK)]],
        zmax=max(speeds.values()),
        hovertemplate=cell.format(rate="%{text}") + "<extra></extra>",
        hoverongaps=False,
        zmin=0,
        xgap=3,
        ygap=3,
        showscale=False,
    )
    figure.update_xaxes(tickvals=list(range(len(across))), ticktext=[str(value) for value in across], showgrid=False)
    figure.update_yaxes(tickvals=list(range(len(up))), ticktext=[str(value) for value in up], showgrid=False)
    _write_cells(figure, table)
    concurrency, batch = max(speeds, key=lambda key: speeds[key])
    x, y = across.index(concurrency), up.index(batch)
    frame = {"x0": x - 0.48, "x1": x + 0.48, "y0": y - 0.48, "y1": y + 0.48}
    figure.add_shape(type="rect", line={"width": 3, "color": ORANGE}, **frame)
    return figure


def ink(share: float) -> str:
    """Black or white: the one with more contrast (WCAG) on a cell of this share of the fastest speed."""
    color = [pale + share * (dark - pale) for pale, dark in zip(_PALE, _DARK, strict=True)]
    luminance = sum(weight * _linear(part / 255) for weight, part in zip((0.2126, 0.7152, 0.0722), color, strict=True))
    return "#000000" if (luminance + 0.05) / 0.05 > 1.05 / (luminance + 0.05) else "#FFFFFF"


def _linear(part: float) -> float:
    """A part of an sRGB colour, 0..1, as light."""
    return part / 12.92 if part <= 0.04045 else float(((part + 0.055) / 1.055) ** 2.4)


def _rgb(color: tuple[int, int, int]) -> str:
    return f"rgb{color}"


def _write_cells(figure: go.Figure, table: Sequence[Sequence[float | None]]) -> None:
    """Write each cell's speed: one colour of text for all of them could not be read on half of them."""
    fastest = max(value for line in table for value in line if value is not None) or 1.0
    for y, line in enumerate(table):
        for x, value in enumerate(line):
            if value is not None:
                font = {"size": 14, "color": ink(value / fastest)}
                figure.add_annotation(x=x, y=y, text=rate(value), font=font, showarrow=False)


def speed_cost(arms: Sequence[Trade], *, x_axis: str, y_axis: str, corner: str, money: bool = True) -> go.Figure:
    """
    Speed against price, both from 0; efficient arms are filled and joined, others hollow, worse ones crosses; of more
    than MOST_NAMES arms only the best have a name. Names that would fill the plot are numbers, listed below it.

    Args:
        arms: Those with a speed and a price.
        x_axis: Title of the price axis, with its unit.
        y_axis: Title of the speed axis, with its unit.
        corner: What the best corner (up and left) means.
        money: The price is USD.
    """
    figure = sheet(400, x_axis, f"{y_axis} · ↖ {corner}")
    best = sorted((arm for arm in arms if arm.efficient), key=lambda arm: arm.price)
    line = {"color": GREEN, "width": 1.5, "dash": "dot"}
    figure.add_scatter(x=[a.price for a in best], y=[a.items_per_s for a in best], mode="lines", line=line)
    for some, color in ((best, GREEN), ([arm for arm in arms if not arm.efficient], GRAY)):
        ring = {"color": color if some is best else PAPER, "size": 14, "line": {"color": color, "width": 2}}
        ring["symbol"] = ["x-thin" if arm.worse else "circle" for arm in some]
        figure.add_scatter(x=[a.price for a in some], y=[a.items_per_s for a in some], mode="markers", marker=ring)
    if ringed := [arm for arm in arms if arm.chosen]:
        ring = {"color": ORANGE, "size": 26, "symbol": "circle-open", "line": {"color": ORANGE, "width": 2.5}}
        figure.add_scatter(x=[a.price for a in ringed], y=[a.items_per_s for a in ringed], mode="markers", marker=ring)
    figure.update_traces(hoverinfo="skip", cliponaxis=False)
    width, height = 1.12 * max(arm.price for arm in arms), 1.2 * max(arm.items_per_s for arm in arms)
    with_name = _named(arms)
    ordered = [*with_name, *(arm for arm in arms if arm not in with_name)]
    shares = [(arm.price / width, arm.items_per_s / height) for arm in ordered]
    names = [in_plot(arm.name) if arm in with_name else "" for arm in ordered]
    if fill(names) > MOST_FILLED:
        _listed(figure, [arm.name for arm in with_name])
        names = [str(at + 1) if name else "" for at, name in enumerate(names)]
    for arm, name, shift in zip(with_name, names, beside(shares, names, _PLACES), strict=False):
        written = f"<b>{name}</b>" if arm.efficient else name
        named(figure, written, (arm.price, arm.items_per_s), shift, text_px(name)[0])
    prefix, ticks = ("$", ",.2f") if money else ("", ",.0f")
    figure.update_xaxes(range=[0, width], tickprefix=prefix, tickformat=ticks)
    figure.update_yaxes(range=[0, height])
    return figure


def _listed(figure: go.Figure, names: Sequence[str]) -> None:
    """Write the numbered names below the plot."""
    lines = [in_list(f"{at}. {name}") for at, name in enumerate(names, 1)]
    bottom = AXIS_PX + LINE_PX * sum(line.count(BREAK) + 1 for line in lines)
    place = {"x": 0, "y": 0, "xref": "paper", "yref": "paper", "xanchor": "left", "yanchor": "top", "yshift": -AXIS_PX}
    figure.add_annotation(text=BREAK.join(lines), align="left", showarrow=False, font={"size": 13}, **place)
    figure.update_layout(height=figure.layout.height + bottom, margin_b=bottom)


def _named(arms: Sequence[Trade]) -> list[Trade]:
    """The arms whose names are written: among many only the best, others would be written over each other."""
    return [arm for arm in arms if len(arms) <= MOST_NAMES or arm.efficient or arm.chosen]


def named(figure: go.Figure, name: str, point: tuple[float, float], shift: tuple[float, float], length: float) -> None:
    """
    Write a name beside a point; from afar a thin line joins them.

    Args:
        figure: To write in.
        name: What is written.
        point: In the units of the axes.
        shift: From the point to the middle of the name, in pixels.
        length: Of the name, in pixels, about: a name to a side is anchored at its end, however long it is drawn.
    """
    spot = {"x": point[0], "y": point[1], "text": name, "font": {"size": 13}, "bgcolor": PAPER, "borderpad": 1}
    line = {"arrowhead": 0, "arrowwidth": 1, "arrowcolor": GRAY, "standoff": 6}
    aside, up = abs(shift[0]) - length / 2, shift[1]
    if abs(up) < _LINED and aside >= 0:
        anchor, way = ("left", 1) if shift[0] > 0 else ("right", -1)
        if up:  # a corner of the name points at it: another point may be as near
            figure.add_annotation(ax=way * aside, ay=-up, xanchor=anchor, showarrow=True, **line, **spot)
        else:
            figure.add_annotation(xshift=way * aside, yshift=up, xanchor=anchor, showarrow=False, **spot)
    elif abs(up) < _LINED and abs(shift[0]) < _ASIDE:
        figure.add_annotation(xshift=shift[0], yshift=up, showarrow=False, **spot)
    else:
        figure.add_annotation(ax=shift[0], ay=-up, showarrow=True, **line, **spot)
