"""Whether two arms are approved differently often: right as often as a 95 % interval should be."""

from __future__ import annotations

import random

import pytest

from engine.compare import Share, difference

SEEDS = 100


def reviewed(rng: random.Random, acceptance: float, n: int = 60) -> Share:
    """What a simulated reviewer says to n drafts."""
    return Share(sum(rng.random() < acceptance for _ in range(n)), n)


def test_a_real_difference_is_seen() -> None:
    """With 60 drafts each and true acceptance of 92 % and 65 %, the interval excludes 0 in 90 of 100 seeds or more."""
    rngs = [random.Random(seed) for seed in range(SEEDS)]
    found = [difference(reviewed(rng, 0.92), reviewed(rng, 0.65)) for rng in rngs]
    assert sum(one.sureness == "real" and one.value > 0 for one in found) >= 90


@pytest.mark.parametrize("acceptance", [0.65, 0.8, 0.92, 0.99])
def test_equal_arms_are_rarely_called_different(acceptance: float) -> None:
    """With equal acceptance at most 10 of 100 seeds say "different"."""
    rngs = [random.Random(seed) for seed in range(SEEDS)]
    found = [difference(reviewed(rng, acceptance), reviewed(rng, acceptance)) for rng in rngs]
    assert sum(one.sureness == "real" for one in found) <= 10


@pytest.mark.parametrize(
    ("one", "other", "low", "high"),
    [
        ((56, 70), (48, 80), 0.0524, 0.3339),
        ((9, 10), (3, 10), 0.1705, 0.8090),
        ((10, 10), (0, 20), 0.6791, 1.0),
        ((10, 10), (0, 10), 0.6075, 1.0),
    ],
)
def test_the_interval_is_newcombes(one: tuple[int, int], other: tuple[int, int], low: float, high: float) -> None:
    """The examples a, b, g and h of Newcombe's paper, method 10."""
    found = difference(Share(*one), Share(*other))
    assert (found.low, found.high) == pytest.approx((low, high), abs=1e-4)


def test_few_decisions_say_nothing() -> None:
    """Under ten decided drafts of either arm nothing is compared, however different they are."""
    assert difference(Share(9, 9), Share(0, 100)).sureness == "few"
    assert difference(Share(10, 10), Share(0, 100)).sureness == "real"
