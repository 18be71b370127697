"""
Whether a text is written in the script of its language; the standard codecs know it, no library is needed.

Looks at the body a caller gives it: a title may hold the user's topic in any language.
"""

from __future__ import annotations

import re

from engine.kinds.units import HAN, KANA, count_units
from engine.spec import Lang

_LETTER = re.compile(r"[^\W\d_]")
_LATIN = re.compile("[A-Za-zÀ-ɏḀ-ỿ]")
LATIN_SHARE = 0.90  # kinds.md
HAN_SHARE = 0.60  # of the counted units; a translated or English text stays far below
KANA_SHARE = 0.10  # Japanese prose has 0.4 and more, Chinese with a borrowed の below 0.02


def script_problem(text: str, lang: Lang) -> str:
    """
    Say what is wrong with the script of a text.

    Returns:
        "" when the text is written as `lang` is: zh simplified Han without kana, ja Japanese characters with kana,
        en at least 90 % Latin letters.
    """
    return _PROBLEM[lang](text)


def _english(text: str) -> str:
    foreign = len(text) - len(text.encode("ascii", "ignore"))
    if foreign * 20 <= len(text):  # curly quotes and a few accents: no need to count letters
        return ""
    letters = len(_LETTER.findall(text))
    latin = len(_LATIN.findall(text))
    return "" if latin >= LATIN_SHARE * letters else f"{latin} of {letters} letters are Latin; write English"


def _chinese(text: str) -> str:
    if kana := KANA.search(text):
        return f"kana {kana[0]!r} in a Chinese text; write simplified Chinese"
    traditional = "".join(char for char in _han_outside(text, "gb2312") if _encodes(char, "big5"))
    if traditional:
        return f"traditional characters {traditional[:10]}; write simplified Chinese"
    han, units = len(HAN.findall(text)), count_units(text, "zh")
    return "" if han >= HAN_SHARE * units and han else f"{han} of {units} characters are Chinese; write Chinese"


def _japanese(text: str) -> str:
    foreign = _han_outside(text, "euc_jis_2004")
    if foreign:
        return f"{''.join(foreign[:10])} is not Japanese; write Japanese"
    kana, units = len(KANA.findall(text)), count_units(text, "ja")
    return "" if kana >= KANA_SHARE * units and kana else f"{kana} of {units} characters are kana; write Japanese"


def _han_outside(text: str, codec: str) -> list[str]:
    """Han characters the codec does not know, in order, each once."""
    if _encodes(text, codec):
        return []
    inside = set(text.encode(codec, "ignore").decode(codec, "ignore"))
    return [char for char in dict.fromkeys(text) if char not in inside and HAN.match(char)]


def _encodes(text: str, codec: str) -> bool:
    try:
        text.encode(codec)
    except UnicodeEncodeError:
        return False
    return True


_PROBLEM = {"en": _english, "ja": _japanese, "zh": _chinese}
