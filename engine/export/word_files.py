"""
A word list from a file: CSV or XLSX with the guards of every import, or plain text.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import BinaryIO

from engine.errors import ExportError
from engine.export.reading import DELIMITERS, decoded, records, separator
from engine.export.workbook import sheets
from engine.review.library import Entry, split_words

MOST_WORD_BYTES = 8 * 2**20
"""20,000 words of 80 characters take 5 MB."""
_HEADINGS = {
    *("word", "words", "vocabulary", "vocab", "term", "terms", "expression", "front", "simplified", "kanji"),
    *("单词", "生词", "词语", "词汇", "词", "汉字", "简体"),
    *("単語", "語彙", "言葉", "ことば", "表現", "漢字", "見出し語"),
}
_LOOKED_AT = 20


def read_word_file(file: BinaryIO, name: str) -> list[Entry]:
    """
    The words of a file with their line numbers.

    Args:
        file: Open, at its beginning.
        name: Its name; the suffix says what it is: .csv, .tsv, .xlsx or .txt.

    Returns:
        Of a table the column headed "word" (or the like), else the first one that holds text.

    Raises:
        ExportError: it is none of these, too large or damaged.
    """
    size = file.seek(0, io.SEEK_END)
    file.seek(0)
    if size > MOST_WORD_BYTES:
        raise ExportError("import_large", file=name, size_mb=size / 2**20, most_mb=MOST_WORD_BYTES // 2**20)
    suffix = Path(name).suffix.lower()
    if suffix == ".xlsx" or (suffix in (".csv", ".tsv", ".txt") and _is_workbook(file)):
        return _first_table([(row.number, row.cells) for row in sheet] for sheet in sheets(file, name))
    if suffix not in (".csv", ".tsv", ".txt"):
        raise ExportError("words_suffix", file=name)
    text = decoded(file.read(), name)
    return split_words(text) if suffix == ".txt" else _column(_csv_rows(text, name))


def _is_workbook(file: BinaryIO) -> bool:
    """Whether a file is a workbook by its first bytes, whatever it is called."""
    head = file.read(2)
    file.seek(0)
    return head == b"PK"


def _first_table(tables: Iterable[list[tuple[int, list[str]]]]) -> list[Entry]:
    """The words of the first sheet that has any."""
    return next((found for table in tables if (found := _column(table))), [])


def _csv_rows(text: str, name: str) -> list[tuple[int, list[str]]]:
    above, named, text = separator(text)
    try:
        return list(enumerate(records(text, named or _delimiter(text)), 1 + above))
    except csv.Error as exc:
        raise ExportError("import_csv", file=name, problem=str(exc)) from exc


def _delimiter(text: str) -> str:
    """What most of the first lines are separated by."""
    head = text.splitlines()[:_LOOKED_AT]
    return max(DELIMITERS, key=lambda one: sum(one in line for line in head))


def _column(rows: Sequence[tuple[int, list[str]]]) -> list[Entry]:
    """The column of the words, without its heading."""
    filled = [(number, cells) for number, cells in rows if any(cell.strip() for cell in cells)]
    if not filled:
        return []
    names = [cell.strip().casefold() for cell in filled[0][1]]
    headed = next((place for place, heading in enumerate(names) if heading in _HEADINGS), None)
    below = filled if headed is None else filled[1:]
    place = _first_filled(below) if headed is None else headed
    words = ((number, cells[place].strip()) for number, cells in below if place < len(cells))
    return [(number, word) for number, word in words if word]


def _first_filled(rows: Sequence[tuple[int, list[str]]]) -> int:
    """The first column with a word; one of numbers counts the lines."""
    cells = rows[0][1]
    worded = (place for place, cell in enumerate(cells) if any(map(str.isalpha, cell)))
    return next(worded, next(place for place, cell in enumerate(cells) if cell.strip()))
