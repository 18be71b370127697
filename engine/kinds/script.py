"""
Whether a text is written in the script of its language.

Looks at the body a caller gives it: a title may hold the user's topic in any language. One odd character never refuses
a text: names and rare words hold some (瞭望, 髙島屋); several different ones do.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Any

from engine.kinds.kind import Problem
from engine.kinds.refusals import refused
from engine.kinds.units import HAN, KANA, count_units
from engine.spec import Lang

_LETTER = re.compile(r"[^\W\d_]")
_LATIN = re.compile("[A-Za-zÀ-ɏḀ-ỿ]")
LATIN_SHARE = 0.90  # kinds.md
HAN_SHARE = 0.60  # of the counted units; a translated or English text stays far below
KANA_SHARE = 0.10  # Japanese prose has 0.4 and more, Chinese with a borrowed の below 0.02
SEVERAL = 3
"""So many different odd characters are no accident."""

_NAMES = "𠮷渊"
"""Characters of Japanese family names (𠮷野家, 渊上): the standards lack one and count the other as Chinese."""

# Lead bytes of the frequent characters (level 1) of the national standards.
_GB_FREQUENT = range(0xB0, 0xD8)
_JIS_FREQUENT = range(0xB0, 0xD0)
_BIG5_FREQUENT = range(0xA4, 0xC7)


def script_refusal(text: str, lang: Lang) -> Problem | None:
    """
    Why a text cannot be used for its script.

    Returns:
        None when the text is written as `lang` is: zh simplified Han without kana, ja Japanese characters with kana,
        en at least 90 % Latin letters.
    """
    return _PROBLEM[lang](text)


def odd_characters(text: str, lang: Lang) -> str:
    """
    Characters that do not belong to a language, in order, each once.

    Returns:
        zh: kana, and traditional forms that no simplified text has. ja: forms that only simplified Chinese has, and
        Han characters that no Japanese standard has. All: letters of another script, such as Hangul or Cyrillic.
    """
    if text.isascii():
        return ""
    return "".join(char for char in dict.fromkeys(text) if _ODD[lang](char) or _is_of_another_script(char))


def foreign(text: str, lang: Lang) -> bool:
    """Whether a short text, such as a choice or an answer, is written in another script; digits and signs never are."""
    if odd_characters(text, lang):
        return True
    if lang == "en" or not (letters := _LETTER.findall(text)):
        return False
    return not (HAN.search(text) or (lang == "ja" and KANA.search(text))) and len(letters) > 1


def word_in_script(word: str, lang: Lang) -> bool:
    """Whether a single word is written as its language is; Latin letters beside Japanese or Chinese ones are fine."""
    letters = _LETTER.findall(word)
    if lang == "en":
        return bool(letters) and all(_LATIN.match(letter) for letter in letters)
    if odd_characters(word, lang):
        return False
    return HAN.search(word) is not None or (lang == "ja" and KANA.search(word) is not None)


def _english(text: str) -> Problem | None:
    foreign = len(text) - len(text.encode("ascii", "ignore"))
    if foreign * 20 <= len(text):  # curly quotes and a few accents: no need to count letters
        return None
    letters = len(_LETTER.findall(text))
    latin = len(_LATIN.findall(text))
    return None if latin >= LATIN_SHARE * letters else _wrong("not_latin", count=latin, all=letters)


def _chinese(text: str) -> Problem | None:
    odd = "".join(filter(_odd_in_chinese, dict.fromkeys(text)))
    if kana := "".join(KANA.findall(odd)):
        return _wrong("kana_in_chinese", character=kana[0])
    if len(odd) >= SEVERAL:
        return _wrong("traditional", characters=odd[:10])
    han, units = len(HAN.findall(text)), count_units(text, "zh")
    return None if han >= HAN_SHARE * units and han else _wrong("not_chinese", count=han, all=units)


def _japanese(text: str) -> Problem | None:
    odd = "".join(filter(_odd_in_japanese, dict.fromkeys(text)))
    if len(odd) >= SEVERAL:
        return _wrong("not_japanese", characters=odd[:10])
    kana, units = len(KANA.findall(text)), count_units(text, "ja")
    return None if kana >= KANA_SHARE * units and kana else _wrong("few_kana", count=kana, all=units)


def _wrong(sentence: str, **values: Any) -> Problem:
    return refused("wrong_script", sentence, **values)


def _is_of_another_script(char: str) -> bool:
    """A letter that is neither Han, kana nor Latin; a Greek letter may be a sign."""
    if not char.isalpha() or _LATIN.match(char) or HAN.match(char) or KANA.match(char):
        return False
    return not ("\u0370" <= char <= "\u03ff" or "\uff21" <= char <= "\uff5a" or char in "ーｰ々ゝゞヽヾªºµ")


def _odd_in_english(char: str) -> bool:
    return _LETTER.match(char) is not None and _LATIN.match(char) is None


def _odd_in_chinese(char: str) -> bool:
    return KANA.match(char) is not None or char in _traditional()


def _odd_in_japanese(char: str) -> bool:
    if HAN.match(char) is None or char in _NAMES:
        return False
    if _lead(char, "gb2312") in _GB_FREQUENT:
        return _lead(char, "euc_jp") not in _JIS_FREQUENT and _lead(char, "big5") not in _BIG5_FREQUENT
    return not (_lead(char, "euc_jis_2004") or _lead(char, "cp932"))


def _lead(char: str, codec: str) -> int:
    """The first byte of a character's code, 0 where the standard does not have it."""
    try:
        return char.encode(codec)[0]
    except UnicodeEncodeError:
        return 0


@cache
def _traditional() -> frozenset[str]:
    """Characters that CC-CEDICT uses in traditional spellings alone (takes 7 ms, on first use)."""
    from zhon import cedict

    return frozenset(cedict.traditional) - frozenset(cedict.simplified)


_ODD = {"en": _odd_in_english, "ja": _odd_in_japanese, "zh": _odd_in_chinese}
_PROBLEM = {"en": _english, "ja": _japanese, "zh": _chinese}
