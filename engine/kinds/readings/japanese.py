"""
Furigana by fugashi with UniDic: the reading is put over the kanji of a word, not over its kana.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import Any

from engine.kinds.readings import Ruby
from engine.kinds.units import HAN, KANA

_WRITTEN = (
    "今日 明日 昨日 一日 人気 大人 上手 下手 何 私 行 方 市場 色紙 生物 大分 最中 工夫 間 中 家 角 後 前 十分 一人 二人"
    " 今朝 昨夜 故郷 他 側 傍 床 額 頭 面 札 風 主 空 辛 開 抱 怒 汚 止"
)
_SEVERAL = frozenset(_WRITTEN.split())
"""Written so, a word may be read in another way than the dictionary's first."""
_NUMBER = re.compile("[0-9０-９一二三四五六七八九十百千何]")
_COUNTERS = frozenset("分本匹杯百千階回個歳冊足軒")
"""Behind a number their reading changes, or the number's: 三十分 is さんじゅっぷん."""


def ruby(text: str) -> tuple[Ruby, ...]:
    """A piece for each word with kanji, without its kana at the ends; the rest in between."""
    pieces: list[Ruby] = []
    place = 0
    for word in _tagger()(text):
        at = text.find(word.surface, place)
        if at < 0:
            continue
        pieces += [Ruby(text[place:at])] if at > place else []
        counted = at > 0 and word.surface in _COUNTERS and _NUMBER.match(text[at - 1])
        name = getattr(word.feature, "pos4", None) == "名"  # 裕子 is ゆうこ or ひろこ
        read = _read(word.surface, getattr(word.feature, "kana", None))
        pieces += [one._replace(uncertain=True) if one.reading and (counted or name) else one for one in read]
        place = at + len(word.surface)
    return tuple([*pieces, Ruby(text[place:])] if place < len(text) else pieces)


@cache
def _tagger() -> Any:
    """Takes 0.3 s the first time."""
    from fugashi import Tagger

    return Tagger()


def spelled(text: str, reading: str) -> list[Ruby]:
    """A text with the reading given over it, without its kana at the ends."""
    return [piece._replace(uncertain=False) for piece in _read(text, reading)]


def _read(surface: str, kana: str | None) -> Iterator[Ruby]:
    if not HAN.search(surface):
        yield Ruby(surface)
        return
    reading = _hiragana(kana or "")
    start, end = _edges(surface, reading)
    core, read = surface[start : len(surface) - end], reading[start : len(reading) - end]
    if surface[:start]:
        yield Ruby(surface[:start])
    yield Ruby(core, read, not kana or core in _SEVERAL)
    if end:
        yield Ruby(surface[-end:])


def _edges(surface: str, reading: str) -> tuple[int, int]:
    """How many signs at the start and at the end are kana that the reading has, too."""
    start = end = 0
    spelled = _hiragana(surface)
    while start < len(surface) and KANA.match(surface[start]) and reading[start : start + 1] == spelled[start]:
        start += 1
    while end < len(surface) - start and KANA.match(surface[-1 - end]) and reading[-1 - end :][:1] == spelled[-1 - end]:
        end += 1
    return start, end


def _hiragana(text: str) -> str:
    return "".join(chr(ord(char) - 0x60) if "ァ" <= char <= "ヶ" else char for char in text)
