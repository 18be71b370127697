"""
The calls of one provider: what is in flight, which verdicts are still out, and how full the limit was for each.

Pure. A call counts as accepted when its answer comes, or when a refusal would have come by then.
"""

from __future__ import annotations

import itertools
import math
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, NamedTuple

import numpy as np

from engine.limiter.model.probing import Delays
from engine.limiter.model.shapes import WINDOWS_S, Floats, Shape, Track

TICK_S = 1e-6
PAST_S = 0.005
"""A start so much older than the newest is another process's, heard of late: it keeps its time."""
MOST_OPEN = 4096
RECENT = 256


class StartTest(NamedTuple):
    """What a start tests: `alone`, nothing uncertain beside it; a `look` beyond the belief; a refusal `again`."""

    alone: bool = False
    look: bool = False
    again: bool = False


@dataclass(slots=True)
class Start:
    """A call that started: until when its refusal can come, and how many were in flight beside it."""

    call: int
    at: float
    """When it was granted; once it was sent, when it was sent."""
    due: float = math.inf
    beside: int = 0
    alone: bool = False
    """A test: nothing uncertain starts beside it."""
    again: bool = False
    """A test of a refusal that may have been a stray."""
    look: bool = False
    """A test beyond the belief."""
    verdict: Literal["", "accepted", "refused"] = ""


