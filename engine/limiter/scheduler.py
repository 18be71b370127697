"""
Decides when the next call may start.

`Scheduler` is what the limiter asks: here one in memory, for one process. `Schedule` is its pure half: synchronous
functions over a clock reading.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any, Protocol

from engine.clock import Clock
from engine.limiter.limits import Limits
from engine.limiter.model.calls import StartTest
from engine.limiter.model.changes import Belief
from engine.limiter.model.following import TeamEstimator
from engine.limiter.permit import Accepted, Answered, Ended, Failed, Grant, LimitChange, News, Refused, Sent, Wait
from engine.limiter.thresholds import limits_of, thresholds_of
from engine.limiter.tokens import TokenWindow

BRIEF_PAUSE_S = 0.1
LIKELY = 0.5  # a belief this certain is the limit in force: forecasts and auto use it


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
        self.schedule = Schedule(limits)
        self._clock = clock

    def __repr__(self) -> str:
        return f"LocalScheduler({self.schedule})"

    @property
    def limits(self) -> Limits:
        """See Scheduler."""
        return self.schedule.limits

    @property
    def configured(self) -> Limits:
        """The configured limits."""
        return self.schedule.configured

    @property
    def changes(self) -> Sequence[LimitChange]:
        """See Scheduler."""
        return self.schedule.changes

    async def take(self, want: int, tokens: int) -> Grant | Wait:
        """See Scheduler; one start at a time."""
        del want
        now = self._clock.now()
        start_at = self.schedule.earliest(now, tokens)
        return (
            Wait(min(start_at, self.schedule.wake_at(now)) - now)
            if start_at > now
            else self.schedule.start(now, tokens)
        )

    def tell(self, grant: Grant, news: News) -> None:
        """See Scheduler."""
        schedule, now = self.schedule, self._clock.now()
        match news:
            case Sent():
                schedule.sent(now, grant)
            case Answered():
                schedule.answered(now, grant, news)
            case Ended():
                schedule.end(now, grant)
            case Accepted():
                schedule.succeed(now, grant, news.tokens)
            case Refused():
                schedule.slow_down(now, grant, news.retry_after_s, in_flight=news.in_flight)
            case Failed():
                schedule.on_error(now, grant, news.tokens)

    def configure(self, limits: Limits) -> None:
        """See Scheduler."""
        self.schedule.configure(limits)


class Schedule:
    """
    What has started, and when the next start keeps every limit. Pure: all times are arguments.

    Args:
        limits: The configured ones; a figure of 0 is not known, and estimated.
    """

    def __init__(self, limits: Limits) -> None:
        self._spacing = 1.0
        self.estimator = TeamEstimator(thresholds_of(limits))
        self._changes: list[LimitChange] = []
        self._configured = limits
        self._noted: tuple[Limits, dict[str, Any]] = (limits, {})
        self._tokens = TokenWindow(limits)
        self._paused_until = -math.inf
        self._unread: dict[int, float] = {}

    def __repr__(self) -> str:
        return f"Schedule({self.limits}, {self.estimator})"

    @property
    def limits(self) -> Limits:
        """The limits in force: configured, or believed."""
        self._note_changes()
        return self._noted[0]

    @property
    def configured(self) -> Limits:
        """The configured limits."""
        return self._configured

    @property
    def changes(self) -> list[LimitChange]:
        """Every change of the belief, the oldest first."""
        self._note_changes()
        return self._changes

    def configure(self, limits: Limits) -> None:
        """Use other configured limits from now on; what was detected under the earlier ones is dropped."""
        if limits != self._configured:
            self._note_changes()
            self._configured, self._noted = limits, (limits, {})
            self._tokens = TokenWindow(limits)
            self._paused_until = -math.inf
            self.estimator.configure(thresholds_of(limits, self._spacing))

    def space(self, share: float) -> None:
        """Keep this share of a configured interval only: somebody else hands out the places."""
        self._spacing = share
        self.estimator.configure(thresholds_of(self._configured, share))

    def earliest(self, now: float, tokens: int = 0) -> float:
        """The first moment a call of `tokens` may start: `now` or later, `inf` while a cap in flight is reached."""
        unread = max(self._unread.values(), default=-math.inf)
        tokens_at = self._tokens.opens_at(now, tokens)
        return max(self.estimator.earliest(now), self._paused_until, unread, tokens_at)

    def wake_at(self, now: float) -> float:
        """When to ask again although nothing happened; inf: not before there is news."""
        return self.estimator.wake_at(now)

    def is_free(self, now: float) -> bool:
        """Calls start as they come: no limit is believed, and none is tested."""
        return self.estimator.is_free(now)

    def start(self, now: float, tokens: int = 0, test: StartTest | None = None) -> Grant:
        """Record a start at `now`; the caller has waited until `earliest`. `test`: what another process tests by it."""
        grant = Grant(now, now, tokens, self.estimator.started(now, test))
        self._tokens.reserve(grant)
        return grant

    def sent(self, now: float, grant: Grant) -> None:
        """The request leaves now."""
        if not grant.has_left:
            grant.sent_at, grant.has_left = now, True
            self.estimator.sent(grant.call, now)

    def answered(self, now: float, grant: Grant, news: Answered) -> None:
        """A response is complete; until a refusal is read, nothing else starts for a moment."""
        self._leave(grant)
        grant.answered_at = now
        if news.refused:
            self.estimator.doubted(grant.call)
            self._unread[grant.call] = now + BRIEF_PAUSE_S
            return
        if news.good:
            self.estimator.answered(grant.call, now)
        self.estimator.heard(now, news.limit, news.remaining, news.reset_s)

    def end(self, now: float, grant: Grant) -> None:
        """A call has ended, however it did: one less is in flight."""
        self.estimator.ended(grant.call, now)

    def succeed(self, now: float, grant: Grant, tokens: int | None = None) -> None:
        """A good answer; `tokens` in and out, None: the provider did not count them."""
        self._leave(grant)
        self._tokens.settle(grant, tokens)
        self.estimator.accepted(grant.call, now)

    def on_error(self, now: float, grant: Grant, tokens: int | None = None) -> None:
        """A 5xx, or no answer: it says nothing about the limit."""
        self._unread.pop(grant.call, None)
        self._tokens.settle(grant, tokens)
        self.estimator.failed(grant.call, now)

    def slow_down(self, now: float, grant: Grant, retry_after_s: float | None, *, in_flight: bool = False) -> None:
        """
        Take a rate signal (429, 402 in-flight budget).

        Args:
            now: When it was read.
            grant: The refused call.
            retry_after_s: What the provider asked for. An order where limits are configured or calls in flight are
                too many; else evidence, which may be wrong both ways.
            in_flight: The signal was about calls in flight.
        """
        self._leave(grant)
        self._unread.pop(grant.call, None)
        if in_flight or self._configured != Limits():
            self._paused_until = max(self._paused_until, now + (retry_after_s or 0.0))
        self.estimator.refused(grant.call, grant.answered_at or now, retry_after_s, in_flight)

    def _leave(self, grant: Grant) -> None:
        """News of a call of which nobody said that it was sent: it was when it was granted."""
        self.sent(grant.started_at, grant)

    def _note_changes(self) -> None:
        for change in self.estimator.take_changes():
            (limits, belief), now = self._noted, (self._in_force(change.after), _as_json(change.after))
            self._changes.append(LimitChange(change.at, limits, now[0], change.why, belief, now[1]))
            self._noted = now

    def _in_force(self, belief: Belief) -> Limits:
        parts = belief.parts if belief.certainty >= LIKELY else ()
        return limits_of(parts, self._configured)


def _as_json(belief: Belief) -> dict[str, Any]:
    parts = [{**asdict(shape), "most": most} for shape, most in belief.parts]
    certainty = round(belief.certainty, 3)
    return {"parts": parts, "certainty": certainty, "explained": belief.explained, "refused": belief.refused}
