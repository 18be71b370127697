"""
95 % bootstrap intervals of a measured speed that hold for few trials too. Pure.

Whole trials are resampled: the calls of one run are not independent of each other.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

RESAMPLES = 2_000
ENDS = (2.5, 97.5)
NORMAL = 1.960
# Student's t, 97.5 %, for 1 to 19 degrees of freedom.
STUDENT = (
    12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228,
    2.201, 2.179, 2.160, 2.145, 2.131, 2.120, 2.110, 2.101, 2.093,
)  # fmt: skip
LEAST_DRAFTS = 0.5  # of a trial without a draft, whose logarithm would be undefined


@dataclass(frozen=True, slots=True)
class Pace:
    """The result of one trial: drafts stored, and seconds from its first call to its last response."""

    drafts: int
    wall_s: float


def speed(paces: Sequence[Pace]) -> float | None:
    """Drafts a second over all trials together; None without a measured second."""
    wall_s = sum(pace.wall_s for pace in paces)
    return sum(pace.drafts for pace in paces) / wall_s if wall_s > 0 else None


def resampled(paces: Sequence[Pace], seed: Sequence[int]) -> NDArray[np.float64] | None:
    """
    Logarithms of the speed in 2,000 resamples of the trials; None below two trials.

    The deviations are widened by sqrt(n / (n - 1)) x t / z: a plain percentile interval of three trials covers only
    three quarters (simulated) instead of 95 %.
    """
    n = len(paces)
    drafts = np.array([max(LEAST_DRAFTS, pace.drafts) for pace in paces], dtype=float)
    seconds = np.array([pace.wall_s for pace in paces], dtype=float)
    if n < 2 or not (seconds > 0).all():
        return None
    chosen = np.random.default_rng(list(seed)).integers(0, n, (RESAMPLES, n))
    logs = np.log(drafts[chosen].sum(axis=1) / seconds[chosen].sum(axis=1))
    centre = math.log(drafts.sum() / seconds.sum())
    wider = math.sqrt(n / (n - 1)) * STUDENT[min(n - 1, len(STUDENT)) - 1] / NORMAL
    return np.asarray(centre + (logs - centre) * wider, dtype=np.float64)


def interval(logs: NDArray[np.float64]) -> tuple[float, float]:
    """The middle 95 % of some logarithms, as figures."""
    low, high = np.exp(np.percentile(logs, ENDS))
    return float(low), float(high)
