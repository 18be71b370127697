"""
Time as an argument: the engine never asks the operating system itself, so a test can pass ninety paced calls in 20 ms.
"""

from __future__ import annotations

import asyncio
import time
from datetime import datetime
from typing import Protocol


class Clock(Protocol):
    """Seconds that only go forward, and the wall time they stand for."""

    def now(self) -> float:
        """Monotonic seconds, for every interval."""
        ...

    def wall(self) -> float:
        """Unix seconds, for rows; advances with `now`, whatever happens to the machine's clock."""
        ...

    async def sleep(self, seconds: float) -> None:
        """Wait on this clock."""
        ...


class RealClock:
    """
    The machine's monotonic clock.

    Args:
        scale: How much faster this clock runs than the machine's; above 1 only in benchmarks, together with a
            practice provider of the same time scale.
    """

    def __init__(self, scale: float = 1.0) -> None:
        self._scale = scale
        self._wall = time.time()
        self._start = time.monotonic()

    def now(self) -> float:
        """Monotonic seconds."""
        return (time.monotonic() - self._start) * self._scale

    def wall(self) -> float:
        """Unix seconds."""
        return self._wall + self.now()

    async def sleep(self, seconds: float) -> None:
        """Wait `seconds` of this clock."""
        await asyncio.sleep(max(0.0, seconds) / self._scale)


def clock_time(at: float, now: float) -> str:
    """A moment as a clock on the wall shows it: "12:03:20", with the day where it is not today's."""
    moment = datetime.fromtimestamp(at)
    return f"{moment:%H:%M:%S}" if moment.date() == datetime.fromtimestamp(now).date() else f"{moment:%Y-%m-%d %H:%M}"
