"""
The strict JSON schema of a reply, for providers that enforce one, read off the fields of the kind.

Only type, enum, required and additionalProperties: the words every strict mode knows. Counts and lengths are left to
the checks. The schema of a kind never changes with the packet, for providers compile and keep each one they have seen.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from typing import Any

from engine.kinds.blocks import TRANSLATION
from engine.kinds.kind import Fields
from engine.kinds.layout import Entry, layout

_TEXT = {"type": "string"}


@cache
def reply_schema(fields: type[Fields], *, translated: bool = False) -> dict[str, Any]:
    """
    The schema of `{"items": [...]}`; what we fill in ourselves is not asked for.

    Args:
        fields: Of the kind.
        translated: Each item ends with its translation.

    Returns:
        One shared object per kind: to be sent, not changed.
    """
    more = {TRANSLATION: _list(_TEXT)} if translated else {}
    return _object({"items": _list(_object({"id": _TEXT, **_properties(layout(fields)), **more}))})


def _properties(entries: Iterable[Entry]) -> dict[str, Any]:
    return {entry.name: _value(entry) for entry in entries if entry.asked}


def _value(entry: Entry) -> dict[str, Any]:
    if entry.form == "rows":
        return _list(_object(_properties(entry.parts)))
    if entry.form == "group":
        return _object(_properties(entry.parts))
    if entry.form == "texts":
        return _list(_TEXT)
    if entry.form == "number":
        return {"type": "integer"}
    return {**_TEXT, "enum": list(entry.choices)} if entry.choices else _TEXT


def _object(properties: dict[str, Any]) -> dict[str, Any]:
    return {"type": "object", "properties": properties, "required": list(properties), "additionalProperties": False}


def _list(items: dict[str, Any]) -> dict[str, Any]:
    return {"type": "array", "items": items}
