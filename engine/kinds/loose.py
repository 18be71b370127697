"""
Brings what a model left open into the shape of its kind: null for an empty list, a list written as text, rows keyed by
their number, a name in another spelling, a label that is not one of the choices. Nothing is completed or invented; what
is assumed is reported.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from engine.kinds.kind import Fields
from engine.kinds.layout import Entry, Script, layout
from engine.kinds.loose_values import only, read_number, read_text, read_texts, says_none, text_of, without_numbers
from engine.kinds.notation import decoded
from engine.kinds.text import brief

_SPOKEN = re.compile(r"\s*([^:：\n]{1,24}?)\s*[:：]\s*(.+)", re.DOTALL)
_MOST_ROWS = 500
_RIGHT = frozenset(("correct", "iscorrect", "right", "isright", "answer", "isanswer", "true"))


@dataclass(frozen=True, slots=True)
class Assume:
    """Marks a field with choices: the value an unknown label is read as, and other names of the choices."""

    value: str
    names: Mapping[str, str] = field(default_factory=dict, hash=False)


@dataclass(frozen=True, slots=True)
class MayBeAbsent:
    """Marks a list or a text that may be left out: then it is empty. `in_words`: "none" alone is an empty list, too."""

    in_words: bool = False


@dataclass(frozen=True, slots=True)
class Named:
    """Marks a field that models call otherwise: the other names, in lower case without signs."""

    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class AnswerIn:
    """Marks a list of options, one of which may have "correct": true. `is_apart`: the list does not hold that one."""

    name: str
    """The field of the answer."""
    is_apart: bool = False


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
    if _is_exact(raw, layout(fields)):
        return dict(raw), []
    assumed: list[Assumed] = []
    return dict(_fields(raw, layout(fields), "", assumed)), assumed


def _is_exact(raw: Any, entries: Sequence[Entry]) -> bool:
    """Whether nothing of an item is left open, as of nearly all items: this costs a tenth of bringing it into shape."""
    if not isinstance(raw, dict):
        return False
    missing = [entry for entry in entries if entry.name not in raw]
    if any(entry.asked or entry.mark(MayBeAbsent) or entry.mark(Assume) for entry in missing):
        return False
    if missing and raw.keys() - {entry.name for entry in entries} - {"id"}:
        return False  # one of these may be the missing one
    return all(entry in missing or _fits(raw[entry.name], entry) for entry in entries)


def _fits(value: Any, entry: Entry) -> bool:
    """Whether a value has the type of its field."""
    match entry.form:
        case "text":
            return isinstance(value, str) and (not entry.choices or value in entry.choices)
        case "number":
            return type(value) is int
        case "group":
            return _is_exact(value, entry.parts)
        case "texts":
            texts = isinstance(value, list) and all(isinstance(one, str) for one in value)
            return texts and not says_none(value) and without_numbers(value) == value
        case "rows":
            rows = isinstance(value, list) and len(value) <= _MOST_ROWS
            return rows and all(_is_exact(row, entry.parts) and len(row) > 1 for row in value)
    return True


def _fields(
    raw: Mapping[str, Any], entries: Sequence[Entry], place: str, assumed: list[Assumed]
) -> Iterator[tuple[str, Any]]:
    raw = _answered(_renamed(raw, entries), entries)
    known = {entry.name for entry in entries}
    yield from ((name, value) for name, value in raw.items() if name not in known)
    for entry in entries:
        if entry.name in raw or entry.mark(MayBeAbsent) or entry.mark(Assume):
            at = f"{place}.{entry.name}" if place else entry.name
            yield entry.name, _value(raw.get(entry.name), entry, at, assumed)


def _renamed(raw: Mapping[str, Any], entries: Sequence[Entry]) -> Mapping[str, Any]:
    """The fields under their own names, where a model wrote them in another spelling or called them otherwise."""
    missing = [entry for entry in entries if entry.name not in raw]
    if not missing:
        return raw
    known = {entry.name for entry in entries}
    spare = {_plain(name): name for name in reversed(list(raw)) if name not in known}
    moved: dict[str, str] = {}
    for entry in missing:
        own = _plain(entry.name)
        others = [name for mark in entry.marks if isinstance(mark, Named) for name in mark.names]
        # "D1 dialogue": a part of a draft may carry its title in its name.
        longer = [name for name in spare if entry.form == "group" and name.startswith(own)]
        if found := next((name for name in (own, *others, *longer) if name in spare), None):
            moved[spare.pop(found)] = entry.name
    return {moved.get(name, name): value for name, value in raw.items()}


def _answered(raw: Mapping[str, Any], entries: Sequence[Entry]) -> Mapping[str, Any]:
    """The answer in its own field, where it is missing and exactly one option is marked as right."""
    for entry in entries:
        mark = next((one for one in entry.marks if isinstance(one, AnswerIn)), None)
        options = decoded(raw.get(entry.name))
        if mark is None or raw.get(mark.name) or not isinstance(options, list):
            continue
        right = [one for one in options if isinstance(one, Mapping) and _is_right(one)]
        if len(right) == 1:
            others = [one for one in options if one is not right[0] or not mark.is_apart]
            return {**raw, mark.name: text_of(right[0]), entry.name: others}
    return raw


def _is_right(option: Mapping[str, Any]) -> bool:
    return any(value is True and _plain(name) in _RIGHT for name, value in option.items())


def _plain(name: str) -> str:
    return re.sub(r"[\W_]", "", str(name)).lower()


def _value(value: Any, entry: Entry, place: str, assumed: list[Assumed]) -> Any:
    if entry.form in ("texts", "rows", "group"):
        value = decoded(value)
    if entry.form == "texts":
        return read_texts(value, in_words=MayBeAbsent(in_words=True) in entry.marks)
    if entry.form == "rows":
        return _loose_rows(_rows(value, entry), entry, place, assumed)
    if entry.form == "group":
        return dict(_fields(value, entry.parts, place, assumed)) if isinstance(value, Mapping) else value
    if entry.form == "number":
        return read_number(only(value))
    if entry.choices:
        return _choice(value, entry, place, assumed)
    return read_text(value) if entry.form == "text" else value


def _loose_rows(rows: Any, entry: Entry, place: str, assumed: list[Assumed]) -> Any:
    if not isinstance(rows, list) or len(rows) > _MOST_ROWS:
        return rows
    made = [
        dict(_fields(row, entry.parts, f"{place} {_key(row, entry)}", assumed)) if isinstance(row, Mapping) else row
        for row in rows
    ]
    first = entry.parts[0]
    if first.form == "number" and all(isinstance(row, dict) and row.get(first.name) is None for row in made):
        return [{**row, first.name: number} for number, row in enumerate(made, 1)]
    return made


def _rows(value: Any, entry: Entry) -> Any:
    """A list of rows: also null, a table by number or label, a list inside one, and rows written as text."""
    if value is None:
        return []
    value = _listed(value)
    if isinstance(value, Mapping):
        value = [_named(name, row, entry) for name, row in value.items()]
    if isinstance(value, str) and entry.mark(Script):
        value = [line for line in value.splitlines() if line.strip()]
    return [_row(row, entry) for row in value] if isinstance(value, list) else value


def _listed(value: Any) -> Any:
    """The list inside a list or a table that holds nothing else."""
    while isinstance(value, list | Mapping) and len(value) == 1:
        inner = next(iter(value.values() if isinstance(value, Mapping) else value))
        if not isinstance(inner, list):
            break
        value = inner
    return value


def _named(name: str, row: Any, entry: Entry) -> Any:
    first, second = entry.parts[0].name, entry.parts[1].name
    return {first: name, **row} if isinstance(row, Mapping) else {first: name, second: row}


def _row(row: Any, entry: Entry) -> Any:
    row = decoded(row)
    first, second = entry.parts[0].name, entry.parts[1].name
    if isinstance(row, list) and len(row) == 2:
        return {first: row[0], second: row[1]}
    if (
        isinstance(row, Mapping)
        and len(row) == 1
        and not {_plain(name) for name in row} & {_plain(first), _plain(second)}
    ):
        (name, inner), *_ = row.items()
        if isinstance(inner, Mapping):
            return inner if first in inner else {first: name, **inner}
        return {first: name, second: inner}
    if not isinstance(row, str):
        return row
    spoken = _SPOKEN.fullmatch(row)
    if entry.mark(Script):
        return {"speaker": spoken[1], "text": spoken[2]} if spoken else {"speaker": "", "text": row}
    return {first: spoken[1], second: spoken[2]} if spoken else {first: row, second: ""}


def _key(row: Mapping[str, Any], entry: Entry) -> str:
    return brief(row.get(entry.parts[0].name, ""), 20)


def _choice(value: Any, entry: Entry, place: str, assumed: list[Assumed]) -> Any:
    mark = next((one for one in entry.marks if isinstance(one, Assume)), None)
    if isinstance(value, int | float) and mark is not None:
        value = str(value)
    if isinstance(value, list) and value and all(isinstance(one, str) for one in value):
        value = value[0] if len(value) == 1 else ", ".join(value)
    label = value.strip().lower() if isinstance(value, str) else ""
    joined = re.sub(r"[\s-]+", "_", label)
    if joined in entry.choices:
        return joined
    if mark is None or (label == "" and value not in (None, "")):
        return label if label in entry.choices else value
    used = mark.names.get(label, mark.value)
    if label and label not in mark.names:
        assumed.append(Assumed(place, brief(label, 30), used))
    return used
