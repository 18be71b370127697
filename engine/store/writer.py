"""
The one writer: a thread that takes all waiting ops into one transaction (group commit).

One commit costs one flush of the disk, however many ops are in it; so 256 calls that end together pay once. An op that
fails is found by doing the group again, one by one: it fails alone. While the database cannot be written at all, what
was given time waits here, and paid answers in the journal too. What an op writes is decided in the store's parts.
"""

from __future__ import annotations

import atexit
import logging
import math
import statistics
import threading
import time
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import suppress
from queue import Empty, SimpleQueue
from typing import Any

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import SQLAlchemyError

from engine.errors import DraftmillError, Moved, StoreError, Unwritable
from engine.messages import NOTHING
from engine.store.faults import explain, touches_all, wants_reopening
from engine.store.journal import Journal, entries, kept_path, set_apart
from engine.store.mark import DatabaseMark
from engine.store.postgresql import transaction_of, was_committed
from engine.store.write_jobs import Op, Paid, T, WriteJob, fail

log = logging.getLogger(__name__)

GROUP = 500
"""Most ops in a transaction, so that the first of them does not wait long for the last."""

MEASURED = 64
"""Commits the median is taken over: a few seconds of a busy run."""
LEAST_MEASURED = 8
"""Commits before there is a median: the first ones plan runs of thousands of slots."""

CHECKPOINT_S = 5.0
"""Between two checkpoints; the first commit, which plans a run, has one at once."""

FIRST_PAUSE_S = 0.1
LONGEST_PAUSE_S = 2.0
"""Between two tries of a database that cannot be written."""


