"""One measured run: a store in a temporary folder, a practice provider of its own, both on one scaled clock."""

from __future__ import annotations

import resource
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from engine import Job, Overrides, Runner, RunRow, RunSpec, Store, Tuning
from engine.clock import RealClock
from engine.practice import PracticeProcess
from engine.profiles import Catalog, Limits, PracticeSettings
from engine.store import CallRow


@dataclass(frozen=True, slots=True)
class Measured:
    """A run's figures; seconds are those of the scaled clock, CPU milliseconds those of this process."""

    state: str
    drafted: int
    calls: int
    http_429: int
    wall_s: float
    cpu_ms_a_call: float
    ended: tuple[float, ...] = ()
    """When each good answer came, from the first start."""


@dataclass(frozen=True, slots=True)
class Claim:
    """One line of the table: what was promised, what was measured, and whether it holds."""

    name: str
    promised: str
    measured: str
    holds: bool

    def __str__(self) -> str:
        return f"{'ok ' if self.holds else 'NO '} {self.name:<62} {self.promised:>16}   {self.measured}"


def measure(
    settings: PracticeSettings,
    limits: Limits,
    tuning: Tuning,
    drafts: int,
    scale: float = 1.0,
    changes: Mapping[float, Mapping[str, object]] | None = None,
    *,
    known: bool = False,
) -> Measured:
    """
    Make `drafts` cloze drafts in English and say what it took.

    Args:
        settings: The practice provider's.
        limits: What the client is configured with.
        tuning: How fast.
        drafts: How many; a multiple of 100 above 100.
        scale: Of both clocks.
        changes: Seconds from the start of the run to what the provider changes of itself then.
        known: The model has written a draft before; else the first call of the run goes alone.
    """
    spec = RunSpec("cloze", "en", (2,), tuple(f"Topic {n}" for n in range(max(1, drafts // 100))), min(100, drafts))
    with tempfile.TemporaryDirectory() as folder, PracticeProcess(settings) as practice:
        clock = RealClock(scale)
        job = Job(spec, tuning, overrides=_overrides(practice.base_url, limits))
        with (
            Store.open(Path(folder) / "bench.db", clock) as store,
            Runner(store, Catalog.load(Path(folder) / "none.toml"), clock) as runner,
        ):
            if known:
                one = replace(spec, topics=("Known",), per_combo=1)
                runner.join(runner.submit(replace(job, spec=one, tuning=Tuning(1, 1))), 0.25)
            started, begun = _cpu_s(), clock.now()
            run = runner.submit(job)
            _play(practice, changes or {}, clock, begun)
            row = runner.join(run, 0.25)
            return _measured(row, store.calls.page(run, 10_000), _cpu_s() - started)


def _play(
    practice: PracticeProcess, changes: Mapping[float, Mapping[str, object]], clock: RealClock, begun: float
) -> None:
    for at, change in sorted(changes.items()):
        while clock.now() - begun < at:
            time.sleep(0.02)
        practice.configure(change)


def _overrides(base_url: str, limits: Limits) -> Overrides:
    return Overrides(
        base_url=base_url,
        rpm=limits.rpm,
        max_in_flight=limits.max_in_flight,
        shape=limits.shape,
        window_s=limits.window_s,
    )


def _measured(row: RunRow, calls: Sequence[CallRow], cpu_s: float) -> Measured:
    totals = row.totals
    first = totals.first_sent_at or 0.0
    return Measured(
        row.state,
        totals.drafted,
        totals.calls,
        totals.http_429,
        (totals.last_ended_at or 0.0) - first,
        1000 * cpu_s / max(1, totals.calls),
        tuple(sorted(call.ended_at - first for call in calls if call.kept and call.ended_at)),
    )


def _cpu_s() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def timed(started: float) -> str:
    """Seconds since `started`, for the last line."""
    return f"{time.monotonic() - started:.0f} s"
