"""
Whether a draft uses the words it was asked to use, in whatever form grammar gives them.

A list holds dictionary forms. Other forms are recognised: English inflections and irregular verbs, a phrasal verb with
its object between, Japanese endings, a Chinese verb with its particle inside.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import lru_cache

from engine.kinds.flags import flag
from engine.kinds.grading import word_borders
from engine.kinds.irregular import FORMS
from engine.kinds.registry import kind_of
from engine.kinds.text import fold
from engine.spec import Lang, RunSpec
from engine.work import Content, Flag

MISSING = "missing_word"
"""The code of a rejection and of a flag."""
_LEADING = re.compile(r"^(?:to|a|an|the)\s+", re.IGNORECASE)
_ARTICLES = ("a", "an")
_DETERMINER = r"(?:\W+(?:an?|the|some|my|your|his|her|its|our|their|this|that|these|those))?"
_READING = re.compile(r"\s*[(（\[【][^)）\]】]*[)）\]】]\s*")
_SOMEBODY = {"sb", "sth", "somebody", "something", "someone", "one's", "sb's", "somebody's", "someone's", "..."}
_PARTICLES = {
    *(
        "about",
        "across",
        "after",
        "along",
        "around",
        "at",
        "away",
        "back",
        "by",
        "down",
        "for",
        "forward",
        "in",
        "into",
    ),
    *("off", "on", "out", "over", "through", "to", "up", "with"),
}
_TOKEN = re.compile(r"\w+(?:['-]\w+)*")
_BETWEEN = r"(?:\W+\w[\w'’-]*){0,3}\W+"
_HIRAGANA = re.compile("[\u3041-\u3096]")
_KANJI = re.compile("[\u3005\u3400-\u9fff]")
_ENDINGS = (
    "うわいうえおっ くかきくけこい ぐがぎぐげごい すさしすせそ つたちつてとっ "
    "ぬなにぬねのん ぶばびぶべぼん むまみむめもん るらりるれろっ いいくかけさ"
)
_GODAN = {row[0]: row[1:] for row in _ENDINGS.split()}
"""The last character of a verb or adjective, and what may stand in its place."""
_NUMBERS = frozenset("0123456789〇一二三四五六七八九十百千万两")
_INSIDE = "[了过着个一不得]{0,2}"


def missing_words(content: Content, spec: RunSpec, asked: Sequence[str]) -> tuple[str, ...]:
    """
    The words of a slot that its draft does not use.

    Args:
        content: As stored.
        spec: The run's.
        asked: The words of the slot.

    Returns:
        The words that are not in the text; with `blank_words` those that are the answer of no blank.
    """
    if not asked:
        return ()
    kind = kind_of(spec.kind)
    if spec.blank_words and kind.answers is not None:
        texts: Sequence[str] = kind.answers(content)
    else:
        texts = (kind.body(content),)
    folded = "\n".join(fold(text) for text in texts)
    return tuple(word for word in asked if not uses(folded, word, spec.lang))


def missing_word_flags(missing: Sequence[str]) -> tuple[Flag, ...]:
    """The flag of a draft that lacks these words of its slot; none where it lacks none."""
    return (flag(MISSING, words=list(missing)),) if missing else ()


def uses(folded: str, word: str, lang: Lang) -> bool:
    """
    Whether a text uses a word.

    Args:
        folded: The text, already through `fold`.
        word: As the list has it; "a / b" is either of the two, what is in brackets is a remark.
        lang: Of both.
    """
    whole = _READING.search(word) is not None and fold(word) in folded  # with its remark, as the list has it
    return whole or any(_uses(folded, form, lang) for form in forms(word))


def tokens_of(folded: str) -> frozenset[str]:
    """The words of an English text, for `may_use`."""
    return frozenset(_TOKEN.findall(folded))


def may_use(folded: str, tokens: frozenset[str], word: str, lang: Lang) -> bool:
    """Whether it is worth while to look for a word in a text: false only where `uses` is false; costs 2 us."""
    if lang == "en":
        return any(not any(map(tokens.isdisjoint, _singles(form))) for form in forms(word))
    return any(form[0] in folded or form in ("する", "来る", "くる") for form in (word, *forms(word)))


def _uses(folded: str, form: str, lang: Lang) -> bool:
    if lang == "en" and not all(any(one in folded for one in single) for single in _singles(form)):
        return False  # ten texts are looked for in a tenth of the time of a search for a pattern
    found = _pattern(form, lang).finditer(folded)
    return any(lang == "en" or _is_word(folded, one.span(), lang) for one in found)


def _is_word(text: str, span: tuple[int, int], lang: Lang) -> bool:
    """Whether a place of a Japanese or Chinese text is a word of its own: 本 is none in 日本, nor 十分 in 三十分."""
    start, end = span
    if start and text[start] in _NUMBERS and text[start - 1] in _NUMBERS:
        return False
    joined = [place for place in (start, end) if _is_inside_han(text, place)]
    borders = word_borders(text, lang) if joined else None
    return borders is None or any(all(place in cut for place in joined) for cut in borders)


def _is_inside_han(text: str, place: int) -> bool:
    """Whether kanji or hanzi stand on both sides of a place."""
    return 0 < place < len(text) and all(map(_KANJI.match, text[place - 1 : place + 1]))


@lru_cache(maxsize=20_000)
def _singles(form: str) -> tuple[frozenset[str], ...]:
    """The forms of each plain word of an entry: a text that has none of them does not use the entry."""
    plain = [token for token in _parts(form) if token not in (*_SOMEBODY, *_ARTICLES) and _TOKEN.fullmatch(token)]
    return tuple(frozenset(inflected(token)) for token in plain)


@lru_cache(maxsize=20_000)
def forms(word: str) -> tuple[str, ...]:
    """The dictionary forms an entry names: "colour/color" are two; a reading in brackets is left out."""
    plain = _READING.sub(" ", word).strip() or word
    return tuple(part for one in re.split(r"\s*[/／|｜]\s*", plain) if (part := fold(one).strip(" .。～〜~-"))) or (
        word,
    )


def known_words(spec: RunSpec) -> frozenset[str]:
    """The words that count as within the level of a run, in the form of `fold`: those of its two word lists."""
    lists = (spec.known_words, spec.words)
    return frozenset[str]().union(*(_known(one.text) for one in lists if one is not None))


@lru_cache(maxsize=16)
def _known(text: str) -> frozenset[str]:
    return frozenset(form for word in text.split("\n") if word for form in forms(word))


@lru_cache(maxsize=4096)
def _pattern(form: str, lang: Lang) -> re.Pattern[str]:
    return re.compile(_PATTERNS[lang](form))


def _english(form: str) -> str:
    tokens = _parts(form)
    parts: list[str] = []
    gap = False
    for token in tokens:
        if token in _SOMEBODY:
            gap = True
            continue
        if parts and token in _ARTICLES:
            parts.append(_DETERMINER)
            continue
        if parts:
            parts.append(_BETWEEN if gap or (len(tokens) == 2 and token in _PARTICLES) else r"\W+")
        parts.append(f"(?:{'|'.join(re.escape(one) for one in inflected(token))})")
        gap = False
    return rf"(?<!\w)(?<!\w['-]){''.join(parts)}(?!\w|-\w)" if parts else re.escape(form)


def _parts(form: str) -> list[str]:
    return _LEADING.sub("", form, count=1).split() or [form]


def inflected(word: str) -> list[str]:
    """The forms of an English word, its irregular ones included; too many rather than too few."""
    found = dict.fromkeys([word, *FORMS.get(word, ()), *_regular(word)])
    return sorted(found, key=len, reverse=True)


def _regular(word: str) -> Iterator[str]:
    if not word.isalpha():
        return
    yield from (f"{word}s", f"{word}es", f"{word}ed", f"{word}ing", f"{word}er", f"{word}est", f"{word}ly", f"{word}'s")
    if word.endswith("e"):
        yield from (f"{word}d", f"{word}r", f"{word}st", f"{word[:-1]}ing", f"{word[:-1]}y")
    if word.endswith("ie"):
        yield f"{word[:-2]}ying"
    if word.endswith("y"):
        yield from (f"{word[:-1]}{ending}" for ending in ("ies", "ied", "ier", "iest", "ily"))
    if word.endswith("f"):
        yield f"{word[:-1]}ves"
    if re.search(r"[^aeiou][aeiou][^aeiouwxy]$", word):
        yield from (f"{word}{word[-1]}{ending}" for ending in ("ed", "ing", "er", "est"))


def _japanese(form: str) -> str:
    whole = re.escape(form)
    stem, end = form[:-1], form[-1:]
    if end == "な" and len(stem) > 1:
        return rf"{whole}|{re.escape(stem)}(?=[にでだの、。]|$)"
    if form.endswith("する") and len(form) > 2:
        return rf"{whole}|{re.escape(form[:-2])}(?=[さしすせで])"
    if form in ("する", "来る", "くる"):
        return {"する": "[さしすせ]", "来る": "来", "くる": "[きくこ]"}[form]
    if end not in _GODAN or not stem or not (_KANJI.search(stem) or len(stem) > 1):
        return whole
    row = f"{re.escape(stem)}[{_GODAN[end]}]"
    if end == "る":
        # One-row verbs (食べる, 見る) drop the ending: any hiragana may follow.
        follows = "[たてまなよらろれさちず]" if _HIRAGANA.search(stem[-1]) or len(stem) == 1 else ""
        return rf"{whole}|{row}|{re.escape(stem)}{follows}" if follows else rf"{whole}|{row}"
    return rf"{whole}|{row}"


def _chinese(form: str) -> str:
    if len(parts := [part for part in form.split("…") if part]) > 1:
        return ".{0,20}?".join(map(re.escape, parts))
    if len(form) == 2 and all(_KANJI.match(char) for char in form):
        return form[0] + _INSIDE + form[1]
    return re.escape(form)


_PATTERNS: Mapping[Lang, Callable[[str], str]] = {"en": _english, "ja": _japanese, "zh": _chinese}
