"""
Computes how fast n calls can be made, what limits their speed, and how long the rest takes (design.md, section 5).

Used for the estimate before a launch, the ETA, "% of the limit" and the benchmarks. Pure: latencies come from the
store's rows, limits from the profile.
"""

from __future__ import annotations

import math
import statistics
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

from engine.limiter.limits import Limits

Bottleneck = Literal["concurrency", "rate", "tokens", "in_flight"]

MIN_SAMPLES = 3
MIN_S = 0.001
PACE = 0.97  # calls are started just under a known limit (design.md, section 5)


@dataclass(frozen=True, slots=True)
class Latency:
    """L(b) = base_s + b x item_s: seconds a call of b items takes."""

    base_s: float
    item_s: float

    def of(self, batch: float) -> float:
        """Seconds for a call of `batch` items, never 0."""
        return max(MIN_S, self.base_s + batch * self.item_s)


PRIOR = Latency(1.2, 0.25)  # the practice provider's defaults; a few real answers replace them


def fit(samples: Sequence[tuple[int, float]], prior: Latency = PRIOR) -> Latency:
    """
    Fit L(b) to measured calls; single slow calls hardly count.

    Args:
        samples: (items asked, seconds) of answered calls.
        prior: The latency without samples; with one batch size only, it is scaled.

    Returns:
        The line through the medians of each batch size (least squares, weighted by count); never a negative slope.
    """
    if len(samples) < MIN_SAMPLES:
        return prior
    by_batch: dict[int, list[float]] = {}
    for batch, seconds in samples:
        by_batch.setdefault(batch, []).append(seconds)
    medians = {size: statistics.median(spans) for size, spans in by_batch.items()}
    if len(medians) > 1:
        sizes = [size for size, _ in samples]
        slope, base = statistics.linear_regression(sizes, [medians[size] for size in sizes])
        if slope >= 0 and base >= 0:
            return Latency(base, slope)
    scale = statistics.median(seconds / prior.of(size) for size, seconds in medians.items())
    return Latency(prior.base_s * scale, prior.item_s * scale)


@dataclass(frozen=True, slots=True)
class Load:
    """n items asked in packets of `batch` with `concurrency` calls in flight; tokens are per item and per call."""

    items: int
    batch: int
    concurrency: int
    limits: Limits
    tokens_item: float = 0.0
    tokens_call: float = 0.0
    throttle_s: float = 0.0
    most_batch: int = 10
    """The most items the kind allows in a packet."""
    packets: int | None = None
    """Calls the plan needs where packets cannot all be full; None: ceil(items / batch)."""

    @property
    def calls(self) -> int:
        """Calls the plan needs."""
        return math.ceil(self.items / self.batch) if self.packets is None else self.packets

    def with_batch(self, batch: int) -> Load:
        """The same load in packets of another size, as far as the kind allows it."""
        size = min(batch, self.most_batch)
        return self if size == self.batch else replace(self, batch=size, packets=None)


@dataclass(frozen=True, slots=True)
class Ceiling:
    """The best possible time of a load, its speed, and what limits it."""

    wall_s: float
    items_per_s: float
    bottleneck: Bottleneck


def ceiling(load: Load, latency: Latency) -> Ceiling:
    """
    The best possible time of a load.

    Returns:
        For n calls: floor((n - 1) / R) windows + L in the window shape, (n - 1) gaps + L in the even shape, never
        less than n L / c; tokens a window limit it in the same way. For many calls items / wall_s is
        b x min(c / L, R/60, (T/60) / (o + q b), K / L).
    """
    calls = load.calls
    if calls == 0:
        return Ceiling(0.0, 0.0, "concurrency")
    took_s = latency.of(min(load.batch, load.items))
    times: dict[Bottleneck, float] = {"concurrency": took_s * max(1.0, calls / load.concurrency)}
    if load.limits.max_in_flight:
        times["in_flight"] = took_s * max(1.0, calls / load.limits.max_in_flight)
    times["rate"] = _starts_s(calls, load.limits) + took_s
    if load.limits.tpm:
        tokens = calls * load.tokens_call + load.items * load.tokens_item
        times["tokens"] = max(0, math.ceil(tokens / load.limits.tpm) - 1) * load.limits.window_s + took_s
    bottleneck: Bottleneck = max(times, key=lambda name: times[name])
    wall_s = max(times.values())
    return Ceiling(wall_s, load.items / wall_s, bottleneck)


def expected_s(load: Load, latency: Latency) -> float:
    """
    How long a load is likely to take: the best possible time, in whole rounds of `concurrency` calls, paced at 97 % of
    the limit, with this run's own throttle.
    """
    if load.calls == 0:
        return 0.0
    took_s = latency.of(min(load.batch, load.items))
    rounds_s = math.ceil(load.calls / load.concurrency) * took_s
    paced_s = _starts_s(load.calls, load.limits) / PACE + took_s
    return max(ceiling(load, latency).wall_s, rounds_s, paced_s, (load.calls - 1) * load.throttle_s + took_s)


def _starts_s(calls: int, limits: Limits) -> float:
    if not limits.rpm:
        return 0.0
    if limits.shape == "even":
        return (calls - 1) * limits.window_s / limits.rpm
    return (calls - 1) // limits.rpm * limits.window_s


def suggestion(load: Load, latency: Latency) -> str:
    """
    The setting to raise for more speed: `concurrency`, `batch_size`, `limits` (ask the provider for more) or `none`.

    The one whose next step raises the best possible speed most, by at least 2 %.
    """
    now = ceiling(load, latency).items_per_s
    tries = {
        "concurrency": replace(load, concurrency=load.concurrency + 1),
        "batch_size": load.with_batch(load.batch + 1),
    }
    gains = {name: ceiling(tried, latency).items_per_s for name, tried in tries.items()}
    best = max(gains, key=lambda name: gains[name])
    if gains[best] > now * 1.02:
        return best
    return "limits" if load.limits.rpm or load.limits.tpm or load.limits.max_in_flight else "none"
