"""
Finds the items in a reply's text: object by object, resuming at the next one after a broken one.

Reasoning is left out wherever it is. Strings are never repaired and nothing is completed: an item is whole as the
model wrote it, or it is missing. Only what changes no character of a draft is tolerated: a comma before a closing
bracket, JSON inside a JSON string, an escaped apostrophe, a Python literal. The work is bounded: hostile text of any
size costs a fraction of a second.
"""

from __future__ import annotations

import json
import re
from bisect import bisect_right
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from typing import Any

from engine.kinds.notation import decoded, literals, plain_spaces, unwrapped
from engine.kinds.reasoning import Mark, Marks, is_thought, without_reasoning, without_versions
from engine.messages import Message

MOST_TEXT = 1_000_000  # characters read of one reply; ten of the longest drafts are under 100,000
_MOST_FAILURES = 500
_MOST_COMMAS = 200
_DEPTH = 8  # items are in the envelope's list, or some wrappers deeper

_DECODER = json.JSONDecoder(strict=False)  # control characters inside strings are cleaned later, not refused
_OPENING = re.compile(r"\{\s*\"")
_NAMED = re.compile(r"\{\s*\"id\"\s*:\s*\"([^\"\\]{1,40})\"")
_ENVELOPE = re.compile(r"\{\s*\"(?:items|reviews|solutions|drafts|data|results?)\"\s*:")


@dataclass(slots=True)
class Scan:
    """The items found in a reply, in order, and the ids of those that began but are no JSON."""

    items: list[dict[str, Any]] = field(default_factory=list)
    broken: dict[str, str] = field(default_factory=dict)
    """Id to reason: "truncated" when the text ends inside the item, else "json"."""
    closed: bool = False
    """The last item is in an envelope that is closed by the very end of the text."""
    notes: list[Message] = field(default_factory=list)


def scan(text: str, ids: Collection[str], body_field: str) -> Scan:
    """
    Read every item of a reply.

    Args:
        text: The reply as it came: BOM, reasoning, fences and prose around the JSON are left out.
        ids: The ids asked for; items keyed by id are found by them.
        body_field: The field that makes an object an item.

    Returns:
        The items, unchecked. Never raises.
    """
    cut = [Message("read.cut", {"most": MOST_TEXT, "count": len(text)})] if len(text) > MOST_TEXT else []
    text = text[:MOST_TEXT]
    found = _scanned(text, ids, body_field)
    if (final := without_versions(text)) != text:
        outside = _scanned(final, ids, body_field)
        if _ids(outside) >= _ids(found):  # a version in marks is the answer where there is no other
            found = outside
    found.notes[:0] = cut
    return found


def _ids(found: Scan) -> set[str]:
    return {str(item.get("id")) for item in found.items}


def _scanned(text: str, ids: Collection[str], body_field: str) -> Scan:
    found = Scan()
    _Reader(unwrapped(text), ids, body_field, found).read()
    if found.broken and (spaced := plain_spaces(text)) != text:
        again = _scanned(spaced, ids, body_field)
        found = again if len(again.items) > len(found.items) else found
    if not found.items:
        reader = _Reader("", ids, body_field, found)
        found.items += next(filter(None, map(reader.items_of, literals(without_reasoning(text)))), [])
    return found


