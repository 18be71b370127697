"""
A draft as cells of text, and the cells back as fields: exact in both directions.

A list is one item a line; a script is "A: text" a line; a backslash writes what would break that: \\n a line break
inside an item, \\e an empty one, \\: a colon in a speaker's name, \\\\ itself. A person can edit every cell by hand.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

_OUT = {"\\": "\\\\", "\n": "\\n", "\r": "\\r"}
_IN = {"n": "\n", "r": "\r", "e": ""}
_BACK = re.compile(r"\\(.)", re.DOTALL)
_NEEDS = re.compile(r"[\\\n\r]")
_SPOKEN = re.compile(r"((?:\\.|[^:：\\])*)[:：] ?(.*)", re.DOTALL)


def from_list(items: Iterable[str]) -> str:
    """One item a line."""
    return "\n".join(_item(item) for item in items)


def to_list(cell: str) -> list[str]:
    """The items of a cell; blank lines are none."""
    return [_plain(line) for line in _lines(cell)]


def from_pairs(pairs: Iterable[tuple[str, str]]) -> str:
    """A name and its text a line: "A: text"."""
    return "\n".join(f"{_name(name)}: {_item(text)}" for name, text in pairs)


def to_pairs(cell: str) -> list[tuple[str, str]]:
    """The names and texts of a cell; a line without a colon has no name."""
    pairs = []
    for line in _lines(cell):
        found = _SPOKEN.fullmatch(line)
        pairs.append((_plain(found[1]), _plain(found[2])) if found else ("", _plain(line)))
    return pairs


def from_rows(rows: Iterable[Mapping[str, str]], names: Sequence[str]) -> str:
    """One line per row, its fields in the order of `names`: "A | Mei | female"."""
    parts = ([_item(row.get(name, "")).replace("|", "\\|") for name in names] for row in rows)
    return "\n".join(" | ".join(part) for part in parts)


def to_rows(cell: str, names: Sequence[str]) -> list[dict[str, str]]:
    """The rows of a cell; what is left out at the end is empty."""
    rows = []
    for line in _lines(cell):
        parts = [_plain(part) for part in line.split(" | ")]
        rows.append(dict(zip(names, [*parts, *[""] * len(names)], strict=False)))
    return rows


def from_script(lines: Iterable[Mapping[str, str]], roles: object) -> str:
    """The lines of a script, with their speakers where there are roles."""
    if roles:
        return from_pairs((line["speaker"], line["text"]) for line in lines)
    return from_list(line["text"] for line in lines)


def to_script(cell: str, roles: object) -> list[dict[str, str]]:
    """The lines of a cell; without roles a colon is only a colon."""
    pairs = to_pairs(cell) if roles else [("", text) for text in to_list(cell)]
    return [{"speaker": speaker, "text": text} for speaker, text in pairs]


def _lines(cell: str) -> list[str]:
    return [line for line in cell.replace("\r\n", "\n").split("\n") if line.strip()]


def _item(text: str) -> str:
    if not text.strip():
        return "\\e" + _NEEDS.sub(lambda found: _OUT[found[0]], text)
    return _NEEDS.sub(lambda found: _OUT[found[0]], text) if _NEEDS.search(text) else text


def _name(text: str) -> str:
    return _item(text).replace(":", "\\:").replace("：", "\\：")


def _plain(line: str) -> str:
    return _BACK.sub(lambda found: _IN.get(found[1], found[1]), line) if "\\" in line else line
