"""
Cells that a spreadsheet cannot take for a formula, and that come back exactly.

A cell that would begin a formula gets an apostrophe in front; so does one that already looks like that, so that taking
the apostrophe away again never takes one too many.
"""

from __future__ import annotations

import re

# Full-width, small and mathematical forms too: some spreadsheets fold them on the way in, and all skip white space.
_SIGNS = "=+\\-@＝＋－＠﹦﹢﹣﹫−"
_DANGER = re.compile(rf"['\s\ufeff]*[{_SIGNS}]|'*[\t\r\n]")


def guarded(text: str) -> str:
    """A text as a cell of a CSV file that no spreadsheet computes."""
    return "'" + text if _DANGER.match(text) else text


def unguarded(cell: str) -> str:
    """The text of a guarded cell; any other cell as it is."""
    return cell[1:] if cell.startswith("'") and _DANGER.match(cell, 1) else cell
