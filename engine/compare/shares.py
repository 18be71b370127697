"""
Whether two shares differ: the 95 % interval of their difference, and what it says. Pure.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from statistics import NormalDist
from typing import Literal

from engine.reports.metrics import NORMAL, wilson

ENOUGH_DECIDED = 10
"""Decided drafts of each arm before their shares are compared."""

Sureness = Literal["real", "unproved", "few"]


@dataclass(frozen=True, slots=True)
class Share:
    """`part` of `whole`, such as approved of decided."""

    part: int = 0
    whole: int = 0

    @property
    def value(self) -> float | None:
        """0..1; None without a case."""
        return self.part / self.whole if self.whole else None

    @property
    def interval(self) -> tuple[float, float]:
        """The 95 % interval (Wilson's)."""
        return wilson(self.part, self.whole)

    @property
    def enough(self) -> bool:
        """Whether it may be compared."""
        return self.whole >= ENOUGH_DECIDED

    def plus(self, other: Share) -> Share:
        """The sum of both."""
        return Share(self.part + other.part, self.whole + other.whole)


NO_SHARE = Share()


@dataclass(frozen=True, slots=True)
class Difference:
    """One share less another, with its 95 % interval."""

    value: float
    low: float
    high: float
    sureness: Sureness
    """`real`: the interval excludes 0. `few`: under ENOUGH_DECIDED cases of either."""


def widened(comparisons: float) -> float:
    """
    The normal quantile with which so many 95 % intervals hold all at once (Bonferroni).

    Without it one of five equal arms was called different from another in a quarter of all cases.
    """
    return NORMAL if comparisons <= 1 else NormalDist().inv_cdf(1 - 0.025 / comparisons)


def difference(one: Share, other: Share, among: int = 2) -> Difference:
    """
    The difference of two independent shares.

    Newcombe's hybrid of two Wilson intervals (1998, method 10): it holds near 0 and 1 and for few cases, where the
    usual formula does not.

    Args:
        one: Such as the best.
        other: The one it is compared with.
        among: Of so many shares these two are picked: the intervals of all their differences hold at once.
    """
    first, second = one.value or 0.0, other.value or 0.0
    z = widened(among * (among - 1) / 2)
    (low, high), (other_low, other_high) = (wilson(share.part, share.whole, z) for share in (one, other))
    delta = first - second
    below = delta - math.hypot(first - low, other_high - second)
    above = delta + math.hypot(high - first, second - other_low)
    if not (one.enough and other.enough):
        return Difference(delta, below, above, "few")
    return Difference(delta, below, above, "unproved" if below <= 0 <= above else "real")
