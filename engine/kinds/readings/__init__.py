"""
How the characters of a text are read: pinyin for Chinese, furigana for Japanese, from dictionaries, never from a model.

Computed when a text is shown or exported. Needs the extra `readings`; without it a text is only a text.
"""

from __future__ import annotations

from functools import lru_cache
from importlib import import_module
from importlib.util import find_spec
from typing import NamedTuple

PACKAGES = {"ja": ("fugashi", "unidic_lite"), "zh": ("pypinyin",)}
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
def ruby(text: str, lang: str) -> tuple[Ruby, ...]:
    """
    Cut a text into pieces with their readings.

    Returns:
        Pieces that make up the text; one piece without a reading where nothing is installed.
    """
    if not text or text.isascii() or not has_readings(lang):
        return (Ruby(text),) if text else ()
    found: tuple[Ruby, ...] = import_module(f"engine.kinds.readings.{_MODULES[lang]}").ruby(text)
    return found
