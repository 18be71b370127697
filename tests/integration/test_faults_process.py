"""What a process, a disk and a hand on the keyboard can do to a run, and what a person sees of it."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import pytest

from engine import Job, Overrides, Runner, RunSpec, Store, Tuning
from engine.cli import main
from engine.clock import RealClock
from engine.messages import Message
from engine.practice import PracticeProcess
from engine.profiles import Catalog
from engine.store import NewRun
from engine.work import plan
from tests.faults.front import Call, Front, says
from tests.faults.kit import DRAFTS, PLAN, SCALE, WELL, Mill
from tests.history import laws
from tests.history.facts import Account, gather
from tests.history.session import Failure, HistorySession, Work, play
from tests.soak.kill import planned
from tests.waiting import PATIENCE_S, until

MANY = 100_000
LONG_MS = 20_000
"""On the practice provider's clock: a second here."""


class Terminal:
    """`draftmill` in a terminal, on a slow practice provider."""

    def __init__(self, practice: PracticeProcess, home: Path) -> None:
        self.database = home / "draftmill.db"
        self.account = Account(practice)
        self._base_url = practice.base_url
        self._environment = {**os.environ, "DRAFTMILL_HOME": str(home)}

    def start(self, *words: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, "-m", "engine.cli", *words, "--json"],
            env=self._environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # a job in the background ignores Ctrl-C
        )

    def run(self) -> subprocess.Popen[str]:
        """A run of 12 drafts in twos that has calls in flight."""
        cells = ("--kind", "cloze", "--lang", "en", "--levels", "2", "--topic", "Campus", "--per-combo", str(DRAFTS))
        child = self.start(
            "run", *cells, "--concurrency", "2", "--batch-size", "2", "--no-reuse", "--base-url", self._base_url
        )
        until(lambda: planned(self.database) and self._calls())
        return child

    def _calls(self) -> int:
        with closing(sqlite3.connect(self.database)) as rows:
            return int(rows.execute("SELECT count(*) FROM call").fetchone()[0])


@pytest.fixture
def terminal(fast_practice: PracticeProcess, tmp_path: Path) -> Terminal:
    fast_practice.configure({**WELL, "base_ms": LONG_MS, "item_ms": 0})
    return Terminal(fast_practice, tmp_path)


@pytest.mark.slow
@pytest.mark.parametrize("signals", [[signal.SIGINT, signal.SIGINT], [signal.SIGTERM]], ids=["Ctrl-C twice", "SIGTERM"])
def test_who_leaves_in_a_hurry_loses_nothing(
    terminal: Terminal, fast_practice: PracticeProcess, signals: list[signal.Signals]
) -> None:
    """Left by Ctrl-C twice or by SIGTERM: no traceback, and `resume` ends the run whole, nothing doubled."""
    with terminal.run() as child:
        for one in signals:
            child.send_signal(one)
            time.sleep(0.3)
        _, said = child.communicate(timeout=PATIENCE_S)
    assert child.returncode != 0
    assert "Traceback" not in said
    assert laws.broken(gather(terminal.database, terminal.account.read(), at_rest=False)) == []
    fast_practice.configure(WELL)
    with terminal.start("resume", "1") as child:
        out, _ = child.communicate(timeout=PATIENCE_S)
    assert json.loads(out.splitlines()[-1])["drafted"] == DRAFTS
    assert laws.broken(gather(terminal.database, terminal.account.read())) == []


REFUSED: list[tuple[Failure, str]] = [
    ("full", "free some space"),
    ("io", "check the disk"),
    ("readonly", "make the file and its folder writable"),
    ("locked", "close that, or try again"),
]


@pytest.mark.parametrize(("failure", "way_out"), REFUSED, ids=[row[0] for row in REFUSED])
def test_a_database_that_takes_nothing_is_said_before_anything_is_bought(
    fast_practice: PracticeProcess, tmp_path: Path, failure: Failure, way_out: str
) -> None:
    """When the run cannot be written down it is not begun: one line with advice, no call."""
    fast_practice.configure(WELL)
    account = Account(fast_practice)
    assert (
        play(Work(tmp_path / "draftmill.db", fast_practice.base_url), HistorySession(at=2, fails=failure, times=1000))
        == 3
    )
    told = json.loads((tmp_path / "errors.txt").read_text().splitlines()[0])
    assert (told["kind"], way_out in told["said"]) == ("Unwritable", True), told
    assert account.read() == []


