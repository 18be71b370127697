"""Runs that are left to workers: who takes them, and what happens to them when a worker ends."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import httpx
import pytest
from typer.testing import CliRunner

from engine import Job, Overrides, Runner, RunSpec, SpecError, Store, Tuning
from engine.cli.health import health_app
from engine.cli.main import app
from engine.job import ComparisonPlace
from engine.practice import PracticeProcess
from engine.profiles import Catalog, PracticeSettings
from engine.runners.service import take_free
from engine.store import NewComparison
from engine.store.offers import WorkerRow
from tests.integration.conftest import QUICK
from tests.postgresql import NONE, Databases, own_server
from tests.waiting import PATIENCE_S, until

PLACES = 64
MANY = 12
"""More runs than a worker looks at in one query."""
POLL_S = 0.02
SLOW: dict[str, Any] = {**QUICK, "base_ms": 400}


SERVER = pytest.mark.parametrize("database", ["postgresql"], indirect=True)


class Team:
    """Processes on one database: those that submit, and those that work."""

    def __init__(self, url: str, practice: PracticeProcess, stack: ExitStack) -> None:
        self.url = url
        self._stack = stack
        self._practice = practice
        self.store, self.desk = self.member("offers")

    def member(self, role: Any) -> tuple[Store, Runner]:
        """One more process, as far as the store can tell."""
        store = self._stack.enter_context(Store.open(self.url))
        return store, self._stack.enter_context(Runner(store, Catalog.load(Path("none.toml")), role=role))

    def job(self, per_combo: int = 10, concurrency: int = 4) -> Job:
        spec = RunSpec("cloze", "en", (3, 4), ("Daily life", "Campus"), per_combo)
        return Job(spec, Tuning(concurrency, 1), overrides=Overrides(base_url=self._practice.base_url))

    def process(self) -> subprocess.Popen[bytes]:
        """A worker as a process of its own, with a lease of two seconds."""
        command = [sys.executable, "-m", "engine.cli", "worker", "--database", self.url]
        return subprocess.Popen(command, env={**os.environ, "DRAFTMILL_LEASE_S": "2"}, stderr=subprocess.DEVNULL)


@pytest.fixture
def team(database: str, practice: PracticeProcess, monkeypatch: pytest.MonkeyPatch) -> Iterator[Team]:
    monkeypatch.setenv("DRAFTMILL_LEASE_S", "10")  # a busy machine must not cost a process its run
    practice.configure(PracticeSettings(**QUICK))
    with ExitStack() as stack:
        yield Team(database, practice, stack)


def test_a_worker_makes_what_another_process_submitted(team: Team) -> None:
    """The submitting process works on nothing; the run waits for a worker, which ends it whole."""
    run = team.desk.submit(team.job())
    row = team.store.runs.get(run)
    assert (team.desk.status(row), row.owner, team.desk.has(run)) == ("queued", None, False)
    store, worker = team.member("serves")
    assert take_free(store, worker, PLACES) == 1
    assert take_free(store, worker, PLACES) == 0
    done = team.desk.join(run, POLL_S)
    assert (done.state, done.totals.drafted) == ("done", 40)


@SERVER
def test_places_bound_what_a_worker_takes(team: Team) -> None:
    """A worker takes runs while there is a place for every call of theirs, and one run whatever it takes."""
    for _ in range(3):
        team.desk.submit(team.job(concurrency=4))
    store, worker = team.member("serves")
    assert take_free(store, worker, 9) == 2
    store, other = team.member("serves")
    assert take_free(store, other, 1) == 1
    for run in (1, 2, 3):
        assert team.desk.join(run, POLL_S).state == "done"


@SERVER
def test_a_key_is_needed_only_where_the_work_is_done(
    team: Team, practice: PracticeProcess, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever offers runs needs no key; a worker without the key leaves them, however many, to one that has it."""
    monkeypatch.delenv("OPENROUTER_API_KEY", raising=False)
    practice.configure(PracticeSettings(**{**QUICK, "base_ms": 300}))
    spec = RunSpec("cloze", "en", (3,), ("tea",), 1, provider="openrouter", model="any/model")
    runs = [team.desk.submit(Job(spec, Tuning(4, 1))) for _ in range(MANY)]
    store, worker = team.member("serves")
    assert take_free(store, worker, PLACES) == 0
    for _ in range(2):
        with_key = team.desk.submit(team.job(concurrency=1))
        assert take_free(store, worker, 2) == 1, "a run without its key takes no place"
        until(lambda run=with_key: worker.has(run))
    _, alone = team.member("alone")
    with pytest.raises(SpecError):
        alone.submit(Job(spec, Tuning()))
    assert {team.desk.status(team.store.runs.get(run)) for run in runs} == {"queued"}


