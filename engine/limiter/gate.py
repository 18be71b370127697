"""
The gate: when may the next call start.

`Schedule` decides, in plain synchronous functions over a clock reading; `Gate` does the waiting. The start rate is
what is controlled; calls in flight are only a cap. What to ask is the business of ask, what an answer meant of retry.
"""

from __future__ import annotations

import asyncio
import math
from collections import deque

from engine.clock import Clock
from engine.limiter.learner import LimitLearner
from engine.limiter.limits import Limits
from engine.limiter.permit import Permit

# A promise is kept by the provider's clock, so ours runs a little slow: 1 % absorbs the spread between sending and
# arriving over a whole window, 1.5 % over one gap (measured on the practice provider: 0 x 429, docs/gate.md).
WINDOW_STRETCH = 1.01
EVEN_STRETCH = 1.015
FIRST_PAUSE_S = 1.0
LONGEST_PAUSE_S = 60.0
BRIEF_PAUSE_S = 0.1
LOOK_AGAIN_S = 0.25  # who waits for a place looks again this often: what is known of the limit may have changed
LONGEST_RESET_S = 120.0


class Schedule:
    """
    The pure half of the gate: what has started, and when the next start keeps every promise.

    Args:
        limits: What is known of the provider; figures of 0 are not known and do not hold anything back.
    """

    def __init__(self, limits: Limits) -> None:
        self.learner = LimitLearner(limits)
        self.in_flight = 0
        self.paused_until = -math.inf
        self._told = limits
        self._tickets: deque[Permit] = deque()
        self._tokens = 0
        self._pause_s = 0.0
        self._signal_at = -math.inf

    def __repr__(self) -> str:
        return f"Schedule({self.limits}, in_flight={self.in_flight}, paused_until={self.paused_until:.1f})"

    @property
    def limits(self) -> Limits:
        """The limits in force: told, or learned since."""
        return self.learner.limits

    def earliest(self, now: float, tokens: int = 0) -> float:
        """
        The first moment a call of `tokens` may start: `now` or later, `inf` while every place in flight is taken.
        """
        if self.limits.max_in_flight and self.in_flight >= self.limits.max_in_flight:
            return math.inf
        return max(now, self.paused_until, self._after_starts(), self._after_tokens(now, tokens))

    def start(self, now: float, tokens: int = 0) -> Permit:
        """Record a start at `now`; the caller has waited until `earliest`."""
        permit = Permit(now, now, tokens, others=self.in_flight)
        self.in_flight += 1
        self.learner.started(permit)
        if self.limits.tpm:
            self._tickets.append(permit)
            self._tokens += tokens
        return permit

    def end(self) -> None:
        """A call has ended, however it did: its place in flight is free."""
        self.in_flight -= 1

    def count(self, permit: Permit, tokens_used: int) -> None:
        """Settle the token estimate against what the provider counted."""
        if self.limits.tpm and permit in self._tickets:
            self._tokens += tokens_used - permit.tokens
            permit.tokens = tokens_used

    def succeed(self, now: float, permit: Permit) -> None:
        """A good answer: what was tried holds, and the next series of pauses starts small."""
        self._pause_s = 0.0
        self.learner.accepted(permit, now)

    def on_headers(self, now: float, starts: int | None, left: int | None, reset_s: float | None) -> None:
        """
        Take what an answer's rate headers say.

        Args:
            now: When the answer came.
            starts: RecentCalls a minute that are allowed.
            left: RecentCalls that are left; at 0 nothing starts for `reset_s` (believed up to two minutes).
            reset_s: Seconds until there are more.
        """
        if starts:
            self.learner.heard(starts, now)
        if left == 0 and reset_s is not None and reset_s <= LONGEST_RESET_S:
            self.paused_until = max(self.paused_until, now + reset_s)

    def on_error(self, now: float) -> None:
        """A 5xx, or no answer: nothing is cut, growth waits."""
        self.learner.stumbled(now)

    def slow_down(self, now: float, permit: Permit, retry_after_s: float | None, *, in_flight: bool = False) -> None:
        """
        Take a rate signal (429, 402 in-flight budget): one lesson and one shared pause for a burst of signals.

        Args:
            now: When the signal came.
            permit: The refused call; refusals of calls sent before the last signal came belong to its burst.
            retry_after_s: What the provider asked for; None: signals in a row pause 1, 2, 4 ... 60 s from the second.
            in_flight: The signal was about calls in flight.
        """
        self.paused_until = max(self.paused_until, now + (retry_after_s or 0.0))
        new = permit.sent_at > self._signal_at
        if new:
            self._signal_at = now
            self.paused_until = max(self.paused_until, now + self._pause_s)
            self._pause_s = min(LONGEST_PAUSE_S, max(FIRST_PAUSE_S, 2 * self._pause_s))
            self.learner.refused(permit, now, retry_after_s, in_flight=in_flight)
        else:
            self.learner.dropped(permit, now)

    def _after_starts(self) -> float:
        limits, last = self.limits, self.learner.last(1)
        if last is None:
            return -math.inf
        if not limits.rpm:
            return last.started_at + self.learner.ramp_s()
        if limits.shape == "even":
            gap_s = limits.window_s / limits.rpm
            stretch = EVEN_STRETCH if limits == self._told else 1.0
            return max(last.started_at + gap_s * stretch, last.sent_at + gap_s)
        first = self.learner.last(limits.rpm)
        if first is None:
            return -math.inf
        return min(first.sent_at + limits.window_s * WINDOW_STRETCH, self.learner.trial_from)

    def _after_tokens(self, now: float, tokens: int) -> float:
        if not self.limits.tpm:
            return -math.inf
        window_s = self.limits.window_s * WINDOW_STRETCH
        while self._tickets and self._tickets[0].started_at + window_s <= now:
            self._tokens -= self._tickets.popleft().tokens
        left = self._tokens
        for permit in self._tickets:
            if left + tokens <= self.limits.tpm:
                return now
            left -= permit.tokens
            if left + tokens <= self.limits.tpm or left <= 0:
                return permit.started_at + window_s  # a call larger than the bucket goes when it is empty
        return now