def _not_a_database(file: Path) -> None:
    file.write_bytes(b"notes of a holiday " * 500)


def _damaged(file: Path) -> None:
    with Store.open(file) as store:
        store.runs.create(NewRun(SPEC, Tuning(), "m"), plan(SPEC), ["x"] * len(plan(SPEC))).result()
    whole = file.read_bytes()
    file.write_bytes(whole[:8192] + b"\xff" * 8192 + whole[16384:])


def _newer(file: Path) -> None:
    Store.open(file).close()
    with closing(sqlite3.connect(file)) as rows, rows:
        rows.execute("UPDATE alembic_version SET version_num = '9999'")


def _foreign(file: Path) -> None:
    with closing(sqlite3.connect(file)) as rows, rows:
        rows.execute("CREATE TABLE songs (title TEXT)")


def _folder(file: Path) -> None:
    file.mkdir()


SPEC = RunSpec("cloze", "en", (1, 2), ("Campus", "Travel"), 20)
HEADER = 100
"""Bytes of SQLite's own housekeeping at the head of a file."""


def _pages(file: Path) -> bytes:
    return file.read_bytes()[HEADER:] if file.is_file() else b""


UNUSABLE = [
    (_not_a_database, "not a database"),
    (_damaged, "damaged"),
    (_newer, "newer Draftmill"),
    (_foreign, "another program's tables"),
    (_folder, "is a folder"),
]


@pytest.mark.parametrize(("spoil", "words"), UNUSABLE, ids=[row[0].__name__.strip("_") for row in UNUSABLE])
def test_a_database_that_cannot_be_used_is_one_line_and_left_alone(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], spoil: object, words: str
) -> None:
    """A file that is damaged, newer or not ours is named on one line, exit code 2, and what it holds is not touched."""
    file = tmp_path / "draftmill.db"
    spoil(file)  # type: ignore[operator]
    before = _pages(file)
    with pytest.raises(SystemExit) as left:
        main(["runs", "--database", str(file)])
    said = capsys.readouterr().err
    assert (left.value.code, words in said, said.count("\n")) == (2, True, 1), said
    assert _pages(file) == before


def test_a_cancel_during_a_wait_ends_at_once(mill: Mill) -> None:
    """A run that waits to repeat a call is cancelled without waiting; nothing more is sent."""
    busy = says(503, {"error": {"message": "busy"}}, retry_after="100")
    with Front(mill.practice.base_url, always=busy) as front:
        run = mill.runner.submit(mill.job(front.base_url))
        until(lambda: front.calls == 2 and not mill.store.runs.totals(run).in_flight)
        begun = time.monotonic()
        mill.runner.cancel(run)
        row = mill.runner.join(run, 0.02)
    assert (row.state, row.totals.cancelled, row.totals.calls) == ("cancelled", DRAFTS, 2)
    assert time.monotonic() - begun < 100 / SCALE / 2
    assert mill.broken() == []


def test_a_rotated_key_is_taken_at_the_next_resume(mill: Mill, monkeypatch: pytest.MonkeyPatch) -> None:
    """A key that stops working pauses the run and names its variable; with the new key in it, resume goes on."""

    def locked(call: Call) -> None:
        if call.headers["authorization"] == "Bearer sk-canary-of-today":
            return call.pass_on()
        return call.reply(401, b'{"error": {"message": "This key was revoked"}}')

    monkeypatch.setenv("ROTATED_KEY", "sk-canary-of-yesterday")
    with Front(mill.practice.base_url, always=locked) as front:
        row = mill.run(mill.job(front.base_url, key_env="ROTATED_KEY"))
        assert (row.state, "ROTATED_KEY" in row.reason, "revoked" in row.reason) == ("paused", True, True)
        monkeypatch.setenv("ROTATED_KEY", "sk-canary-of-today")
        again = mill.resume(row.id)
    assert (again.state, again.totals.drafted) == ("done", DRAFTS)
    assert mill.broken() == []


class Breaking(RealClock):
    """A clock that breaks once, in a worker, on request: an exception where nobody expects one."""

    armed = True

    def now(self) -> float:
        task = _task()
        if self.armed and task is not None and getattr(task.get_coro(), "__qualname__", "") == "Run._ask":
            self.armed = False
            raise ZeroDivisionError("a fault inside the worker")
        return super().now()


