"""
The sentences the practice provider writes with, one JSON file a language, read once and checked while read.

A text takes one alternative from each beat, in order. write chooses which one.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from string import Formatter
from typing import Any, Literal

Band = Literal["easy", "hard"]
STEPS = ("D1", "D2", "T3", "W4", "T5", "W6")


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence of a narrative, cut at the answer it can be asked for; `before` and `after` hold {pool} values."""

    whole: str
    """With its answer in place."""
    before: str
    answer: str
    after: str
    type: str
    hint: str
    distractors: tuple[str, ...]
    acceptable: tuple[str, ...]
    explanation: str
    asked: bool = False
    """Its answer is a target word."""


@dataclass(frozen=True, slots=True)
class Pair:
    """Two turns of a dialogue, and a phrase that occurs in one of them."""

    a: str
    b: str
    key: str


@dataclass(frozen=True, slots=True)
class Bank:
    """One language's sentences. Every list of beats has a prime number of alternatives, the same in each beat."""

    lang: str
    pools: Mapping[str, Sequence[str]]
    genders: Mapping[str, str]
    """Of the given names that have one; the voice of a role follows it."""
    titles: Sequence[str]
    narrative: Mapping[str, Sequence[Sequence[Sentence]]]
    dialogue: Mapping[str, Sequence[Sequence[Pair]]]
    opinion: Sequence[Sequence[str]]
    report: Sequence[Sequence[str]]
    email: Sequence[Sequence[str]]
    steps: Mapping[str, Mapping[str, Sequence[Any]]]
    tips: Sequence[str]
    mark: str
    easier: Callable[[str], str] = str
    """Puts words of the bank's level into another text."""


def band_of(level: int) -> Band:
    """Levels 1 to 3 are written with the easy sentences, 4 to 6 with the hard ones."""
    return "easy" if level <= 3 else "hard"


@lru_cache(maxsize=8)
def load(lang: str) -> Bank:
    """
    The bank of a language.

    Raises:
        ValueError: the file breaks the bank's rules; it names the place.
        OSError: there is no bank for this language.
    """
    return read(lang, json.loads(Path(__file__).with_name(f"{lang}.json").read_text(encoding="utf-8")))


def read(lang: str, raw: Mapping[str, Any]) -> Bank:
    """
    Build a bank from its JSON values.

    Raises:
        ValueError: a beat's alternatives are not a prime number, a {pool} is unknown, an answer is not marked once.
    """
    pools = {name: tuple(values) for name, values in raw["pools"].items()}
    for needed in ("name", "friend"):
        if len(set(pools.get(needed, ()))) < 2:
            raise ValueError(f"{lang}: the pool {needed} needs at least two values")
    lines: dict[str, Any] = {
        name: _beats(raw[name], f"{lang} {name}", pools, str) for name in ("opinion", "report", "email")
    }
    return Bank(
        lang=lang,
        pools=pools,
        genders=dict(raw.get("genders", {})),
        titles=tuple(_checked(title, f"{lang} titles", pools) for title in raw["titles"]),
        narrative=_bands(raw["narrative"], f"{lang} narrative", pools, _sentence),
        dialogue=_bands(raw["dialogue"], f"{lang} dialogue", pools, _pair),
        steps=_steps(raw["steps"], lang, pools),
        tips=tuple(_checked(tip, f"{lang} tips", pools) for tip in raw["tips"]),
        mark=str(raw["mark"]),
        **lines,
    )


def _bands(raw: Mapping[str, Any], place: str, pools: Mapping[str, Any], made: Any) -> dict[str, Any]:
    return {band: _beats(raw[band], f"{place} {band}", pools, made) for band in ("easy", "hard")}


def _beats(
    raw: Sequence[Sequence[Any]], place: str, pools: Mapping[str, Any], made: Any
) -> tuple[tuple[Any, ...], ...]:
    counts = {len(beat) for beat in raw}
    if len(counts) != 1 or not _is_prime(min(counts)) or len(raw) > min(counts):
        raise ValueError(
            f"{place}: beats hold {sorted(counts)} alternatives; give each the same prime, at least {len(raw)}"
        )
    beats = tuple(tuple(made(alternative) for alternative in beat) for beat in raw)
    for number, beat in enumerate(beats):
        for entry in beat:
            for text in _texts(entry):
                _checked(text, f"{place}, beat {number}", pools)
    return beats


def _texts(entry: Any) -> tuple[str, ...]:
    if isinstance(entry, Sentence):
        return (entry.before, entry.after)
    return (entry.a, entry.b) if isinstance(entry, Pair) else (entry,)


def _checked(text: str, place: str, pools: Mapping[str, Any]) -> str:
    for _, field, spec, conversion in Formatter().parse(text):
        if field is not None and (field not in pools or spec or conversion):
            raise ValueError(f"{place}: there is no pool {field!r} in {text!r}")
    return text


def _sentence(raw: Mapping[str, Any]) -> Sentence:
    before, opening, rest = raw["t"].partition("[[")
    answer, closing, after = rest.partition("]]")
    if not (opening and closing and answer) or "[[" in after or "{" in answer:
        raise ValueError(f"mark the answer once, as [[...]]: {raw['t']!r}")
    return Sentence(
        before + answer + after,
        before,
        answer,
        after,
        raw["type"],
        raw["hint"],
        tuple(raw["distractors"]),
        tuple(raw.get("acceptable", ())),
        raw["explanation"],
    )


def _pair(raw: Mapping[str, str]) -> Pair:
    if raw["key"] not in raw["a"] and raw["key"] not in raw["b"]:
        raise ValueError(f"the key phrase {raw['key']!r} is in neither turn: {raw['a']!r}")
    return Pair(raw["a"], raw["b"], raw["key"])


def _steps(raw: Mapping[str, Any], lang: str, pools: Mapping[str, Any]) -> dict[str, dict[str, tuple[Any, ...]]]:
    steps = {step: {name: tuple(values) for name, values in raw[step].items()} for step in STEPS}
    for step, lists in steps.items():
        for name, values in lists.items():
            for value in values:
                for text in [value] if isinstance(value, str) else value:
                    _checked(text, f"{lang} steps {step} {name}", pools)
    return steps


def _is_prime(number: int) -> bool:
    return number > 1 and all(number % divisor for divisor in range(2, int(number**0.5) + 1))
