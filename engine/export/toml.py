"""
Writes plain values as TOML; the standard library only reads it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

_LONG = 80
_CONTROLS = {chr(code): f"\\u{code:04x}" for code in range(0x7F, 0xA0)}
"""JSON leaves these as they are; TOML allows no control character in a text."""


def toml_text(values: Mapping[str, Any]) -> str:
    """
    A TOML document that reads back as the same values.

    Args:
        values: Texts, numbers, booleans, lists of these, and tables of these; None is left out.
    """
    plain = {name: value for name, value in values.items() if not isinstance(value, Mapping)}
    tables = {name: value for name, value in values.items() if isinstance(value, Mapping) and value}
    parts = [_lines(plain), *(f"[{name}]\n{_lines(table)}" for name, table in tables.items())]
    return "\n".join(parts)


def _lines(table: Mapping[str, Any]) -> str:
    return "".join(f"{_key(name)} = {_value(value)}\n" for name, value in table.items() if value is not None)


def _key(name: str) -> str:
    bare = name.isascii() and name.replace("_", "").replace("-", "").isalnum()
    return name if bare else _text(name)


def _value(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, Mapping):
        return "{ " + ", ".join(f"{_key(name)} = {_value(one)}" for name, one in value.items()) + " }"
    if isinstance(value, Sequence):
        return _list([_value(one) for one in value])
    return repr(value)


def _list(items: Sequence[str]) -> str:
    line = f"[{', '.join(items)}]"
    if len(line) <= _LONG:
        return line
    return "[\n" + "".join(f"    {item},\n" for item in items) + "]"


def _text(text: str) -> str:
    """A JSON string is a TOML string, but for the control characters from DEL on."""
    return "".join(_CONTROLS.get(character, character) for character in json.dumps(text, ensure_ascii=False))
