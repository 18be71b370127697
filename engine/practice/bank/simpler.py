"""
The bank of a language for one level: values of pools and words that are above the level make room for easier ones.

simpler.json holds them by language and level, as the level check grades them; answers, hints and names stay. Where
easier words make no natural sentence, it holds longer pieces, own sentences (opinions, letters) and what to leave out.
"""

from __future__ import annotations

import json
import re
import zlib
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from engine.practice.bank import Bank, Pair, Sentence, load


@lru_cache(maxsize=24)
def bank_for(lang: str, level: int) -> Bank:
    """
    The bank of a language, in words of a level.

    Raises:
        ValueError: the language's bank breaks its rules.
    """
    table = _tables().get(lang, {}).get(str(level))
    return _in_words(load(lang), table) if table else load(lang)


@cache
def _tables() -> dict[str, Any]:
    tables: dict[str, Any] = json.loads(Path(__file__).with_name("simpler.json").read_text(encoding="utf-8"))
    return tables


def _in_words(bank: Bank, table: Mapping[str, Any]) -> Bank:
    say, choose = _easier(table["words"], bank.lang), _Choices(table)
    skip = frozenset(table.get("skip", ()))
    pools = {**bank.pools, **{name: tuple(values) for name, values in table["pools"].items()}}
    return replace(
        bank,
        easier=say,
        pools=pools,
        titles=_said(bank.titles, say),
        narrative={band: choose.beats(_said(_left(beats, skip), say)) for band, beats in bank.narrative.items()},
        dialogue={band: _said(_left(beats, skip), say) for band, beats in bank.dialogue.items()},
        opinion=_texts(table.get("opinion")) or _said(bank.opinion, say),
        report=_said(bank.report, say),
        email=_texts(table.get("email")) or _said(bank.email, say),
        steps={
            step: {name: _said(texts, say) if name in ("titles", "prompts") else texts for name, texts in parts.items()}
            for step, parts in bank.steps.items()
        },
    )


def _left(beats: Any, skip: Collection[str]) -> Any:
    """The beats without the sentences and turns that have no easy form."""
    return tuple(
        tuple(one for one in beat if (one.whole if isinstance(one, Sentence) else one.a) not in skip) for beat in beats
    )


def _texts(lists: Sequence[Sequence[str]] | None) -> tuple[tuple[str, ...], ...]:
    """Sentences of the level, written for it: a text that argues or asks cannot be made easier word by word."""
    return tuple(map(tuple, lists or ()))


class _Choices:
    """Easier words in place of wrong choices that are above the level; Japanese answers are written in kana."""

    def __init__(self, table: Mapping[str, Any]) -> None:
        self._hard = frozenset(table["hard"])
        self._easy: Mapping[str, Sequence[str]] = table["easy"]
        self._spelled: Mapping[str, str] = table["spelled"]

    def beats(self, beats: Sequence[Sequence[Sentence]]) -> tuple[tuple[Sentence, ...], ...]:
        """The sentences with choices of the level."""
        return tuple(tuple(self._sentence(one) for one in beat) for beat in beats)

    def _sentence(self, one: Sentence) -> Sentence:
        answer = self._spelled.get(one.answer, one.answer)
        chosen: list[str] = []
        for text in one.distractors:
            spelled = self._spelled.get(text, text)
            chosen.append(self._instead(one, {answer, *chosen}) if spelled in self._hard else spelled)
        return replace(
            one,
            whole=one.before + answer + one.after,
            answer=answer,
            distractors=tuple(chosen),
            acceptable=tuple(self._spelled.get(text, text) for text in one.acceptable),
            explanation=one.explanation.replace(one.answer, answer),
        )

    def _instead(self, one: Sentence, used: set[str]) -> str:
        taken = {*used, *one.acceptable, *one.distractors}
        easy = self._easy[one.type]
        start = zlib.crc32(one.whole.encode())
        return next(word for step in range(len(easy)) if (word := easy[(start + step) % len(easy)]) not in taken)


def _said(value: Any, say: Callable[[str], str]) -> Any:
    if isinstance(value, str):
        return say(value)
    if isinstance(value, Sentence):
        before, after = say(value.before), say(value.after)
        return replace(value, whole=before + value.answer + after, before=before, after=after)
    if isinstance(value, Pair):
        pair = Pair(say(value.a), say(value.b), say(value.key))
        return pair if pair.key in pair.a or pair.key in pair.b else value
    return tuple(_said(one, say) for one in value)


def _easier(words: Mapping[str, str], lang: str) -> Callable[[str], str]:
    """What puts easier words into a text: {pools} and capital letters stay, "a" and "an" follow the new word."""
    if not words:
        return lambda text: text
    sought = "|".join(map(re.escape, sorted(words, key=len, reverse=True)))
    article, end = (r"\b(an? )?\b", r"\b") if lang == "en" else ("()", "")
    pattern = re.compile(rf"{article}({sought}){end}|\{{\w+\}}", re.IGNORECASE)

    def easier(found: re.Match[str]) -> str:
        if found[2] is None:
            return found[0]
        new = words[found[2].lower()]
        new = new[:1].upper() + new[1:] if found[2][:1].isupper() else new
        return f"{found[1][0]}{'n' * (new[0] in 'aeiou')} {new}" if found[1] else new

    return lambda text: pattern.sub(easier, text)
