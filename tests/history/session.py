"""
One process at work on a run, and the fate that meets it: run in a child, so that kill -9 is kill -9.

The children come from multiprocessing's fork server, which has the engine imported: a session costs a fork, not a start
of Python. Fates strike at a commit of the store's writer, counted by SQLAlchemy's own events, before or after it is
made; so every gap between two promises is met, and the same history can be played again.
"""

from __future__ import annotations

import json
import logging
import multiprocessing
import os
import signal
import sqlite3
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any, Literal

from sqlalchemy import Connection, Engine, event
from sqlalchemy.pool import Pool

from engine import DraftmillError, Job, Overrides, Runner, RunSpec, Store, Tuning
from engine.clock import RealClock
from engine.process import LEASE_ENV
from engine.profiles import Catalog

CHILDREN = multiprocessing.get_context("forkserver")
CHILDREN.set_forkserver_preload(["tests.history.session"])

LEASE_S = 2.0  # a silent process keeps its run so long; one that is provably gone does not
SCALE = 20.0  # backoff and pauses run this much faster, here and in the provider
LONGEST_S = 60.0
POLL_S = 0.01

PAIRS = Tuning(2, 2, retries=3)

Fate = Literal["end", "kill_before", "kill_after", "kill_unread", "freeze", "pause", "cancel", "close"]
Failure = Literal["", "full", "readonly", "locked", "io"]


@dataclass(frozen=True)
class HistorySession:
    """
    What one process does and what happens to it.

    `at`: the commit the fate strikes at, from 1; `kill_unread` strikes at the first that leaves an answer unread.
    A `cancel` at 0 is one in place of a resume. `fails`: how the commits from `at` on fail, `times` of them.
    `wall_s`: how far the machine's clock is off, in seconds.
    """

    fate: Fate = "end"
    at: int = 0
    fails: Failure = ""
    times: int = 0
    wall_s: float = 0.0
    retry: bool = False


@dataclass(frozen=True)
class Work:
    """The run all sittings are about."""

    database: Path
    base_url: str
    per_combo: int = 6
    tuning: Tuning = PAIRS
    deadline_s: float = 10.0
    budget_usd: float | None = None
    lease_s: float = LEASE_S

    def job(self) -> Job:
        """What is submitted: two topics at one level."""
        spec = RunSpec(
            "cloze", "en", (2,), ("Campus", "Daily life"), self.per_combo, budget_usd=self.budget_usd, reuse=False
        )
        return Job(spec, self.tuning, overrides=Overrides(base_url=self.base_url, deadline_s=self.deadline_s))


def _set_clock(wall_s: float) -> None:
    """In the child: the machine's wall clock is off by so much."""
    right = time.time
    time.time = lambda: right() + wall_s


def start(work: Work, session: HistorySession) -> BaseProcess:
    """Begin a session in a child."""
    child = CHILDREN.Process(target=_sit, args=(work, session), daemon=True)
    child.start()
    return child


def play(work: Work, session: HistorySession) -> int | None:
    """A session from its beginning to its end; the child's exit code, -9 where it was killed."""
    child = start(work, session)
    child.join(2 * LONGEST_S)
    if child.exitcode is None:
        child.kill()
        child.join()
        raise AssertionError(f"a process did not come to an end within {2 * LONGEST_S:g} s: {session}")
    return child.exitcode


def _sit(work: Work, session: HistorySession) -> None:
    """In the child: exit code 0, or 3 with one line in errors.txt where Draftmill refused with a message."""
    logging.disable()
    os.environ[LEASE_ENV] = str(work.lease_s)
    _set_clock(session.wall_s)
    commits, clock = Commits(session), RealClock(SCALE)
    try:
        with Store.open(work.database, clock) as store:
            runner = Runner(store, Catalog.load(work.database.parent / "providers.toml"), clock)
            run = _begin(store, runner, work, session)
            _await(store, runner, run, commits)
            if session.fails:
                os._exit(0)  # a runner that cannot write may wait for the disk for ever: somebody turns it off
            runner.close()
    except DraftmillError as error:
        with (work.database.parent / "errors.txt").open("a") as told:
            told.write(json.dumps({"kind": type(error).__name__, "said": str(error)}) + "\n")
        os._exit(3)
    os._exit(0)


