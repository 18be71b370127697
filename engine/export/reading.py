"""
A CSV or XLSX file that came back from a spreadsheet, as lines of the exported tables.

Tables are recognised by their headings, wherever they are; sheets and columns of other people are ignored.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from engine.errors import ExportError
from engine.export.guard import unguarded
from engine.export.headings import SEARCHED_ROWS, heading, table_of
from engine.export.workbook import SheetRow, sheets

MOST_BYTES = 64 * 2**20
_MOST_CELL = 1_000_000
DELIMITERS = ",;\t|"
"""Spreadsheets write the separator of their country."""
_SEPARATOR = re.compile(r'\ufeff?"?sep=([,;\t|])"?(?:\r\n|\r|\n)', re.IGNORECASE)
"""The line in which a spreadsheet names the separator."""
_TEXT_SUFFIXES = (".csv", ".tsv", ".txt")
_BOOK_SUFFIXES = (".xlsx", ".xlsm")
_OLE = bytes.fromhex("d0cf11e0a1b11ae1")
"""How an .xls file begins, and a workbook with a password."""


@dataclass(frozen=True, slots=True)
class TableLine:
    """A row of a table, by its columns' names; `number` is the one a spreadsheet shows."""

    table: str
    """drafts or blanks."""
    number: int
    cells: dict[str, str]
    formulas: frozenset[str] = frozenset()
    """Columns that hold a formula instead of a text."""


def read_lines(file: BinaryIO, name: str) -> Iterator[TableLine]:
    """
    The lines of an export, one by one.

    Args:
        file: Open, at its beginning.
        name: Its name; the suffix says what it is, a workbook is also known by its first bytes.

    Raises:
        ExportError: it is neither CSV nor XLSX, too large, damaged, or holds no table that Draftmill wrote.
    """
    size = file.seek(0, io.SEEK_END)
    file.seek(0)
    if size > MOST_BYTES:
        raise ExportError("import_large", file=name, size_mb=size / 2**20, most_mb=MOST_BYTES // 2**20)
    suffix = Path(name).suffix.lower()
    head = file.read(8)
    file.seek(0)
    if suffix in (*_TEXT_SUFFIXES, *_BOOK_SUFFIXES) and head.startswith(b"PK"):
        return _xlsx_lines(file, name)
    if head.startswith(_OLE):
        raise ExportError("import_ole", file=name)
    if suffix in _TEXT_SUFFIXES:
        return _csv_lines(decoded(file.read(), name), name)
    if suffix in _BOOK_SUFFIXES:
        return _xlsx_lines(file, name)
    raise ExportError("import_suffix", file=name)


def decoded(body: bytes, name: str) -> str:
    """The text of a CSV file: UTF-8, or the UTF-16 that some spreadsheets write."""
    head = body[:200]
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        encoding = "utf-16"
    elif len(sides := [place % 2 for place, byte in enumerate(head) if not byte]) > 1 and len(set(sides)) == 1:
        encoding = "utf-16-le" if sides[0] else "utf-16-be"  # one NUL is damage, one in every Latin letter is not
    else:
        encoding = "utf-8-sig"
    try:
        text = body.decode(encoding)
    except UnicodeDecodeError as exc:
        raise ExportError("import_utf8", file=name) from exc
    if "\0" in text:
        raise ExportError("import_nul", file=name, line=text.count("\n", 0, text.index("\0")) + 1)
    return text


def _csv_lines(text: str, name: str) -> Iterator[TableLine]:
    csv.field_size_limit(_MOST_CELL)  # the default of 131,072 is less than a draft may hold
    _, named, text = separator(text)
    delimiters = named or DELIMITERS
    try:
        delimiter = next((one for one in delimiters if _has_heading(text, one)), None)
        if delimiter is None:
            raise ExportError("import_heading" if name.lower().endswith(".csv") else "import_suffix", file=name)
        rows = enumerate(records(text, delimiter), 1)
        yield from _lines(SheetRow(number, [*map(unguarded, row)], frozenset()) for number, row in rows)
    except csv.Error as exc:
        raise ExportError("import_csv", file=name, problem=str(exc)) from exc


def separator(text: str) -> tuple[int, str, str]:
    """The lines that name a separator (0 or 1), the separator ("" where none is named), and the text below."""
    named = _SEPARATOR.match(text)
    return (1, named[1], text[named.end() :]) if named else (0, "", text)


def records(text: str, delimiter: str) -> Iterator[list[str]]:
    """The rows of a CSV text; csv.Error where it is broken."""
    return csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)


def _has_heading(text: str, delimiter: str) -> bool:
    """Whether the first rows hold a heading; read with another delimiter, the text may be no CSV at all."""
    try:
        return any(heading(row) for row, _ in zip(records(text, delimiter), range(SEARCHED_ROWS), strict=False))
    except csv.Error:
        return False


def _xlsx_lines(file: BinaryIO, name: str) -> Iterator[TableLine]:
    found = False
    for sheet in sheets(file, name):
        for line in _lines(sheet):
            found = True
            yield line
    if not found:
        raise ExportError("import_heading", file=name)


def _lines(rows: Iterable[SheetRow]) -> Iterator[TableLine]:
    """The rows below a heading; none where the first rows hold no heading."""
    names: list[str] | None = None
    for row in rows:
        if names is not None:
            cells = {name: cell for name, cell in zip(names, row.cells, strict=False) if name}
            if any(cells.values()):
                formulas = frozenset(names[place] for place in row.formulas if place < len(names))
                yield TableLine(table_of(names), row.number, cells, formulas)
        elif row.number > SEARCHED_ROWS:
            return
        else:
            names = heading(row.cells)
