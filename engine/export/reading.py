"""
A CSV or XLSX file that came back, as lines; nothing of it is believed: its size, its XML and its cells are checked.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO
from zipfile import BadZipFile, ZipFile

from engine.errors import ExportError
from engine.export.guard import unguarded

MOST_BYTES = 64 * 2**20
MOST_UNPACKED = 1024 * 2**20
"""A workbook of 50,000 drafts unpacks to about 300 MB; one that unpacks to more than this is no export of ours."""
_MOST_CELL = 1_000_000
# openpyxl leaves the escapes of a text that stands in its cell, and undoes all but control characters elsewhere.
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
_RETURN = re.compile(r"_x(000[Dd])_")
_SHEETS = ("drafts", "blanks")


@dataclass(frozen=True, slots=True)
class Line:
    """A row of a table, by its columns' names; `number` is the one a spreadsheet shows."""

    table: str
    """drafts or blanks."""
    number: int
    cells: dict[str, str]
    formula: str = ""
    """The first column that holds a formula instead of a text."""


def read_lines(file: BinaryIO, name: str) -> Iterator[Line]:
    """
    The lines of an export, one by one.

    Args:
        file: Open, at its beginning.
        name: Its name; the suffix says what it is.

    Raises:
        ExportError: it is neither CSV nor XLSX, too large, damaged, or not a table that Draftmill wrote.
    """
    size = file.seek(0, io.SEEK_END)
    file.seek(0)
    if size > MOST_BYTES:
        raise ExportError(f"{name} is {size / 2**20:.0f} MB; the most is {MOST_BYTES // 2**20} MB: split the export")
    suffix = Path(name).suffix.lower()
    if suffix == ".csv":
        return _csv_lines(file, name)
    if suffix == ".xlsx":
        return _xlsx_lines(file, name)
    raise ExportError(f"{name} is neither .csv nor .xlsx; save the table as one of them")


def _csv_lines(file: BinaryIO, name: str) -> Iterator[Line]:
    csv.field_size_limit(_MOST_CELL)  # the default of 131,072 is less than a draft may hold
    text = io.TextIOWrapper(file, encoding="utf-8-sig", newline="")
    try:
        first = text.readline()
        text.seek(0)
        # Some spreadsheets write the separator of their country.
        rows = csv.reader(text, delimiter=max(",;\t", key=first.count), strict=True)
        header = next(rows, [])
        table = _table(header, name)
        number = 1
        for row in rows:
            number += 1
            if any(row):
                yield Line(table, number, dict(zip(header, map(unguarded, row), strict=False)))
    except UnicodeDecodeError as exc:
        raise ExportError(f"{name} is not in UTF-8; save it as 'CSV UTF-8'") from exc
    except csv.Error as exc:
        raise ExportError(f"{name} is no whole CSV ({exc}); save it again") from exc
    finally:
        text.detach()


def _table(header: Sequence[str], name: str) -> str:
    if not {"draft", "revision"} <= set(header):
        raise ExportError(f"{name} has no columns 'draft' and 'revision'; keep them as they were exported")
    return "blanks" if "blank" in header else "drafts"


def _xlsx_lines(file: BinaryIO, name: str) -> Iterator[Line]:
    import openpyxl  # a quarter of a second, for those who need it; it reads through defusedxml where that is installed

    inline = _check_zip(file, name)
    try:
        with closing(openpyxl.load_workbook(file, read_only=True, keep_links=False)) as book:
            sheets = [sheet for sheet in book.worksheets if sheet.title in _SHEETS] or book.worksheets[:1]
            for sheet in sheets:
                yield from _sheet_lines(sheet, name, _ESCAPED if inline else _RETURN)
    except ExportError:
        raise
    except (BadZipFile, KeyError, ValueError, SyntaxError, TypeError, AttributeError, IndexError, OSError) as exc:
        raise ExportError(f"{name} is no workbook that can be read; save it as .xlsx again") from exc


def _check_zip(file: BinaryIO, name: str) -> bool:
    """Whether the texts stand in the cells, as we write them, and not in a table of their own."""
    try:
        with ZipFile(file) as packed:
            unpacked = sum(one.file_size for one in packed.infolist())
            inline = "xl/sharedStrings.xml" not in packed.namelist()
    except BadZipFile as exc:
        raise ExportError(f"{name} is no workbook; save it as .xlsx") from exc
    file.seek(0)
    if unpacked > MOST_UNPACKED:
        raise ExportError(f"{name} unpacks to {unpacked / 2**20:,.0f} MB; that is no export of ours")
    return inline


def _sheet_lines(sheet: Any, name: str, escaped: re.Pattern[str]) -> Iterator[Line]:
    sheet.reset_dimensions()  # what a file says of its own size is not believed
    header: list[str] = []
    table = ""
    for number, row in enumerate(sheet.iter_rows(), 1):
        if not header:
            header = [_shown(cell.value, escaped) for cell in row]
            table = _table(header, name)
            continue
        cells = dict(zip(header, (_shown(cell.value, escaped) for cell in row), strict=False))
        formula = next((head for head, cell in zip(header, row, strict=False) if cell.data_type == "f"), "")
        if any(cells.values()):
            yield Line(table, number, cells, formula)


def _shown(value: Any, escaped: re.Pattern[str]) -> str:
    """A cell as text: a number that a spreadsheet made of a text loses its `.0`."""
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return escaped.sub(lambda found: chr(int(found[1], 16)), str(value))
