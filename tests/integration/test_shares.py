"""A run that several workers make at once, each a share of it."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import pytest

from engine import Job, Overrides, Runner, RunSpec, Store, Tuning
from engine.practice import PracticeProcess
from engine.process import lease_now
from engine.profiles import Catalog, PracticeSettings
from engine.runners.service import serve, take_free
from tests.integration.conftest import QUICK
from tests.waiting import until

PLACES = 4
SLOW: dict[str, Any] = {**QUICK, "base_ms": 300}
POLL_S = 0.02
pytestmark = pytest.mark.parametrize("database", ["postgresql"], indirect=True)


class Team:
    """A desk that submits runs, and workers with four places each."""

    def __init__(self, url: str, practice: PracticeProcess, stack: ExitStack) -> None:
        self.url = url
        self._stack = stack
        self._practice = practice
        self.store = stack.enter_context(Store.open(url))
        self.desk = stack.enter_context(Runner(self.store, Catalog.load(Path("none.toml")), role="offers"))

    def job(self, drafts: int = 160, budget_usd: float | None = None) -> Job:
        """Two shares of four places each at a time, of ten rounds or more."""
        spec = RunSpec("cloze", "en", (3, 4), ("Daily life", "Campus"), drafts // 4, budget_usd=budget_usd)
        return Job(spec, Tuning(2 * PLACES, 1), overrides=Overrides(base_url=self._practice.base_url))

    def process(self) -> subprocess.Popen[bytes]:
        """A worker as a process of its own."""
        options = ("--places", str(PLACES), "--database", self.url)
        command = [sys.executable, "-m", "engine.cli", "worker", *options]
        return subprocess.Popen(command, env={**os.environ, "DRAFTMILL_LEASE_S": "2"}, stderr=subprocess.DEVNULL)

    def owners(self) -> set[str]:
        """The processes that work on something, by pid."""
        return {one.owner.split(":")[1] for one in self.store.offers.workers()}

    def working(self, run: int, share: int | None) -> str:
        """Wait for a process that has the run (None) or a share of it; its pid."""
        found: list[str] = []

        def look() -> bool:
            for one in self.store.offers.workers():
                if any(held.run == run and bool(held.share) == bool(share) for held in one.held):
                    found.append(one.owner.split(":")[1])
            return bool(found)

        until(look)
        return found[-1]

    @contextmanager
    def worker(self) -> Iterator[Runner]:
        """One that takes what is free until it is closed."""
        store, stop = self._stack.enter_context(Store.open(self.url)), threading.Event()
        with Runner(store, Catalog.load(Path("none.toml")), role="serves", waits=True, share_places=PLACES) as runner:
            thread = threading.Thread(target=serve, args=(store, runner, PLACES, stop))
            thread.start()
            try:
                yield runner
            finally:
                stop.set()
                thread.join()


@pytest.fixture
def team(database: str, practice: PracticeProcess, monkeypatch: pytest.MonkeyPatch) -> Iterator[Team]:
    monkeypatch.setenv("DRAFTMILL_LEASE_S", "10")  # a busy machine must not cost a process its run
    practice.configure(PracticeSettings(**QUICK))
    with ExitStack() as stack:
        yield Team(database, practice, stack)


def test_two_workers_make_one_run(team: Team, practice: PracticeProcess) -> None:
    """Each makes shares of it, and together exactly the drafts that were asked for."""
    practice.configure(PracticeSettings(**SLOW))
    run = team.desk.submit(team.job())
    with team.worker(), team.worker():
        until(lambda: sum(share.is_held for share in team.store.shares.of(run)) == 2)
        practice.configure(PracticeSettings(**QUICK))
        done = team.desk.join(run, POLL_S)
    assert (done.state, done.totals.drafted, done.totals.late) == ("done", 160, 0)


def test_a_run_in_shares_waits_for_no_place(team: Team) -> None:
    """The process that has it makes none of its calls: it is taken although an older run has no place."""
    whole = [team.desk.submit(Job(RunSpec("cloze", "en", (3,), ("tea",), 40), Tuning(PLACES, 1))) for _ in range(2)]
    shared = team.desk.submit(team.job())
    with Runner(team.store, Catalog.load(Path("none.toml")), role="serves", share_places=PLACES) as worker:
        assert take_free(team.store, worker, PLACES) == 2
        owners = [team.store.runs.get(run).owner for run in (*whole, shared)]
    assert [owner is not None for owner in owners] == [True, False, True]


def test_the_rest_of_a_run_in_shares_waits_for_no_place(team: Team) -> None:
    """Its process has ended, and what is left would be one share: it is taken although an older run has no place."""
    small = Job(RunSpec("cloze", "en", (3,), ("tea",), 40), Tuning(PLACES, 1))
    older, cut = team.desk.submit(small), team.desk.submit(small)
    fence = team.store.runs.claim(cut, "gone", lease_now()).result() or 0
    slots = [slot.number for slot in team.store.drafts.open_slots(cut)]
    team.store.shares.cut(cut, fence, [slots[:20], slots[20:]], PLACES, 1).result()
    assert team.store.offers.give_back(cut, fence).result()
    with Runner(team.store, Catalog.load(Path("none.toml")), role="serves", share_places=PLACES) as worker:
        assert take_free(team.store, worker, PLACES) == 2
        owners = [team.store.runs.get(run).owner for run in (older, cut)]
    assert None not in owners


@pytest.mark.slow
def test_one_worker_makes_the_shares_one_after_the_other(team: Team) -> None:
    """It never has more calls in flight than places."""
    run = team.desk.submit(team.job(80))
    with team.worker():
        done = team.desk.join(run, POLL_S)
    assert (done.state, done.totals.drafted) == ("done", 80)


@pytest.mark.slow
def test_a_killed_worker_loses_its_share_to_another(team: Team, practice: PracticeProcess) -> None:
    """Kill -9 of a process that has the run or only a share: every draft is made, at most calls in flight twice."""
    practice.configure(PracticeSettings(**SLOW))
    before = int(practice.stats()["calls"])
    run = team.desk.submit(team.job())
    workers = {str(one.pid): one for one in (team.process() for _ in range(3))}
    try:
        for struck in (None, 1):  # the process that has the run; one that has a share
            at_work = team.working(run, struck)
            workers[at_work].kill()
            workers[at_work].wait()
            until(lambda gone=at_work: gone not in team.owners())  # type: ignore[misc]
        done = team.desk.join(run, POLL_S)
    finally:
        for one in workers.values():
            one.kill()
            one.wait()
    assert (done.state, done.totals.drafted, done.totals.late) == ("done", 160, 0)
    assert int(practice.stats()["calls"]) - before <= 160 + 4 * PLACES


@pytest.mark.parametrize(
    ("command", "state"), [("pause", "paused"), pytest.param("cancel", "cancelled", marks=pytest.mark.slow)]
)
def test_a_command_stops_every_share(team: Team, practice: PracticeProcess, command: str, state: str) -> None:
    """Whoever works on a share lets go, what was in flight is kept, and nobody takes another."""
    practice.configure(PracticeSettings(**SLOW))
    run = team.desk.submit(team.job())
    with team.worker(), team.worker():
        until(lambda: team.store.calls.count(run) > 2 * PLACES)
        getattr(team.desk, command)(run)
        row = team.desk.join(run, POLL_S)
        assert (row.state, row.totals.in_flight, row.totals.in_doubt) == (state, 0, 0)
        assert team.store.shares.of(run) == []
        practice.configure(PracticeSettings(**QUICK))
        team.desk.resume(run, retry=True)
        done = team.desk.join(run, POLL_S)
    assert (done.state, done.totals.drafted) == ("done", 160)


@pytest.mark.slow
def test_a_share_that_meets_an_outage_pauses_the_run(team: Team, practice: PracticeProcess) -> None:
    """The run pauses for the reason that the share saw, and it is the run that is tried again by itself."""
    practice.configure(PracticeSettings(**QUICK, faults={"503": 1.0}))
    run = team.desk.submit(team.job())
    with team.worker(), team.worker():
        row = team.desk.join(run, POLL_S)
        assert (row.state, row.reason_code, row.retry_at is not None) == ("paused", "provider_down", True)
        practice.configure(PracticeSettings(**QUICK))
        team.desk.resume(run)
        done = team.desk.join(run, POLL_S)
    assert (done.state, done.totals.drafted) == ("done", 160)


def test_shares_never_spend_more_than_the_run_may(team: Team) -> None:
    """Two processes stop at the run's budget, with what its own prices say."""
    run = team.desk.submit(team.job(budget_usd=0.02))
    with team.worker(), team.worker():
        row = team.desk.join(run, POLL_S)
    assert (row.state, row.reason_code) == ("paused", "budget")
    assert 0.01 < row.totals.cost_usd <= 0.02


@pytest.mark.slow
def test_a_process_alone_makes_the_rest_of_a_shared_run(team: Team, practice: PracticeProcess) -> None:
    """Without workers a run that was cut is made whole by the process that resumes it."""
    practice.configure(PracticeSettings(**SLOW))
    run = team.desk.submit(team.job())
    with team.worker():
        until(lambda: team.store.calls.count(run) > PLACES)
    practice.configure(PracticeSettings(**QUICK))
    with Runner(team.store, Catalog.load(Path("none.toml")), role="alone") as alone:
        assert alone.claim(run)
        done = alone.join(run, POLL_S)
    assert (done.state, done.totals.drafted, done.totals.late) == ("done", 160, 0)
