"""Which arms may be compared: all of it decided before any call."""

from __future__ import annotations

import random

import pytest

from engine.compare import MOST_RUNS, Arm, check, grid_arms, preset_arms
from engine.compare.lifecycle import planned_turns, shuffled
from engine.errors import SpecError
from engine.spec import PRESETS, Tuning

ARMS = preset_arms(("serial", "combined"), 24)


def test_presets_become_arms_in_order() -> None:
    """Each preset is an arm of its name and Tuning; auto stays one that chooses as it goes."""
    arms = preset_arms(tuple(PRESETS), 24)
    assert [arm.name for arm in arms] == list(PRESETS)
    assert [arm.tuning for arm in arms[:4]] == [PRESETS[name] for name in list(PRESETS)[:4]]
    assert arms[4].tuning.auto


def test_an_arm_knows_the_preset_of_its_settings() -> None:
    """Whatever it is called: Launch shows the preset again when its settings are used."""
    combined, auto = (Arm("model", one.tuning) for one in preset_arms(("combined", "auto"), 24))
    assert (combined.preset, auto.preset, Arm("2 x 2", Tuning(2, 2)).preset) == ("combined", "auto", "")


def test_a_grid_has_every_combination() -> None:
    """Throttle and retries are in the names only where the grid varies them."""
    plain = grid_arms(concurrency=(1, 4), batch_size=(1, 3), throttle_ms=(100,))
    assert [arm.name for arm in plain] == ["1 x 1", "1 x 3", "4 x 1", "4 x 3"]
    assert {arm.tuning.throttle_ms for arm in plain} == {100}
    varied = grid_arms(concurrency=(4,), batch_size=(3,), throttle_ms=(0, 200), retries=(1, 2))
    assert [arm.name for arm in varied][:2] == ["4 x 3, 0 ms, 1 retry", "4 x 3, 0 ms, 2 retries"]
    assert len({arm.name for arm in varied}) == 4


def test_a_huge_grid_is_refused_before_it_is_made() -> None:
    """A grid of millions is refused by its size, at once."""
    with pytest.raises(SpecError, match="arms"):
        grid_arms(concurrency=range(1, 257), batch_size=range(1, 11), throttle_ms=range(2001), retries=range(6))


@pytest.mark.parametrize(
    ("side", "values"), [("concurrency", [0]), ("batch_size", [11]), ("throttle_ms", [2001]), ("retries", [6])]
)
def test_a_grid_out_of_range_names_the_field(side: str, values: list[int]) -> None:
    """A value no Tuning takes is refused by its name."""
    with pytest.raises(SpecError, match=side):
        grid_arms(**{"concurrency": [1], "batch_size": [1], side: values})


def test_an_empty_side_is_refused() -> None:
    """A grid without a batch size is none."""
    with pytest.raises(SpecError, match="batch_size"):
        grid_arms(concurrency=(1,), batch_size=())


@pytest.mark.parametrize(
    ("arms", "trials"),
    [
        ((), 3),
        (ARMS, 0),
        (ARMS, 21),
        ((*ARMS, ARMS[0]), 3),
        ((*ARMS, Arm("twin", ARMS[0].tuning)), 3),
        ((Arm(" ", Tuning()),), 3),
        ((Arm("two\nlines", Tuning()),), 3),
        ((Arm("x" * 121, Tuning()),), 3),
        (tuple(Arm(f"arm {n}", Tuning(n + 1)) for n in range(MOST_RUNS // 20 + 1)), 20),
    ],
)
def test_what_cannot_be_compared_is_refused(arms: tuple[Arm, ...], trials: int) -> None:
    """No arm, doubled arms, odd names, too few or too many trials, more than 200 runs."""
    with pytest.raises(SpecError):
        check(arms, trials)


def test_the_largest_comparison_is_taken() -> None:
    """200 runs may be compared."""
    check(tuple(Arm(f"arm {n}", Tuning(n + 1)) for n in range(MOST_RUNS // 20)), 20)


def test_arms_are_interleaved() -> None:
    """Every trial holds every arm once, and the order within the trials is not always the same."""
    arms = preset_arms(tuple(PRESETS), 24)
    turns = shuffled(arms, 6, random.Random(7))
    trials = [turns[n : n + 5] for n in range(0, 30, 5)]
    assert all({turn.arm for turn in trial} == set(arms) for trial in trials)
    assert [turn.trial for turn in turns] == sorted(turn.trial for turn in turns)
    assert len({tuple(turn.arm.name for turn in trial) for trial in trials}) > 1


def test_a_plan_without_places_has_no_turns() -> None:
    """Arms that were stored without their places are shown and not run."""
    assert planned_turns([ARMS[0].to_json()]) == []
