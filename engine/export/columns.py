"""
The two tables of CSV and XLSX: a row a draft, a row a blank; and what a row's revision is.

The columns are the draft's own fields by their own names ("D1.prompt" for a field of a step). Reading a table back is
the business of reading and reviews.
"""

from __future__ import annotations

import copy
import hashlib
import math
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from engine.export.cells import from_list, from_pairs, from_roles, from_script, to_list, to_pairs, to_roles, to_script
from engine.export.selection import Blank, Marked
from engine.kinds.alignment.fields import STEPS
from engine.kinds.text import clean
from engine.work import Content

REVIEW = ("verdict", "note")
FACTS = ("kind", "lang", "level", "topic", "flags", "model", "run", "slot", "revision")
BLANK = ("answer", "acceptable", "type", "hint", "distractors", "explanation")
BLANK_HEADER = ("draft", "blank", *BLANK, "title", "revision")


@dataclass(frozen=True, slots=True)
class Column:
    """A field of a draft as a column: its name, and the way from its value to a cell and back."""

    name: str
    write: Callable[[Any], str] = str
    read: Callable[[str], Any] = str


def _list(name: str) -> Column:
    return Column(name, from_list, to_list)


def _step(step: str) -> Iterator[Column]:
    talk, writing = ("key_phrases", "patterns", "hints"), {"W4": "checklist", "T5": "templates", "W6": "outline"}
    yield from (Column(f"{step}.{name}") for name in ("title", "prompt", "exemplar"))
    if step not in writing:
        yield from (_list(f"{step}.{name}") for name in talk)
        return
    yield _list(f"{step}.{writing[step]}")
    yield Column(f"{step}.rubric", lambda rubric: from_pairs(rubric.items()), lambda cell: dict(to_pairs(cell)))


_TITLE = Column("title")
COLUMNS: dict[str, tuple[Column, ...]] = {
    "cloze": (_TITLE, Column("passage")),
    "shadowing": (
        _TITLE,
        Column("roles", from_roles, to_roles),
        Column("lines"),
        _list("key_phrases"),
        Column("pacing"),
        Column("tips"),
    ),
    "alignment": (_TITLE, *(column for step in STEPS for column in _step(step))),
}


def draft_header(kinds: Iterable[str]) -> list[str]:
    """The columns of a table of drafts of these kinds."""
    fields = dict.fromkeys(column.name for kind in kinds for column in COLUMNS[kind])
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
        "revision": revision(own.values()),
    }


def editable(marked: Marked) -> dict[str, str]:
    """The cells of a draft's row that a person may change, as they are now."""
    draft = marked.draft
    kind: str = draft.kind
    cells = {"verdict": draft.review, "note": marked.note}
    for column in COLUMNS[kind]:
        if column.name == "lines":
            cells["lines"] = from_script(draft.content)
            continue
        value = _get(draft.content, column.name)
        cells[column.name] = "" if value is None else column.write(value)
    return cells


def blank_rows(marked: Marked) -> Iterator[dict[str, str]]:
    """The blanks of a cloze, a row each, as cells by their columns' names."""
    draft = marked.draft
    for blank in draft.content.get("blanks", ()):
        own = blank_cells(blank)
        yield {
            "draft": str(draft.id),
            "blank": str(blank["id"]),
            **own,
            "title": draft.title,
            "revision": revision(own.values()),
        }


def blank_cells(blank: Blank) -> dict[str, str]:
    """The cells of a blank's row that a person may change."""
    return {name: from_list(blank[name]) if isinstance(blank[name], list) else str(blank[name]) for name in BLANK}


def with_cells(content: Content, kind: str, cells: Mapping[str, str]) -> Content:
    """A copy of a draft's content with the fields of a draft's row as its cells say."""
    made = copy.deepcopy(content)
    for column in COLUMNS[kind]:
        if column.name == "lines":
            made["lines"] = to_script(cells["lines"], made["roles"])
        elif cells[column.name] or _get(made, column.name) is not None:
            _set(made, column.name, column.read(cells[column.name]))
    return made


def with_blank(content: Content, blank_id: int, cells: Mapping[str, str]) -> Content:
    """A copy of a cloze with one blank as the cells of its row say."""
    read = {name: to_list(cells[name]) if name in ("acceptable", "distractors") else cells[name] for name in BLANK}
    blanks = [{**blank, **read} if blank["id"] == blank_id else blank for blank in content["blanks"]]
    return {**content, "blanks": blanks}


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
    if table == "blanks":
        return BLANK
    return (*REVIEW, *(column.name for column in COLUMNS.get(kind, ())))
