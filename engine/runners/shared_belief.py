"""
The schedule of a process that learns an undeclared limit together with others: every call of each is known to all.

What happens travels through the call log in the database (limiter.call_log). While no limit is believed calls start
freely, and the log is read twice a second; otherwise each start is agreed on there. A process alone only looks whether
others have come.
"""

from __future__ import annotations

import asyncio
import math
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import replace

from engine.clock import Clock
from engine.errors import StoreError, Unwritable
from engine.limiter.call_log import CallEvent, CallLog, Reply, Report
from engine.limiter.model.calls import StartTest
from engine.limiter.model.following import Plan
from engine.limiter.permit import Grant, News, Refused, Wait
from engine.limiter.scheduler import Schedule
from engine.runners.shared_calls import OwnCalls, ServerTime, TheirCalls
from engine.store import Store

LOOK_S = 0.5
"""How often the log is read where nothing has to be agreed on."""
POLL_S = 0.1
"""The same where a call waits and there are others: one of their calls may have ended."""
PROBER_LOOK_S = 0.2
"""The same for the prober: the others wait until it knows of a refusal."""
REPORT_S = 0.05
YIELD_S = 0.02
"""Until the next question of a process that lets another start first."""
RETRY_S = 0.5
"""Between two tries of a database that cannot be written: without the log nothing starts."""
BEAT_S = 3.0
"""A process with calls in flight reports at least this often."""
JOIN_S = 0.7
"""A process that comes to others waits so long: they report what they remember."""
REMEMBERED_S = 60.0
CERTAIN = 0.8
"""So sure a process tells its belief to those that come."""

NO_PLAN = Plan(False, False, -math.inf, 1.0, 0.0, ())

Exchange = Callable[[Report], Awaitable[Reply]]


def log_of(store: Store, name: str) -> Exchange:
    """How the call log of a key in a store is asked."""

    def exchange(report: Report) -> Reply:
        def decide(state: dict[str, object] | None, now: float) -> tuple[dict[str, object], Reply]:
            log = CallLog.from_json(state)
            reply = log.exchange(report, now)
            return log.to_json(), reply

        return store.gates.change(name, decide)

    return lambda report: asyncio.to_thread(exchange, report)


