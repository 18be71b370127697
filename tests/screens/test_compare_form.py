"""What the Compare form's fields mean, without a screen."""

from __future__ import annotations

from typing import Any

import pytest

from dashboard import compare_form
from engine import SpecError


def form(**changes: Any) -> dict[str, Any]:
    return {**compare_form.DEFAULTS, **changes}


@pytest.mark.parametrize(
    ("text", "numbers"),
    [("1, 4, 8", (1, 4, 8)), ("1-4", (1, 2, 3, 4)), ("8 1 8", (1, 8)), ("2，3、1 – 2", (1, 2, 3)), (" 5 ", (5,))],
)
def test_numbers_are_read_as_people_write_them(text: str, numbers: tuple[int, ...]) -> None:
    """Commas of any script, spaces and ranges; each number once, in order."""
    assert compare_form.read_numbers("grid_concurrency", text, 1, 8) == numbers


@pytest.mark.parametrize("text", ["", "x", "1.5", "0", "9", "4-2", "1,-2", "99999999", "1--2"])
def test_what_is_no_number_is_refused(text: str) -> None:
    """Nothing, words, fractions, and numbers out of range are named with advice."""
    with pytest.raises(SpecError) as refused:
        compare_form.read_numbers("grid_concurrency", text, 1, 8)
    assert refused.value.field == "grid_concurrency"


def test_presets_are_arms() -> None:
    """The form as it opens compares the five presets."""
    chosen, errors = compare_form.read_arms(form(), 8, 24)
    assert [arm.name for arm in chosen] == ["serial", "concurrent", "batch", "combined", "auto"]
    assert errors == []


def test_a_grid_is_every_combination() -> None:
    """Two by two is four arms."""
    grid = form(arms_by="grid", grid_concurrency="1, 4", grid_batch_size="1,3")
    chosen, _errors = compare_form.read_arms(grid, 8, 24)
    assert [arm.name for arm in chosen] == ["1 x 1", "1 x 3", "4 x 1", "4 x 3"]


@pytest.mark.parametrize(
    ("changes", "fields"),
    [
        ({"arms": []}, ["arms"]),
        ({"trials": 0}, ["trials"]),
        ({"trials": 21}, ["trials"]),
        (
            {"arms_by": "grid", "grid_concurrency": "9", "grid_batch_size": "11"},
            ["grid_concurrency", "grid_batch_size"],
        ),
        ({"arms_by": "grid", "grid_concurrency": "1-8", "grid_batch_size": "1-10", "trials": 3}, ["arms"]),
    ],
)
def test_what_cannot_be_compared_is_refused_beside_its_field(changes: dict[str, Any], fields: list[str]) -> None:
    """Nothing chosen, out of range, or more than 200 runs: no arms, and the field is named."""
    chosen, errors = compare_form.read_arms(form(**changes), 8, 24)
    assert chosen == ()
    assert [error.field for error in errors] == fields