def _task() -> asyncio.Task[object] | None:
    try:
        return asyncio.current_task()
    except RuntimeError:
        return None


def test_an_exception_inside_the_worker_pauses_the_run(mill: Mill) -> None:
    """A bug pauses its run with a word about the log and takes nothing else down; resumed, the run ends whole."""
    clock = Breaking(SCALE)
    with Runner(mill.store, Catalog.load(mill.home / "providers.toml"), clock) as runner:
        run = runner.submit(mill.job())
        row = runner.join(run, 0.02)
        assert (row.state, "inside Draftmill" in row.reason, clock.armed) == ("paused", True, False)
        runner.resume(run)
        again = runner.join(run, 0.02)
    assert (again.state, again.totals.drafted) == ("done", DRAFTS)
    assert mill.broken() == []


@pytest.mark.slow
def test_a_run_that_kills_its_process_again_and_again_is_not_lost(
    fast_practice: PracticeProcess, tmp_path: Path
) -> None:
    """Three processes die at the same answer, stored and unread; the fourth reads it: it was bought once."""
    fast_practice.configure(WELL)
    account = Account(fast_practice)
    work = Work(tmp_path / "draftmill.db", fast_practice.base_url, tuning=Tuning(1, 3))
    assert play(work, HistorySession("kill_unread")) == -signal.SIGKILL
    assert [call["outcome"] for call in gather(work.database, at_rest=False).calls] == ["answered"]
    for at in (1, 2):
        assert play(work, HistorySession("kill_before", at)) == -signal.SIGKILL
    assert play(work, HistorySession()) == 0
    facts = gather(work.database, account.read())
    assert (facts.runs[0]["state"], laws.broken(facts)) == ("done", [])
    assert len(facts.calls) == PLAN


@pytest.mark.slow
def test_a_hundred_thousand_slots_are_planned_counted_and_cancelled(tmp_path: Path) -> None:
    """A run of 100,000 slots is planned whole, adds up, and is cancelled whole."""
    spec = RunSpec("cloze", "zh", (1, 2), tuple(f"topic {n}" for n in range(MANY // 200)), 100)
    with Store.open(tmp_path / "draftmill.db") as store:
        run = store.runs.create(NewRun(spec, Tuning(), "m"), plan(spec), ["x"] * MANY).result()
        assert (store.runs.get(run).planned, store.runs.totals(run).open) == (MANY, MANY)
        store.runs.end(run, "cancelled", Message("cancelled_by_hand")).result()
        assert store.runs.totals(run).cancelled == MANY


def test_a_restart_goes_on_where_it_was(mill: Mill) -> None:
    """The server stops in mid-run and starts again: the run pauses with a word, and one press ends it."""
    mill.practice.configure({"base_ms": 30_000})
    run = mill.runner.submit(mill.job())
    until(lambda: mill.store.runs.totals(run).calls)
    mill.runner.close()
    mill.practice.configure({"base_ms": 100})
    row = mill.store.runs.get(run)
    assert (row.state, "resume" in row.reason) == ("paused", True)
    with Runner(mill.store, Catalog.load(mill.home / "providers.toml"), RealClock(SCALE)) as runner:
        runner.resume(run)
        again = runner.join(run, 0.02)
    assert (again.state, again.totals.drafted, again.totals.calls) == ("done", DRAFTS, PLAN)
    assert mill.broken() == []


def test_the_same_job_launched_from_two_processes_is_two_whole_runs(mill: Mill) -> None:
    """Two runners on one database, each with a run of its own, do not disturb each other."""
    job = Job(mill.job().spec, Tuning(2, 3), overrides=Overrides(base_url=mill.practice.base_url))
    with (
        Store.open(mill.database, RealClock(SCALE)) as store,
        Runner(store, Catalog.load(mill.home / "providers.toml"), RealClock(SCALE)) as other,
    ):
        runs = [mill.runner.submit(job), other.submit(job)]
        rows = [mill.runner.join(run, 0.02) for run in runs]
    assert [(row.state, row.totals.drafted) for row in rows] == [("done", DRAFTS)] * 2
    assert mill.broken() == []
