"""Intervals that hold what they promise."""

from __future__ import annotations

import numpy as np
import pytest

from engine.compare.spread import Pace, interval, resampled, speed


def paces(dice: np.random.Generator, n: int, mean_s: float = 10.0) -> list[Pace]:
    return [Pace(24, mean_s * abs(1 + dice.normal(0, 0.05))) for _ in range(n)]


def test_the_speed_is_that_of_all_trials_together() -> None:
    """A slow trial weighs by its time: 48 drafts in 40 s are 1.2 a second."""
    assert speed([Pace(24, 10.0), Pace(24, 30.0)]) == pytest.approx(1.2)
    assert speed([]) is None


def test_one_trial_has_no_interval() -> None:
    """Nothing can be said of the spread of one."""
    assert resampled([Pace(24, 10.0)], (1,)) is None


def test_a_refresh_shows_the_same_interval() -> None:
    """The same trials under the same seed give the same interval, whatever was asked between."""
    trials = paces(np.random.default_rng(3), 3)
    first, second = resampled(trials, (7, 1)), resampled(trials, (7, 1))
    assert first is not None
    assert second is not None
    assert interval(first) == interval(second)


@pytest.mark.parametrize("n", [2, 3, 5])
def test_an_interval_holds_the_truth(n: int) -> None:
    """Of the intervals of few trials at least 90 in 100 hold the true speed, and none calls equals different."""
    dice, held, told = np.random.default_rng(n), 0, 0
    for seed in range(200):
        mine, theirs = resampled(paces(dice, n), (seed, 0)), resampled(paces(dice, n), (seed, 1))
        assert mine is not None
        assert theirs is not None
        low, high = interval(mine)
        held += low <= 2.4 <= high
        low, high = interval(mine - theirs)
        told += not low <= 1 <= high
    assert held >= 180
    assert told <= 12


def test_a_trial_without_a_draft_has_a_speed() -> None:
    """A trial that made nothing pulls the interval down and breaks nothing."""
    logs = resampled([Pace(0, 10.0), Pace(24, 10.0), Pace(24, 10.0)], (1,))
    assert logs is not None
    assert interval(logs)[0] < 1.6