@SERVER
def test_a_run_that_waits_is_paused_and_cancelled_at_once(team: Team) -> None:
    """Nobody has to take it for that, and a resumed one waits again."""
    run = team.desk.submit(team.job())
    team.desk.pause(run)
    assert team.store.runs.state(run) == "paused"
    team.desk.resume(run)
    assert team.desk.status(team.store.runs.get(run)) == "queued"
    team.desk.cancel(run)
    assert team.store.runs.state(run) == "cancelled"


def test_a_detached_run_is_left_to_a_worker(database: str) -> None:
    """The command submits, says which run it is, and ends; nobody works on it yet."""
    asked = ("--kind", "cloze", "--lang", "en", "--levels", "2", "--topic", "tea", "--database", database)
    done = CliRunner().invoke(app, ["run", "--detach", "--json", *asked])
    assert json.loads(done.stdout) == {"run": 1}, done.stderr
    assert "no process works on a run" in CliRunner().invoke(app, ["workers", "--database", database]).stdout
    with Store.open(database) as store:
        assert store.offers.free() == [1]


@SERVER
def test_runs_of_a_comparison_take_turns(team: Team) -> None:
    """Two workers never work on two runs of one comparison at the same provider side by side."""
    spec = team.job().spec
    comparison = team.store.comparisons.create(NewComparison(spec, [{"name": "a"}], 2)).result()
    for trial in (1, 2):
        team.desk.submit(team.job(), placed=ComparisonPlace(comparison, "a", trial))
    assert team.store.offers.free(2.0) == [1]
    store, worker = team.member("serves")
    assert take_free(store, worker, PLACES) == 1
    team.desk.join(1, POLL_S)
    assert team.store.offers.free(2.0) == [2]


@pytest.mark.slow
def test_a_worker_that_ends_gives_its_run_back_at_once(team: Team, practice: PracticeProcess) -> None:
    """Its calls in flight are kept, and another worker goes on without waiting for a lease."""
    practice.configure(PracticeSettings(**SLOW))
    run = team.desk.submit(team.job())
    store, worker = team.member("serves")
    take_free(store, worker, PLACES)
    until(lambda: team.store.calls.count(run) > 4)
    worker.close(5.0)
    row = team.store.runs.get(run)
    assert (row.state, row.owner, row.totals.in_flight) == ("queued", None, 0)
    store, other = team.member("serves")
    assert take_free(store, other, PLACES) == 1
    assert team.desk.join(run, POLL_S).totals.drafted == 40


@pytest.mark.slow
@SERVER
def test_a_killed_worker_loses_its_run_to_another(team: Team, practice: PracticeProcess) -> None:
    """After kill -9 another goes on: no draft is lost or doubled, at most what was in flight is bought twice."""
    practice.configure(PracticeSettings(**SLOW))
    before = int(practice.stats()["calls"])
    run = team.desk.submit(team.job())
    workers = [team.process(), team.process()]
    try:
        until(lambda: team.store.calls.count(run) > 8)
        (held,) = team.store.offers.workers()
        assert held.runs == (run,)
        killed = next(one for one in workers if str(one.pid) == held.owner.split(":")[1])
        killed.kill()
        killed.wait()
        until(lambda: team.store.runs.state(run) == "done")
        row = team.store.runs.get(run)
        assert (row.totals.drafted, row.totals.late) == (40, 0)
        assert int(practice.stats()["calls"]) - before <= 40 + 4
        other = next(one for one in workers if one is not killed)
        other.send_signal(signal.SIGTERM)
        assert other.wait(PATIENCE_S) == 128 + 15
    finally:
        for one in workers:
            one.kill()
            one.wait()


