"""
A run's concurrency slots: a call frees its slot when its response is complete; the next is sent while that is stored.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable


class ConcurrencySlots:
    """
    Counts the calls of one run that are in flight.

    Args:
        limit: How many there may be at this moment.
    """

    def __init__(self, limit: Callable[[], int]) -> None:
        self.changed = asyncio.Event()
        """Set whenever something changes that a packet may wait for."""
        self.taken = 0
        self._limit = limit

    def __repr__(self) -> str:
        return f"ConcurrencySlots({self.taken} of {self.limit} taken)"

    @property
    def limit(self) -> int:
        """How many slots there are now."""
        return self._limit()

    @property
    def free(self) -> bool:
        """Whether one more call may be sent."""
        return self.taken < self.limit


class ConcurrencySlot:
    """One of a run's slots; taken when it is made."""

    def __init__(self, slots: ConcurrencySlots) -> None:
        self._slots = slots
        self._held = False
        self._hold()

    def __repr__(self) -> str:
        return f"ConcurrencySlot(held={self._held})"

    def release(self) -> None:
        """Free the slot; a second time does nothing."""
        if self._held:
            self._held = False
            self._slots.taken -= 1
            self._slots.changed.set()

    async def acquire(self) -> None:
        """Wait for a slot, if it was released: the packet is to be sent once more."""
        while not self._held:
            if self._slots.free:
                self._hold()
            else:
                self._slots.changed.clear()
                await self._slots.changed.wait()

    def _hold(self) -> None:
        self._held = True
        self._slots.taken += 1
