"""
Whether a text is written in the script of its language.

Looks at the body a caller gives it: a title may hold the user's topic in any language. One odd character never refuses
a text: names and rare words hold some (瞭望, 髙島屋); several different ones do.
"""

from __future__ import annotations

import re
from functools import cache

from engine.kinds.units import HAN, KANA, count_units
from engine.spec import Lang

_LETTER = re.compile(r"[^\W\d_]")
_LATIN = re.compile("[A-Za-zÀ-ɏḀ-ỿ]")
LATIN_SHARE = 0.90  # kinds.md
HAN_SHARE = 0.60  # of the counted units; a translated or English text stays far below
KANA_SHARE = 0.10  # Japanese prose has 0.4 and more, Chinese with a borrowed の below 0.02
SEVERAL = 3
"""So many different odd characters are no accident."""

# Lead bytes of the frequent characters (level 1) of the national standards.
_GB_FREQUENT = range(0xB0, 0xD8)
_JIS_FREQUENT = range(0xB0, 0xD0)
_BIG5_FREQUENT = range(0xA4, 0xC7)


def script_problem(text: str, lang: Lang) -> str:
    """
    Say what is wrong with the script of a text.

    Returns:
        "" when the text is written as `lang` is: zh simplified Han without kana, ja Japanese characters with kana,
        en at least 90 % Latin letters.
    """
    return _PROBLEM[lang](text)


def odd_characters(text: str, lang: Lang) -> str:
    """
    Characters that do not belong to a language, in order, each once.

    Returns:
        zh: kana, and traditional forms that no simplified text has. ja: forms that only simplified Chinese has, and
        Han characters that no Japanese standard has. en: letters of another script.
    """
    if text.isascii():
        return ""
    return "".join(char for char in dict.fromkeys(text) if _ODD[lang](char))


def foreign(text: str, lang: Lang) -> bool:
    """Whether a short text, such as a choice or an answer, is written in another script; digits and signs never are."""
    if odd_characters(text, lang):
        return True
    if lang == "en" or not (letters := _LETTER.findall(text)):
        return False
    return not (HAN.search(text) or (lang == "ja" and KANA.search(text))) and len(letters) > 1


def _english(text: str) -> str:
    foreign = len(text) - len(text.encode("ascii", "ignore"))
    if foreign * 20 <= len(text):  # curly quotes and a few accents: no need to count letters
        return ""
    letters = len(_LETTER.findall(text))
    latin = len(_LATIN.findall(text))
    return "" if latin >= LATIN_SHARE * letters else f"{latin} of {letters} letters are Latin; write English"


def _chinese(text: str) -> str:
    odd = odd_characters(text, "zh")
    if kana := "".join(KANA.findall(odd)):
        return f"kana {kana[0]!r} in a Chinese text; write simplified Chinese"
    if len(odd) >= SEVERAL:
        return f"traditional characters {odd[:10]}; write simplified Chinese"
    han, units = len(HAN.findall(text)), count_units(text, "zh")
    return "" if han >= HAN_SHARE * units and han else f"{han} of {units} characters are Chinese; write Chinese"


def _japanese(text: str) -> str:
    odd = odd_characters(text, "ja")
    if len(odd) >= SEVERAL:
        return f"{odd[:10]} is not Japanese; write Japanese"
    kana, units = len(KANA.findall(text)), count_units(text, "ja")
    return "" if kana >= KANA_SHARE * units and kana else f"{kana} of {units} characters are kana; write Japanese"


def _odd_in_english(char: str) -> bool:
    return _LETTER.match(char) is not None and _LATIN.match(char) is None


def _odd_in_chinese(char: str) -> bool:
    return KANA.match(char) is not None or char in _traditional()


def _odd_in_japanese(char: str) -> bool:
    if HAN.match(char) is None:
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
