"""
Results that are being written, so that a run can go on asking meanwhile.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from concurrent.futures import Future

from engine.store import Settled, committed


class PendingWrites:
    """
    The recorded calls that are not durable yet.

    The store writes in order: when a later write is durable, these are too, or have failed.

    Args:
        flush: Lets the store write at once what it still collects.
    """

    def __init__(self, flush: Callable[[], Future[None]]) -> None:
        self._flush = flush
        self._futures: deque[Future[Settled]] = deque()

    def add(self, write: Future[Settled]) -> None:
        """Keep a write until it is durable."""
        self._futures.append(write)

    def check(self) -> None:
        """
        Forget the writes that are done.

        Raises:
            StoreError: one has failed.
        """
        while self._futures and self._futures[0].done():
            self._futures.popleft().result()

    async def all_written(self) -> None:
        """
        Wait until every write is durable.

        Raises:
            StoreError: one has failed.
        """
        if self._futures:
            await committed(self._flush())
        while self._futures:
            await committed(self._futures.popleft())
