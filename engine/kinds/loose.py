"""
Brings what a model left open into the shape of its kind: null for an empty list, a list written as text, rows keyed by
their number, a label that is not one of the choices. Nothing is completed or invented; what is assumed is reported.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from engine.kinds.kind import Fields
from engine.kinds.layout import Entry, Script, layout
from engine.kinds.notation import decoded
from engine.kinds.text import brief

_ITEMS = re.compile(r"\s*(?:\n|;|；|、)\s*")
_BULLET = re.compile(r"^\s*(?:[-*•]|\d{1,2}[.)])\s+")
_SPOKEN = re.compile(r"\s*([^:：\n]{1,24}?)\s*[:：]\s*(.+)", re.DOTALL)
_DIGITS = re.compile(r"\D*(\d{1,3})\D*")


@dataclass(frozen=True, slots=True)
class Assume:
    """Marks a field with choices: the value an unknown label is read as, and other names of the choices."""

    value: str
    names: Mapping[str, str] = field(default_factory=dict, hash=False)


@dataclass(frozen=True, slots=True)
class MayBeAbsent:
    """Marks a list that may be left out: then it is empty."""


@dataclass(frozen=True, slots=True)
class Assumed:
    """A label that was read as one of the choices: where, what it was, and what it is now."""

    at: str
    given: str
    used: str


def loosened(raw: Mapping[str, Any], fields: type[Fields]) -> tuple[dict[str, Any], list[Assumed]]:
    """
    Bring an item into the shape of its kind.

    Args:
        raw: The item; it is not changed.
        fields: The model of its kind.

    Returns:
        The item with nulls, keyed rows and lists as text in their usual form, and the labels that were assumed.
    """
    assumed: list[Assumed] = []
    return dict(_fields(raw, layout(fields), "", assumed)), assumed


def _fields(
    raw: Mapping[str, Any], entries: Sequence[Entry], place: str, assumed: list[Assumed]
) -> Iterator[tuple[str, Any]]:
    known = {entry.name for entry in entries}
    yield from ((name, value) for name, value in raw.items() if name not in known)
    for entry in entries:
        if entry.name in raw or entry.mark(MayBeAbsent) or entry.mark(Assume):
            at = f"{place}.{entry.name}" if place else entry.name
            yield entry.name, _value(raw.get(entry.name), entry, at, assumed)


def _value(value: Any, entry: Entry, place: str, assumed: list[Assumed]) -> Any:
    if entry.form in ("texts", "rows", "group"):
        value = decoded(value)
    if entry.form == "texts":
        return _texts(value)
    if entry.form == "rows":
        return _loose_rows(_rows(value, entry), entry, place, assumed)
    if entry.form == "group":
        return dict(_fields(value, entry.parts, place, assumed)) if isinstance(value, Mapping) else value
    if entry.form == "number":
        return _number(value)
    if entry.choices:
        return _choice(value, entry, place, assumed)
    return "" if value is None else str(value) if isinstance(value, int | float) else value


def _loose_rows(rows: Any, entry: Entry, place: str, assumed: list[Assumed]) -> Any:
    if not isinstance(rows, list):
        return rows
    return [
        dict(_fields(row, entry.parts, f"{place} {_key(row, entry)}", assumed)) if isinstance(row, Mapping) else row
        for row in rows
    ]


def _texts(value: Any) -> Any:
    """A list: also null, a table by number, and a text with an item per line or between semicolons."""
    if value is None:
        return []
    if isinstance(value, Mapping):
        value = list(value.values())
    if isinstance(value, str):
        parts = _ITEMS.split(value.strip())
        value = [_BULLET.sub("", part) for part in (parts if len(parts) > 1 else value.split(", ")) if part.strip()]
    if not isinstance(value, list):
        return value
    return [str(one) if isinstance(one, int | float) else one for one in value if one is not None]


def _rows(value: Any, entry: Entry) -> Any:
    """A list of rows: also null, a table by number or label, and rows written as text."""
    if value is None:
        return []
    if isinstance(value, Mapping):
        value = [_named(name, row, entry) for name, row in value.items()]
    return [_row(row, entry) for row in value] if isinstance(value, list) else value


def _named(name: str, row: Any, entry: Entry) -> Any:
    first, second = entry.parts[0].name, entry.parts[1].name
    return {first: name, **row} if isinstance(row, Mapping) else {first: name, second: row}


def _row(row: Any, entry: Entry) -> Any:
    row = decoded(row)
    if not isinstance(row, str):
        return row
    if entry.mark(Script):
        spoken = _SPOKEN.fullmatch(row)
        return {"speaker": spoken[1], "text": spoken[2]} if spoken else {"speaker": "", "text": row}
    return {entry.parts[0].name: row, entry.parts[1].name: ""}


def _key(row: Mapping[str, Any], entry: Entry) -> str:
    return brief(row.get(entry.parts[0].name, ""), 20)


def _number(value: Any) -> Any:
    """A number also as "b1" or "{{1}}"."""
    found = _DIGITS.fullmatch(value) if isinstance(value, str) and len(value) < 20 else None
    return int(found[1]) if found else value


def _choice(value: Any, entry: Entry, place: str, assumed: list[Assumed]) -> Any:
    label = value.strip().lower() if isinstance(value, str) else ""
    mark = next((one for one in entry.marks if isinstance(one, Assume)), None)
    if label in entry.choices or mark is None or (label == "" and value not in (None, "")):
        return label if label in entry.choices else value
    used = mark.names.get(label, mark.value)
    if label and label not in mark.names:
        assumed.append(Assumed(place, brief(label, 30), used))
    return used
