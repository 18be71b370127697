"""Many calls in flight at 400 ms, writing the store: how much of the bound is reached, and what a call costs us."""

from __future__ import annotations

from collections.abc import Iterator

from benchmarks.kit import Claim, measure
from engine import Tuning
from engine.profiles import Limits, PracticeSettings

LATENCY_S = 0.4
CASES = ((64, 3200, 0.85), (256, 4000, 0.55))


def claims() -> Iterator[Claim]:
    """64 in flight: 85 % of 160 calls/s; 256: 55 % of 640; at most 3 ms of our CPU a call."""
    for concurrency, drafts, share in CASES:
        settings = PracticeSettings(base_ms=1000 * LATENCY_S, item_ms=0, jitter=0.0)
        took = measure(settings, Limits(), Tuning(concurrency, 1), drafts)
        speed, bound = took.calls / took.wall_s, concurrency / LATENCY_S
        yield Claim(
            f"{concurrency} in flight at {LATENCY_S * 1000:.0f} ms",
            f">= {share:.0%} of {bound:.0f}/s",
            f"{speed / bound:.1%} ({speed:.0f} calls/s)",
            speed >= share * bound and took.state == "done",
        )
        yield Claim(
            f"{concurrency} in flight, client CPU a call",
            "<= 3 ms",
            f"{took.cpu_ms_a_call:.2f} ms",
            took.cpu_ms_a_call <= 3,
        )