def _begin(store: Store, runner: Runner, work: Work, session: HistorySession) -> int:
    """Submit the run, or go on with it."""
    runs = store.runs.page(1)
    if not runs:
        return runner.submit(work.job())
    if session.fate == "cancel" and not session.at:
        runner.cancel(runs[0].id)
    elif runs[0].state != "done":
        runner.resume(runs[0].id, retry=session.retry)
    return runs[0].id


def _await(store: Store, runner: Runner, run: int, commits: Commits) -> None:
    until = time.monotonic() + (1.0 if commits.session.fails else LONGEST_S)
    while store.runs.state(run) in ("queued", "running") and time.monotonic() < until:
        if commits.due:
            commits.due = False
            if commits.session.fate == "close":
                return
            act: dict[str, Callable[[], Any]] = {
                "pause": lambda: store.runs.set_command(run, "pause").result(),
                "cancel": lambda: runner.cancel(run),
            }
            act[commits.session.fate]()
        time.sleep(POLL_S)


class Commits:
    """Counts the writer's commits and does at the right one what the session says."""

    def __init__(self, session: HistorySession) -> None:
        self.session = session
        self.due = False
        """A pause, a cancel or an orderly end is to come, from outside the writer."""
        self._made = 0
        self._begun = 0
        self._holder: sqlite3.Connection | None = None
        self._committing: object = None
        """The writer's connection, while it makes the commit that the fate strikes after."""
        event.listen(Engine, "begin", self._on_begin)
        event.listen(Engine, "commit", self._on_commit)
        event.listen(Pool, "checkin", self._on_checkin)

    def _on_commit(self, conn: Connection) -> None:
        self._made += 1
        here = self._made == self.session.at
        if here and self.session.fate == "kill_before":
            os.kill(os.getpid(), signal.SIGKILL)
        if here or self.session.fate == "kill_unread":
            self._committing = conn.connection.dbapi_connection
        if self.session.fails in ("full", "io") and self._failing(self._made):
            raise _error(self.session.fails)

    def _on_checkin(self, conn: sqlite3.Connection, *_: Any) -> None:
        """After a commit: the connection has come back."""
        if conn is not self._committing:
            return
        self._committing = None
        if self.session.fate == "kill_after" or (self.session.fate == "kill_unread" and _has_unread(conn)):
            os.kill(os.getpid(), signal.SIGKILL)
        if self.session.fate == "freeze":
            os.kill(os.getpid(), signal.SIGSTOP)
        self.due = self.session.fate in ("pause", "cancel", "close")

    def _on_begin(self, conn: Connection) -> None:
        """Real failures of SQLite: a connection that may not write, or another one that holds the lock."""
        if self.session.fails not in ("readonly", "locked") or conn.engine.pool.size() != 1:  # type: ignore[attr-defined]
            return
        self._begun += 1
        failing = self._failing(self._begun)
        if self.session.fails == "readonly":
            conn.exec_driver_sql(f"PRAGMA query_only={'ON' if failing else 'OFF'}")
            return
        if self._holder is not None and not failing:
            self._holder.close()
            self._holder = None
        if failing and self._holder is None:
            conn.exec_driver_sql("PRAGMA busy_timeout=20")
            self._holder = sqlite3.connect(str(conn.engine.url.database), isolation_level=None, check_same_thread=False)
            with suppress(sqlite3.OperationalError):
                self._holder.execute("BEGIN IMMEDIATE")

    def _failing(self, number: int) -> bool:
        return self.session.at <= number < self.session.at + self.session.times


def _has_unread(conn: sqlite3.Connection) -> bool:
    with suppress(sqlite3.OperationalError):  # before the schema is there
        return conn.execute("SELECT 1 FROM call WHERE outcome = 'answered'").fetchone() is not None
    return False


def _error(failure: str) -> sqlite3.OperationalError:
    """What the driver raises when the commit itself cannot be made; its code is what the store reads."""
    words, name = {
        "full": ("database or disk is full", "SQLITE_FULL"),
        "io": ("disk I/O error", "SQLITE_IOERR_WRITE"),
    }[failure]
    error = sqlite3.OperationalError(words)
    error.sqlite_errorname = name
    return error
