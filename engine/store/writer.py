"""
The one writer: a thread that puts whatever is waiting into one transaction (group commit).

One commit costs one flush of the disk, however many ops are in it; so 256 calls that end together pay once. An op that
fails is found by doing the group again, one by one: it fails alone. What an op writes is the business of its room.
"""

from __future__ import annotations

import asyncio
import atexit
import logging
import statistics
import threading
import time
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import dataclass, field
from queue import Empty, SimpleQueue
from typing import Any, TypeVar
from weakref import WeakKeyDictionary

from sqlalchemy import Connection, Engine

from engine.errors import StoreError
from engine.store.faults import explain, touches_all

log = logging.getLogger(__name__)

T = TypeVar("T")
Op = Callable[[Connection], T]
"""Does its statements on the connection; may be done twice, so it changes nothing but the database."""

GROUP = 500
"""Most ops in a transaction, so that the first of them does not wait long for the last."""

MEASURED = 64
"""Commits the median is taken over: a few seconds of a busy run."""
LEAST_MEASURED = 8
"""Commits before there is a median: the first ones plan runs of thousands of slots."""


@dataclass(frozen=True, slots=True)
class _Job:
    op: Op[Any]
    future: Future[Any] = field(default_factory=Future)


class Writer:
    """
    The writer thread of one database.

    Args:
        database: With the one connection that writes.
        timer: Seconds of the machine's own clock: what a disk takes is not on any scale.
    """

    def __init__(self, database: Engine, timer: Callable[[], float] = time.monotonic) -> None:
        self._database = database
        self._timer = timer
        self._took_s: deque[float] = deque(maxlen=MEASURED)
        self._queue: SimpleQueue[_Job | None] = SimpleQueue()
        self._lock = threading.Lock()
        self._closed = False
        self._thread = threading.Thread(target=self._work, name="draftmill-writer", daemon=True)
        self._thread.start()
        atexit.register(self.close)

    def __repr__(self) -> str:
        return f"<Writer {'closed' if self._closed else 'open'}, {self._queue.qsize()} waiting>"

    def write(self, op: Op[T]) -> Future[T]:
        """
        Queue an op.

        Returns:
            Its result, once the transaction that holds it is committed; or a StoreError. It cannot be cancelled: a task
            that is cancelled while it waits must not take a paid reply with it.

        Raises:
            StoreError: the store is closed.
        """
        job = _Job(op)
        job.future.set_running_or_notify_cancel()
        with self._lock:
            if self._closed:
                raise StoreError("the store is closed; open it again")
            self._queue.put(job)
        return job.future

    @property
    def commit_ms(self) -> float:
        """The median time of the newest 64 commits, from taking the lock to the disk; 0.0 before there are 8."""
        took_s = tuple(self._took_s)
        return 1000 * statistics.median(took_s) if len(took_s) >= LEAST_MEASURED else 0.0

    def close(self) -> None:
        """Write what is waiting, then end the thread. A second call does nothing."""
        with self._lock:
            if not self._closed:
                self._closed = True
                self._queue.put(None)
        self._thread.join()
        atexit.unregister(self.close)

    def _work(self) -> None:
        while group := self._take():
            self._commit(group)

    def _take(self) -> list[_Job]:
        job = self._queue.get()
        group: list[_Job] = []
        while job is not None:
            group.append(job)
            if len(group) == GROUP:
                return group
            try:
                job = self._queue.get_nowait()
            except Empty:
                return group
        if group:
            self._queue.put(None)  # the end comes after this group
        return group

    def _commit(self, group: list[_Job]) -> None:
        start = self._timer()
        try:
            with self._database.begin() as conn:
                results = [job.op(conn) for job in group]
        except Exception as exc:  # whatever it is, the thread goes on and the one who waits is told
            if len(group) == 1 or touches_all(exc):
                _fail(group, exc)
            else:
                for job in group:
                    self._commit([job])
            return
        self._took_s.append(self._timer() - start)
        for job, result in zip(group, results, strict=True):
            job.future.set_result(result)


class _Bell:
    """Wakes the tasks of one loop: once for all writes of a commit, where asyncio's own way is once for each."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self._done: deque[tuple[asyncio.Future[Any], Future[Any]]] = deque()
        self._rung = False

    def ring(self, waiter: asyncio.Future[Any], done: Future[Any]) -> None:
        """In the writer's thread: this write has ended."""
        self._done.append((waiter, done))
        if not self._rung:
            self._rung = True
            with suppress(RuntimeError):  # the loop is closed: nobody waits any more
                self._loop.call_soon_threadsafe(self._answer)

    def _answer(self) -> None:
        self._rung = False  # before looking: what is added from here on rings again
        while self._done:
            waiter, done = self._done.popleft()
            if waiter.done():
                continue
            if (error := done.exception()) is not None:
                waiter.set_exception(error)
            else:
                waiter.set_result(done.result())


_bells: WeakKeyDictionary[asyncio.AbstractEventLoop, _Bell] = WeakKeyDictionary()


async def committed(future: Future[T]) -> T:
    """Wait, in a running loop, for the commit of a write; the write goes on if the waiting task is cancelled."""
    if future.done():
        return future.result()
    loop = asyncio.get_running_loop()
    bell = _bells.setdefault(loop, _Bell(loop))
    waiter: asyncio.Future[T] = loop.create_future()
    future.add_done_callback(lambda done: bell.ring(waiter, done))
    return await waiter


def _fail(group: list[_Job], exc: Exception) -> None:
    fault = explain(exc)
    log.warning("%d writes failed: %s", len(group), fault, extra={"action": "write_failed", "ops": len(group)})
    for job in group:
        job.future.set_exception(_copy(fault, exc))


def _copy(fault: StoreError, cause: Exception) -> StoreError:
    """Each waiter raises an exception of its own: a shared one would collect all their tracebacks."""
    if fault is cause:
        return fault
    own = StoreError(str(fault))
    own.__cause__ = cause
    return own
