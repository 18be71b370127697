"""
How fast: Tuning, its presets, and what the guide recommends.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from engine.spec.bounds import choice, whole

# The guide's ranges. A profile may raise the concurrency ceiling, nothing else goes past them.
CONCURRENCY = range(1, 9)
BATCH_SIZE = range(1, 11)
RETRIES = range(6)
THROTTLE_MS = range(2001)
RANGES = {"concurrency": CONCURRENCY, "batch_size": BATCH_SIZE, "retries": RETRIES, "throttle_ms": THROTTLE_MS}
"""The range of each figure of a Tuning, by its name: the form and the grid of a comparison show these."""
RETRIES_OF_AUTO = 3
CONCURRENCY_CEILING = 256


@dataclass(frozen=True, slots=True)
class Tuning:
    """
    How fast: calls in flight, slots a call, RETRYs a packet, smallest gap between two starts.

    Raises:
        SpecError: a value is outside the guide's ranges (concurrency: outside 1..256; `check_ceiling` narrows it).
    """

    concurrency: int = 1
    batch_size: int = 1
    retries: int = 2
    throttle_ms: int = 0
    auto: bool = False

    def __post_init__(self) -> None:
        whole("concurrency", self.concurrency, range(1, CONCURRENCY_CEILING + 1))
        whole("batch_size", self.batch_size, BATCH_SIZE)
        whole("retries", self.retries, RETRIES)
        whole("throttle_ms", self.throttle_ms, THROTTLE_MS)

    def check_ceiling(self, ceiling: int) -> None:
        """
        Refuse more calls in flight than the provider's profile allows.

        Raises:
            SpecError: concurrency is above `ceiling`.
        """
        whole("concurrency", self.concurrency, range(1, ceiling + 1))


PRESETS: dict[str, Tuning] = {
    "serial": Tuning(1, 1),
    "concurrent": Tuning(4, 1),
    "batch": Tuning(1, 3),
    "combined": Tuning(4, 3),
    "auto": Tuning(auto=True),
}


@dataclass(frozen=True, slots=True)
class Recommendation:
    """The guide's ranges (low, high) for a size of run, and the Tuning in the middle of them."""

    concurrency: tuple[int, int]
    batch_size: tuple[int, int]
    retries: tuple[int, int]
    throttle_ms: tuple[int, int]
    tuning: Tuning


def recommend(n: int) -> Recommendation:
    """
    What the guide advises for a run of `n` drafts.

    Returns:
        Under 20: concurrency 2-3, batch 1-2; 20 to 100: 4-6, 3-5; over 100: 6-8, 5-8; retries 2-3, throttle 100-300 ms.
    """
    if n < 20:
        concurrency, batch_size = (2, 3), (1, 2)
    elif n <= 100:
        concurrency, batch_size = (4, 6), (3, 5)
    else:
        concurrency, batch_size = (6, 8), (5, 8)
    retries, throttle_ms = (2, 3), (100, 300)
    middle = [math.ceil((low + high) / 2) for low, high in (concurrency, batch_size, retries)]
    tuning = Tuning(middle[0], middle[1], middle[2], throttle_ms[0])
    return Recommendation(concurrency, batch_size, retries, throttle_ms, tuning)


def tuning_for(preset: str, n: int) -> Tuning:
    """
    The Tuning of a preset in a run of `n` drafts; `auto` starts from `recommend(n)` and chooses as it goes.

    Raises:
        SpecError: there is no such preset.
    """
    choice("preset", preset, tuple(PRESETS))
    tuning = PRESETS[preset]
    if not tuning.auto:
        return tuning
    return Tuning(CONCURRENCY[-1], recommend(n).tuning.batch_size, RETRIES_OF_AUTO, auto=True)
