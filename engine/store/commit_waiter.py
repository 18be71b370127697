"""
Waiting, in an asyncio loop, for a commit of the writer's thread.
"""

from __future__ import annotations

import asyncio
from collections import deque
from concurrent.futures import Future
from contextlib import suppress
from typing import Any, TypeVar
from weakref import WeakKeyDictionary

T = TypeVar("T")


class _CommitWaiter:
    """Wakes the tasks of one loop once per commit; `asyncio.wrap_future` would wake it once per write."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self._done: deque[tuple[asyncio.Future[Any], Future[Any]]] = deque()
        self._is_woken = False

    def notify(self, waiter: asyncio.Future[Any], done: Future[Any]) -> None:
        """Called in the writer's thread when this write has ended."""
        self._done.append((waiter, done))
        if not self._is_woken:
            self._is_woken = True
            with suppress(RuntimeError):  # the loop is closed: no task waits any more
                self._loop.call_soon_threadsafe(self._wake_tasks)

    def _wake_tasks(self) -> None:
        self._is_woken = False  # before the loop: a write that ends from here on wakes it again
        while self._done:
            waiter, done = self._done.popleft()
            if waiter.done():
                continue
            if (error := done.exception()) is not None:
                waiter.set_exception(error)
            else:
                waiter.set_result(done.result())


_waiters: WeakKeyDictionary[asyncio.AbstractEventLoop, _CommitWaiter] = WeakKeyDictionary()


async def committed(future: Future[T]) -> T:
    """Wait, in a running loop, for the commit of a write; the write goes on if the waiting task is cancelled."""
    if future.done():
        return future.result()
    loop = asyncio.get_running_loop()
    commits = _waiters.setdefault(loop, _CommitWaiter(loop))
    waiter: asyncio.Future[T] = loop.create_future()
    future.add_done_callback(lambda done: commits.notify(waiter, done))
    return await waiter
