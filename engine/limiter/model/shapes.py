"""
Shapes a limit can have. Each measures how full it is when a call starts; a limit is one threshold: x <= b is accepted.

Pure: times come in as arguments. What a measurement means for a shape is decided in beliefs.py.
"""

from __future__ import annotations

import itertools
import math
from bisect import bisect_left
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
WINDOWS_S = (1.0, 2.0, 3.0, 5.0, 10.0, 15.0, 20.0, 30.0, 60.0)
RATES = (1, 2, 3, 4, 5, 6, 8, 10, 12, 15, 20, 24, 30, 40, 50, 60, 80, 90, 100, 120, 150, 180, 200, 240, 300, 400, 500)
FAST_RATES = (600, 750, 900, 1200, 1500, 1800, 2400, 3000)


def _odd_intervals(step: float = 1.06) -> tuple[float, ...]:
    """Intervals between the round ones, so that none is further than `step` from the next."""
    round_s = sorted(60.0 / rate for rate in RATES + FAST_RATES if rate >= 8)
    odd: list[float] = []
    for shorter, longer in itertools.pairwise(round_s):
        n = math.ceil(math.log(longer / shorter) / math.log(step) - 1e-9)
        odd += [shorter * (longer / shorter) ** (i / n) for i in range(1, n)]
    return tuple(odd)


ODD_INTERVALS_S = _odd_intervals()
INTERVALS_S: Floats = np.concatenate([60.0 / np.array(RATES + FAST_RATES), np.array(ODD_INTERVALS_S)])
MOST_TIMES = 4096
NEVER_S = 1e9
NEARLY: Floats = np.clip(0.05 / INTERVALS_S, 0.05, 0.5)  # so many intervals the delays may pretend


@dataclass(frozen=True, slots=True)
class Shape:
    """
    One column of a measurement.

    window: starts in the last `size_s`; bucket: how many intervals of `size_s` the starts run ahead; even: minus the
    seconds since the last start; in_flight: calls beside this one. `counts_refused`: refused calls count, too.
    """

    kind: Literal["window", "bucket", "even", "in_flight"]
    size_s: float = 0.0
    counts_refused: bool = False

    def is_even(self, most: float) -> bool:
        """With this threshold calls come one at a time, an interval apart."""
        return self.kind == "even" or (self.kind != "in_flight" and most < 1.0)

    def interval_s(self, most: float) -> float:
        """The interval of an even limit."""
        return -most if self.kind == "even" else self.size_s


def _rate_shapes(counts_refused: bool) -> tuple[Shape, ...]:
    windows = [Shape("window", window_s, counts_refused) for window_s in WINDOWS_S]
    buckets = [Shape("bucket", float(interval_s), counts_refused) for interval_s in INTERVALS_S]
    return (*windows, *buckets, Shape("even", 0.0, counts_refused))