class Gate:
    """
    The awaiting half: one for each (provider, key), shared by all runs of the process, first come first served.

    Args:
        limits: What the profile knows.
        clock: Time.
    """

    def __init__(self, limits: Limits, clock: Clock) -> None:
        self.known = limits
        self.schedule = Schedule(limits)
        self._clock = clock
        self._turn = asyncio.Lock()
        self._freed = asyncio.Event()

    def __repr__(self) -> str:
        return f"Gate({self.schedule})"

    def relimit(self, limits: Limits) -> None:
        """Take other limits from now on; what has started is remembered."""
        self.known = limits
        self.schedule.learner = LimitLearner(limits)
        self._freed.set()

    async def admit(self, tokens: int = 0) -> Permit:
        """
        Wait until the next call may start, and record its start.

        Args:
            tokens: Estimate of the call's tokens, in and out.
        """
        asked_at = self._clock.now()
        async with self._turn:
            while (start := self.schedule.earliest(now := self._clock.now(), tokens)) > now:
                await self._wait(start - now)
            permit = self.schedule.start(now, tokens)
        permit.waited_s = now - asked_at
        return permit

    def leave(self) -> None:
        """A call has ended, however it did."""
        self.schedule.end()
        self._freed.set()

    def count(self, permit: Permit, tokens_used: int) -> None:
        """What the provider counted for a call, in and out."""
        self.schedule.count(permit, tokens_used)

    def brief_pause(self) -> None:
        """A refusal has just come in and is about to be stored and read: let nothing start meanwhile."""
        self.schedule.paused_until = max(self.schedule.paused_until, self._clock.now() + BRIEF_PAUSE_S)

    def slow_down(self, permit: Permit, retry_after_s: float | None, *, in_flight: bool = False) -> None:
        """A rate signal came back for this call: pause every run of this gate once."""
        self.schedule.slow_down(self._clock.now(), permit, retry_after_s, in_flight=in_flight)

    def succeed(self, permit: Permit) -> None:
        """A good answer came to this call."""
        self.schedule.succeed(self._clock.now(), permit)
        self._freed.set()

    def on_headers(self, starts: int | None, left: int | None, reset_s: float | None) -> None:
        """An answer's rate headers; see Schedule.on_headers."""
        self.schedule.on_headers(self._clock.now(), starts, left, reset_s)

    def on_error(self) -> None:
        """A call brought a 5xx, or no answer."""
        self.schedule.on_error(self._clock.now())

    def sent(self, permit: Permit) -> None:
        """The request leaves now, a commit after it was admitted: a window counts it from here."""
        permit.sent_at = self._clock.now()

    async def _wait(self, seconds: float) -> None:
        if math.isinf(seconds):
            self._freed.clear()
            await self._freed.wait()
        else:
            await self._clock.sleep(min(seconds, LOOK_AGAIN_S))


class Throttle:
    """
    The smallest gap between two call starts of one run.

    Args:
        gap_s: Seconds between starts, 0 to 2.
        clock: Time.
    """

    def __init__(self, gap_s: float, clock: Clock) -> None:
        self._gap_s = gap_s
        self._clock = clock
        self._turn = asyncio.Lock()
        self._last = -math.inf

    async def pass_through(self, gate: Gate, tokens: int) -> Permit:
        """Wait for this run's gap, then for the gate."""
        if not self._gap_s:
            return await gate.admit(tokens)
        async with self._turn:
            await self._clock.sleep(self._last + self._gap_s - self._clock.now())
            permit = await gate.admit(tokens)
            self._last = permit.started_at
        return permit
