"""
The practice provider's models: price, speed and quality, so that a comparison of models can be tried without a key.
"""

from __future__ import annotations

from dataclasses import dataclass

from engine.practice.pen import Item

MARK = "**"
"""What a weak draft has around its first words: Markdown that nobody asked for."""
LEAST_TEXT = 12  # characters of a text that is worth marking


@dataclass(frozen=True, slots=True)
class PracticeModel:
    """One model; its prices are simulated, in USD per 1M tokens."""

    input_usd: float
    output_usd: float
    pace: float = 1.0
    """Its latency as a multiple of the one in the settings."""
    weak: float = 0.0
    """Share of its drafts with Markdown in the text, when a call asks for one."""
    weak_step: float = 0.0
    """What each further place in the packet adds to that share."""


PRACTICE_MODELS = {
    "practice-fast": PracticeModel(0.15, 0.60),
    "practice-strong": PracticeModel(0.60, 2.40, pace=1.5),
    "practice-small": PracticeModel(0.05, 0.20, pace=0.6, weak=0.20, weak_step=0.04),
}
"""Prices: a small model of 2026, one four times as expensive, and one for a third."""
MODELS = tuple(PRACTICE_MODELS)


def pace_of(model: str) -> float:
    """A model's latency as a multiple of the one in the settings; 1 for a model that is not known."""
    return PRACTICE_MODELS[model].pace if model in PRACTICE_MODELS else 1.0


def is_weak(model: str, place: int, chance: float) -> bool:
    """Whether a draft of the model turns out weak; `place` counts from 0 in its packet, `chance` is in [0, 1)."""
    made = PRACTICE_MODELS[model]
    return chance < made.weak + made.weak_step * place * (made.weak > 0)


def weakened(item: Item) -> Item:
    """The item with Markdown around the first words of its first long text; the title is left alone."""
    found = _marked({name: value for name, value in item.items() if name not in ("id", "title")})
    return {**item, **found} if isinstance(found, dict) else item


def _marked(value: object) -> object | None:
    """The value with its first long text marked; None where it has none."""
    if isinstance(value, str):
        return f"{MARK}{value[:3]}{MARK}{value[3:]}" if len(value) >= LEAST_TEXT else None
    if isinstance(value, dict):
        return next(({**value, key: made} for key, one in value.items() if (made := _marked(one)) is not None), None)
    if isinstance(value, list):
        for place, one in enumerate(value):
            if (made := _marked(one)) is not None:
                return [*value[:place], made, *value[place + 1 :]]
    return None
