"""
XLSX: a sheet with a row a draft, and one for each table of rows (a row a blank).

Every cell is a text: never a formula, a link or a number.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from tempfile import TemporaryDirectory
from typing import Any, BinaryIO

import xlsxwriter
from xlsxwriter.exceptions import XlsxWriterException
from xlsxwriter.worksheet import Worksheet

from engine.errors import ExportError
from engine.export.columns import draft_header, draft_row, row_tables, table_rows
from engine.export.selection import Selection

MOST_ROWS = 1_048_576
MOST_CELL = 32_767
_WIDE = {"passage": 70, "lines": 60, "title": 28, "note": 28, "topic": 18, "explanation": 36, "hint": 20}
_OPTIONS = {
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}


def write(selection: Selection, out: BinaryIO) -> None:
    """
    The whole workbook.

    Raises:
        ExportError: more than 1,048,575 rows, or a text longer than a cell can be (32,767).
    """
    with TemporaryDirectory(ignore_cleanup_errors=True) as folder:  # where the rows wait; also when we break off
        book = xlsxwriter.Workbook(out, {**_OPTIONS, "tmpdir": folder})
        try:
            _write(selection, book)
        except XlsxWriterException as exc:
            raise ExportError("workbook_failed", folder=folder, problem=str(exc)) from exc
        finally:
            for sheet in book.worksheets():
                sheet.row_data_fh.close()  # a workbook that is not finished leaves the rows of its sheets open


def _write(selection: Selection, book: xlsxwriter.Workbook) -> None:
    # Text cells, and marked as such: what is typed over "=1" or "3-4" stays a text, too.
    text = book.add_format({"num_format": "@", "quote_prefix": True, "text_wrap": True, "valign": "top"})
    head = book.add_format({"num_format": "@", "bold": True, "bottom": 1, "valign": "top"})
    drafts = _Sheet(book.add_worksheet("drafts"), draft_header(selection.kinds), head, text)
    tables = [
        (table, _Sheet(book.add_worksheet(table.name), table.header, head, text))
        for table in row_tables(selection.kinds)
    ]
    for marked in selection.drafts:
        drafts.add(draft_row(marked))
        for table, sheet in tables:
            for row in table_rows(marked, table):
                sheet.add(row)
    drafts.choices("verdict", ["pending", "approved", "rejected"])
    book.close()


class _Sheet:
    """A worksheet that grows by rows."""

    def __init__(self, sheet: Worksheet, header: Sequence[str], head: Any, text: Any) -> None:
        self._sheet = sheet
        self._header = header
        self._text = text
        self._row = 0
        for column, name in enumerate(header):
            sheet.set_column(column, column, _width(name))
            sheet.write_string(0, column, name, head)
        sheet.freeze_panes(1, 1)

    def add(self, row: Mapping[str, str]) -> None:
        """One more row; empty cells are left out."""
        self._row += 1
        if self._row >= MOST_ROWS:
            raise ExportError("sheet_rows", most=MOST_ROWS - 1)
        for column, name in enumerate(self._header):
            cell = row.get(name, "")
            if cell and self._sheet.write_string(self._row, column, cell, self._text):
                raise ExportError("cell_long", field=name, draft=row["draft"], length=len(cell), most=MOST_CELL)

    def choices(self, name: str, allowed: list[str]) -> None:
        """Offer the words that a column takes."""
        column = self._header.index(name)
        last = max(1, self._row)
        self._sheet.data_validation(1, column, last, column, {"validate": "list", "source": allowed})
        self._sheet.autofilter(0, 0, last, len(self._header) - 1)


def _width(name: str) -> int:
    field = name.rpartition(".")[2]
    return 50 if field in ("prompt", "exemplar") else _WIDE.get(field, 14)
