"""
Waiting, in an asyncio loop, for what the writer's thread commits.
"""

from __future__ import annotations

import asyncio
from collections import deque
from concurrent.futures import Future
from contextlib import suppress
from typing import Any, TypeVar
from weakref import WeakKeyDictionary

T = TypeVar("T")


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
