"""
Where calls wait for their start: first come, first served.

The start rate is controlled; calls in flight are only capped. When a call may start is decided by the scheduler.
"""

from __future__ import annotations

import asyncio
import math
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager

from engine.clock import Clock
from engine.limiter.limits import Limits
from engine.limiter.permit import Grant, LimitChange, News, Permit, Wait
from engine.limiter.scheduler import Scheduler


class Limiter:
    """
    Gives each call its permit: one limiter for each provider and key, shared by all runs of the process.

    Args:
        scheduler: Decides when the next call may start.
        clock: Time.
    """

    def __init__(self, scheduler: Scheduler, clock: Clock) -> None:
        self._scheduler = scheduler
        self._clock = clock
        self._turn = asyncio.Lock()
        self._waiting = 0
        self._news = asyncio.Event()

    def __repr__(self) -> str:
        return f"Limiter({self._scheduler}, {self._waiting} waiting)"

    @property
    def limits(self) -> Limits:
        """The limits in force: configured, or detected since."""
        return self._scheduler.limits

    @property
    def changes(self) -> Sequence[LimitChange]:
        """Every change of a detected limit, the oldest first."""
        return self._scheduler.changes

    def configure(self, limits: Limits) -> None:
        """Use these configured limits from now on."""
        self._scheduler.configure(limits)
        self._news.set()

    @asynccontextmanager
    async def permit(self, tokens: int = 0, throttle: Throttle | None = None) -> AsyncIterator[Permit]:
        """
        Wait until the next call may start; the call is in flight while the block runs.

        Args:
            tokens: Estimate of the call's tokens, in and out.
            throttle: The run's own smallest interval between starts.
        """
        permit = await (throttle.apply(lambda: self._start(tokens)) if throttle else self._start(tokens))
        try:
            yield permit
        finally:
            permit.end()

    async def _start(self, tokens: int) -> Permit:
        asked_at = self._clock.now()
        self._waiting += 1
        try:
            async with self._turn:
                grant = await self._take(tokens)
        finally:
            self._waiting -= 1
        return Permit(grant, grant.started_at - asked_at, self._tell)

    async def _take(self, tokens: int) -> Grant:
        while isinstance(taken := await self._scheduler.take(self._waiting, tokens), Wait):
            await self._wait(taken.seconds)
        return taken

    async def _wait(self, seconds: float) -> None:
        """Until there is news of a call, or for `seconds`: what is known of the limit may have changed."""
        self._news.clear()
        alarm = None if math.isinf(seconds) else asyncio.create_task(self._alarm(seconds))
        try:
            await self._news.wait()
        finally:
            if alarm is not None:
                alarm.cancel()

    async def _alarm(self, seconds: float) -> None:
        await self._clock.sleep(seconds)
        self._news.set()

    def _tell(self, grant: Grant, news: News) -> None:
        self._scheduler.tell(grant, news)
        self._news.set()


class Throttle:
    """
    The smallest interval between two call starts of one run.

    Args:
        interval_s: Seconds between starts, 0 to 2.
        clock: Time.
    """

    def __init__(self, interval_s: float, clock: Clock) -> None:
        self._interval_s = interval_s
        self._clock = clock
        self._turn = asyncio.Lock()
        self._last = -math.inf

    async def apply(self, start: Callable[[], Awaitable[Permit]]) -> Permit:
        """Wait for the interval, then for `start`."""
        if not self._interval_s:
            return await start()
        async with self._turn:
            await self._clock.sleep(self._last + self._interval_s - self._clock.now())
            permit = await start()
            self._last = permit.started_at
        return permit
