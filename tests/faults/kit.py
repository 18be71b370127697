"""A mill on a fast clock, for runs that meet a fault: what a person reads afterwards, and what the laws say."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from engine import Job, Overrides, Runner, RunSpec, Store, Tuning
from engine.clock import RealClock
from engine.practice import PracticeProcess
from engine.profiles import Catalog
from engine.store import RunRow
from tests.databases import new_file
from tests.history import laws
from tests.history.facts import Account, gather

SCALE = 20.0
WELL = {"base_ms": 300, "item_ms": 20, "hold_s": 40, "retry_after_in": "scaled", "retry_after": True, "faults": {}}
DRAFTS = 12
PLAN = 4
"""Calls of a run of 12 drafts in threes."""
THREES = Tuning(2, 3, retries=2)


class Mill:
    """A store, a runner and the practice provider, on one fast clock."""

    def __init__(self, practice: PracticeProcess, home: Path) -> None:
        self.practice = practice
        self.home = home
        self.database = home / "draftmill.db"
        practice.configure(WELL)
        self.account = Account(practice)
        clock = RealClock(SCALE)
        self.store = Store.open(new_file(self.database), clock)
        self.runner = Runner(self.store, Catalog.load(home / "providers.toml"), clock)

    def job(self, base_url: str = "", tuning: Tuning = THREES, deadline_s: float = 10.0, **more: Any) -> Job:
        """Two topics at one level, six of each, as a person would ask for them."""
        asked = {"kind": "cloze", "lang": "en", "levels": (2,), "topics": ("Campus", "Daily life"), "per_combo": 6}
        overrides = Overrides(
            base_url or self.practice.base_url, deadline_s=deadline_s, key_env=more.pop("key_env", None)
        )
        return Job(RunSpec(**{**asked, "reuse": False, **more}), tuning, overrides=overrides)

    def run(self, job: Job) -> RunRow:
        """Launch and wait."""
        return self.runner.join(self.runner.submit(job), 0.02)

    def resume(self, run: int) -> RunRow:
        """Press Resume, or Retry what failed, and wait."""
        self.runner.resume(run, retry=True)
        return self.runner.join(run, 0.02)

    def read(self, run: int) -> str:
        """What the run page says of a run: its reason, its failures with their messages, its flags."""
        failures = [f"{one.reason}: {one.message}" for one in self.store.calls.failures(run)]
        calls = [f"{call.reason} {call.message} {call.model}" for call in self.store.calls.page(run, limit=200)]
        flags = [f"{flag.code} {flag.detail}" for draft in self.store.drafts.each() for flag in draft.flags]
        return "\n".join([self.store.runs.get(run).reason, *failures, *calls, *flags])

    def broken(self, deadline_s: float = 120.0) -> list[str]:
        """The laws this run has broken."""
        return laws.broken(gather(self.database, self.account.read(), deadline_s=deadline_s))

    def close(self) -> None:
        self.runner.close()
        self.store.close()
