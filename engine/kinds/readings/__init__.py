"""
How the characters of a text are read: pinyin for Chinese, furigana for Japanese, from dictionaries, never from a model.

Computed when a text is shown or exported. Needs the extra `readings`; without it a text is only a text.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from importlib import import_module
from importlib.util import find_spec
from types import ModuleType
from typing import NamedTuple

PACKAGES = {"ja": ("fugashi", "unidic_lite"), "zh": ("pypinyin",)}
Own = tuple[tuple[str, str], ...]
"""Readings that were corrected: (text, reading)."""
_MODULES = {"ja": "japanese", "zh": "chinese"}


class Ruby(NamedTuple):
    """A piece of a text with its reading."""

    text: str
    reading: str = ""
    """Empty: it needs none."""
    uncertain: bool = False
    """It has several readings, and the words around it do not decide."""


def has_readings(lang: str) -> bool:
    """Whether the texts of a language have readings, and what they need is installed."""
    return lang in PACKAGES and all(find_spec(name) is not None for name in PACKAGES[lang])


@lru_cache(maxsize=2_000)
def ruby(text: str, lang: str, own: Own = ()) -> tuple[Ruby, ...]:
    """
    Cut a text into pieces with their readings.

    Args:
        text: Of a draft.
        lang: Its language.
        own: Readings that win over the dictionary's, wherever their text occurs.

    Returns:
        Pieces that make up the text; one piece without a reading where nothing is installed.
    """
    if not text or text.isascii() or not has_readings(lang):
        return (Ruby(text),) if text else ()
    module = import_module(f"engine.kinds.readings.{_MODULES[lang]}")
    found: tuple[Ruby, ...] = module.ruby(text)
    return _with_own(text, found, own, module) if any(part in text for part, _ in own) else found


def _with_own(text: str, pieces: Iterable[Ruby], own: Own, module: ModuleType) -> tuple[Ruby, ...]:
    """The pieces, with the corrected readings in the places of their texts."""
    readings = dict(own)
    longest = sorted(readings, key=len, reverse=True)
    spans = [found.span() for found in re.finditer("|".join(map(re.escape, longest)), text)]
    made = [(start, module.spelled(text[start:end], readings[text[start:end]])) for start, end in spans]
    place = 0
    for piece in pieces:
        free = _free(place, place + len(piece.text), spans)
        whole = free == [(place, place + len(piece.text))]
        made += [(place, [piece])] if whole else [(start, module.ruby(text[start:end])) for start, end in free]
        place += len(piece.text)
    return tuple(one for _, part in sorted(made, key=lambda each: each[0]) for one in part)


def _free(start: int, end: int, spans: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """The parts of a range that no span covers."""
    free = []
    for first, last in spans:
        if first < end and last > start:
            free += [(start, first)] if start < first else []
            start = last
    return [*free, (start, end)] if start < end else free