@pytest.mark.slow
@SERVER
def test_two_workers_keep_one_limit(team: Team, practice: PracticeProcess) -> None:
    """Two runs in two workers together keep the provider's limit: no call is refused, and both get their part."""
    practice.configure(PracticeSettings(**QUICK, rpm=40, window_s=2.0))
    limits = Overrides(base_url=practice.base_url, rpm=40, window_s=2.0)
    job = Job(team.job(per_combo=15).spec, Tuning(4, 1), overrides=limits)
    for _ in range(2):
        team.desk.submit(job)
    for _ in range(2):
        store, worker = team.member("serves")
        take_free(store, worker, 4)
    rows = [team.desk.join(run, POLL_S) for run in (1, 2)]
    assert [row.totals.drafted for row in rows] == [60, 60]
    assert [row.totals.http_429 for row in rows] == [0, 0]


def test_one_worker_finds_an_outage_for_all(team: Team, practice: PracticeProcess) -> None:
    """What a run at one worker found keeps another's run from sending; resumed, both end when the provider is back."""
    practice.configure(PracticeSettings(**QUICK, faults={"503": 1.0}))
    runs = [team.desk.submit(team.job()) for _ in range(2)]
    for run in runs:
        store, worker = team.member("serves")
        assert take_free(store, worker, 1) == 1
        assert team.desk.join(run, POLL_S).reason_code == "provider_down"
    rows = [team.store.runs.get(run) for run in runs]
    assert rows[0].totals.calls > 0
    assert (rows[1].totals.calls, rows[1].reason_values) == (0, rows[0].reason_values)
    practice.configure(PracticeSettings(**QUICK))
    for run in runs:
        team.desk.resume(run)
        store, worker = team.member("serves")
        assert take_free(store, worker, 1) == 1
        assert team.desk.join(run, POLL_S).state == "done"


async def test_a_worker_that_waits_for_the_database_is_not_restarted(
    practice: PracticeProcess, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While the server is down it lives and is not ready; when the server is back it goes on by itself."""
    monkeypatch.setenv("DRAFTMILL_LEASE_S", "1")
    practice.configure(PracticeSettings(**SLOW))
    with own_server(options="") as server, ExitStack() as stack:
        if server is None:
            pytest.skip(NONE)
        team = Team(Databases(server.url).new(), practice, stack)
        run = team.desk.submit(team.job())
        store, worker = team.member("serves")
        take_free(store, worker, PLACES)
        pages = httpx.AsyncClient(transport=httpx.ASGITransport(health_app(store, worker)), base_url="http://worker")
        await asyncio.to_thread(until, lambda: store.calls.count(run) > 4)
        server.stop("immediate")
        await asyncio.to_thread(until, lambda: worker.worker.silent_s > 1)
        codes = [(await pages.get(page)).status_code for page in ("/healthz", "/readyz", "/metrics")]
        server.start()
        assert codes == [200, 503, 503]
        assert (await asyncio.to_thread(team.desk.join, run, POLL_S)).state == "done"
        await pages.aclose()


@SERVER
async def test_a_worker_tells_how_it_is(team: Team) -> None:
    """It lives, it is ready, and it counts what waits."""
    team.desk.submit(team.job())
    store, worker = team.member("serves")
    pages = httpx.AsyncClient(transport=httpx.ASGITransport(health_app(store, worker)), base_url="http://worker")
    assert [(await pages.get(page)).status_code for page in ("/healthz", "/readyz")] == [200, 200]
    lines = (await pages.get("/metrics")).text.splitlines()
    assert 'draftmill_runs{state="queued"} 1' in lines
    assert "draftmill_worker_runs 0" in lines
    take_free(store, worker, PLACES)
    team.desk.join(1, POLL_S)
    assert 'draftmill_calls_1h{outcome="ok"} 40' in (await pages.get("/metrics")).text.splitlines()
    await pages.aclose()
    assert store.offers.workers() == list[WorkerRow]()
