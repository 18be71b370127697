"""
Tables for the terminal: one line per row at any width; the long text of a row has its own line.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rich.cells import cell_len, set_cell_size

GAP = "  "


@dataclass(frozen=True, slots=True)
class TableColumn:
    """A column of a table; a `spare` one is left out where the terminal is too narrow for all."""

    name: str
    right: bool = False
    spare: bool = False


@dataclass(frozen=True, slots=True)
class TableRow:
    """The cells of a row, and a note on the line below."""

    cells: Sequence[str]
    note: str = ""


def lines_of(columns: Sequence[TableColumn], rows: Sequence[TableRow], width: int) -> list[str]:
    """The table as lines: a heading, the rows, and the first line of each note, cut to the width."""
    every = [TableRow([column.name for column in columns]), *rows]
    widths = [max(map(cell_len, cells)) for cells in zip(*(row.cells for row in every), strict=True)]
    shown = _fitting(columns, widths, width)
    lines = []
    for row in every:
        cells = (_padded(row.cells[at], widths[at], columns[at].right) for at in shown)
        lines.append(GAP.join(cells).rstrip())
        if row.note:
            lines.append(_cut(f"{GAP}{GAP}{' '.join(row.note.split())}", width))
    return lines


def _fitting(columns: Sequence[TableColumn], widths: Sequence[int], width: int) -> list[int]:
    """The places of the columns that fit; the last spare ones are left out first."""
    shown = list(range(len(columns)))
    while sum(widths[at] + len(GAP) for at in shown) - len(GAP) > width:
        spare = [at for at in shown if columns[at].spare]
        if not spare:
            break
        shown.remove(spare[-1])
    return shown


def _padded(text: str, width: int, right: bool) -> str:
    space = " " * (width - cell_len(text))
    return space + text if right else text + space


def _cut(text: str, width: int) -> str:
    return text if cell_len(text) <= width else f"{set_cell_size(text, width - 1).rstrip()}…"
