"""
Kill a real `draftmill run` at random moments, resume it, and count what was lost, doubled or bought twice.

    python -m tests.soak.kill --times 100
    python -m tests.soak.kill --workers 3 --times 40

Every process is killed with SIGKILL, wherever it happens to be: while it starts, plans, sends, reads or ends. A run is
resumed until it is done; then another one begins, until there were as many kills as asked for. With `--workers` it is
`draftmill worker` processes on one PostgreSQL database that are killed, and others take their runs over.
"""

from __future__ import annotations

import argparse
import os
import random
import sqlite3
import subprocess
import sys
import tempfile
import time
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path

from engine.practice import PracticeProcess, PracticeSettings
from tests.history import laws
from tests.history.facts import Account, Facts, gather
from tests.soak import team

DRAFTS = 24
WEATHER = {"503": 0.05, "short": 0.05, "reset": 0.03, "malformed": 0.03}
SLOW = PracticeSettings(base_ms=250, item_ms=20, faults=WEATHER)
RUN = (
    *("run", "--kind", "cloze", "--lang", "en", "--levels", "2,3", "--topic", "Campus", "--topic", "Daily life"),
    *("--per-combo", str(DRAFTS // 4), "--concurrency", "3", "--batch-size", "2", "--retries", "5", "--no-reuse"),
)
RESUME = ("resume", "1", "--retry")
PATIENCE_S = 120.0


@dataclass(frozen=True)
class Tally:
    """What a soak has seen. `in_flight`: calls that were in flight at the kills; only these may be bought twice."""

    kills: int = 0
    runs: int = 0
    drafts: int = 0
    calls: int = 0
    in_flight: int = 0
    bought_twice: int = 0
    broken: tuple[str, ...] = ()

    def __str__(self) -> str:
        counted = f"{self.kills} kills, {self.runs} runs done, {self.drafts} drafts, {self.calls} calls"
        doubt = f"{self.in_flight} in flight at the kills, {self.bought_twice} bought twice"
        return "\n".join((f"{counted}; {doubt}; {len(self.broken)} promises broken", *self.broken))


class Soak:
    """
    Runs that are killed.

    Args:
        practice: The provider, whose account is compared with the ledger.
        home: A folder for the databases.
        seed: Chooses the moments.
    """

    def __init__(self, practice: PracticeProcess, home: Path, seed: int) -> None:
        self._practice = practice
        self._home = home
        self._dice = random.Random(seed)
        self._start_s = 0.0

    def go(self, times: int) -> Tally:
        """Kill `times` processes; the run of the last one is brought to its end as well."""
        tally = Tally()
        self._start_s = self._time_a_start()
        while tally.kills < times and not tally.broken:
            tally = self._one_run(replace(tally, runs=tally.runs + 1), times)
        return tally

    def _one_run(self, tally: Tally, times: int) -> Tally:
        database = self._home / f"run{tally.runs}" / "draftmill.db"
        account = Account(self._practice)
        in_flight: set[int] = set()
        while True:
            killed = self._work(database, kill=tally.kills < times)
            facts = gather(database, account.read(), at_rest=not killed) if planned(database) else None
            tally = replace(tally, kills=tally.kills + killed)
            if facts is None:
                continue
            in_flight |= {call["id"] for call in facts.calls if call["outcome"] == "in_flight"}
            said = laws.broken(facts)
            if said or facts.runs[0]["state"] == "done":
                return _counted(tally, facts, len(in_flight), said)

    def _work(self, database: Path, *, kill: bool) -> bool:
        """One process, to its end or to its death; whether it was killed."""
        words = RESUME if planned(database) else (*RUN, "--base-url", self._practice.base_url)
        with _start(*words, "--json", "--database", str(database)) as child:
            try:
                # From before the first import to somewhere in the run: its calls take as long as the start.
                child.wait(self._dice.uniform(0.3, 1.8) * self._start_s if kill else PATIENCE_S)
            except subprocess.TimeoutExpired:
                child.kill()
                return True
        return False

    def _time_a_start(self) -> float:
        begun = time.monotonic()
        _start("runs", "--database", str(self._home / "none.db")).wait(PATIENCE_S)
        return time.monotonic() - begun


def _start(*words: str) -> subprocess.Popen[bytes]:
    environment = {**os.environ, "DRAFTMILL_HOME": str(Path(tempfile.gettempdir(), "no-draftmill-home"))}
    command = [sys.executable, "-m", "engine.cli", *words]
    return subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def planned(database: Path) -> bool:
    """Whether the run is in the store: a process may die before."""
    if not database.exists():
        return False
    with closing(sqlite3.connect(database)) as rows:
        there = rows.execute("SELECT count(*) FROM sqlite_master WHERE name = 'run'").fetchone()[0]
        return bool(there and rows.execute("SELECT count(*) FROM run").fetchone()[0])


def _counted(tally: Tally, facts: Facts, in_flight: int, said: list[str]) -> Tally:
    """The tally with a run that has ended, well or not."""
    drafted = sum(slot["state"] == "drafted" for slot in facts.slots)
    twice = laws.bought_twice(facts)
    if drafted != DRAFTS:
        said = [*said, f"{drafted} drafts of {DRAFTS}"]
    if twice > in_flight:
        said = [*said, f"{twice} bought twice, {in_flight} in flight at the kills"]
    return replace(
        tally,
        drafts=tally.drafts + drafted,
        calls=tally.calls + len(facts.calls),
        in_flight=tally.in_flight + in_flight,
        bought_twice=tally.bought_twice + twice,
        broken=tuple(f"run {tally.runs}: {one}" for one in said),
    )


def soak(times: int, seed: int) -> Tally:
    """Kill `times` processes in a folder of their own."""
    with tempfile.TemporaryDirectory() as home, PracticeProcess(SLOW) as practice:
        return Soak(practice, Path(home), seed).go(times)


def main() -> None:
    """Exit code 1 where a promise was broken."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--times", type=int, default=100, help="processes to kill")
    parser.add_argument("--workers", type=int, default=0, help="kill workers of a team, so many at one time")
    parser.add_argument("--seed", type=int, default=1, help="chooses the moments")
    given = parser.parse_args()
    begun = time.monotonic()
    if given.workers:
        team.finish(team.soak(given.times, given.workers, given.seed, ("kill",)), begun)
    tally = soak(given.times, given.seed)
    sys.stdout.write(f"{tally}\n{time.monotonic() - begun:.0f} s\n")
    sys.exit(bool(tally.broken))


if __name__ == "__main__":
    main()
