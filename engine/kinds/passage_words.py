"""
The target words of a slot. With own texts they are the words of the list that its passage holds.
"""

from __future__ import annotations

from functools import lru_cache

from engine.kinds.registry import kind_of
from engine.kinds.target_words import may_use, tokens_of, uses
from engine.kinds.text import fold
from engine.spec import Lang, RunSpec
from engine.work import Slot


def slot_words(spec: RunSpec, slot: Slot) -> tuple[str, ...]:
    """
    The target words of a slot; none without a list.

    Without passages each slot has its share of the list. With them, the drafts of a passage share the words that it
    holds, at most as many as a draft has blanks.
    """
    source = spec.source_of(slot.topic)
    if spec.words is None or not source:
        return spec.slot_words(slot.number)
    found = words_in(source, spec.words.text, spec.lang)
    count = min(spec.target_words, _most(spec, slot.level, source), len(found))
    return tuple(found[(slot.copy * count + place) % len(found)] for place in range(count))


@lru_cache(maxsize=1024)
def words_in(passage: str, words: str, lang: Lang) -> tuple[str, ...]:
    """The words of a list, one per line, that a passage holds in some form."""
    folded = fold(passage)
    tokens = tokens_of(folded)
    each = dict.fromkeys(words.split("\n"))
    return tuple(word for word in each if word and may_use(folded, tokens, word, lang) and uses(folded, word, lang))


def held_words(spec: RunSpec) -> frozenset[str]:
    """The target words that at least one passage of a run holds."""
    if spec.words is None:
        return frozenset()
    return frozenset[str]().union(*(words_in(one.body, spec.words.text, spec.lang) for one in spec.sources))


def _most(spec: RunSpec, level: int, source: str) -> int:
    """The most blanks of a draft that is made from a passage."""
    made = kind_of(spec.kind).source
    ranges = made.figures(spec.lang, level, spec.options, source) if made and made.figures else {}
    return ranges.get("blanks", (0, spec.target_words))[1]
