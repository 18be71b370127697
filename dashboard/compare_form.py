"""
From the Compare form's values to arms and trials: presets, or a grid typed as lists of numbers.

Pure. `forms` reads what to make and the provider; this module reads what is compared.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from dashboard import forms
from engine import SpecError, compare
from engine.reports import PRESETS, RANGES, Thresholds

PRESETS_SIDE, GRID_SIDE = "presets", "grid"
WITH_MODELS = "combined"
"""The preset at which models are compared, unless others are chosen."""
GRID = ("concurrency", "batch_size", "throttle_ms", "retries")

# 24 drafts a run, as `draftmill compare` makes them: all five presets, three times, on the practice provider in 3 min.
DEFAULTS: dict[str, Any] = {
    **forms.DEFAULTS,
    "levels": [2],
    "topics": "Campus\nTravel\nDaily life",
    "per_combo": 8,
    "models": [],
    "temperatures": "",
    "styles": [],
    "judge": "",
    "judge_which": "all",
    "accept_at": None,
    "reject_below": None,
    "arms_by": PRESETS_SIDE,
    "arms": list(PRESETS),
    "grid_concurrency": "1, 4, 8",
    "grid_batch_size": "1, 3",
    "grid_throttle_ms": "0",
    "grid_retries": "2",
    "trials": 3,
    "note": "",
}
_PART = re.compile(r"(\d{1,6})(?:\s*[-–]\s*(\d{1,6}))?")


def read_arms(
    values: Mapping[str, Any],
    ceiling: int,
    n: int,
    providers: Sequence[str] = (),
    styles: Sequence[compare.StyleNote] = (),
) -> tuple[tuple[compare.Arm, ...], list[SpecError]]:
    """
    Read what is compared, and how often.

    Args:
        values: The form.
        ceiling: The most calls in flight the provider's profile allows.
        n: Drafts of a run: what `auto` follows.
        providers: The names of the catalog.
        styles: The style notes chosen.

    Returns:
        The arms and no errors, or none and one error a field at fault (`grid_concurrency`, `arms`, `trials` ...).
    """
    errors: list[SpecError] = []
    arms: tuple[compare.Arm, ...] = ()
    try:
        by_grid = values["arms_by"] == GRID_SIDE
        arms = _grid(values, ceiling, errors) if by_grid else compare.preset_arms(values["arms"], n)
        arms = compare.crossed(arms, *_writers(values, providers), styles) if arms else arms
        if not errors:
            compare.check(arms, values["trials"])
    except SpecError as error:
        errors.append(error)
    return (() if errors else arms), errors


def _writers(values: Mapping[str, Any], providers: Sequence[str]) -> tuple[list[compare.Writer], list[float]]:
    """
    Read who writes and who judges, and the temperatures.

    Raises:
        SpecError: a model is blank, or a temperature is no number.
    """
    own = values["provider"]
    thresholds = Thresholds(values["accept_at"], values["reject_below"])
    writers = [compare.read_writer(text, providers, thresholds) for text in values["models"]]
    if values["judge"]:
        named = compare.read_writer(values["judge"], providers)
        judge = compare.SecondModel(named.provider or own, named.model, thresholds)
        some = writers or [compare.Writer()]
        alone = values["judge_which"] == "others"
        writers = (compare.tiering if alone else compare.judged)(some, judge)
    parts = [part for part in re.split(r"[,，、;\s]+", str(values["temperatures"] or "")) if part]
    return [compare.with_provider(one, own) for one in writers], [_temperature(part) for part in parts]


def _temperature(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        raise SpecError("temperatures", text, "numbers_listed") from None


def values_of(arms: Sequence[compare.Arm]) -> dict[str, Any]:
    """The fields that make these arms again."""
    tunings = list(dict.fromkeys(arm.tuning for arm in arms))
    names = {PRESETS[name]: name for name in PRESETS}
    by_name = all(one.auto or one in names for one in tunings)
    judge, which = _judge(arms)
    grid = {name: sorted({getattr(one, name) for one in tunings}) for name in GRID}
    sides = {f"grid_{name}": ", ".join(map(str, numbers)) for name, numbers in grid.items()}
    presets = {"arms": ["auto" if one.auto else names[one] for one in tunings]} if by_name else sides
    thresholds = next((arm.judge.thresholds for arm in arms if arm.judge), Thresholds())
    return {
        **presets,
        "arms_by": PRESETS_SIDE if by_name else GRID_SIDE,
        "models": list(dict.fromkeys(_model(arm, judge) for arm in arms if arm.model or arm.provider)),
        "temperatures": ", ".join(dict.fromkeys(f"{arm.temperature:g}" for arm in arms if arm.temperature is not None)),
        "styles": list(dict.fromkeys(arm.style.ref for arm in arms if arm.style)),
        "judge": _named(judge.provider, judge.model) if judge else "",
        "judge_which": which,
        "accept_at": thresholds.accept_at,
        "reject_below": thresholds.reject_below,
    }


def _judge(arms: Sequence[compare.Arm]) -> tuple[compare.SecondModel | None, str]:
    """The second model of all arms, or of all but its own; None where the arms have several or none."""
    judges = {arm.judge for arm in arms if arm.judge}
    alone = {arm.model for arm in arms if not arm.judge}
    if len(judges) != 1 or not alone <= {judge.model for judge in judges}:
        return None, "all"
    return judges.pop(), "others" if alone else "all"


def _model(arm: compare.Arm, judge: compare.SecondModel | None) -> str:
    """The arm's model as it is typed, with its second model where that is not the one of the form."""
    own = _named(arm.provider, arm.model)
    return f"{own} + {_named(arm.judge.provider, arm.judge.model)}" if arm.judge and arm.judge != judge else own


def _named(provider: str, model: str) -> str:
    return f"{provider}: {model}" if provider else model


def read_numbers(field: str, text: str, low: int, high: int) -> tuple[int, ...]:
    """
    Read a list such as "1, 4, 8" or "1-4": each number once, in order.

    Raises:
        SpecError: something is no whole number, or is outside low..high.
    """
    numbers: set[int] = set()
    for part in filter(None, re.split(r"[,，、;\s]+(?![-–])", re.sub(r"\s*[-–]\s*", "-", text))):
        found = _PART.fullmatch(part)
        if found is None:
            raise SpecError(field, part, "whole_numbers")
        first, last = int(found[1]), int(found[2] or found[1])
        if not low <= first <= last <= high:
            raise SpecError(field, part, "choose_whole", low=low, high=high)
        numbers.update(range(first, last + 1))
    if not numbers:
        raise SpecError(field, text, "grid_empty")
    return tuple(sorted(numbers))


def bounds(ceiling: int) -> dict[str, tuple[int, int]]:
    """The range of each side of a grid."""
    return {name: (1, ceiling) if name == "concurrency" else (RANGES[name][0], RANGES[name][-1]) for name in GRID}


def _grid(values: Mapping[str, Any], ceiling: int, errors: list[SpecError]) -> tuple[compare.Arm, ...]:
    sides: dict[str, tuple[int, ...]] = {}
    for name, (low, high) in bounds(ceiling).items():
        try:
            sides[name] = read_numbers(f"grid_{name}", str(values[f"grid_{name}"] or ""), low, high)
        except SpecError as error:
            errors.append(error)
    return () if errors else compare.grid_arms(**sides)
