"""Configured and undeclared limits, in either shape, a cap in flight: no 429s, and close to the best possible time."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from benchmarks.kit import Claim, Measured, measure
from engine import Tuning
from engine.limiter.forecast import Latency, Load, ceiling
from engine.limiter.limits import Shape
from engine.profiles import Limits, PracticeSettings

LATENCY = Latency(1.2, 0.25)
SHAPES: tuple[Shape, ...] = ("window", "even")
SCALE = 6.0  # faster, and our own milliseconds, which are scaled too, would be measured as waiting


@dataclass(frozen=True, slots=True)
class Case:
    """`calls` single-draft calls against a provider of `limits`; what the client is configured with."""

    name: str
    limits: Limits
    configured: Limits
    calls: int
    least: float
    most_429: float = 0.0
    concurrency: int = 20
    scale: float = SCALE
    faults: tuple[tuple[str, float], ...] = ()
    latency: Latency = LATENCY
    known: bool = False
    """The model has written a draft before, as that of most runs."""


def claims() -> Iterator[Claim]:
    """Every case, one line each."""
    for case in cases():
        yield judge(case)
    for shape in SHAPES:
        yield moving(shape)


def cases() -> Iterator[Case]:
    """The promises of issues 2 and 3."""
    for shape in SHAPES:
        limits = Limits(rpm=60, shape=shape)
        # Unscaled and in whole rounds of workers: a burst of 3 s shows our own milliseconds.
        yield Case(f"20 calls, configured, {shape}", limits, limits, 20, 1 / 1.06, concurrency=10, scale=1.0)
        yield Case(f"300 calls, configured, {shape}", limits, limits, 300, 1 / 1.06)
        yield Case(f"600 calls, configured, {shape}", limits, limits, 600, 0.97)
        yield Case(f"600 calls, undeclared, {shape}", limits, Limits(), 600, 0.92, 0.01, concurrency=8)
    stumbling = (("503", 0.05),)
    window = Limits(rpm=60)
    yield Case("600 calls, undeclared, window, 5 % 503", window, Limits(), 600, 0.89, 0.01, 8, SCALE, stumbling)
    yield Case("600 calls, undeclared, 3 in flight", Limits(max_in_flight=3), Limits(), 600, 0.90, 0.02, 8, SCALE)
    # Calls so long that eight are in flight at the limit: a gap between starts then looks like a cap.
    gap, long = Limits(rpm=30, shape="even"), Latency(10.0, 0.0)
    yield Case("300 calls of 10 s, undeclared, even, 30", gap, Limits(), 300, 0.90, 0.03, 8, SCALE, latency=long)
    quick = Latency(0.4, 0.0)
    second, ten = Limits(rpm=10, window_s=1.0), Limits(rpm=20, window_s=10.0)
    yield Case("200 calls, undeclared, 10 per second", second, Limits(), 200, 0.93, 0.02, 8, 1.0, latency=quick)
    yield Case("100 calls, undeclared, 20 per 10 s", ten, Limits(), 100, 0.95, 0.08, 8, 1.0, latency=quick)
    stray = (("429", 0.05),)
    yield Case("200 calls, no limit, 5 % stray 429s", Limits(), Limits(), 200, 0.90, 0.10, 8, 1.0, stray, quick)
    for calls in (200, 600):
        name = f"{calls} calls, no limit, 400 ms, 8 in flight, a known model"
        yield Case(name, Limits(), Limits(), calls, 0.97, 0.0, 8, 1.0, latency=quick, known=True)


def judge(case: Case) -> Claim:
    """Run a case and set it against the best possible time of its limits."""
    settings = PracticeSettings(
        base_ms=1000 * case.latency.base_s,
        item_ms=1000 * case.latency.item_s,
        jitter=0.0,
        rpm=case.limits.rpm,
        max_in_flight=case.limits.max_in_flight,
        window_s=case.limits.window_s,
        shape=case.limits.shape,
        time_scale=case.scale,
        retry_after_in="scaled",
        faults=dict(case.faults),
    )
    took = measure(
        settings, case.configured, Tuning(case.concurrency, 1, retries=3), case.calls, case.scale, known=case.known
    )
    best = best_s(case, took)
    share, refused = best / took.wall_s, took.http_429 / max(1, took.calls)
    measured = f"{share:.1%} ({took.wall_s:.1f} s, best {best:.1f}), 429: {took.http_429} of {took.calls}"
    holds = took.state == "done" and took.drafted == case.calls and share >= case.least and refused <= case.most_429
    return Claim(case.name, f">= {case.least:.0%}, <= {case.most_429:.0%}", measured, holds)


def moving(shape: Shape) -> Claim:
    """60 a minute, undeclared; halves after 200 s, doubles after 400 s: each time at the new rate 60 s later."""
    settings = PracticeSettings(rpm=60, shape=shape, jitter=0.0, time_scale=SCALE, retry_after_in="scaled")
    changes = {200.0: {"rpm": 30}, 400.0: {"rpm": 60}}
    took = measure(settings, Limits(), Tuning(8, 1, retries=3), 500, SCALE, changes)
    half, whole = (sum(start <= at < start + 60 for at in took.ended) for start in (262.0, 462.0))
    measured = f"{half} in the minute after the fall, {whole} after the rise; {500 - took.drafted} lost"
    holds = took.state == "done" and took.drafted == 500 and 26 <= half <= 32 and whole >= 54
    return Claim(f"60, then 30, then 60 a minute, undeclared, {shape}", "found in 60 s", measured, holds)


def best_s(case: Case, took: Measured) -> float:
    """The best possible time; calls that a fault took have to be made again, and count."""
    calls = took.calls - took.http_429 if case.faults else case.calls
    return ceiling(Load(calls, 1, case.concurrency, case.limits), case.latency).wall_s
