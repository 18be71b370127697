"""
Workers on one database: what a second one adds where latency binds, and one limit kept by several.

`DRAFTMILL_BENCH_DATABASE` names an empty PostgreSQL database; the workers are processes of their own.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path

from benchmarks.database import DATABASE_ENV, new_store
from benchmarks.kit import Claim
from engine import Job, Overrides, Runner, RunSpec, Store, Tuning
from engine.limiter.limits import Shape
from engine.practice import PracticeProcess
from engine.profiles import Catalog, Limits, PracticeSettings
from engine.store import CallRow

LONG = (PracticeSettings(base_ms=2000, item_ms=0, jitter=0.0), Tuning(128, 1, retries=0), 1280)
"""
Calls of 2 s, 128 in flight, ten rounds: one run, of which two workers make two shares of 64 in flight.

Without retries no draft is asked for again because the run before made one like it.
"""
QUICK_MS = 300.0
WINDOW = Limits(rpm=120, window_s=20.0)
EVEN = Limits(rpm=360, window_s=60.0, shape="even")
ROUNDS = 6
_topics = count(1)


@dataclass(frozen=True, slots=True)
class Made:
    """What some workers made at once: the calls of each run, in order."""

    runs: Sequence[Sequence[CallRow]]

    @property
    def all(self) -> list[CallRow]:
        """All calls by their start."""
        return sorted((call for run in self.runs for call in run), key=lambda call: call.sent_at)

    @property
    def seconds(self) -> float:
        """From the first start to the last end."""
        return max(call.ended_at or 0.0 for call in self.all) - self.all[0].sent_at

    @property
    def http_429(self) -> int:
        """Calls that the provider refused."""
        return sum(call.status == 429 for call in self.all)

    @property
    def least_part(self) -> float:
        """The smallest worker's calls, of an equal part, while all of them had work."""
        begin, end = (pick(run[at].sent_at for run in self.runs) for pick, at in ((max, 0), (min, -1)))
        starts = [sum(begin <= call.sent_at <= end for call in run) for run in self.runs]
        return min(starts) * len(starts) / max(1, sum(starts))


def claims() -> Iterator[Claim]:
    """Two workers are 1.8 x one; 1, 2 and 4 reach 98 % of a window without a 429, 95 % of an even limit, fairly."""
    if DATABASE_ENV not in os.environ:
        yield Claim("workers on one database", DATABASE_ENV, "not set: not measured", True)
        return
    with new_store() as store:
        settings, tuning, drafts = LONG
        one, two = (_make(store, settings, Limits(), tuning, drafts, workers, runs=1, places=64) for workers in (1, 2))
        speedup = len(two.all) / two.seconds / (len(one.all) / one.seconds)
        yield Claim(
            "2 workers on one run, 64 in flight each, calls of 2 s", ">= 1.8 x", f"{speedup:.2f} x", speedup >= 1.8
        )
        for workers in (1, 2, 4):
            yield _limit(store, WINDOW, workers, 0.98)
        for workers in (1, 2):
            yield _limit(store, EVEN, workers, 0.95)


def _limit(store: Store, limits: Limits, workers: int, least: float) -> Claim:
    shape: Shape = limits.shape
    settings = PracticeSettings(
        base_ms=QUICK_MS, item_ms=0, jitter=0.0, rpm=limits.rpm, window_s=limits.window_s, shape=shape
    )
    made = _make(store, settings, limits, Tuning(32, 1), ROUNDS * 120 // workers, workers)
    calls = len(made.all)  # and the one that found out how the model answers, in the first window
    starts_s = (calls // limits.rpm) * limits.window_s if shape == "window" else calls * limits.window_s / limits.rpm
    share = (starts_s + QUICK_MS / 1000) / made.seconds
    fair = made.least_part
    measured = f"{share:.1%}, 429: {made.http_429} of {calls}, smallest part {fair:.0%}"
    holds = share >= least and not made.http_429 and fair >= 0.6
    return Claim(
        f"{workers} workers, {limits.rpm} per {limits.window_s:.0f} s, {shape}", f">= {least:.0%}", measured, holds
    )


def _make(
    store: Store,
    settings: PracticeSettings,
    limits: Limits,
    tuning: Tuning,
    drafts: int,
    workers: int,
    runs: int = 0,
    places: int = 0,
) -> Made:
    """Some workers make as many runs of so many drafts, or `runs`; each has `places`, or the concurrency of a run."""
    with ExitStack() as stack:
        practice = stack.enter_context(PracticeProcess(settings))
        desk = stack.enter_context(Runner(store, Catalog.load(Path("none.toml")), role="offers"))
        overrides = Overrides(base_url=practice.base_url, rpm=limits.rpm, window_s=limits.window_s, shape=limits.shape)
        stack.enter_context(_workers(store, workers, places or tuning.concurrency))
        warm = desk.submit(Job(_spec(1), Tuning(1, 1), overrides=overrides))
        desk.join(warm, 0.25)
        made = [desk.submit(Job(_spec(drafts), tuning, overrides=overrides)) for _ in range(runs or workers)]
        for run in made:
            assert desk.join(run, 0.25).state == "done", store.runs.get(run).reason
        return Made([sorted(store.calls.page(run, 100_000), key=lambda call: call.sent_at) for run in made])


def _spec(drafts: int) -> RunSpec:
    topics = tuple(f"Topic {next(_topics)}" for _ in range(max(1, drafts // 20)))
    return RunSpec("cloze", "en", (2,), topics, min(drafts, drafts // len(topics)), reuse=False)


@contextmanager
def _workers(store: Store, number: int, places: int) -> Iterator[None]:
    command = [sys.executable, "-m", "engine.cli", "worker", "--places", str(places)]
    environment = {**os.environ, "DRAFTMILL_DATABASE": os.environ[DATABASE_ENV]}
    started = [subprocess.Popen(command, env=environment, stderr=subprocess.DEVNULL) for _ in range(number)]
    try:
        yield
    finally:
        for one in started:
            one.terminate()
        for one in started:
            one.wait()
