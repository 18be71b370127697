"""
Decides when the next call may start.

`Scheduler` is what the limiter asks: here one in memory, for one process. `Schedule` is its pure half: synchronous
functions over a clock reading.
"""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Sequence
from typing import Protocol

from engine.clock import Clock
from engine.limiter.learner import LimitLearner
from engine.limiter.limits import Limits
from engine.limiter.permit import Accepted, Answered, Ended, Failed, Grant, LimitChange, News, Refused, Sent, Wait

# The provider's clock counts a configured limit, so ours runs a little slow: 1 % absorbs the spread between sending and
# arriving over a whole window, 1.5 % over one interval (measured on the practice provider: no 429, docs/gate.md).
WINDOW_STRETCH = 1.01
EVEN_STRETCH = 1.015
FIRST_PAUSE_S = 1.0
LONGEST_PAUSE_S = 60.0
BRIEF_PAUSE_S = 0.1
LONGEST_RESET_S = 120.0


class Scheduler(Protocol):
    """Grants starts to all calls of one provider and key; may live outside this process."""

    @property
    def limits(self) -> Limits:
        """The limits in force: configured, or detected since."""
        ...

    @property
    def changes(self) -> Sequence[LimitChange]:
        """Every change of a detected limit, the oldest first."""
        ...

    async def take(self, want: int, tokens: int) -> Grant | Wait:
        """
        Ask for a start.

        Args:
            want: Calls that wait for one, the asking one included: as many as it pays to reserve at once.
            tokens: Estimate of the asking call's tokens, in and out.
        """
        ...

    def tell(self, grant: Grant, news: News) -> None:
        """Take news of a granted call, without waiting."""
        ...

    def configure(self, limits: Limits) -> None:
        """Use these configured limits from now on; the same as before change nothing."""
        ...


class LocalScheduler:
    """
    The scheduler of one process.

    Args:
        limits: The configured ones.
        clock: Time.
    """

    def __init__(self, limits: Limits, clock: Clock) -> None:
        self._schedule = Schedule(limits)
        self._clock = clock

    def __repr__(self) -> str:
        return f"LocalScheduler({self._schedule})"

    @property
    def limits(self) -> Limits:
        """See Scheduler."""
        return self._schedule.limits

    @property
    def changes(self) -> Sequence[LimitChange]:
        """See Scheduler."""
        return self._schedule.changes

    async def take(self, want: int, tokens: int) -> Grant | Wait:
        """See Scheduler; one start at a time."""
        del want
        now = self._clock.now()
        start_at = self._schedule.earliest(now, tokens)
        return Wait(start_at - now) if start_at > now else self._schedule.start(now, tokens)

    def tell(self, grant: Grant, news: News) -> None:
        """See Scheduler."""
        schedule, now = self._schedule, self._clock.now()
        match news:
            case Sent():
                grant.sent_at = now
            case Answered(refused=True):
                schedule.pause_briefly(now)
            case Answered():
                schedule.on_headers(now, news.limit, news.remaining, news.reset_s)
            case Ended():
                schedule.end()
            case Accepted():
                schedule.count(grant, news.tokens)
                schedule.succeed(now, grant)
            case Refused():
                schedule.slow_down(now, grant, news.retry_after_s, in_flight=news.in_flight)
            case Failed():
                schedule.count(grant, news.tokens)
                schedule.on_error(now)

    def configure(self, limits: Limits) -> None:
        """See Scheduler."""
        self._schedule.configure(limits)


