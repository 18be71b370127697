"""
CSV in UTF-8 with a byte order mark, as spreadsheets want it; no cell can become a formula.

A file holds one table: drafts (verdict, note and every field of the draft), or rows of a kind (blanks).
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from typing import BinaryIO

from engine.export.columns import draft_header, draft_row, row_tables, table_rows
from engine.export.guard import guarded
from engine.export.selection import Selection


def write_drafts(selection: Selection, out: BinaryIO) -> None:
    """A row a draft."""
    write_rows(draft_header(selection.kinds), (draft_row(marked) for marked in selection.drafts), out)


def write_table(selection: Selection, out: BinaryIO) -> None:
    """The rows of the drafts: the first table that their kinds have."""
    table = row_tables(selection.kinds)[0]
    write_rows(table.header, (row for marked in selection.drafts for row in table_rows(marked, table)), out)


def write_rows(header: Sequence[str], rows: Iterable[Mapping[str, str]], out: BinaryIO) -> None:
    """A heading and rows; a column that a row does not have is empty there."""
    text = io.TextIOWrapper(out, encoding="utf-8-sig", errors="replace", newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(header)
    for row in rows:
        writer.writerow([guarded(row.get(name, "")) for name in header])
    text.detach()  # written out, and the file stays open for its owner
