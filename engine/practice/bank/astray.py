"""
Banks that miss on purpose: sentences far above the level, or in another language of the same script.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from engine.practice.bank import Bank, Pair, Sentence, load
from engine.practice.bank.simpler import bank_for

OTHER = {"ja": "zh", "zh": "ja"}
"""Japanese and Chinese share characters; for English the bank has sentences in Spanish."""


@lru_cache(maxsize=24)
def above(lang: str, level: int) -> Bank:
    """The bank of a language with phrases before its sentences that only the best readers know."""
    phrases = _pieces()["above"][lang]

    def say(text: str) -> str:
        greeting = _greeting(text)
        said = text.removeprefix(greeting)
        return greeting + _of(phrases, text) + _more(phrases, text, lang) + _lowered(said, lang)

    return _with(bank_for(lang, level), say)


@lru_cache(maxsize=8)
def another(lang: str) -> Bank:
    """A bank in another language: Spanish for English, Chinese for Japanese, Japanese for Chinese."""
    if lang in OTHER:
        return load(OTHER[lang])
    sentences = _pieces()["another"][lang]
    return _with(load(lang), lambda text: f"{_of(sentences, text)} {_of(sentences, text[::-1])} ")


@cache
def _pieces() -> dict[str, Any]:
    pieces: dict[str, Any] = json.loads(Path(__file__).with_name("astray.json").read_text(encoding="utf-8"))
    return pieces


def _of(pieces: Sequence[str], text: str) -> str:
    return pieces[zlib.crc32(text.encode()) % len(pieces)]


def _greeting(text: str) -> str:
    """The first line of a letter, which no sentence ends."""
    line, end, _ = text.partition("\n")
    return line + end if end and line[-1] not in ".!?。！？" else ""


def _more(phrases: Sequence[str], text: str, lang: str) -> str:
    """A second phrase: Chinese ones are short."""
    return _of(phrases, text[::-1]) if lang == "zh" else ""


def _lowered(text: str, lang: str) -> str:
    """English goes on in small letters behind a comma, but for I and names."""
    keeps = lang != "en" or text[:1] == "{" or text.startswith(("I ", "I'"))
    return text if keeps else text[:1].lower() + text[1:]


def _with(bank: Bank, say: Callable[[str], str]) -> Bank:
    return replace(
        bank,
        narrative={band: _said(beats, say) for band, beats in bank.narrative.items()},
        dialogue={band: _said(beats, say) for band, beats in bank.dialogue.items()},
        opinion=_said(bank.opinion, say),
        report=_said(bank.report, say),
        email=_said(bank.email, say),
    )


def _said(value: Any, say: Callable[[str], str]) -> Any:
    if isinstance(value, str):
        return say(value)
    if isinstance(value, Sentence):
        whole = say(value.whole)
        before = whole[: len(whole) - len(value.answer + value.after)]
        answer = whole[len(before) : len(before) + len(value.answer)]
        return replace(value, whole=whole, before=before, answer=answer)
    if isinstance(value, Pair):
        pair = Pair(say(value.a), say(value.b), value.key)
        return pair if pair.key in pair.a or pair.key in pair.b else replace(pair, key=pair.a[:12].strip())
    return tuple(_said(one, say) for one in value)
