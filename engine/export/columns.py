"""
The tables of CSV and XLSX: a row a draft, and for kinds with rows of their own (`Table`) a row for each of them.

The columns are the fields of the kind by their own names ("D1.prompt" for a field of a group). Reading a table back is
left to reading and reviews.
"""

from __future__ import annotations

import copy
import hashlib
import math
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from engine.export.cells import (
    from_list,
    from_pairs,
    from_rows,
    from_script,
    to_list,
    to_pairs,
    to_rows,
    to_script,
)
from engine.export.selection import Marked
from engine.kinds import Fields, kind_names, kind_of
from engine.kinds.blocks import TRANSLATION
from engine.kinds.layout import Beside, Entry, Script, Table, layout
from engine.kinds.text import clean
from engine.store import DraftRow
from engine.work import Content

REVIEW = ("verdict", "note")
_GRADE = ("above_level", "above_words")
FACTS = ("kind", "lang", "level", "topic", "flags", *_GRADE, "translation", "model", "run", "slot", "revision")


@dataclass(frozen=True, slots=True)
class Column:
    """A field of a draft as a column: its name, and the conversion between its value and a cell."""

    name: str
    write: Callable[[Any, Content], str] = lambda value, content: str(value)
    """(value, whole content) -> cell."""
    read: Callable[[str, Content], Any] = lambda cell, content: cell


@dataclass(frozen=True, slots=True)
class RowTable:
    """The table of a kind's rows: its name, the name of its key column, and the columns a person may change."""

    name: str
    key: str
    field: str
    """The field of a row that the key column holds."""
    columns: tuple[Column, ...]
    what: str
    """What a row is called in English."""

    @property
    def header(self) -> tuple[str, ...]:
        """The names of all columns, in order."""
        return ("draft", self.key, *(column.name for column in self.columns), "title", "above_level", "revision")


@cache
def columns_of(kind: str) -> tuple[Column, ...]:
    """The columns of a draft of this kind."""
    return tuple(_columns(layout(kind_of(kind).fields), ""))


@cache
def row_tables(kinds: tuple[str, ...]) -> tuple[RowTable, ...]:
    """The tables of rows that drafts of these kinds have."""
    found = (table for kind in kinds for table in _row_tables(kind_of(kind).fields))
    return tuple({table.name: table for table in found}.values())


@cache
def _row_tables(fields: type[Fields]) -> tuple[RowTable, ...]:
    return tuple(_row_table(entry, mark) for entry in layout(fields) for mark in entry.marks if isinstance(mark, Table))


def _row_table(entry: Entry, mark: Table) -> RowTable:
    columns = _columns([part for part in entry.parts if part.name != mark.key], "")
    return RowTable(entry.name, mark.row, mark.key, tuple(columns), mark.what or mark.row)


def _columns(entries: Iterable[Entry], prefix: str) -> Iterator[Column]:
    for entry in entries:
        if entry.form == "group":
            yield from _columns(entry.parts, f"{prefix}{entry.name}.")
        elif not entry.mark(Table) and not entry.mark(Beside):
            yield _column(entry, prefix + entry.name)


def _column(entry: Entry, name: str) -> Column:
    if entry.form == "texts":
        return Column(name, lambda items, _: from_list(items), lambda cell, _: to_list(cell))
    if entry.form == "pairs":
        return Column(name, lambda pairs, _: from_pairs(pairs.items()), lambda cell, _: dict(to_pairs(cell)))
    script = next((mark for mark in entry.marks if isinstance(mark, Script)), None)
    if script is not None:
        speakers = script.names
        return Column(
            name,
            lambda lines, content: from_script(lines, content[speakers]),
            lambda cell, content: to_script(cell, content[speakers]),
        )
    if entry.form == "rows":
        names = tuple(part.name for part in entry.parts)
        return Column(name, lambda rows, _: from_rows(rows, names), lambda cell, _: to_rows(cell, names))
    return Column(name)


def draft_header(kinds: Iterable[str]) -> list[str]:
    """The columns of a table of drafts of these kinds."""
    fields = dict.fromkeys(column.name for kind in kinds for column in columns_of(kind))
    return ["draft", *REVIEW, *fields, *FACTS]


def draft_row(marked: Marked) -> dict[str, str]:
    """A draft as cells by their columns' names."""
    draft = marked.draft
    own = editable(marked)
    return {
        "draft": str(draft.id),
        **own,
        **{name: str(getattr(draft, name)) for name in ("kind", "lang", "level", "topic", "model", "run", "slot")},
        "flags": "; ".join(f"{flag.code}: {flag.detail}".rstrip(": ") for flag in draft.flags),
        "above_level": above_level(draft),
        "above_words": ", ".join(draft.above_words or ()),
        "translation": from_list(draft.content.get(TRANSLATION) or ()),
        "revision": revision(own.values()),
    }