class WriterThread:
    """
    The writer thread of one database.

    Args:
        database: With the one connection that writes.
        journal: Where paid answers wait while the database cannot be written.
        replay: Stores one entry of the journal, once; False where the entry belongs to no call of this database.
        place: Where the database's file is now: another value than at the start means that it was moved.
        mark: The file that says what the database holds.
        timer: Seconds of the machine's own clock: what a disk takes is not on any scale.
    """

    def __init__(
        self,
        database: Engine,
        journal: Journal,
        replay: Callable[[Connection, dict[str, Any]], bool],
        *,
        place: Callable[[], object] = lambda: None,
        mark: DatabaseMark | None = None,
        timer: Callable[[], float] = time.monotonic,
    ) -> None:
        self._database = database
        self._journal = journal
        self._replay = replay
        self._timer = timer
        self._place = place
        self._mark = mark or DatabaseMark(None)
        self._opened_at = place()
        self._checkpoint_at = -math.inf
        self._took_s: deque[float] = deque(maxlen=MEASURED)
        self._queue: SimpleQueue[WriteJob | None] = SimpleQueue()
        self._held: list[WriteJob] = []
        self._pause_s = 0.0
        self._abandoned = False
        self._lock = threading.Lock()
        self._closed = False
        self.trouble = NOTHING
        """Why the database cannot be written now, and what to do; NOTHING: it can."""
        self._thread = threading.Thread(target=self._work, name="draftmill-writer", daemon=True)
        self._thread.start()
        atexit.register(self.close)

    def __repr__(self) -> str:
        waiting = self._queue.qsize() + len(self._held)
        return f"<Writer {'closed' if self._closed else 'open'}, {waiting} waiting>"

    def write(
        self, op: Op[T], patience_s: float = 0.0, paid: Paid | None = None, *, within_s: float = 0.0
    ) -> Future[T]:
        """
        Queue an op.

        Args:
            op: What to do.
            patience_s: How long it waits for a database that cannot be written.
            paid: What the journal keeps meanwhile.
            within_s: How long it may wait for others that share its commit.

        Returns:
            Its result, once the transaction that holds it is committed; or a StoreError. It cannot be cancelled: a task
            that is cancelled while it waits must not take a paid reply with it.

        Raises:
            StoreError: the store is closed.
        """
        job = WriteJob(op, self._timer() + patience_s if patience_s else -math.inf, paid, within_s)
        job.future.set_running_or_notify_cancel()
        with self._lock:
            if self._closed:
                raise StoreError("store_closed")
            self._queue.put(job)
        return job.future

    @property
    def commit_ms(self) -> float:
        """The median time of the newest 64 commits, from taking the lock to the disk; 0.0 before there are 8."""
        took_s = tuple(self._took_s)
        return 1000 * statistics.median(took_s) if len(took_s) >= LEAST_MEASURED else 0.0

    def close(self) -> None:
        """Write what is waiting, or leave it in the journal, then end the thread. A second call does nothing."""
        with self._lock:
            if not self._closed:
                self._closed = True
                self._queue.put(None)
        self._thread.join()
        atexit.unregister(self.close)

    def _work(self) -> None:
        self._recover()
        while group := self._take():
            if any(job.until > 0 for job in group):
                self._journal.reserve()  # before the first call: a full disk has no space later
            self._commit(group)
        if not self._is_moved():
            self._mark.close(self._database)
        self._journal.close()

    def _take(self) -> list[WriteJob]:
        """What waits, the held first; waits for more, while some are held only for the pause between two tries."""
        group, self._held = self._held, []
        try:
            job = self._queue.get(timeout=self._pause_s) if group else self._queue.get()
            until = math.inf
            while job is not None:
                group.append(job)
                if len(group) >= GROUP:
                    return group
                until = min(until, self._timer() + job.within_s) if job.within_s else -math.inf
                job = self._more(until)
        except Empty:
            return group
        if group:
            self._queue.put(None)  # the end comes after this group
        return group

    def _more(self, until: float) -> WriteJob | None:
        left_s = until - self._timer() if until > 0 else 0.0
        return self._queue.get(timeout=left_s) if left_s > 0 else self._queue.get_nowait()

    def _commit(self, group: list[WriteJob]) -> None:
        if self._abandoned and (refused := self._recover()):
            self._hold(group, *refused)  # paid answers first: no call is sent before they are stored
            return
        if self._is_moved():
            self._hold(group, Moved("db_moved"), Moved("db_moved"))
            return
        start = self._timer()
        number, results = "", list[Any]()
        try:
            if not (group := self._without_done(group)):
                return
            with self._database.begin() as conn:
                results = [job.op(conn) for job in group]
                self._mark.look(conn)
                number = transaction_of(conn)
        except Exception as exc:  # the thread goes on, and the waiting caller gets the error
            fault = explain(exc)
            for job, result in zip(group, results if number else (), strict=False):
                job.doubt = (number, result)
            if isinstance(fault, Unwritable):
                self._hold(group, fault, exc)
            elif len(group) == 1 or touches_all(exc):
                fail(group, fault, exc)
            else:
                for job in group:
                    self._commit([job])
            return
        self._took_s.append(self._timer() - start)
        self._mark.write()
        self._settle(group, results)
        self._checkpoint(start)

    def _without_done(self, group: list[WriteJob]) -> list[WriteJob]:
        """The group without the jobs whose last transaction was committed, although its confirmation was lost."""
        if not (numbers := {job.doubt[0] for job in group if job.doubt}):
            return group
        with self._database.connect() as conn:
            committed = {number for number in numbers if was_committed(conn, number)}
        left = []
        for job in group:
            (number, result), job.doubt = job.doubt or ("", None), None
            if number in committed:
                job.future.set_result(result)
            else:
                left.append(job)
        return left

    def _is_moved(self) -> bool:
        return self._place() != self._opened_at

    def _checkpoint(self, now: float) -> None:
        """Copy the write-ahead log into the file now and then: a log that is lost must not take whole runs with it."""
        if self._database.dialect.name != "sqlite" or now < self._checkpoint_at:
            return
        self._checkpoint_at = now + CHECKPOINT_S
        with suppress(SQLAlchemyError), self._database.connect() as conn:
            conn.connection.cursor().execute("PRAGMA wal_checkpoint(PASSIVE)")

    def _settle(self, group: list[WriteJob], results: list[Any]) -> None:
        if self.trouble is not NOTHING and not self._held:
            log.info("the database can be written again", extra={"action": "write_again"})
            self.trouble, self._pause_s = NOTHING, 0.0
            self._journal.clear()
        for job, result in zip(group, results, strict=True):
            job.future.set_result(result)

    def _hold(self, group: list[WriteJob], fault: Unwritable, exc: Exception) -> None:
        """Keep what has patience left for the next try, and what was paid for in the journal; fail the rest."""
        if wants_reopening(exc):
            self._database.dispose()
        now = math.inf if self._closed or isinstance(fault, Moved) else self._timer()
        waits = [job for job in group if now < job.until]
        for job in group:
            job.noted = job.noted or (job.paid is not None and self._journal.append(job.paid()))
        if any(job.noted and now >= job.until for job in group):
            self._abandoned = True
            self._journal.close()
        if waits and self.trouble is NOTHING:
            log.info("%d writes wait: %s", len(waits), fault, extra={"action": "write_waits", "ops": len(waits)})
        self._held += waits
        self.trouble = fault.message if self._held or self._abandoned else NOTHING
        self._pause_s = min(LONGEST_PAUSE_S, max(FIRST_PAUSE_S, 2 * self._pause_s))
        fail([job for job in group if now >= job.until], fault, exc)

    def _recover(self) -> tuple[Unwritable, Exception] | None:
        """
        Store what the journals of ended processes keep, and what ran out of patience here.

        Returns:
            Why the database does not take it now; None: it has it.
        """
        if self._is_moved():
            return Moved("db_moved"), Moved("db_moved")
        left, moved = [*self._journal.left_behind()], [*self._journal.moved_here()]
        for path in left + moved:
            try:
                with self._database.begin() as conn:
                    found = entries(path)
                    named = found if path in left else [entry for entry in found if entry.get("call")]
                    strange = [entry for entry in found if entry not in named or not self._replay(conn, entry)]
                if strange and path in moved:  # it may be of another database that was moved here
                    self._journal.strangers[path] = len(strange)
                else:
                    set_apart(path, strange)
            except (SQLAlchemyError, DraftmillError, OSError, LookupError, ValueError) as exc:
                if isinstance(fault := explain(exc), Unwritable):
                    self._abandoned, self.trouble = True, fault.message
                    return fault, exc
                if path.exists():  # else another process, started at the same time, has stored it
                    log.error("%s cannot be read: %s", path, fault, extra={"action": "replay_failed"})
            else:
                if strange:
                    kept = (len(strange), path if path in moved else kept_path(path))
                    log.error("%d paid answers match no call and stay in %s", *kept, extra={"action": "replay_kept"})
                log.info("the paid answers in %s are stored", path, extra={"action": "replayed"})
        self._abandoned = False
        return None
