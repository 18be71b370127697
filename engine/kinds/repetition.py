"""
Texts that repeat themselves instead of going on.
"""

from __future__ import annotations

import re

from engine.kinds.text import fold

DISTINCT_SHARE = 0.60
_ENOUGH = 4
_SENTENCE = re.compile(r"[^.!?。！？\n]+")


def repetition(text: str) -> str:
    """The sentence that a text repeats most, where fewer than 60 % of its sentences are distinct; else ""."""
    sentences = [fold(sentence) for sentence in _SENTENCE.findall(text) if any(map(str.isalnum, sentence))]
    if len(sentences) < _ENOUGH or len(set(sentences)) >= DISTINCT_SHARE * len(sentences):
        return ""
    return max(sentences, key=sentences.count)