def above_level(draft: DraftRow) -> str:
    """How much of a draft is above its level, in percent; "" where it was not graded."""
    return "" if draft.above_share is None else f"{100 * draft.above_share:.0f}"


def editable(marked: Marked) -> dict[str, str]:
    """The cells of a draft's row that a person may change, as they are now."""
    draft = marked.draft
    cells = {"verdict": draft.review, "note": marked.note}
    for column in columns_of(draft.kind):
        value = _get(draft.content, column.name)
        cells[column.name] = "" if value is None else column.write(value, draft.content)
    return cells


def table_rows(marked: Marked, table: RowTable) -> Iterator[dict[str, str]]:
    """The rows of a draft in a table, as cells by their columns' names."""
    draft = marked.draft
    facts = {"draft": str(draft.id), "title": draft.title, "above_level": above_level(draft)}
    for row in draft.content.get(table.name, ()):
        own = row_cells(table, row)
        yield {**facts, table.key: str(row[table.field]), **own, "revision": revision(own.values())}


def row_cells(table: RowTable, row: Mapping[str, Any]) -> dict[str, str]:
    """The cells of a table's row that a person may change."""
    return {column.name: column.write(row[column.name], {}) for column in table.columns}


def with_cells(content: Content, kind: str, cells: Mapping[str, str]) -> Content:
    """A copy of a draft's content with the fields of a draft's row as its cells say."""
    made = copy.deepcopy(content)
    for column in columns_of(kind):
        if cells[column.name] or _get(made, column.name) is not None:
            _set(made, column.name, column.read(cells[column.name], made))
    return made


def with_row(content: Content, table: RowTable, key: object, cells: Mapping[str, str]) -> Content:
    """A copy of a draft's content with one row of a table as its cells say."""
    read = {column.name: column.read(cells[column.name], {}) for column in table.columns}
    rows = [{**row, **read} if row[table.field] == key else row for row in content[table.name]]
    return {**content, table.name: rows}


def revision(cells: Iterable[str]) -> str:
    """
    What a row's editable cells come to: an r and 12 hex characters of SHA-256.

    What `same` does not count is not counted here. The letter keeps a spreadsheet from taking it for a number.
    """
    return "r" + hashlib.sha256("\x1f".join(_plain(cell) for cell in cells).encode()).hexdigest()[:12]


def is_revision(cell: str, current: str) -> bool:
    """
    Whether a cell holds this revision.

    Exports of version 0.1 wrote it without the letter; a spreadsheet turns one of them in 250 into a number
    (4.97147E+11), which is accepted where its digits agree.
    """
    cell, bare = cell.strip().lower(), current[1:]
    return cell in (current, bare) or (_NUMBER.fullmatch(bare) is not None and _rounded(cell, float(bare)))


_NUMBER = re.compile(r"\d+(e\d+)?")
_SHOWN = re.compile(r"\d[.,](\d{3,})e\+?\d+")


def _rounded(cell: str, number: float) -> bool:
    """Whether a spreadsheet shows this number so: in full, or with some digits and an exponent."""
    if not math.isfinite(number):
        return False
    if cell.isdecimal():
        return float(cell) == number
    found = _SHOWN.fullmatch(cell)
    return found is not None and float(cell.replace(",", ".")) == float(f"{number:.{len(found[1])}e}")


def same(one: str, other: str) -> bool:
    """
    Whether two cells say the same.

    Line breaks, spaces at the ends and characters that are cleaned away do not count: a spreadsheet that writes them
    its own way has changed nothing.
    """
    return one == other or _plain(one) == _plain(other)


def _plain(cell: str) -> str:
    # A workbook writes "_x0041_" as "_x005F_x0041_", and the reader takes every "x005F_" out, ours or not.
    return str(clean(cell)).replace("x005F_", "")


def _get(content: Mapping[str, Any], name: str) -> Any:
    value: Any = content
    for part in name.split("."):
        value = value.get(part) if isinstance(value, Mapping) else None
    return value


def _set(content: dict[str, Any], name: str, value: Any) -> None:
    *path, last = name.split(".")
    for part in path:
        content = content[part]
    content[last] = value


def own_columns(table: str, kind: str) -> Sequence[str]:
    """The columns of a row that a person may change: the cells that its revision is made of, in their order."""
    rows = next((one for one in row_tables(kind_names()) if one.name == table), None)
    if rows is not None:
        return tuple(column.name for column in rows.columns)
    own = columns_of(kind) if kind in kind_names() else ()
    return (*REVIEW, *(column.name for column in own))
