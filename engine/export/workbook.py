"""
An XLSX workbook as rows of text. Nothing in the file is trusted: its parts, their ratio and the time are bounded.
"""

from __future__ import annotations

import io
import re
import time
import warnings
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from typing import Any, BinaryIO
from zipfile import ZIP_DEFLATED, BadZipFile, ZipFile, ZipInfo

from engine.errors import ExportError

MOST_UNPACKED = 1024 * 2**20
"""A workbook of 50,000 drafts unpacks to about 300 MB."""
MOST_SHARED = 160 * 2**20
"""Shared strings are held in memory whole; the texts of 50,000 drafts are about 100 MB."""
MOST_RATIO = 100
"""Texts of drafts unpack to 3 to 15 times their packed size."""
RATIO_FROM = 8 * 2**20
MOST_COLUMNS = 400
LONGEST_S = 300.0
"""Reading 50,000 drafts takes about 60 s."""
MOST_STRICT = 128 * 2**20

_SHARED = "xl/sharedstrings.xml"
_STRICT = (
    (b"http://purl.oclc.org/ooxml/spreadsheetml/main", b"http://schemas.openxmlformats.org/spreadsheetml/2006/main"),
    (
        b"http://purl.oclc.org/ooxml/officeDocument/relationships",
        b"http://schemas.openxmlformats.org/officeDocument/2006/relationships",
    ),
)
"""Namespaces of Strict Open XML, and of the usual (Transitional) form that openpyxl reads."""
# openpyxl leaves the escapes of inline texts as they are, and undoes all but control characters in shared ones.
_INLINE_ESCAPES = re.compile(r"_x([0-9A-Fa-f]{4})_")
_SHARED_ESCAPES = re.compile(r"_x(000[Dd])_")


@dataclass(frozen=True, slots=True)
class SheetRow:
    """One row of a sheet: its number as a spreadsheet shows it, its cells as text, and which hold a formula."""

    number: int
    cells: list[str]
    formulas: frozenset[int]


def sheets(file: BinaryIO, name: str) -> Iterator[Iterator[SheetRow]]:
    """
    The rows of each sheet of a workbook, read one by one.

    Args:
        file: Open, at its beginning.
        name: Its name, for messages.

    Raises:
        ExportError: it is not a workbook, is damaged, or unpacks past the bounds.
    """
    import openpyxl  # takes 0.25 s to import; it reads through defusedxml where that is installed

    readable, escapes = _checked(file, name)
    deadline = time.monotonic() + LONGEST_S
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # openpyxl warns of what it drops: styles, print areas, extensions
            with closing(openpyxl.load_workbook(readable, read_only=True, keep_links=False)) as book:
                for sheet in book.worksheets:
                    yield _rows(sheet, name, escapes, deadline)
    except ExportError:
        raise
    except (BadZipFile, KeyError, ValueError, SyntaxError, TypeError, AttributeError, IndexError, OSError) as exc:
        raise ExportError("import_xlsx", file=name) from exc


def _checked(file: BinaryIO, name: str) -> tuple[BinaryIO, re.Pattern[str]]:
    """The workbook in the form openpyxl reads, and the escapes that are left in its texts."""
    try:
        with ZipFile(file) as packed:
            _check_parts(packed, name)
            shared = any(part.lower() == _SHARED for part in packed.namelist())
            strict = _transitional(packed, name) if _is_strict(packed) else None
    except (BadZipFile, NotImplementedError, RuntimeError) as exc:
        raise ExportError("import_zip", file=name) from exc
    file.seek(0)
    return strict or file, _SHARED_ESCAPES if shared else _INLINE_ESCAPES


def _check_parts(packed: ZipFile, name: str) -> None:
    parts = packed.infolist()
    if "content.xml" in packed.namelist():
        raise ExportError("import_ods", file=name)
    unpacked = sum(part.file_size for part in parts)
    if unpacked > MOST_UNPACKED:
        raise ExportError("import_bomb", file=name, size_mb=unpacked / 2**20)
    for part in parts:
        if _is_bomb(part):
            megabytes = part.file_size / 2**20
            raise ExportError("import_bomb_in", file=name, size_mb=megabytes, part=part.filename)


def _is_bomb(part: ZipInfo) -> bool:
    if part.filename.lower() == _SHARED and part.file_size > MOST_SHARED:
        return True
    return part.file_size > RATIO_FROM and part.file_size > MOST_RATIO * max(1, part.compress_size)


def _is_strict(packed: ZipFile) -> bool:
    with packed.open("xl/workbook.xml") if "xl/workbook.xml" in packed.namelist() else io.BytesIO() as workbook:
        return _STRICT[0][0] in workbook.read(2**20)


def _transitional(packed: ZipFile, name: str) -> BinaryIO:
    """The same workbook with the usual namespaces."""
    if sum(part.file_size for part in packed.infolist()) > MOST_STRICT:
        raise ExportError("import_strict", file=name)
    out = io.BytesIO()
    with ZipFile(out, "w", ZIP_DEFLATED, compresslevel=1) as plain:
        for part in packed.infolist():
            body = packed.read(part)
            for strict, usual in _STRICT:
                body = body.replace(strict, usual)
            plain.writestr(part.filename, body)
    out.seek(0)
    return out


def _rows(sheet: Any, name: str, escapes: re.Pattern[str], deadline: float) -> Iterator[SheetRow]:
    sheet.reset_dimensions()  # the size a file claims is not believed
    for number, row in enumerate(sheet.iter_rows(max_col=MOST_COLUMNS), 1):
        if time.monotonic() > deadline:
            raise ExportError("import_long", file=name, minutes=LONGEST_S / 60)
        formulas = frozenset(place for place, cell in enumerate(row) if cell.data_type == "f")
        yield SheetRow(number, [_as_text(cell.value, escapes) for cell in row], formulas)


def _as_text(value: Any, escapes: re.Pattern[str]) -> str:
    """A cell as text: a number that a spreadsheet made of a text loses its `.0`."""
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return escapes.sub(lambda found: chr(int(found[1], 16)), str(value))
