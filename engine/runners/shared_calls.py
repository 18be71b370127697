"""
The calls of a process as the others hear of them, and theirs as it does. No I/O: the times are arguments.
"""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Sequence, Set

from engine.limiter.call_log import CallEvent, Happened
from engine.limiter.model.calls import StartTest
from engine.limiter.permit import Accepted, Answered, Ended, Failed, Grant, News, Refused, Sent
from engine.limiter.scheduler import Schedule

MOST_REMEMBERED, MOST_CALLS = 1500, 4096
DRIFT = 1e-4
"""Seconds by which two clocks may part in a second."""


class ServerTime:
    """The server's clock by ours: the quickest answer tells it best."""

    def __init__(self) -> None:
        self._ahead_s = 0.0
        self._error_s, self._noted_at = math.inf, 0.0

    def note(self, asked_at: float, now: float, server: float) -> None:
        """A question asked at `asked_at` and answered `now` brought the server's clock."""
        error_s = (now - asked_at) / 2
        if error_s <= self._error_s + DRIFT * (now - self._noted_at):
            self._ahead_s, self._error_s, self._noted_at = server - (asked_at + now) / 2, error_s, now

    def there(self, at: float) -> float:
        """A time of ours on the server's clock."""
        return at + self._ahead_s

    def here(self, at: float) -> float:
        """A time of the server's on ours."""
        return at - self._ahead_s


class OwnCalls:
    """What happened to this process's calls, by its own clock, as the others hear of it."""

    def __init__(self, worker: str) -> None:
        self.in_flight: set[int] = set()
        self.is_urgent = False
        """Something happened that may let another process start, or keep it from starting."""
        self._worker = worker
        self._events: deque[CallEvent] = deque(maxlen=MOST_REMEMBERED)
        self._calls: dict[Grant, int] = {}
        self._judged: set[int] = set()
        self._number = self._call = self._reported = 0

    @property
    def has_news(self) -> bool:
        """Some events are not reported."""
        return bool(self._events) and self._events[-1].number > self._reported

    def __contains__(self, grant: Grant) -> bool:
        return grant in self._calls

    def begin(self, at: float, test: StartTest) -> CallEvent:
        """A call would start now: `keep` or `drop` it when that is decided."""
        self._call += 1
        return self._add(self._call, "start", at, test=test.alone + 2 * test.look + 4 * test.again)

    def keep(self, start: CallEvent, grant: Grant) -> None:
        """The call has started."""
        self._calls[grant] = start.call
        self.in_flight.add(start.call)
        if len(self._calls) > MOST_CALLS:
            self._judged.discard(self._calls.pop(next(iter(self._calls))))

    def drop(self, start: CallEvent) -> None:
        """The call has not started."""
        self._events.remove(start)

    def disown(self, start: CallEvent, now: float) -> None:
        """The call has not started, but the others may think so."""
        self._add(start.call, "ended", now)

    def tell(self, grant: Grant, news: News, now: float) -> None:
        """Note news of a call."""
        call = self._calls[grant]
        match news:
            case Sent():
                self._add(call, "sent", now)
            case Ended():
                self.in_flight.discard(call)
                if call not in self._judged:
                    self._add(call, "ended", now)
            case Refused(retry_after_s, in_flight):
                at = grant.answered_at or now
                self._judge(call, "refused", at, retry_after_s=retry_after_s, in_flight=in_flight)
            case Failed():
                self._judge(call, "failed", now)
            case Accepted() | Answered(good=True):
                self._judge(call, "good", now)

    def unreported(self, since: float) -> list[CallEvent]:
        """The events that the others do not know, not older than `since`."""
        return [one for one in self._events if one.number > self._reported and one.at >= since]

    def reported(self, events: Sequence[CallEvent]) -> None:
        """The others know these events now."""
        self._reported = max((one.number for one in events), default=self._reported)

    def report_again(self) -> None:
        """Somebody has come who knows none of them."""
        self._reported, self.is_urgent = 0, True

    def _judge(
        self, call: int, what: Happened, at: float, *, retry_after_s: float | None = None, in_flight: bool = False
    ) -> None:
        if call not in self._judged:
            self._judged.add(call)
            self._add(call, what, at, retry_after_s=retry_after_s, in_flight=in_flight)

    def _add(
        self,
        call: int,
        what: Happened,
        at: float,
        *,
        test: int = 0,
        retry_after_s: float | None = None,
        in_flight: bool = False,
    ) -> CallEvent:
        self._number += 1
        event = CallEvent(self._worker, self._number, call, what, at, test, retry_after_s, in_flight)
        self._events.append(event)
        return event


class TheirCalls:
    """
    The calls of the other processes, as a schedule learns of them.

    Args:
        schedule: Of this process.
    """

    def __init__(self, schedule: Schedule) -> None:
        self._schedule = schedule
        self._grants: dict[tuple[str, int], Grant] = {}
        self._known: dict[str, int] = {}

    def new(self, events: Sequence[CallEvent]) -> list[CallEvent]:
        """The events that were not seen before."""
        return [one for one in events if self._is_new(one)]

    def take(self, event: CallEvent, at: float) -> None:
        """Something happened to a call at this time of ours."""
        key, schedule = (event.worker, event.call), self._schedule
        if event.what == "start":
            self._start(key, at, StartTest(bool(event.test & 1), bool(event.test & 2), bool(event.test & 4)))
        grant = self._grants.get(key)
        if grant is None:
            return
        match event.what:
            case "sent":
                schedule.estimator.sent_later(grant.call, at)
            case "ended":
                schedule.end(at, grant)
            case "good":
                schedule.succeed(at, grant)
            case "refused":
                schedule.slow_down(at, grant, event.retry_after_s, in_flight=event.in_flight)
            case "failed":
                schedule.on_error(at, grant)

    def forget(self, others: Set[str], now: float) -> None:
        """The calls of all but these processes have ended: those are gone."""
        for key in [key for key in self._grants if key[0] not in others]:
            self._schedule.end(now, self._grants.pop(key))

    def _is_new(self, event: CallEvent) -> bool:
        is_new = event.number > self._known.get(event.worker, 0)
        if is_new:
            self._known[event.worker] = event.number
        return is_new

    def _start(self, key: tuple[str, int], at: float, test: StartTest) -> None:
        """Nobody knows how long it takes to leave: it is taken for sent."""
        grant = self._grants[key] = self._schedule.start(at, 0, test)
        self._schedule.sent(at, grant)
        if len(self._grants) > MOST_CALLS:
            del self._grants[next(iter(self._grants))]
