"""
The sentences of a source text, in the form of the bank's: so that the writers make drafts from it as from the bank.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from engine.practice.bank import Pair, Sentence, band_of
from engine.practice.pen import Ask, Item, Pen
from engine.practice.script import phrases

_CLAUSES = {
    "en": re.compile(r"(?<=[,.;:!?”])\s+"),
    "ja": re.compile(r"(?<=[。、！？」])\s*"),
    "zh": re.compile(r"(?<=[。，！？；：”])\s*"),
}
_WORDS = {
    "en": re.compile(r"(?<![\w'’-])[a-z]{4,14}(?![\w'’-])"),
    "ja": re.compile("(?<![一-鿿々])[一-鿿々]{1,3}(?![一-鿿々])|[ァ-ヶー]{3,}"),
    "zh": re.compile("[一-鿿]{2}"),
}
_HINTS = {
    "en": "a word of {count} letters; read on",
    "ja": "{count}文字のことばです",
    "zh": "共 {count} 个{letters}，看看前后文",
}
_NOT_ASKED = ("説明", "解释", "提示")
"""As an answer they look like the place of one that is missing."""
_EXPLAINED = {"en": "The text needs this word here.", "ja": "前後の文からわかります。", "zh": "由上下文可知。"}
_EXPLAINS = {"en": "zh", "ja": "zh", "zh": "en"}
DISTRACTORS = 3
_BODIES = ("passage", "text")


def sentences_from(pen: Pen, ask: Ask, explain_in: str = "") -> list[tuple[Sentence, str]]:
    """
    The clauses of a source with what they say, each with a word that can be asked for; together they are the source.

    Args:
        pen: Chooses the words.
        ask: With the source.
        explain_in: Language of hints and explanations; empty: the usual one.
    """
    lang = pen.bank.lang
    explain = explain_in if explain_in in _HINTS else _EXPLAINS[lang]
    sentences: list[tuple[Sentence, str]] = []
    left = list(ask.words)
    for clause in _with_words(_clauses(ask.source, lang), lang):
        for text, wanted in _cut_at_words(clause, left, lang):
            sentences.append((_sentence(pen, text, ask.source, explain, len(sentences), wanted), text))
    return sentences


def _cut_at_words(text: str, left: list[str], lang: str) -> Iterator[tuple[str, re.Match[str] | None]]:
    """A clause, cut so that each part holds one target word; words that were found are taken from the list."""
    found = _asked_word(text, left, lang)
    end = found.end() if found else len(text)
    cut = text.find(" ", end) if lang == "en" else end
    if found and cut >= end and any(_place_of(word, text[cut:], lang) for word in left):
        yield text[:cut], found
        yield from _cut_at_words(text[cut:].lstrip(), left, lang)
    else:
        yield text, found


def _asked_word(text: str, left: list[str], lang: str) -> re.Match[str] | None:
    """The first target word in a text; it is taken from the list."""
    places = {word: found for word in left if (found := _place_of(word, text, lang))}
    if not places:
        return None
    first = min(places, key=lambda word: places[word].start())
    left.remove(first)
    return places[first]


def _place_of(word: str, text: str, lang: str) -> re.Match[str] | None:
    """Where a text holds a word, or one of its regular forms."""
    if lang == "ja" and len(word) > 1 and "ぁ" <= word[-1] <= "ん":
        return re.search(re.escape(word[:-1]) + "[ぁ-ん]", text)
    if lang != "en":
        return re.search(re.escape(word), text)
    stem = word[:-1] if len(word) > 3 and word[-1] in "ey" else word
    pattern = rf"(?<!\w){re.escape(stem)}\w{{0,4}}(?!\w)"
    return re.search(pattern, text) or re.search(pattern, text, re.IGNORECASE)


def pairs_from(pen: Pen, ask: Ask) -> Iterator[Pair]:
    """The clauses of a source in pairs, as the turns of a dialogue."""
    clauses = _turned(_clauses(ask.source, pen.bank.lang), pen.index)
    for a, b in zip(clauses[::2], clauses[1::2], strict=False):
        key = next(iter(phrases(a, pen.bank.lang)), a)
        yield Pair(_template(a), _template(b), key)


def said_from(pen: Pen, ask: Ask) -> Iterator[str]:
    """The clauses of a source as templates."""
    return map(_template, _turned(_clauses(ask.source, pen.bank.lang), pen.index))


def change_text(item: Item, chance: float) -> Item:
    """The item with a few characters missing in the middle of its text: what `changed_text` does to it."""
    for name in _BODIES:
        text = item.get(name)
        if isinstance(text, str) and (words := list(re.finditer(r"[^\W\d_]{2,}", re.sub(r"\{\{\d+\}\}", " ", text)))):
            word = words[int(chance * len(words))][0]
            return {**item, name: text.replace(word, word[:-1], 1)}
    return item


def _clauses(source: str, lang: str) -> list[str]:
    return [clause for clause in _CLAUSES[lang].split(source) if clause.strip()]


def _turned(clauses: list[str], index: int) -> list[str]:
    """The clauses from another one on in each draft, so that drafts from one source differ."""
    first = 5 * index % len(clauses) if clauses else 0
    return [*clauses[first:], *clauses[:first]]


def _with_words(clauses: Sequence[str], lang: str) -> list[str]:
    """The clauses; one without a word that can be asked for belongs to the one before."""
    glue = " " if lang == "en" else ""
    found: list[str] = []
    for clause in clauses:
        if found and not (_WORDS[lang].search(clause) and _WORDS[lang].search(found[-1])):
            found[-1] += glue + clause
        else:
            found.append(clause)
    return found


def _sentence(
    pen: Pen, text: str, source: str, explain: str, place: int, wanted: re.Match[str] | None = None
) -> Sentence:
    words = list(_WORDS[pen.bank.lang].finditer(text)) or list(re.finditer(r"\w+|.", text))
    words = [word for word in words if word[0] not in _NOT_ASKED] or words
    single = [word for word in words if source.casefold().count(word[0].casefold()) == 1] or words
    word = wanted or single[int(pen.unit(f"word {place}") * len(single))]
    answer = word[0]
    return Sentence(
        whole=_template(text),
        before=_template(text[: word.start()]),
        answer=answer,
        after=_template(text[word.end() :]),
        type="vocabulary",
        hint=_HINTS[explain].format(count=len(answer), letters="字母" if answer.isascii() else "字"),
        distractors=_distractors(pen, answer, place),
        acceptable=(),
        explanation=_EXPLAINED[explain],
        asked=wanted is not None,
    )


def _distractors(pen: Pen, answer: str, place: int) -> tuple[str, ...]:
    """Other words of the bank, each once."""
    beats = pen.bank.narrative[band_of(1)]
    words = dict.fromkeys(one.answer for beat in beats for one in beat if one.answer.casefold() != answer.casefold())
    names = [word for word in words if " " not in word]
    first = int(pen.unit(f"wrong {place}") * len(names))
    return tuple(names[(first + step) % len(names)] for step in range(DISTRACTORS))


def _template(text: str) -> str:
    return text.replace("{", "{{").replace("}", "}}")
