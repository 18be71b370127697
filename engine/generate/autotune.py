"""
auto: chooses concurrency and batch size while the run goes, from what its calls brought. Pure.

It takes the batch size with the most kept drafts per second (goodput, not raw speed): it grows while the share of valid
items stays high and shrinks when replies are incomplete. Concurrency follows Little's law. The limiter sets the pace.
"""

from __future__ import annotations

import math
from collections import deque
from dataclasses import dataclass, field, replace

from engine.limiter.forecast import Latency, fit
from engine.limiter.limits import Limits
from engine.spec import BATCH_SIZE, Tuning

REACH = 2  # a batch size that was not tried yet is at most this much larger than the largest tried
SEEN = 3  # replies at a batch size before its yield counts
NEWEST = 200
WORTH = 1.03  # a change must promise so much more goodput


@dataclass(slots=True)
class Yield:
    """What calls of one batch size brought."""

    calls: int = 0
    asked: int = 0
    kept: int = 0

    @property
    def share(self) -> float:
        """Items kept of those asked, each with one added, so that a few lucky calls prove nothing."""
        return (self.kept + 1) / (self.asked + 1)


@dataclass(frozen=True, slots=True)
class TuningChange:
    """A change of the Tuning: when (the run's clock), from what, to what, why (a short code)."""

    at: float
    before: Tuning
    after: Tuning
    why: str


@dataclass(slots=True)
class Auto:
    """
    The Tuning of one run while it goes.

    Args:
        tuning: The first one.
        max_concurrency: 8, or more where the profile allows it.
    """

    tuning: Tuning
    max_concurrency: int
    changes: list[TuningChange] = field(default_factory=list)
    _yields: dict[int, Yield] = field(default_factory=dict)
    _seconds: deque[tuple[int, float]] = field(default_factory=lambda: deque(maxlen=NEWEST))

    def observe(self, now: float, asked: int, kept: int, seconds: float, limits: Limits, *, cut: bool = False) -> None:
        """
        Count what one call brought, and choose again.

        Args:
            now: The run's clock.
            asked: Items asked for, of which `kept` became drafts.
            seconds: From sending to the response.
            limits: Those in force at the limiter.
            cut: The reply was cut off for its length.
        """
        seen = self._yields.setdefault(asked, Yield())
        seen.calls, seen.asked, seen.kept = seen.calls + 1, seen.asked + asked, seen.kept + kept
        self._seconds.append((asked, seconds))
        if cut and asked > 1:
            self._choose(now, replace(self.tuning, batch_size=max(1, asked - 1)), "cut_short")
        elif seen.calls >= SEEN:
            self._choose(now, self._best(limits), "goodput")

    def batch_size(self, left: int, limits: Limits) -> int:
        """Slots for the next packet; the last ones are shared by all workers, unless the rate limit holds back."""
        share = math.ceil(left / max(1, self.tuning.concurrency))
        if self._interval_s(limits) > self._latency().of(self.tuning.batch_size) / self.tuning.concurrency:
            return self.tuning.batch_size
        return max(1, min(self.tuning.batch_size, share))

    def _best(self, limits: Limits) -> Tuning:
        now = self.tuning.batch_size
        reach = max(now, min(BATCH_SIZE[-1], max(self._tried()) + REACH))
        goodput = {size: self._goodput(size, limits) for size in range(1, reach + 1)}
        best = max(goodput, key=lambda size: goodput[size])
        size = best if goodput[best] > WORTH * goodput[now] else now
        return replace(self.tuning, batch_size=size, concurrency=self._concurrency(size, limits))

    def _goodput(self, size: int, limits: Limits) -> float:
        in_flight = min(self.max_concurrency, limits.max_in_flight or self.max_concurrency)
        return size * self._share(size) / max(self._latency().of(size) / in_flight, self._interval_s(limits), 1e-6)

    def _concurrency(self, size: int, limits: Limits) -> int:
        """Little's law: rate x latency, and one more; without a known rate as many as are allowed."""
        interval_s = self._interval_s(limits)
        wanted = math.ceil(self._latency().of(size) / interval_s) + 1 if interval_s else self.max_concurrency
        return max(1, min(self.max_concurrency, wanted))

    def _share(self, size: int) -> float:
        """The share of items kept at a size: measured, or extrapolated from the two nearest smaller sizes."""
        tried = [other for other in self._tried() if other <= size]
        if not tried:
            return 1.0
        nearest = tried[-1]
        share = self._yields[nearest].share
        if nearest == size or len(tried) < 2:
            return share
        slope = (share - self._yields[tried[-2]].share) / (nearest - tried[-2])
        return max(0.0, share + min(0.0, slope) * (size - nearest))

    def _tried(self) -> list[int]:
        return sorted(size for size, seen in self._yields.items() if seen.calls >= SEEN) or [self.tuning.batch_size]

    def _latency(self) -> Latency:
        return fit(list(self._seconds))

    def _interval_s(self, limits: Limits) -> float:
        return limits.window_s / limits.rpm if limits.rpm else 0.0

    def _choose(self, now: float, tuning: Tuning, why: str) -> None:
        if tuning != self.tuning:
            self.changes.append(TuningChange(now, self.tuning, tuning, why))
            self.tuning = tuning