SHAPES = (*_rate_shapes(False), *_rate_shapes(True), Shape("in_flight"))
EVENS = (len(SHAPES) // 2 - 1, len(SHAPES) - 2)
_BUCKETS = {float(interval_s): i for i, interval_s in enumerate(INTERVALS_S)}


class Track:
    """The times of the starts that count, oldest first, and when each bucket is empty again after each."""

    def __init__(self) -> None:
        self.times: list[float] = []
        self._refused: set[float] = set()
        self._empty_at: list[Floats] = []
        self._fullest: list[Floats] = []

    def __contains__(self, at: float) -> bool:
        place = bisect_left(self.times, at)
        return place < len(self.times) and self.times[place] == at

    def add(self, at: float) -> None:
        """A call started; no other started at the same time."""
        place = bisect_left(self.times, at)
        self.times.insert(place, at)
        del self._empty_at[place:], self._fullest[place:]
        if len(self.times) > MOST_TIMES:
            self._empty(len(self.times))
            oldest = slice(MOST_TIMES // 4)
            self._refused -= set(self.times[oldest])
            del self.times[oldest], self._empty_at[oldest], self._fullest[oldest]

    def remove(self, at: float) -> None:
        """The start at this time does not count."""
        if at in self:
            place = bisect_left(self.times, at)
            del self.times[place], self._empty_at[place:], self._fullest[place:]

    def refuse(self, at: float) -> None:
        """The start at this time was refused: it leaves a bucket that was full as full as it can be."""
        if at in self:
            self._refused.add(at)
            place = bisect_left(self.times, at)
            del self._empty_at[place:], self._fullest[place:]

    def move(self, at: float, to: float) -> None:
        """The start was at another time."""
        self.remove(at)
        self.add(to)

    def _empty(self, n: int) -> Floats:
        """When each bucket is empty again after the first `n` starts."""
        done, fullest = self._empty_at, self._fullest
        for at in self.times[len(done) : n]:
            empty_at = np.maximum(done[-1], at) if done else np.full(len(INTERVALS_S), at)
            most = fullest[-1] if fullest else np.ones(len(INTERVALS_S))
            if at in self._refused:
                full = np.ceil(most - NEARLY)
                was_full = (empty_at - at) / INTERVALS_S > full - 1.0 - NEARLY
                empty_at = np.where(was_full, np.maximum(empty_at, at + full * INTERVALS_S), empty_at)
            else:
                empty_at = empty_at + INTERVALS_S
                most = np.maximum(most, (empty_at - at) / INTERVALS_S)
            done.append(empty_at)
            fullest.append(most)
        return done[n - 1]

    def measure(self, at: float, slack_s: float = 0.0, ahead_s: float = 0.0) -> list[float]:
        """
        Fullness of every shape for a start at `at`.

        Args:
            at: When it started.
            slack_s: How much the way to the provider may have brought starts closer; less than 0: farther apart.
            ahead_s: Starts so much later may have arrived before.
        """
        times = self.times
        n = bisect_left(times, at + ahead_s)
        # Refused calls that started so shortly before may have arrived later.
        sure = bisect_left(times, at - slack_s) if self._refused and slack_s > 0.0 else n
        near = [one for one in times[sure:n] if one not in self._refused]
        row: list[float] = [sure + len(near) - bisect_left(times, at - window_s + slack_s) for window_s in WINDOWS_S]
        if not n:
            return [*(float(max(0, x)) for x in row), *([0.0] * len(INTERVALS_S)), -NEVER_S]
        row += ((np.maximum(self._empty_after(sure, near, n) - at, 0.0) - slack_s) / INTERVALS_S).tolist()
        last = near[-1] if near else times[sure - 1] if sure else -NEVER_S
        row.append(max(-abs(at - last) - slack_s, -NEVER_S))
        return row

    def _empty_after(self, sure: int, near: list[float], n: int) -> Floats:
        """When each bucket is empty again after the first `sure` starts and those `near`, of `n`."""
        if sure + len(near) == n:
            return self._empty(n)
        empty_at = self._empty(sure) if sure else np.full(len(INTERVALS_S), -math.inf)
        for one in near:
            empty_at = np.maximum(empty_at, one) + INTERVALS_S
        return empty_at

    def opens_at(self, shape: Shape, most: float, before: float = math.inf) -> float:
        """When a start keeps x <= `most` of this rate shape, after the starts before `before`; -inf: at any time."""
        times = self.times
        n = len(times) if math.isinf(before) else bisect_left(times, before)
        if shape.kind == "window":
            place = n - int(most) - 1
            return times[place] + shape.size_s if place >= 0 else -math.inf
        if not n:
            return -math.inf
        if shape.kind == "even":
            return times[n - 1] - most
        return float(self._empty(n)[_BUCKETS[shape.size_s]]) - most * shape.size_s


def as_text(shape: Shape, most: float) -> str:
    """A limit in words: "window of 10 per second"."""
    per = {1.0: "second", 60.0: "minute"}.get(shape.size_s, f"{shape.size_s:.3g} s")
    refused = ", refused calls included" if shape.counts_refused else ""
    if shape.kind == "in_flight":
        return f"at most {most + 1:.0f} in flight"
    if shape.is_even(most):
        return f"one every {shape.interval_s(most):.3g} s{refused}"
    if shape.kind == "window":
        return f"window of {most + 1:.0f} per {per}{refused}"
    return f"one every {shape.size_s:.3g} s after a burst of {most + 1:.0f}{refused}"
