"""
Results on their way to the disk, so that a worker can ask for more meanwhile.
"""

from __future__ import annotations

from collections import deque
from concurrent.futures import Future

from engine.store import Settled, committed


class PendingWrites:
    """
    Settlements on their way to the disk, so that a worker asks on meanwhile.

    The store writes in order: when a later write is durable, these are, or have failed.
    """

    def __init__(self) -> None:
        self._waiting: deque[Future[Settled]] = deque()

    def add(self, settlement: Future[Settled]) -> None:
        """Let a settlement be written."""
        self._waiting.append(settlement)

    def check(self) -> None:
        """
        Forget those that are written.

        Raises:
            StoreError: one could not be.
        """
        while self._waiting and self._waiting[0].done():
            self._waiting.popleft().result()

    async def all_written(self) -> None:
        """
        Wait for the rest.

        Raises:
            StoreError: one could not be written.
        """
        while self._waiting:
            await committed(self._waiting.popleft())