class SharedBelief:
    """
    Starts calls where all processes of a key together may.

    Args:
        schedule: Of this process; it learns of the calls of all.
        exchange: The call log; see `log_of`.
        worker: The name of this process.
        clock: Time.
    """

    def __init__(self, schedule: Schedule, exchange: Exchange, worker: str, clock: Clock) -> None:
        self._schedule = schedule
        self._exchange_with = exchange
        self._worker = worker
        self._clock = clock
        self._time = ServerTime()
        self._own = OwnCalls(worker)
        self._theirs = TheirCalls(schedule)
        self._turn = asyncio.Lock()
        self._seen = self._want = 0
        self._others: frozenset[str] = frozenset()
        self._looked_at = self._joined_at = -math.inf
        self._is_following = self._is_held = False
        """Another process is the prober; and does not know a refusal yet."""
        self._early: list[CallEvent] | None = None
        """What was reported while this process joins."""
        self._watch: asyncio.Task[None] | None = None

    def __repr__(self) -> str:
        return f"SharedBelief({self._schedule}, {len(self._others)} others)"

    async def take(self, want: int, tokens: int) -> Grant | Wait:
        """See Scheduler."""
        self._want = want
        while self._clock.now() >= self._looked_at + self._patience_s(tokens):
            if await self._exchange() is None:
                return Wait(RETRY_S)
        now = self._clock.now()
        start_at = self._schedule.earliest(now, tokens)
        if self._early is not None or self._is_held:
            return Wait(POLL_S)
        if start_at > now:
            look_at = self._looked_at + self._patience_s(tokens)
            return Wait(max(0.0, min(start_at, self._schedule.wake_at(now), look_at) - now))
        if self._others and not self._schedule.is_free(now):
            return await self._agree(tokens)
        test = self._schedule.estimator.test_at(now)
        return self._start(self._own.begin(now, test), tokens, test)

    def tell(self, grant: Grant, news: News) -> None:
        """Note news of a call of this process for the others."""
        now = self._clock.now()
        if grant not in self._own:
            return
        self._own.tell(grant, news, now)
        self._own.is_urgent |= isinstance(news, Refused) or not self._schedule.is_free(now)
        self._is_held |= isinstance(news, Refused) and self._is_following
        self._keep_reporting()

    async def _agree(self, tokens: int) -> Grant | Wait:
        """Ask whether a call may start now; where others started calls meanwhile this is decided again."""
        async with self._turn:
            now = self._clock.now()
            test = self._schedule.estimator.test_at(now)
            start = self._own.begin(now, test)
            reply = await self._exchange_once(start)
        if reply is None:
            self._own.disown(start, now)
            return Wait(RETRY_S)
        if reply.granted:
            return self._start(start, tokens, test)
        self._own.drop(start)
        return Wait(0.0 if reply.in_turn else YIELD_S)

    def _start(self, start: CallEvent, tokens: int, test: StartTest) -> Grant:
        grant = self._schedule.start(self._clock.now(), tokens, test)
        self._own.keep(start, grant)
        self._want = max(0, self._want - 1)
        self._keep_reporting()
        return grant

    def _patience_s(self, tokens: int) -> float:
        """How long the log need not be read."""
        now = self._clock.now()
        if not self._others:
            return LOOK_S
        opens_in_s = self._schedule.earliest(now, tokens) - now
        if self._early is not None or self._is_held or opens_in_s == math.inf:
            return max(POLL_S, 0.02 * len(self._others))
        return LOOK_S if self._is_following else PROBER_LOOK_S

    # The log.

    async def _exchange(self) -> Reply | None:
        async with self._turn:
            return await self._exchange_once()

    async def _exchange_once(self, start: CallEvent | None = None) -> Reply | None:
        """Report what the others do not know, and take what they report; None: the database cannot be written now."""
        asked_at = self._looked_at = self._clock.now()
        events = self._own.unreported(asked_at - REMEMBERED_S) if self._others else []
        self._own.is_urgent = False
        report = Report(
            self._worker,
            self._seen,
            [self._there(one) for one in events if one is not start],
            self._want,
            start and self._there(start),
            None if self._is_following else self._plan(),
        )
        try:
            reply = await self._exchange_with(report)
        except Unwritable:
            self._own.is_urgent = True
            return None
        self._time.note(asked_at, self._clock.now(), reply.now)
        self._own.reported(events)
        self._take(reply)
        return reply

    def _there(self, event: CallEvent) -> CallEvent:
        return replace(event, at=self._time.there(event.at))

    def _plan(self) -> list[object]:
        now = self._clock.now()
        return self._schedule.estimator.plan(now).moved(self._time.there(0.0)).to_json()

    def _take(self, reply: Reply) -> None:
        now = self._clock.now()
        self._seen = reply.position
        if reply.others - self._others:
            self._own.report_again()
        if reply.is_new and reply.others:
            self._early, self._joined_at = self._early or [], now
        was_following = self._is_following
        self._others, self._is_following = reply.others, reply.prober != self._worker
        self._own.is_urgent |= was_following and not self._is_following  # the others wait for its plan
        plan = Plan.from_json(reply.plan).moved(self._time.here(0.0)) if reply.plan else NO_PLAN
        self._schedule.estimator.follow(plan if self._is_following else None)
        self._is_held = self._is_following and not (reply.is_judged and not self._own.is_urgent)
        events = self._theirs.new(reply.events)
        if self._early is not None:
            self._early += events
            if now >= self._joined_at + JOIN_S:
                self._join(plan, now)
        else:
            self._learn(events, now)
        self._theirs.forget(self._others, now)
        self._keep_reporting()

    def _join(self, plan: Plan, now: float) -> None:
        """Take what the others remember in order, then what they believe."""
        events, self._early = sorted(self._early or [], key=lambda one: one.at), None
        self._learn(events, now)
        if plan.found and plan.found[0][1] >= CERTAIN:
            self._schedule.estimator.believe(now, plan.found[0][0])

    def _learn(self, events: Sequence[CallEvent], now: float) -> None:
        for one in events:
            self._theirs.take(one, min(now, self._time.here(one.at)))
        if events:
            self._schedule.estimator.measure_again(now, min(self._time.here(one.at) for one in events))

    def _keep_reporting(self) -> None:
        if self._others and (self._watch is None or self._watch.done()):
            self._watch = asyncio.get_running_loop().create_task(self._report())

    async def _report(self) -> None:
        """Report news soon, and where there are none that this process still has calls in flight."""
        with suppress(StoreError):
            while self._others and (self._own.has_news or self._own.in_flight):
                await self._clock.sleep(REPORT_S)
                if self._own.is_urgent or self._clock.now() >= self._looked_at + self._report_patience_s():
                    await self._exchange()

    def _report_patience_s(self) -> float:
        return PROBER_LOOK_S if not self._is_following else LOOK_S if self._own.has_news else BEAT_S
