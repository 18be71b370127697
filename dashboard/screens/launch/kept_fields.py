"""
The fields of the form that a browser keeps, and how each is read back: pure.

JSON has one type of number, so that a share of 1.0 comes back as 1: a field reads it as its own type.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any

from dashboard import forms, labels
from dashboard.screens.form.passages import Reference
from engine.kinds import Control, kind_names, kinds
from engine.reports import LANGS, LEVELS, PRESETS

LARGEST = 1_000_000
Reader = Callable[[Any], Any]
"""Gives the value that a field can hold, or raises ValueError."""


def readers(providers: Sequence[str]) -> Mapping[str, Reader]:
    """
    How each kept field is read. Not kept: simulated errors, and whether existing drafts are used, which is asked anew.

    Args:
        providers: Those of the catalog.
    """
    presets = (*PRESETS, forms.CUSTOM)
    kept = [name for name in forms.DEFAULTS if name != "reuse" and not name.startswith("practice_")]
    return {
        **{name: _like(forms.DEFAULTS[name]) for name in kept},
        **dict.fromkeys(("rpm", "tpm", "max_in_flight", "max_tokens"), _or_none(_whole)),
        **dict.fromkeys(("window_s", "deadline_s", "budget_usd"), _or_none(_number)),
        **dict.fromkeys(("base_url", "key_env"), _or_none(_text)),
        **{control.name: _option(control) for kind in kinds() for control in kind.controls},
        "shape": _or_none(_one_of(labels.SHAPE)),
        "kind": _one_of(kind_names()),
        "lang": _one_of(LANGS),
        "levels": _list_of(LEVELS),
        "passages": _references,
        "made_from": _one_of((forms.TOPICS, forms.TEXTS)),
        "provider": _one_of(providers),
        "preset": _one_of(presets),
    }


def _option(control: Control) -> Reader:
    if control.languages:
        return _or_none(_text)
    if control.choices:
        return _one_of((*control.choices, forms.AUTO) if control.auto else control.choices)
    low, high = control.bounds
    return _within(_number, low, high) if isinstance(low, float) else _pair(_within(_whole, low, high))


def _like(default: Any) -> Reader:
    """A field without a rule of its own holds what its default is."""
    for kind, reader in ((bool, _flag), (int, _whole), (float, _number)):
        if isinstance(default, kind):
            return reader
    return _text


def _flag(value: Any) -> bool:
    return bool(_checked(value, isinstance(value, bool)))


def _text(value: Any) -> str:
    return str(_checked(value, isinstance(value, str)))


def _whole(value: Any) -> int:
    return int(_checked(value, _is_number(value) and value == int(value)))


def _number(value: Any) -> float:
    return float(_checked(value, _is_number(value)))


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) <= LARGEST


def _within(read: Reader, low: float, high: float) -> Reader:
    return lambda value: _checked(read(value), low <= read(value) <= high)


def _one_of(allowed: Collection[Any]) -> Reader:
    return lambda value: _checked(value, isinstance(value, str | int) and value in allowed)


def _list_of(allowed: Collection[Any]) -> Reader:
    one = _one_of(allowed)
    return lambda value: [one(part) for part in _checked(value, isinstance(value, list))]


def _references(value: Any) -> list[Reference]:
    """[text, number, used] of each passage."""
    rows = [_checked(row, isinstance(row, list) and len(row) == 3) for row in _checked(value, isinstance(value, list))]
    return [(_whole(text), _whole(number), _flag(used)) for text, number, used in rows]


def _pair(one: Reader) -> Reader:
    """The low and the high end of a range."""
    return lambda value: tuple(map(one, _checked(value, isinstance(value, list) and len(value) == 2)))


def _or_none(read: Reader) -> Reader:
    return lambda value: None if value is None else read(value)


def _checked(value: Any, fits: bool) -> Any:
    if not fits:
        raise ValueError(value)
    return value
