"""
The practice provider as a second model: scores drafts, suggests fixes for some, and fills gaps without the key.

Pure: the same seed and the same draft give the same opinion. Nothing is understood here; the bank is known by heart.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any

from engine.practice.bank import load
from engine.practice.chance import unit
from engine.practice.models import MARK
from engine.practice.pen import Item

REJECTED = 0.06
FIXED = 0.16  # of the drafts; the rest is good
MISSED = 0.04  # of the blanks
ASPECTS = ("correct", "natural", "level", "task", "safe")
SAYS = {
    "correct": "One statement does not hold: see the last sentence.",
    "level": "Several expressions are above the level asked for.",
    "natural": "The title sounds translated; a native speaker would put it another way.",
    "task": "The explanation of blank 1 does not help the learner to find the answer.",
    "markup": "The text holds Markdown, which the learner would read as it is.",
}
BEYOND_REPAIR = ("correct", "level")
REVISED = {"en": " – revised", "ja": "（改訂）", "zh": "（修订）"}


def review(lang: str, given: Mapping[str, Any], seed: int) -> Item:
    """One entry of "reviews" for one draft: mostly ok, some to fix with a repair, a few rejected."""
    draft = given.get("draft")
    draft = draft if isinstance(draft, dict) else {}
    of = _digest(draft)
    if MARK in of:
        repair = json.loads(of.replace(MARK, ""))
        return {"id": given["id"], "s": [5, 2, 4, 3, 5], "v": "fix", "reasons": [SAYS["markup"]], "repair": repair}
    chance = unit(seed, "opinion", of)
    scores = [5 - (unit(seed, "score", of, place) < 0.35) for place in range(5)]
    if chance >= REJECTED + FIXED:
        return {"id": given["id"], "s": scores, "v": "ok"}
    rejected = chance < REJECTED
    weaknesses = BEYOND_REPAIR if rejected else ("natural", "task") if _blanks(draft) else ("natural",)
    weak = weaknesses[int(unit(seed, "weak", of) * len(weaknesses))]
    scores[ASPECTS.index(weak)] = 1 if rejected else 3
    said = {"id": given["id"], "s": scores, "v": "reject" if rejected else "fix", "reasons": [SAYS[weak]]}
    return said if rejected else {**said, "repair": _mended(lang, draft, weak)}


def solve(lang: str, given: Mapping[str, Any], seed: int) -> Item:
    """One entry of "solutions" for one passage: what the bank knows, now and then another option."""
    options = given.get("options")
    options = options if isinstance(options, dict) else {}
    passage = str(given.get("passage", ""))
    return {"id": given["id"], "a": [_chosen(lang, passage, name, some, seed) for name, some in options.items()]}


def _chosen(lang: str, passage: str, name: str, options: Any, seed: int) -> str:
    choices = [one for one in options if isinstance(one, str)] if isinstance(options, list) else []
    if not choices:
        return ""
    known = _keys(lang).get(frozenset(choices))
    guess = choices[int(unit(seed, "guess", passage, name) * len(choices))]
    return guess if known is None or unit(seed, "miss", passage, name) < MISSED else known


@lru_cache(maxsize=4)
def _keys(lang: str) -> dict[frozenset[str], str]:
    """The options of every gap the bank can make, with the right one."""
    return {frozenset((sentence.answer, *sentence.distractors)): sentence.answer for sentence in _sentences(lang)}


def _sentences(lang: str) -> Iterator[Any]:
    for beats in load(lang).narrative.values():
        for beat in beats:
            yield from beat


def _mended(lang: str, draft: Mapping[str, Any], weak: str) -> Item:
    """The draft with its title, or the first blank's explanation, put another way."""
    if weak != "task":
        return {**draft, "title": str(draft.get("title", "")) + REVISED[lang]}
    first, *others = _blanks(draft)
    better = f"{first.get('explanation', '')} → {first.get('answer', '')}"
    return {**draft, "blanks": [{**first, "explanation": better}, *others]}


def _blanks(draft: Mapping[str, Any]) -> list[Item]:
    blanks = draft.get("blanks")
    return [blank for blank in blanks if isinstance(blank, dict)] if isinstance(blanks, list) else []


def _digest(draft: Mapping[str, Any]) -> str:
    return json.dumps(draft, sort_keys=True)
