"""
A run's places in flight: a call leaves its own when its answer is whole; the next goes while that is stored and read.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable


class ConcurrencySlots:
    """
    The places of one run.

    Args:
        most: How many there are at this moment.
    """

    def __init__(self, most: Callable[[], int]) -> None:
        self.changed = asyncio.Event()
        """Something has changed that a packet may wait for."""
        self._most = most
        self.taken = 0

    def __repr__(self) -> str:
        return f"ConcurrencySlots({self.taken} of {self.most} taken)"

    @property
    def most(self) -> int:
        """How many there are."""
        return self._most()

    @property
    def free(self) -> bool:
        """Whether one more call may go."""
        return self.taken < self.most


class ConcurrencySlot:
    """One of a run's places, held from its making on."""

    def __init__(self, places: ConcurrencySlots) -> None:
        self._places = places
        self._held = False
        self._hold()

    def __repr__(self) -> str:
        return f"ConcurrencySlot(held={self._held})"

    def leave(self) -> None:
        """Nothing of the packet is in flight; a second time does nothing."""
        if self._held:
            self._held = False
            self._places.taken -= 1
            self._places.changed.set()

    async def enter(self) -> None:
        """Wait for a place, where it was left and the packet is to be sent once more."""
        while not self._held:
            if self._places.free:
                self._hold()
            else:
                self._places.changed.clear()
                await self._places.changed.wait()

    def _hold(self) -> None:
        self._held = True
        self._places.taken += 1
