"""A practice provider for the tests of this folder, a store in a temporary folder, and a runner on both."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from engine import Job, Overrides, Runner, RunSpec, Store, Tuning
from engine.practice import PracticeProcess
from engine.profiles import Catalog, PracticeSettings
from engine.reports import PRESETS
from engine.store import RunRow
from tests.faults.kit import SCALE, Mill

COMBINED = PRESETS["combined"]
QUICK = {"base_ms": 20, "item_ms": 2}


@pytest.fixture(scope="session")
def practice() -> Iterator[PracticeProcess]:
    """One practice provider; each test that wants another behaviour configures it."""
    with PracticeProcess(PracticeSettings(**QUICK)) as process:
        yield process


@pytest.fixture
def runner(store: Store, tmp_path: Path) -> Iterator[Runner]:
    with Runner(store, Catalog.load(tmp_path / "providers.toml")) as made:
        yield made


class Bench:
    """Makes runs against the practice provider as a test sets it."""

    def __init__(self, store: Store, runner: Runner, practice: PracticeProcess) -> None:
        self.store = store
        self.runner = runner
        self.practice = practice

    def job(self, base_url: str | None = None, tuning: Tuning = COMBINED, rpm: int | None = None, **spec: Any) -> Job:
        asked = {"kind": "cloze", "lang": "en", "levels": (3, 4), "topics": ("Daily life", "Campus"), "per_combo": 10}
        overrides = Overrides(base_url=base_url or self.practice.base_url, rpm=rpm)
        return Job(RunSpec(**{**asked, **spec}), tuning, overrides=overrides)

    def run(self, job: Job) -> RunRow:
        return self.runner.join(self.runner.submit(job), 0.02)

    def served(self) -> int:
        return int(self.practice.stats()["calls"])


@pytest.fixture
def bench(store: Store, runner: Runner, practice: PracticeProcess) -> Iterator[Bench]:
    practice.configure(PracticeSettings(**QUICK))
    yield Bench(store, runner, practice)


@pytest.fixture
def limited(store: Store, runner: Runner) -> Iterator[Bench]:
    """A bench whose provider has had no calls: the starts of an earlier test would count for its limit."""
    with PracticeProcess(PracticeSettings(**QUICK)) as process:
        yield Bench(store, runner, process)


@pytest.fixture(scope="session")
def fast_practice() -> Iterator[PracticeProcess]:
    """A practice provider whose minutes are seconds."""
    with PracticeProcess(PracticeSettings(time_scale=SCALE)) as process:
        yield process


@pytest.fixture
def mill(fast_practice: PracticeProcess, tmp_path: Path) -> Iterator[Mill]:
    """For runs that meet a fault."""
    made = Mill(fast_practice, tmp_path)
    yield made
    made.close()
