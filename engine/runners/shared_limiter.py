"""
The scheduler of a process that shares its provider's limit with others.

A configured limit is kept by the gate in the database: a call that this process would start waits for its place there.
An undeclared one is learned by all processes together (runners.shared_belief).
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Sequence

from engine.clock import Clock
from engine.errors import StoreError, Unwritable
from engine.limiter.limits import Limits
from engine.limiter.permit import Accepted, Ended, Failed, Grant, LimitChange, News, Refused, Sent, Wait
from engine.limiter.scheduler import LocalScheduler
from engine.limiter.shared import Block, Gate, NotYet, StartRequest
from engine.runners.shared_belief import Exchange, SharedBelief
from engine.store import Store

OWN_SPACING = 0.5
"""Of a configured interval: a place of an even limit may come a little sooner after the last call was sent."""
REPORT_S = 0.1
RETRY_S = 0.5
"""Between two tries of a database that cannot be written: without the gate nothing starts."""

Change = Callable[[StartRequest, Limits], Awaitable[Block | NotYet]]


def gate_of(store: Store, name: str) -> Change:
    """How a gate in a store is asked."""

    def change(ask: StartRequest, limits: Limits) -> Block | NotYet:
        def decide(state: dict[str, object] | None, now: float) -> tuple[dict[str, object], Block | NotYet]:
            gate = Gate.from_json(state)
            answer = gate.take(ask, limits, now)
            return gate.to_json(), answer

        return store.gates.change(name, decide)

    return lambda ask, limits: asyncio.to_thread(change, ask, limits)


class SharedScheduler:
    """
    A scheduler (limiter.scheduler) of several processes.

    Args:
        local: Of this process.
        change: The gate; see `gate_of`.
        exchange: The log of calls; see `log_of`.
        worker: The name of this process.
        clock: Time.
    """

    def __init__(self, local: LocalScheduler, change: Change, exchange: Exchange, worker: str, clock: Clock) -> None:
        self._local = local
        self._belief = SharedBelief(local.schedule, exchange, worker, clock)
        local.schedule.space(OWN_SPACING)
        self._change = change
        self._worker = worker
        self._clock = clock
        self._places: deque[tuple[float, float, str, int]] = deque()
        """Starts that were given and not used: when, until when, of which block, and for how many tokens."""
        self._blocks: dict[Grant, tuple[str, float]] = {}
        self._used: dict[str, int] = {}
        self._late: set[str] = set()
        self._unused: dict[str, int] = {}
        self._pause_s: float | None = None
        self._report: asyncio.Task[None] | None = None

    def __repr__(self) -> str:
        return f"SharedScheduler({self._local}, {len(self._blocks)} in flight)"

    @property
    def limits(self) -> Limits:
        """See Scheduler."""
        return self._local.limits

    @property
    def changes(self) -> Sequence[LimitChange]:
        """See Scheduler."""
        return self._local.changes

    def configure(self, limits: Limits) -> None:
        """See Scheduler."""
        self._local.configure(limits)

    async def take(self, want: int, tokens: int) -> Grant | Wait:
        """See Scheduler; what may start by what is known is then asked of the gate, if it keeps a limit."""
        schedule = self._local if self._is_declared else self._belief
        taken = await schedule.take(want, tokens)
        if isinstance(taken, Wait):
            return taken
        try:
            self._blocks[taken] = await self._pass(want, tokens)
        except BaseException:
            self._tell(taken, Ended())
            raise
        taken.started_at = taken.sent_at = self._clock.now()
        return taken

    def tell(self, grant: Grant, news: News) -> None:
        """See Scheduler; what concerns the others is reported within a tenth of a second."""
        block, good_until = self._blocks.get(grant, ("", 0.0))
        match news:
            case Sent() if block and self._clock.now() > good_until:
                self._late.add(block)
                self._report_soon()
            case Accepted(tokens) | Failed(tokens) if block and tokens is not None:
                self._used[block] = self._used.get(block, 0) + tokens - grant.tokens
            case Refused(retry_after_s) if self._configured != Limits():
                self._pause_s = retry_after_s or 0.0
                self._report_soon()
            case Ended():
                self._blocks.pop(grant, None)
                if self._configured.max_in_flight:
                    self._report_soon()
        self._tell(grant, news)

    def _tell(self, grant: Grant, news: News) -> None:
        self._local.tell(grant, news)
        self._belief.tell(grant, news)

    @property
    def _is_declared(self) -> bool:
        """A limit of calls is configured."""
        return bool(self._configured.rpm or self._configured.max_in_flight)

    @property
    def _configured(self) -> Limits:
        return self._local.configured

    async def _pass(self, want: int, tokens: int) -> tuple[str, float]:
        """Wait for a start; returns its block, and until when it is good."""
        if self._configured == Limits():
            return "", 0.0
        while (place := self._next_place()) is None:
            answer = await self._ask(want, tokens)
            if isinstance(answer, NotYet):
                await self._clock.sleep(answer.seconds)
        start_at, good_until, block, _tokens = place
        await self._clock.sleep(start_at - self._clock.now())
        return block, good_until

    def _next_place(self) -> tuple[float, float, str, int] | None:
        """The next start that is still good; those that are not go back to the gate: a busy machine may be slow."""
        now = self._clock.now()
        while self._places:
            place = self._places.popleft()
            _start_at, good_until, block, tokens = place
            if now <= good_until:
                return place
            self._unused[block] = self._unused.get(block, 0) + 1
            self._used[block] = self._used.get(block, 0) - tokens
        return None

    async def _ask(self, want: int, tokens: int) -> Block | NotYet:
        """Ask the gate, and keep the starts it gives; a start is good from before the question was asked."""
        asked_at, news = self._clock.now(), self._news(want, tokens)
        try:
            answer = await self._change(news, self._configured)
        except Unwritable:
            self._report_again(news)
            return NotYet(RETRY_S)
        if isinstance(answer, Block):
            first = (self._clock.now() if answer.delay_s else asked_at) + answer.delay_s
            for number in range(answer.count):
                start_at = first + number * answer.gap_s
                self._places.append((start_at, start_at + answer.good_s, answer.block, tokens))
        return answer

    def _news(self, want: int, tokens: int) -> StartRequest:
        """What is reported to the gate, once."""
        used, self._used = self._used, {}
        late, self._late = tuple(self._late), set[str]()
        unused, self._unused = self._unused, {}
        pause_s, self._pause_s = self._pause_s, None
        in_flight = len(self._blocks) + len(self._places)
        return StartRequest(self._worker, want, tokens, in_flight, used, late, unused, pause_s)

    def _report_soon(self) -> None:
        if self._report is None or self._report.done():
            self._report = asyncio.get_running_loop().create_task(self._send_report())

    async def _send_report(self) -> None:
        await self._clock.sleep(REPORT_S)
        news = self._news(0, 0)
        try:
            await self._change(news, self._configured)
        except StoreError:  # the next question reports it
            self._report_again(news)

    def _report_again(self, news: StartRequest) -> None:
        """A report may be lost, or not: again goes what keeps calls back, and does no harm twice."""
        self._late.update(news.late)
        for block, tokens in news.used.items():
            self._used[block] = self._used.get(block, 0) + max(0, tokens)
        if news.pause_s is not None:
            self._pause_s = max(news.pause_s, self._pause_s or 0.0)
