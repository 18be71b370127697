"""
From the Compare form's values to arms and trials: presets, or a grid typed as lists of numbers.

Pure. `forms` reads what to make and the provider; this module reads what is compared.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from dashboard import forms
from engine import SpecError, compare
from engine.reports import PRESETS, RANGES

PRESETS_SIDE, GRID_SIDE = "presets", "grid"
GRID = ("concurrency", "batch_size", "throttle_ms", "retries")

# 24 drafts a run, as `draftmill compare` makes them: all five presets, three times, on the practice provider in 3 min.
DEFAULTS: dict[str, Any] = {
    **forms.DEFAULTS,
    "levels": [2],
    "topics": "Campus\nTravel\nDaily life",
    "per_combo": 8,
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


def read_arms(values: Mapping[str, Any], ceiling: int, n: int) -> tuple[tuple[compare.Arm, ...], list[SpecError]]:
    """
    Read what is compared, and how often.

    Args:
        values: The form.
        ceiling: The most calls in flight the provider's profile allows.
        n: Drafts of a run: what `auto` follows.

    Returns:
        The arms and no errors, or none and one error a field at fault (`grid_concurrency`, `arms`, `trials` ...).
    """
    errors: list[SpecError] = []
    arms: tuple[compare.Arm, ...] = ()
    try:
        by_grid = values["arms_by"] == GRID_SIDE
        arms = _grid(values, ceiling, errors) if by_grid else compare.preset_arms(values["arms"], n)
        if not errors:
            compare.check(arms, values["trials"])
    except SpecError as error:
        errors.append(error)
    return (() if errors else arms), errors


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
