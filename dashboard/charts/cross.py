"""
The chart of acceptance by two axes: a table of coloured cells. Pure.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from dashboard.charts.figures import percent
from dashboard.charts.panel import ChartPanel, Translate
from dashboard.charts.paper import GRAY, rows, sheet
from dashboard.charts.quality import MOST_ROWS, Name, short, spoken, undecided
from engine.reports import AcceptanceGroup

MOST_COLUMNS, CELL_PX = 8, 56
PALE, FULL = (0xE4, 0xEF, 0xEA), (0x0E, 0x6B, 0x5C)
"""The colours of a low and a full share."""
WHITE, BLACK = "#FFFFFF", "#000000"


def cross_chart(
    groups: Sequence[AcceptanceGroup], title: str, axes: tuple[str, str], name: tuple[Name, Name], _: Translate
) -> ChartPanel:
    """
    Acceptance of each combination of two axes; a cell with too few decisions says so.

    Args:
        groups: With two names each.
        title: Says what is crossed.
        axes: What the columns and the rows are.
        name: Of a column and of a row.
        _: Translates.
    """
    columns, lines = _most_decided(groups, 0)[:MOST_COLUMNS], _most_decided(groups, 1)[:MOST_ROWS]
    cells = {one.names: one for one in groups if one.names[0] in columns and one.names[1] in lines}
    figure = sheet(96 + CELL_PX * len(lines), axes[0], axes[1])
    lowest = min([0.5, *(one.share for one in cells.values() if one.share is not None)])
    table = [[cells[c, r].share if (c, r) in cells else None for c in columns] for r in lines]
    scale = [[0.0, _hex(PALE)], [1.0, _hex(FULL)]]
    figure.add_heatmap(
        z=table, zmin=lowest, zmax=1.0, colorscale=scale, showscale=False, xgap=3, ygap=3, hoverinfo="skip"
    )
    for at, (column, line) in enumerate((c, r) for r in lines for c in columns):
        one = cells.get((column, line))
        x, y = at % len(columns), at // len(columns)
        figure.add_annotation(x=x, y=y, text=_cell(one, _), showarrow=False, font=_font(one, lowest))
    figure.update_xaxes(
        tickvals=list(range(len(columns))), ticktext=[short(name[0](c), 22) for c in columns], showgrid=False
    )
    rows(figure, [short(name[1](r)) for r in lines])
    figure.update_xaxes(range=[-0.5, len(columns) - 0.5])
    figure.update_yaxes(range=[len(lines) - 0.5, -0.5])
    sentence = _("Share of the decided drafts that were approved, and how many were decided. The darker, the better.")
    values = [spoken(f"{name[0](c)}, {name[1](r)}", one, _) for (c, r), one in cells.items()]
    return ChartPanel("cross", title, sentence, figure, values)


def _most_decided(groups: Iterable[AcceptanceGroup], axis: int) -> list[str]:
    """The values of an axis: the levels in their order, else those with the most decided drafts first."""
    sums: dict[str, int] = {}
    for one in groups:
        sums[one.names[axis]] = sums.get(one.names[axis], 0) + one.decided
    if all(value.isdecimal() for value in sums):
        return sorted(sums, key=int)
    return sorted(sums, key=lambda value: (-sums[value], value))


def _cell(one: AcceptanceGroup | None, _: Translate) -> str:
    if one is None or one.share is None:
        return undecided(one.decided if one else 0, _)
    return f"<b>{percent(one.share)}</b><br>{_('{n} decided', n=f'{one.decided:,}')}"


def _font(one: AcceptanceGroup | None, lowest: float) -> dict[str, object]:
    if one is None or one.share is None:
        return {"size": 11, "color": GRAY}
    return {"size": 12, "color": text_color(one.share, lowest)}


def text_color(share: float, lowest: float) -> str:
    """White or black: the one with more contrast on the cell of a share."""
    place = (share - lowest) / (1.0 - lowest) if lowest < 1.0 else 1.0
    back = luminance([low + place * (high - low) for low, high in zip(PALE, FULL, strict=True)])
    return WHITE if 1.05 / (back + 0.05) > (back + 0.05) / 0.05 else BLACK


def luminance(rgb: Sequence[float]) -> float:
    """The relative luminance of a colour (WCAG 2), 0 to 1."""
    parts = [value / 255 for value in rgb]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def _hex(rgb: Sequence[int]) -> str:
    return "#" + "".join(f"{value:02X}" for value in rgb)
