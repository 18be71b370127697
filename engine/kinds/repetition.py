"""
Texts that repeat themselves instead of going on.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable

from engine.kinds.text import fold

DISTINCT_SHARE = 0.60
DISTINCT_WORDS = 0.15
"""Texts of beginners have 0.4 and more."""
_ENOUGH, _MANY_WORDS = 4, 60
_SENTENCE = re.compile(r"[^.!?。！？\n]+")


def repetition(text: str) -> str:
    """The sentence or word that a text repeats most, where fewer than 60 % (words: 15 %) are distinct; else ""."""
    sentences = [fold(sentence) for sentence in _SENTENCE.findall(text) if any(map(str.isalnum, sentence))]
    if len(sentences) >= _ENOUGH and len(set(sentences)) < DISTINCT_SHARE * len(sentences):
        return _most_common(sentences)
    words = fold(text).split()
    if len(words) >= _MANY_WORDS and len(set(words)) < DISTINCT_WORDS * len(words):
        return _most_common(words)
    return ""


def _most_common(texts: Iterable[str]) -> str:
    return Counter(texts).most_common(1)[0][0]
