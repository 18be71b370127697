"""
Workers on one PostgreSQL database that are killed, frozen and restarted while the database restarts: what was lost?

    python -m tests.soak.team --times 40 --workers 3

Runs are submitted by a process that works on nothing. Each fault strikes a worker that has a run; a killed one is
replaced. At the end the laws are checked over the rows and the provider's account.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import asdict
from pathlib import Path
from typing import Any, NoReturn

from engine import Job, Overrides, Runner, RunSpec, Store, Tuning
from engine.practice import PracticeProcess, PracticeSettings
from engine.profiles import Catalog
from engine.store.offers import WorkerRow
from tests.history import laws
from tests.history.facts import Account, Facts
from tests.postgresql import Databases, Server, own_server

LEASE_S = 2.0
PLACES = 4
RUNS = ((6, Tuning(3, 2, retries=5)), (40, Tuning(2 * PLACES, 2, retries=5)))
"""Drafts of a topic at a level, and how they are made: one worker makes the first kind, two at a time the second."""
SLOW = PracticeSettings(base_ms=300, item_ms=20, faults={"503": 0.03, "short": 0.03, "reset": 0.02})
FROZEN_S = 2 * LEASE_S
FAULTS = (*["kill"] * 6, *["stop"] * 2, "term", "restart")
LOST = ("process_gone", "run_ended")
"""Why calls are in doubt that were in flight at a fault."""
AT_ONCE = 3
"""Runs that are open at one time."""


class Team:
    """The processes of a soak, and how long the runs of killed ones waited."""

    def __init__(self, stack: ExitStack, server: Server, workers: int, seed: int) -> None:
        self._databases = Databases(server.url)
        self._server = server
        self.url = self._databases.new()
        self._dice = random.Random(seed)
        self.practice = stack.enter_context(PracticeProcess(SLOW))
        self.account = Account(self.practice)
        self.store = stack.enter_context(Store.open(self.url))
        home = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        self._environment = {**os.environ, "DRAFTMILL_LEASE_S": str(LEASE_S), "DRAFTMILL_HOME": str(home)}
        self.desk = stack.enter_context(Runner(self.store, Catalog.load(home / "none.toml"), role="offers"))
        self._workers = [self._start() for _ in range(workers)]
        stack.callback(self._end)
        self.faults: Counter[str] = Counter()
        self.slowest_s = 0.0
        """Longest time until a run in shares that a struck worker had was another's: it waits for no free places."""
        self._struck: dict[int, tuple[int, float]] = {}
        """The run: its fence, and when it was struck."""

    def keep_busy(self) -> None:
        """Submit runs until there are enough."""
        while sum(map(self.store.runs.count, ("queued", "running", "paused"))) < AT_ONCE:
            per_combo, tuning = self._dice.choice(RUNS)
            spec = RunSpec("cloze", "en", (2, 3), ("Campus", "Daily life"), per_combo, reuse=False)
            self.desk.submit(Job(spec, tuning, overrides=Overrides(base_url=self.practice.base_url)))

    def strike(self, faults: Sequence[str]) -> None:
        """One of these faults at a worker that has a run."""
        working = {_pid(one): one.held for one in self.store.offers.workers() if one.silent_s < LEASE_S}
        struck = [one for one in self._workers if str(one.pid) in working]
        if not struck:
            return
        one = self._dice.choice(struck)
        fault = self._dice.choice(faults)
        self.faults[fault] += 1
        if fault == "restart":
            self._server.stop(self._dice.choice(["fast", "immediate"]))
            self._server.start()
        elif fault == "stop":
            one.send_signal(signal.SIGSTOP)
            time.sleep(FROZEN_S)
            one.send_signal(signal.SIGCONT)
        else:
            ends = [held.run for held in working[str(one.pid)] if held.shares and held.share is None]
            fences = {run: self.store.runs.get(run).fence for run in ends}  # before another has it
            one.send_signal(signal.SIGKILL if fault == "kill" else signal.SIGTERM)
            one.wait()
            for run, fence in fences.items():
                self._struck.setdefault(run, (fence, time.monotonic()))
            self._workers[self._workers.index(one)] = self._start()

    def look(self) -> None:
        """Note how long the struck runs have waited for another worker."""
        for run, (fence, at) in list(self._struck.items()):
            self.slowest_s = max(self.slowest_s, time.monotonic() - at)
            if (row := self.store.runs.get(run)).fence > fence or row.state not in ("queued", "running"):
                del self._struck[run]

    def finish(self, patience_s: float) -> None:
        """Wait until every run has ended; one that was paused is resumed."""
        until = time.monotonic() + patience_s
        while (left := self.store.runs.in_states(("queued", "running", "paused"))) and time.monotonic() < until:
            for row in left:
                if row.state == "paused":
                    self.desk.resume(row.id, retry=True)
            self.look()
            time.sleep(0.5)

    def facts(self) -> Facts:
        """All rows as they are, and the provider's account."""
        rows = {table: self._rows(table) for table in ("run", "draft", "call")}
        replies = {row["call"]: self.store.calls.reply(row["call"]) for row in self._rows("reply", "call")}
        shown = {row.id: asdict(row.totals) for row in self.store.runs.page(limit=1000)}
        return Facts(rows["run"], rows["draft"], rows["call"], replies, shown, self.account.read())

    def _rows(self, table: str, columns: str = "*") -> list[dict[str, Any]]:
        found = self._databases.run(
            f"SELECT to_json(t) FROM (SELECT {columns} FROM {table} ORDER BY 1) t", url=self.url
        )
        return [{name: _plain(name, value) for name, value in row[0].items()} for row in found]

    def _start(self) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", "engine.cli", "worker", "--places", str(PLACES), "--database", self.url]
        return subprocess.Popen(command, env=self._environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def _end(self) -> None:
        for one in self._workers:
            one.kill()
            one.wait()


def _pid(worker: WorkerRow) -> str:
    return worker.owner.split(":")[1]


def _plain(name: str, value: Any) -> Any:
    """The columns of JSON as what they hold."""
    return json.loads(value) if name in ("slots", "spec", "tuning", "content") and isinstance(value, str) else value


def soak(times: int, workers: int, seed: int, faults: Sequence[str] = FAULTS) -> list[str]:
    """Strike `times` times; what was broken, and last a line that counts."""
    with own_server(options="") as server, ExitStack() as stack:
        if server is None:
            return ["no PostgreSQL server found"]
        team = Team(stack, server, workers, seed)
        dice = random.Random(seed)
        while team.faults.total() < times:
            team.keep_busy()
            time.sleep(dice.uniform(0.3, 1.5))
            team.look()
            team.strike(faults)
        team.finish(180.0)
        facts = team.facts()
        twice = laws.bought_twice(facts)
        said = laws.broken(facts)
        lost = sum(call["outcome"] == "in_doubt" and call["reason"] in LOST for call in facts.calls)
        if twice > lost:
            said.append(f"{twice} bought twice, {lost} in flight at the faults")
        drafted = sum(slot["state"] == "drafted" for slot in facts.slots)
        said += [f"run {row['id']} is {row['state']}: {row['reason']}" for row in facts.runs if row["state"] != "done"]
        counted = f"{dict(team.faults)}; {len(facts.runs)} runs, {drafted} drafts, {len(facts.calls)} calls"
        counted += f"; {lost} in flight at the faults, {twice} bought twice"
        return [*said, f"{counted}; another worker within {team.slowest_s:.1f} s"]


def finish(said: Sequence[str], begun: float) -> NoReturn:
    """Print what a soak said; exit code 1 where a promise was broken."""
    sys.stdout.write("\n".join([*said, f"{time.monotonic() - begun:.0f} s", ""]))
    sys.exit(len(said) > 1)


def main() -> None:
    """Exit code 1 where a promise was broken."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--times", type=int, default=40, help="faults")
    parser.add_argument("--workers", type=int, default=3, help="processes at one time")
    parser.add_argument("--seed", type=int, default=1, help="chooses the moments")
    parser.add_argument("--no-restarts", action="store_true", help="the database is left alone")
    given = parser.parse_args()
    begun = time.monotonic()
    faults = [fault for fault in FAULTS if fault != "restart" or not given.no_restarts]
    finish(soak(given.times, given.workers, given.seed, faults), begun)


if __name__ == "__main__":
    main()
