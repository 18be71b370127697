"""
Pinyin with tone marks, by pypinyin: words of its dictionary decide between readings.
"""

from __future__ import annotations

import re

from pypinyin import Style, pinyin

from engine.kinds.readings import Ruby
from engine.kinds.units import HAN

_RUN = re.compile(f"({HAN.pattern}+)")
_SETTLED = frozenset("的了着地得不一是这那个们么吗呢啊吧和都还要会好看说没有大上下中为")
"""So frequent in one reading that the others are not worth a mark."""


def ruby(text: str) -> tuple[Ruby, ...]:
    """A piece for each character; what is between Chinese characters is one piece."""
    pieces: list[Ruby] = []
    for part in _RUN.split(text):
        if part and _RUN.fullmatch(part):
            pieces += _read(part)
        elif part:
            pieces.append(Ruby(part))
    return tuple(pieces)


def _read(run: str) -> list[Ruby]:
    one = [found[0] for found in pinyin(run, style=Style.TONE)]
    several = pinyin(run, style=Style.TONE, heteronym=True)
    if not len(one) == len(several) == len(run):
        return [Ruby(run)]
    return [
        Ruby(char, reading, len(others) > 1 and char not in _SETTLED)
        for char, reading, others in zip(run, one, several, strict=True)
    ]