class Schedule:
    """
    What has started, and when the next start keeps every limit. Pure: all times are arguments.

    Args:
        limits: The configured ones; a figure of 0 is not known and holds nothing back.
    """

    def __init__(self, limits: Limits) -> None:
        self.learner = LimitLearner(limits)
        self.in_flight = 0
        self.paused_until = -math.inf
        self._configured = limits
        self._earlier_changes: list[LimitChange] = []
        self._counted: deque[Grant] = deque()
        self._tokens = 0
        self._pause_s = 0.0
        self._signal_at = -math.inf

    def __repr__(self) -> str:
        return f"Schedule({self.limits}, in_flight={self.in_flight}, paused_until={self.paused_until:.1f})"

    @property
    def limits(self) -> Limits:
        """The limits in force: configured, or detected since."""
        return self.learner.limits

    @property
    def changes(self) -> list[LimitChange]:
        """Every change of a detected limit, the oldest first."""
        return [*self._earlier_changes, *self.learner.changes]

    def configure(self, limits: Limits) -> None:
        """Use other configured limits from now on; what was detected under the earlier ones is dropped."""
        if limits != self._configured:
            self._earlier_changes += self.learner.changes
            self._configured = limits
            self.learner = LimitLearner(limits)

    def earliest(self, now: float, tokens: int = 0) -> float:
        """The first moment a call of `tokens` may start: `now` or later, `inf` while the cap in flight is reached."""
        if self.limits.max_in_flight and self.in_flight >= self.limits.max_in_flight:
            return math.inf
        return max(now, self.paused_until, self._after_starts(), self._after_tokens(now, tokens))

    def start(self, now: float, tokens: int = 0) -> Grant:
        """Record a start at `now`; the caller has waited until `earliest`."""
        grant = Grant(now, now, tokens, others=self.in_flight)
        self.in_flight += 1
        self.learner.started(grant)
        if self.limits.tpm:
            self._counted.append(grant)
            self._tokens += tokens
        return grant

    def end(self) -> None:
        """A call has ended, however it did: one less is in flight."""
        self.in_flight -= 1

    def count(self, grant: Grant, tokens_used: int | None) -> None:
        """Replace the token estimate of a call by what the provider counted; None: it did not count."""
        if tokens_used is not None and self.limits.tpm and grant in self._counted:
            self._tokens += tokens_used - grant.tokens
            grant.tokens = tokens_used

    def succeed(self, now: float, grant: Grant) -> None:
        """A good answer: the limits hold, and the next series of pauses starts small."""
        self._pause_s = 0.0
        self.learner.accepted(grant, now)

    def on_headers(self, now: float, starts: int | None, left: int | None, reset_s: float | None) -> None:
        """
        Take what an answer's rate headers say.

        Args:
            now: When the answer came.
            starts: Starts a minute that are allowed.
            left: Starts that are left; at 0 nothing starts for `reset_s` (believed up to two minutes).
            reset_s: Seconds until there are more.
        """
        if starts:
            self.learner.heard(starts, now)
        if left == 0 and reset_s is not None and reset_s <= LONGEST_RESET_S:
            self.paused_until = max(self.paused_until, now + reset_s)

    def on_error(self, now: float) -> None:
        """A 5xx, or no answer: no limit is lowered, growth waits."""
        self.learner.stumbled(now)

    def pause_briefly(self, now: float) -> None:
        """A refusal has arrived and is about to be stored and read: nothing starts meanwhile."""
        self.paused_until = max(self.paused_until, now + BRIEF_PAUSE_S)

    def slow_down(self, now: float, grant: Grant, retry_after_s: float | None, *, in_flight: bool = False) -> None:
        """
        Take a rate signal (429, 402 in-flight budget): a burst of signals counts once and pauses once.

        Args:
            now: When the signal came.
            grant: The refused call; refusals of calls sent before the last signal came belong to its burst.
            retry_after_s: What the provider asked for; None: signals in a row pause 1, 2, 4 ... 60 s from the second.
            in_flight: The signal was about calls in flight.
        """
        self.paused_until = max(self.paused_until, now + (retry_after_s or 0.0))
        new = grant.sent_at > self._signal_at
        if new:
            self._signal_at = now
            self.paused_until = max(self.paused_until, now + self._pause_s)
            self._pause_s = min(LONGEST_PAUSE_S, max(FIRST_PAUSE_S, 2 * self._pause_s))
            self.learner.refused(grant, now, retry_after_s, in_flight=in_flight)
        else:
            self.learner.dropped(grant, now)

    def _after_starts(self) -> float:
        limits, last = self.limits, self.learner.last(1)
        if last is None:
            return -math.inf
        if not limits.rpm:
            return last.started_at + self.learner.ramp_s()
        if limits.shape == "even":
            interval_s = limits.window_s / limits.rpm
            stretch = EVEN_STRETCH if limits == self._configured else 1.0
            return max(last.started_at + interval_s * stretch, last.sent_at + interval_s)
        first = self.learner.last(limits.rpm)
        if first is None:
            return -math.inf
        return min(first.sent_at + limits.window_s * WINDOW_STRETCH, self.learner.trial_from)

    def _after_tokens(self, now: float, tokens: int) -> float:
        if not self.limits.tpm:
            return -math.inf
        window_s = self.limits.window_s * WINDOW_STRETCH
        while self._counted and self._counted[0].started_at + window_s <= now:
            self._tokens -= self._counted.popleft().tokens
        left = self._tokens
        for grant in self._counted:
            if left + tokens <= self.limits.tpm:
                return now
            left -= grant.tokens
            if left + tokens <= self.limits.tpm or left <= 0:
                return grant.started_at + window_s  # a call larger than the whole budget starts when it is empty
        return now