class CallHistory:
    """What has started and not ended, and the times of what counts."""

    def __init__(self, delays: Delays) -> None:
        self.started = 0
        self.heard = False
        """A call has ended, or was refused."""
        self.first_at, self.last_at = math.inf, -math.inf
        self.latency_s = 0.0
        """Of good answers, the newest weigh most."""
        self.open: dict[int, Start] = {}
        """Sent, and in flight."""
        self._granted: dict[int, Start] = {}
        self._undecided: dict[int, Start] = {}
        self._most_open = 1
        self._delays = delays
        self._counted, self._all = Track(), Track()
        self._waiting: dict[int, Start] = {}
        self._recent: deque[Start] = deque(maxlen=RECENT)
        self._ended: deque[tuple[float, float]] = deque(maxlen=RECENT)

    @property
    def counted(self) -> int:
        """Starts that are remembered and were not refused."""
        return len(self._counted.times)

    @property
    def in_flight(self) -> int:
        """Calls that were granted and have not ended."""
        return len(self.open) + len(self._granted)

    @property
    def verdicts_out(self) -> int:
        """Calls that were sent and may still be refused."""
        return len(self._waiting)

    def start(self, now: float) -> Start:
        """A call is granted; it counts from now, until it is sent."""
        start = Start(self.started, self._next_at(now))
        self._counted.add(start.at)
        self._all.add(start.at)
        self._granted[start.call] = start
        self.first_at = min(self.first_at, start.at)
        self.started += 1
        return start

    def send(self, call: int, now: float, patience: float = 1.0) -> None:
        """The call leaves: its refusal may come from now on, for so many acceptance timeouts."""
        start = self._granted.pop(call, None)
        if start is None:
            return
        self._move(start, now)
        start.beside, start.due = len(self.open), start.at + patience * self._delays.timeout_s
        for place in (self.open, self._waiting, self._undecided):
            place[call] = start
            if len(place) > MOST_OPEN:
                del place[next(iter(place))]
        self._recent.append(start)
        self._most_open = max(self._most_open, len(self.open))

    def move(self, call: int, at: float) -> None:
        """The call left later than was assumed; no matter once its verdict is known."""
        start = self.open.get(call)
        if start is not None and not start.verdict:
            start.due += max(0.0, at - start.at)
            self._move(start, at)

    def _move(self, start: Start, to: float) -> None:
        if to > start.at:
            at = self._next_at(to)
            self._counted.move(start.at, at)
            self._all.move(start.at, at)
            start.at = at

    def end(self, call: int, now: float) -> Start | None:
        """The call is no longer in flight; returns it if it was. One that was never sent still counts: who knows."""
        self._granted.pop(call, None)
        self.heard = True
        start = self.open.pop(call, None)
        if start is not None:
            self._ended.append((now, start.at))
            for later in self.after(now):  # none, unless this is heard of late
                later.beside = max(0, later.beside - 1)
        return start

    def hold(self, call: int) -> Start | None:
        """Its acceptance timeout no longer counts; returns the call if its verdict was out."""
        return self._waiting.pop(call, None)

    def forget(self, call: int) -> Start | None:
        """No more news will come of the call."""
        self._waiting.pop(call, None)
        return self._undecided.pop(call, None)

    def refuse(self, call: int, now: float) -> Start | None:
        """A call was refused, by an answer that came at `now`: it never counted."""
        start = self._undecided.pop(call, None)
        if start is not None:
            self.open.pop(call, None)
            self._waiting.pop(call, None)
            self.heard = True
            self._ended = deque((one for one in self._ended if one[1] != start.at), RECENT)  # it was never in
            self._delays.add(now - start.at)
            start.verdict = "refused"
            self._counted.remove(start.at)
            self._all.refuse(start.at)
            for later in self.after(start.at):
                later.beside = max(0, later.beside - 1)
        return start

    def reopen(self, now: float) -> list[Start]:
        """Refusals take longer than was known: take back the acceptances that were inferred from time alone."""
        timeout_s = self._delays.timeout_s
        early = [one for one in self.open.values() if one.verdict == "accepted" and one.at + timeout_s > now]
        for one in early:
            one.verdict, one.due = "", one.at + timeout_s
            self._waiting[one.call] = one
        return early

    def _next_at(self, now: float) -> float:
        """A time that no other start has."""
        if now < self.last_at - PAST_S:
            while now in self._all:
                now += TICK_S
            return now
        self.last_at = max(now, self.last_at + TICK_S)
        return self.last_at

    def after(self, at: float) -> Iterator[Start]:
        """The starts after this moment."""
        if at >= self.last_at:
            return iter(())
        return (one for one in reversed(self._recent) if one.at > at)

    def overdue(self, now: float) -> Iterator[Start]:
        """Take the starts for accepted that were not refused in time."""
        while self._waiting:
            start = next(iter(self._waiting.values()))
            if start.due > now:
                return
            del self._waiting[start.call]
            yield start

    def next_due(self) -> float:
        """When the next start is taken for accepted."""
        return next((start.due for start in self._waiting.values()), math.inf)

    def took(self, seconds: float) -> None:
        """A good answer took so long."""
        self.latency_s += (0.1 if self.latency_s else 1.0) * (seconds - self.latency_s)

    def frees_at(self, now: float) -> float:
        """When the next answer may come."""
        first = next((start.at for start in self.open.values()), now)
        return max(now + 0.05, first + self.latency_s, now + (now - first) / 4)

    def opens_at(self, shape: Shape, most: float, before: float = math.inf) -> float:
        """When a start keeps x <= `most`, after the starts before `before`; inf: when another call ends."""
        if shape.kind == "in_flight":
            return -math.inf if self.in_flight <= most else math.inf
        return (self._all if shape.counts_refused else self._counted).opens_at(shape, most, before)

    def measured(self, start: Start) -> Floats:
        """The fullness an accepted start had by our clock, and at least, given the delays."""
        rows = []
        newest = itertools.takewhile(lambda one: one[0] > start.at, reversed(self._ended))
        after = [end - start.at for end, began in newest if began < start.at]
        for slack_s, way_s in ((0.0, self._delays.mean_s), (0.8 * self._delays.spread_s, self._delays.longest_s)):
            beside = max(0, start.beside - sum(one <= way_s for one in after))
            counted = self._counted.measure(start.at, slack_s)
            same = len(self._counted.times) == len(self._all.times)
            rows.append([*counted, *(counted if same else self._all.measure(start.at, slack_s)), beside])
        return np.array(rows)

    def refused_at(self, at: float, beside: int) -> Floats:
        """The fullness a refused start had, given the delays: later ones may have arrived before."""
        spread_s = self._delays.spread_s
        later = any(at < one.at < at + spread_s for one in self.open.values())
        beside = min(beside + later, self._most_open - 1)
        # Of all starts, one is this start itself.
        ahead = [x - 1.0 for x in self._all.measure(at, 0.0, spread_s)[: len(WINDOWS_S)]]
        every = self._all.measure(at)[len(WINDOWS_S) :]
        return np.array([*self._counted.measure(at, 0.0, spread_s), *ahead, *every, beside])
