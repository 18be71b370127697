"""
Pinyin with tone marks, by pypinyin: words of its dictionary decide between readings.
"""

from __future__ import annotations

import re

from pypinyin import Style, pinyin

from engine.kinds.readings import Ruby
from engine.kinds.units import HAN

_RUN = re.compile(f"({HAN.pattern}+)")
_SEVERAL = frozenset(
    "得长行乐重地着还都为发当教觉间几种调便假空少数难传转相应倒干卷累量落强散省弹挑藏朝冲处称盛背差参曾创答担给系降角结禁露率模磨泊铺曲"
    "扫色宿提吐鲜兴血咽压载正只切"
)
"""Characters with several frequent readings; the rare readings of others are not worth a mark."""
_WORDS = re.compile("都会|大夫|大意|地道|人家|孙子|同行|一行|朝阳|倒车|正当|分子|公差|精神|东西|地方|自然|当年")
"""Characters that are a word of the dictionary, and as often two words (我们都会来), or one with another reading."""


def ruby(text: str) -> tuple[Ruby, ...]:
    """A piece for each character; what is between Chinese characters is one piece."""
    pieces: list[Ruby] = []
    for part in _RUN.split(text):
        if part and _RUN.fullmatch(part):
            pieces += _read(part)
        elif part:
            pieces.append(Ruby(part))
    return tuple(pieces)


def spelled(text: str, reading: str) -> list[Ruby]:
    """A text with the reading given: a syllable for each character where there are as many, else one piece."""
    syllables = reading.split()
    if len(syllables) != len(text):
        return [Ruby(text, reading)]
    return [Ruby(*pair) for pair in zip(text, syllables, strict=True)]


def _read(run: str) -> list[Ruby]:
    one = [found[0] for found in pinyin(run, style=Style.TONE)]
    several = pinyin(run, style=Style.TONE, heteronym=True)
    if not len(one) == len(several) == len(run):
        return [Ruby(run)]
    doubtful = {place for found in _WORDS.finditer(run) for place in range(*found.span())}
    return [
        Ruby(char, reading, place in doubtful or (len(others) > 1 and char in _SEVERAL))
        for place, (char, reading, others) in enumerate(zip(run, one, several, strict=True))
    ]
