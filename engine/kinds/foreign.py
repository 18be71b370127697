"""
Finds a sentence in another language inside a text; quotations and names do not count.

In an English text, five words are enough for Spanish, French, German, Indonesian, Portuguese and Vietnamese, eight for
other languages. In Japanese and Chinese texts, five words in Latin letters are enough.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterator
from functools import lru_cache
from itertools import islice, pairwise

from engine.kinds.common_words import BORROWED, EITHER, FOREIGN, FUNCTION_WORDS, GERMAN, PARTICLES, PLAIN
from engine.kinds.grading.english import GRAMMAR, IRREGULAR, forms, level_of
from engine.kinds.grading.names import loanword
from engine.kinds.units import HAN, KANA, WORD
from engine.spec import Lang

QUOTED = re.compile(
    r"“[^”\n]*”|\"[^\"\n]*\"|«[^»\n]*»|‘[^’\n]*’|(?<!\w)'[^'\n]*'(?!\w)|「[^」\n]*」|『[^』\n]*』|《[^》\n]*》"
)
_LATIN_SENTENCE = re.compile(r"[^.!?\n]+")
_HAN_SENTENCE = re.compile(r"[^。！？!?\n]+")
_LETTERS = "A-Za-zÀ-ɏḀ-ỿ'’"
_LATIN_WORDS = re.compile(rf"(?:[{_LETTERS}]+[ ,;:-]{{1,2}}){{4,}}[{_LETTERS}]+")
_ACCENTED = re.compile(r"[a-zß-ɏḀ-ỿ'-]+")
_ELIDED = re.compile(r"(?:[cdjlmnst]|qu)'[a-zß-ɏ]{2}")
"""French words that have lost a vowel: l'eau, c'est."""
_FEWEST = 5
"""Words of a sentence that say which language it is in."""
_MANY = 8
"""So many words of no known language are no English."""
ENGLISH_SHARE = 0.08
"""Of a sentence; those of the samples have 0.1 and more."""
_LIST = 2.5
_LONG_LIST = 1.7
"""Words between two commas: fewer are a list, of dishes or names."""
_RARE = 5.8
"""cefrpy has many foreign words, at its highest level (6)."""
_ALSO_FOREIGN = frozenset(["ate", "fell", "lay", "men", "met", "sat", "sent"])
_ENGLISH = (FUNCTION_WORDS | GRAMMAR | IRREGULAR.keys()) - FOREIGN - EITHER - _ALSO_FOREIGN
_CHINESE = re.compile(
    "[你您她们很吗嗎呢吧這这哪谁誰们們没沒]|[今昨明每]天|早上|晚上|一起|一[个個]"
    "|[我他是去的也吃叫就把给給了].*[我他是去的也吃叫就把给給了]"
)
"""Words of Chinese grammar that no Japanese sentence without kana holds, or two that few do."""


@lru_cache(maxsize=64)  # a remark and a body are looked at by more than one check
def foreign_sentence(text: str, lang: Lang) -> str:
    """The first sentence of a text that is in another language; "" where there is none."""
    if lang == "en":
        sentences = _LATIN_SENTENCE.findall(QUOTED.sub(" ", text))
        return next((sentence.strip() for sentence in sentences if _is_not_english(sentence)), "")
    for found in _LATIN_WORDS.finditer(text):
        if not _is_name_or_quoted(found, text):
            return found[0]
    if lang == "ja":
        return next((one for one in _HAN_SENTENCE.findall(QUOTED.sub(" ", text)) if _is_chinese(one)), "")
    return ""


def _is_name_or_quoted(found: re.Match[str], text: str) -> bool:
    """Whether a row of words is a name (New York City Marathon ...), or a short quotation or title."""
    words = WORD.findall(found[0])
    if sum(word[0].islower() for word in words) < 2:
        return True
    quoted = any(one.start() < found.start() and found.end() < one.end() for one in QUOTED.finditer(text))
    return quoted and len(words) < _MANY


def _is_chinese(sentence: str) -> bool:
    """Whether a sentence of a Japanese text is Chinese: it has no kana, as a list or a notice, but Chinese grammar."""
    return len(HAN.findall(sentence)) >= _FEWEST and not KANA.search(sentence) and bool(_CHINESE.search(sentence))


def _is_not_english(sentence: str) -> bool:
    words = [word for word in WORD.findall(sentence.replace("’", "'")) if not word[0].isdigit()]
    distinct = {word.casefold() for word in words}
    enough = math.ceil(ENGLISH_SHARE * len(distinct))
    if len(distinct) < _FEWEST or len(list(islice(filter(_is_english, distinct), enough))) == enough:
        return False
    count = Counter(_signs(words))
    in_piece = len(words) / (1 + sentence.count(","))
    if in_piece < (_LIST if count["foreign"] < 2 or len(distinct) < _MANY else _LONG_LIST):
        return False
    return _outweighs(count, len(distinct))


def _outweighs(count: Counter[str], words: int) -> bool:
    """Whether the words that speak against English are enough, against those that a list of English words has."""
    foreign, unknown, listed = count["foreign"], count["unknown"], count["listed"]
    against = foreign + unknown
    if words >= _MANY:
        return against >= max(3, listed + 1) and (foreign > 0 or count["either"] < 3)
    if foreign > 1:
        return against + min(foreign, count["either"]) >= max(3, 2 * listed)
    if foreign:
        return against >= max(3, 3 * listed)
    return unknown >= 3 and not listed and count["either"] > 0


def _signs(words: list[str]) -> Iterator[str]:
    """What each different word of a sentence speaks for."""
    seen: set[str] = set()
    for at, (word, following) in enumerate(pairwise([*words, ""])):
        if (small := word.casefold()) not in seen:
            seen.add(small)
            yield _sign(word, small, following[:1].isupper(), at == 0)


def _sign(word: str, small: str, before_capital: bool, first: bool) -> str:
    """
    What a word speaks for: "foreign", "unknown" (in no English list), "listed" (in one), "either" or "" (a name).

    A capital letter inside a sentence, or at its start before another one, is a name; German nouns have one, too.
    """
    german = first and before_capital and small in GERMAN
    if small in EITHER and not german:
        return "either"
    if word[0].isupper() and (not first or (before_capital and not german)):
        return ""
    if small in FOREIGN or german:
        return "" if before_capital and small in PARTICLES and not german else "foreign"
    return _content_sign(small, word[0].isupper())


@lru_cache(maxsize=20_000)
def _content_sign(small: str, capital: bool) -> str:
    if _ELIDED.match(small):
        return "foreign"
    if not small.isascii():
        return "foreign" if _ACCENTED.fullmatch(small) and small not in BORROWED and not capital else ""
    stem = small.partition("'")[0]
    level = level_of(stem)
    if loanword(stem):
        return ""
    if level is None or level >= _RARE:
        return "" if capital else "unknown"
    return "listed"


@lru_cache(maxsize=20_000)
def _is_english(small: str) -> bool:
    return small in _ENGLISH or any(form in PLAIN for form in forms(small.partition("'")[0]))