class _Reader:
    """One pass over one text."""

    def __init__(self, text: str, ids: Collection[str], body_field: str, found: Scan) -> None:
        self._text = text
        self._ids = ids
        self._field = body_field
        self._found = found
        self._failures = 0
        self._commas = 0
        self._starts: list[int] | None = None
        self._marks = Marks(text)
        self._work = 8 * len(text) + 20_000

    def read(self) -> None:
        """Take every item outside reasoning."""
        place = 0
        while (opening := _OPENING.search(self._text, place)) is not None:
            mark = self._marks.after(place, opening.start())
            if mark is not None:
                place = self._skip(mark)
                continue
            place = self._read_object(opening.start())
            if self._failures > _MOST_FAILURES or self._work < 0:
                self._found.notes.append(Message("read.broken"))
                return
        if (mark := self._marks.after(place)) is not None:
            self._skip(mark)

    def items_of(self, value: Any) -> list[dict[str, Any]]:
        """The items in a value that is decoded already."""
        return list(self._items(value, _DEPTH))

    def _skip(self, mark: Mark) -> int:
        """Pass by a piece of reasoning; before an orphan closing mark everything was reasoning."""
        if mark.orphan and self._text[mark.end :].strip():
            self._found.items.clear()
            self._found.broken.clear()
        return mark.end

    def _read_object(self, start: int) -> int:
        """Take the items of the object that begins at `start`; returns where to look on."""
        value, end = self._decode(start)
        if value is None:
            named = _NAMED.match(self._text, start)
            if named:
                self._found.broken.setdefault(named[1], "truncated" if end >= len(self._text) else "json")
            return self._next_item(start) if named or end == start else start + 1
        items = list(self._items(value, _DEPTH))
        self._found.items += items
        if items:
            self._found.closed = items[-1] is not value and end == len(self._text)
        return end

    def _next_item(self, start: int) -> int:
        """Where the next item with an id that was asked for begins, past everything inside the broken one."""
        if self._starts is None:
            self._starts = [one.start() for one in _NAMED.finditer(self._text) if one[1] in self._ids]
        later = bisect_right(self._starts, start)
        return self._starts[later] if later < len(self._starts) else start + 1

    def _decode(self, start: int) -> tuple[Any, int]:
        """The value at `start` and its end; None and where the decoder stopped when there is none."""
        while True:
            try:
                value, end = _DECODER.raw_decode(self._text, start)
            except json.JSONDecodeError as exc:
                comma = self._trailing_comma(start, exc)
                self._spend(exc.pos - start, exc.pos)
                if comma < 0:
                    self._failures += 1
                    return None, self._stopped(exc)
                self._text = self._text[:comma] + " " + self._text[comma + 1 :]
            except (ValueError, RecursionError):  # a number of thousands of digits; nested thousands deep
                self._failures += 1
                self._spend(2_000, start)
                return None, start
            else:
                self._work -= end - start
                return value, end

    def _stopped(self, error: json.JSONDecodeError) -> int:
        """Where the decoder gave up; an open string runs to the end, though the error names its beginning."""
        ended = error.msg.startswith("Unterminated") or not self._text[error.pos : error.pos + 100].strip()
        return len(self._text) if ended else error.pos

    def _spend(self, read: int, position: int) -> None:
        """A failure costs what was read, and the line count of its error message: ~1/50 of the text before it."""
        self._work -= read + position // 50

    def _trailing_comma(self, start: int, error: json.JSONDecodeError) -> int:
        """Where the decoder failed on a comma before a closing bracket; -1 when it failed on something else."""
        if self._commas >= _MOST_COMMAS or _ENVELOPE.match(self._text, start):
            return -1  # its items are read one by one: no need to repair the envelope
        place = error.pos
        if self._text[place : place + 1] in ("]", "}"):
            place -= 1
            while place > start and self._text[place].isspace():
                place -= 1
        if self._text[place : place + 1] != "," or not _closes(self._text, place + 1):
            return -1
        self._commas += 1
        return place

    def _items(self, value: Any, depth: int) -> Iterator[dict[str, Any]]:
        """The items in a decoded value: the value itself, or those of its lists, wrappers and JSON strings."""
        if isinstance(value, list):
            for part in value:
                yield from self._items_inside(part, depth)
        elif isinstance(value, dict):
            value = self._named(value)
            if self._is_item(value):
                yield value
                return
            for key, part in value.items():
                if is_thought(key):
                    continue
                inner = decoded(part)
                if isinstance(inner, dict) and key in self._ids and "id" not in inner:
                    yield {"id": key, **inner}
                else:
                    yield from self._items_inside(inner, depth)

    def _items_inside(self, part: Any, depth: int) -> Iterator[dict[str, Any]]:
        inner = decoded(part)
        if depth and isinstance(inner, dict | list):
            yield from self._items(inner, depth - 1)

    def _named(self, value: dict[str, Any]) -> dict[str, Any]:
        """An object whose id and body are under their own names, also where a model wrote "ID" or "Passage "."""
        names = {name.strip().casefold(): name for name in value if not name.islower()}
        if not names:
            return value
        moved = {names[own.casefold()]: own for own in ("id", self._field) if own.casefold() in names}
        return {moved.get(name, name): part for name, part in value.items()} if moved else value

    def _is_item(self, value: dict[str, Any]) -> bool:
        identity = value.get("id")
        return self._field in value or (isinstance(identity, str) and identity in self._ids)


def _closes(text: str, place: int) -> bool:
    while place < len(text) and text[place].isspace():
        place += 1
    return text[place : place + 1] in ("]", "}") and place < len(text)
