"""
The heading of an exported table, recognised by its content: in any letter case, below title rows, among other columns.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from functools import cache

from engine.export.columns import draft_header, row_tables
from engine.spec import kind_names

SEARCHED_ROWS = 30
"""A heading is looked for in the first rows of a sheet: there may be title rows above it."""
REQUIRED = frozenset({"draft", "revision"})


def heading(cells: Sequence[str]) -> list[str] | None:
    """
    The column names of a row that is a heading of ours, in its order; None where it is not.

    Names are compared without case, spaces and underscores. A column that is not ours keeps its text; of two columns
    with one name the first counts, and the other one's name is empty.
    """
    names = [_names().get(_folded(cell), cell.strip()) for cell in cells]
    if not set(names) >= REQUIRED:
        return None
    return ["" if name in names[:place] else name for place, name in enumerate(names)]


def table_of(names: Sequence[str]) -> str:
    """Which table has this heading: drafts, or the rows of a kind."""
    return next((table.name for table in row_tables(kind_names()) if table.key in names), "drafts")


@cache
def _names() -> dict[str, str]:
    rows = (name for table in row_tables(kind_names()) for name in table.header)
    return {_folded(name): name for name in (*draft_header(kind_names()), *rows)}


def _folded(cell: str) -> str:
    return re.sub(r"-\s*\n|[\s_\ufeff']+", "", unicodedata.normalize("NFKC", cell)).casefold()
