"""
Which language a text is in, judged by its script and its function words. Pure and small: it only has to see
that a text is not in the language asked for.
"""

from __future__ import annotations

import re
from functools import lru_cache

from engine.kinds.common_words import FUNCTION_WORDS
from engine.kinds.foreign import foreign_sentence
from engine.kinds.script import odd_characters
from engine.kinds.units import HAN, KANA, WORD
from engine.spec import Lang

# Measured on the samples: English texts 0.40 to 0.55; Dutch 0.21, German 0.19, French 0.08, Spanish 0.06.
ENGLISH_SHARE = 0.27
DOUBTFUL_SHARE = 0.30
_ENOUGH_WORDS = 20
_NO_WORDS = frozenset(
    [
        "n/a",
        "na",
        "none",
        "null",
        "nil",
        "todo",
        "tbd",
        "tba",
        "xxx",
        "hint",
        "hints",
        "explanation",
        "string",
        "placeholder",
        "提示",
        "解释",
        "ヒント",
        "説明",
    ]
)
_QUOTED = re.compile(r"[“\"「『《(（][^”\"」』》)）]*[”\"」』》)）]")
_FEW = 3
"""A remark of so few letters may be a term of the language that is taught."""


@lru_cache(maxsize=64)  # a draft's body is asked twice: to refuse it and to flag it
def english_share(text: str) -> float:
    """The share of function words in a text of at least 20 words; 1.0 for a shorter one, which proves nothing."""
    words = WORD.findall(text.casefold().replace("’", "'"))
    if len(words) < _ENOUGH_WORDS:
        return 1.0
    return sum(map(FUNCTION_WORDS.__contains__, words)) / len(words)


def says_nothing(text: str) -> bool:
    """Whether a remark or an answer is empty, or only holds the place of one ("...", "TODO")."""
    return not any(map(str.isalnum, text)) or text.strip(" .<>[](){}").casefold() in _NO_WORDS


def is_help_in(text: str, lang: Lang) -> bool:
    """
    Whether a hint or an explanation is in a language; what it quotes of the language that is taught does not count.

    A remark of a few letters proves nothing and counts as good.
    """
    own = _QUOTED.sub(" ", text)
    han, kana = (0, 0) if own.isascii() else (len(HAN.findall(own)), len(KANA.findall(own)))
    letters = sum(map(str.isalpha, own))
    if letters <= _FEW:
        return True
    if lang == "en":
        return letters > han + kana and english_share(own) >= ENGLISH_SHARE and not foreign_sentence(own, "en")
    if lang == "ja":
        return kana > 0
    # A Chinese remark on Japanese may hold kana: it has simplified forms, or far more characters.
    return han > 0 and (3 * kana <= han or bool(odd_characters(own, "ja")))
