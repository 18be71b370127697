"""A known limit of 60 calls a minute, in either shape: no 429, and close to the best possible time."""

from __future__ import annotations

from collections.abc import Iterator

from benchmarks.kit import Claim, measure
from engine import Limits, PracticeSettings, Tuning
from engine.forecast import Latency, Load, ceiling
from engine.spec import Shape

SCALES = {20: 1.0, 300: 10.0}  # a burst of 2 s is measured unscaled: our own milliseconds are scaled too
CONCURRENCY = {20: 10, 300: 20}  # whole rounds: 20 calls on 16 workers are two rounds however they are paced
LATENCY = Latency(1.2, 0.25)
SHAPES: tuple[Shape, ...] = ("window", "even")


def claims() -> Iterator[Claim]:
    """20 calls (a burst must not be stretched) and 300, for both shapes."""
    for shape in SHAPES:
        for calls in (20, 300):
            yield _claim(shape, calls, SCALES[calls])


def _claim(shape: Shape, calls: int, scale: float) -> Claim:
    limits = Limits(rpm=60, shape=shape)
    settings = PracticeSettings(rpm=60, shape=shape, time_scale=scale, jitter=0.0)
    took = measure(settings, limits, Tuning(CONCURRENCY[calls], 1), calls, scale)
    best_s = ceiling(Load(calls, 1, CONCURRENCY[calls], limits), LATENCY).wall_s
    ratio = took.wall_s / best_s
    holds = took.state == "done" and took.http_429 == 0 and ratio <= 1.06
    measured = f"{ratio:.3f} x ({took.wall_s:.1f} of {best_s:.1f} s), {took.http_429} x 429"
    return Claim(f"{calls} calls at 60 a minute, told, shape {shape}", "<= 1.06 x, 0", measured, holds)
