"""The virtual clock: time that passes only while somebody sleeps."""

from __future__ import annotations

import asyncio
import heapq
import itertools


class VirtualClock:
    """Every task's sleep ends in order of its due time; no real time passes."""

    def __init__(self) -> None:
        self.time = 0.0
        self._sleepers: list[tuple[float, int, asyncio.Future[None]]] = []
        self._order = itertools.count()
        self._driver: asyncio.Task[None] | None = None

    def now(self) -> float:
        return self.time

    def wall(self) -> float:
        return 1_700_000_000.0 + self.time

    async def sleep(self, seconds: float) -> None:
        done = asyncio.get_running_loop().create_future()
        heapq.heappush(self._sleepers, (self.time + max(0.0, seconds), next(self._order), done))
        if self._driver is None or self._driver.done():
            self._driver = asyncio.create_task(self._drive())
        await done

    async def _drive(self) -> None:
        while self._sleepers:
            for _ in range(20):  # let every runnable task reach its own sleep first
                await asyncio.sleep(0)
            due, _, done = heapq.heappop(self._sleepers)
            if not done.done():
                self.time = max(self.time, due)
                done.set_result(None)
