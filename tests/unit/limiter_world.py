"""
A simulated provider and client on a virtual clock: what a limiter costs against the best possible.

It shares no code with the model it tests. The judges know the true limit; the client knows only what a real client
knows: when it started a call, and when which answer came. `Oracle` is the bound: a client that sees the judge.
"""

from __future__ import annotations

import heapq
import itertools
import math
import random
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol

LATENCY_SIGMA = 0.25


class Client(Protocol):
    """What the simulation needs of a limiter."""

    def earliest(self, now: float) -> float: ...
    def started(self, now: float) -> int: ...
    def sent(self, call: int, now: float) -> None: ...
    def accepted(self, call: int, now: float) -> None: ...
    def refused(self, call: int, now: float, retry_after_s: float | None = None, in_flight: bool = False) -> None: ...
    def failed(self, call: int, now: float) -> None: ...


class Judge:
    """No limit; the base of the others."""

    def wait_s(self, now: float) -> float:
        """Seconds until a call would be accepted; 0 = now, inf = not before another call leaves."""
        return 0.0

    def take(self, now: float) -> None:
        """A call starts, and counts."""

    def leave(self) -> None:
        """A call has ended."""


class Window(Judge):
    """At most `count` calls in any `per_s` seconds; `fixed`: the windows follow one another from second `phase`."""

    def __init__(self, count: int, per_s: float, fixed: bool = False, phase: float = 0.0) -> None:
        self.count, self.per_s, self.fixed, self.phase = count, per_s, fixed, phase
        self._taken: deque[float] = deque()

    def wait_s(self, now: float) -> float:
        window = (now - self.phase) // self.per_s
        opened = self.phase + window * self.per_s if self.fixed else now - self.per_s
        while self._taken and (self._taken[0] < opened if self.fixed else self._taken[0] <= opened):
            self._taken.popleft()
        if len(self._taken) < self.count:
            return 0.0
        first = opened if self.fixed else self._taken[len(self._taken) - self.count]
        return max(1e-6, first + self.per_s - now)

    def take(self, now: float) -> None:
        self._taken.append(now)


class Bucket(Judge):
    """One call every `interval_s`, after a burst; `slack`: share of an interval a call may come early (GCRA)."""

    def __init__(self, interval_s: float, burst: int = 1, slack: float = 0.0) -> None:
        self.interval_s, self.early_s = interval_s, (burst - 1 + slack) * interval_s
        self._due = -math.inf

    def wait_s(self, now: float) -> float:
        wait_s = self._due - self.early_s - now
        return wait_s if wait_s > 1e-9 else 0.0

    def take(self, now: float) -> None:
        self._due = min(max(now, self._due), now + self.early_s) + self.interval_s


class Cap(Judge):
    """At most `most` calls in flight."""

    def __init__(self, most: int) -> None:
        self.most, self.now_in = most, 0

    def wait_s(self, now: float) -> float:
        return math.inf if self.now_in >= self.most else 0.0

    def take(self, now: float) -> None:
        self.now_in += 1

    def leave(self) -> None:
        self.now_in -= 1


class Both(Judge):
    """Every one of several limits holds."""

    def __init__(self, *judges: Judge) -> None:
        self.judges = judges

    def wait_s(self, now: float) -> float:
        return max(judge.wait_s(now) for judge in self.judges)

    def take(self, now: float) -> None:
        for judge in self.judges:
            judge.take(now)

    def leave(self) -> None:
        for judge in self.judges:
            judge.leave()


class Changing(Both):
    """One limit after another; each has seen every call."""

    def __init__(self, *stages: tuple[float, Judge]) -> None:
        super().__init__(*(judge for _, judge in stages))
        self.starts = [at for at, _ in stages]

    def wait_s(self, now: float) -> float:
        stage = sum(at <= now for at in self.starts) - 1
        wait_s = self.judges[stage].wait_s(now)
        later = self.starts[stage + 1] - now if stage + 1 < len(self.starts) else math.inf
        return wait_s if math.isinf(wait_s) else min(wait_s, later)


@dataclass(frozen=True)
class World:
    """One scenario. Latencies are what the client sees, and include both delays."""

    calls: int = 600
    workers: int = 8
    latency_s: float = 1.45
    delay_s: tuple[float, float] = (0.005, 0.050)
    commit_s: tuple[float, float] = (0.0, 0.0)
    """From the grant of a start until the request leaves."""
    refusal_s: float = 0.0
    stray: float = 0.0
    error: float = 0.0
    outages: tuple[tuple[float, float], ...] = ()
    count_refused: bool = False
    retry_after: float | None = None
    """What Retry-After says, in shares of the truth; 1: whole seconds, rounded up. None: no header."""
    names_cap: bool = False


@dataclass
class Result:
    """What came of a run."""

    best_s: float
    span_s: float = 0.0
    refused: int = 0
    strays: int = 0
    starts: list[float] = field(default_factory=list)
    answers: list[float] = field(default_factory=list)
    refusals: list[float] = field(default_factory=list)
    lost: int = 0

    @property
    def ratio(self) -> float:
        """Best possible span over the span."""
        return self.best_s / self.span_s


def oracle_span(world: World, judge: Judge) -> float:
    """The span of a client that sees the judge, without delays and with the mean latency."""
    calls = round(world.calls / (1 - world.error))
    free, ends, now = [0.0] * world.workers, deque[float](), 0.0
    for _ in range(calls):
        now = max(now, heapq.heappop(free))
        while True:
            while ends and ends[0] <= now + 1e-9:
                ends.popleft()
                judge.leave()
            outage = next((end for start, end in world.outages if start <= now < end), None)
            if outage is None and not (wait_s := judge.wait_s(now)):
                break
            now = outage if outage is not None else (ends[0] if math.isinf(wait_s) else now + wait_s)
        judge.take(now)
        ends.append(now + world.latency_s)
        heapq.heappush(free, now + world.latency_s)
    return ends[-1]


class Simulation:
    """
    One run of a client against a judge.

    Args:
        world: The scenario.
        judges: Two judges of the same limit: one for the run, one for the oracle.
        client: The limiter under test.
        seed: Of all random numbers of the run.
    """

    def __init__(self, world: World, judges: Sequence[Judge], client: Client, seed: int) -> None:
        self.world, self.judge, self.client = world, judges[0], client
        self.result = Result(oracle_span(world, judges[1]))
        self._rng = random.Random(seed)
        self._order = itertools.count()
        self._events: list[tuple[float, int, str, int, float]] = []
        self._idle, self._left, self._now = world.workers, world.calls, 0.0
        self._mu = math.log(world.latency_s) - LATENCY_SIGMA**2 / 2

    def run(self, longest: float = 40.0) -> Result:
        """Send until every call is answered, or `longest` times the best span has gone by."""
        world, result = self.world, self.result
        while len(result.answers) < world.calls and self._now < longest * result.best_s:
            start = self.client.earliest(self._now) if self._idle and self._left else math.inf
            event = self._events[0][0] if self._events else math.inf
            if start <= self._now:
                self._send()
            elif start < event:
                self._now = start
            elif math.isinf(event):
                break  # nothing in flight and nothing may start: the client is stuck
            else:
                self._now, _, what, call, back_s = heapq.heappop(self._events)
                getattr(self, f"_{what}")(call, back_s)
        result.span_s = self._now
        result.lost = world.calls - len(result.answers)
        if result.lost:
            result.span_s = max(self._now, longest * result.best_s)
        return result

    def _push(self, after_s: float, what: str, call: int, back_s: float = 0.0) -> None:
        heapq.heappush(self._events, (self._now + after_s, next(self._order), what, call, back_s))

    def _send(self) -> None:
        self._idle -= 1
        self._left -= 1
        self.result.starts.append(self._now)
        call, commit_s = self.client.started(self._now), self._rng.uniform(*self.world.commit_s)
        if commit_s:
            self._push(commit_s, "leaves", call)
        else:
            self._leaves(call, 0.0)

    def _leaves(self, call: int, _: float) -> None:
        self.client.sent(call, self._now)
        self._push(self._rng.uniform(*self.world.delay_s), "arrive", call)

    def _arrive(self, call: int, _: float) -> None:
        world, rng, now = self.world, self._rng, self._now
        back_s = rng.uniform(*world.delay_s)
        out = any(start <= now < end for start, end in world.outages)
        stray = rng.random() < world.stray
        wait_s = 0.0 if out or stray else self.judge.wait_s(now)
        if out or stray or wait_s:
            self.result.strays += stray
            self.result.refused += not stray
            if world.count_refused and not out and not stray:
                self.judge.take(now)
                self.judge.leave()
            what = "refused_cap" if math.isinf(wait_s) else "refused"
            self._push(world.refusal_s + back_s, what, call, wait_s)
            return
        self.judge.take(now)
        took_s = rng.lognormvariate(self._mu, LATENCY_SIGMA) - rng.uniform(*world.delay_s) - back_s
        took_s = max(0.005, took_s)
        self._push(took_s, "leave", call)
        self._push(took_s + back_s, "failed" if rng.random() < world.error else "answered", call)

    def _leave(self, _call: int, _: float) -> None:
        self.judge.leave()

    def _refused(self, call: int, wait_s: float, cap: bool = False) -> None:
        share = self.world.retry_after
        hint = None if share is None or not wait_s or cap else wait_s * share
        hint = float(math.ceil(hint)) if hint is not None and share == 1 else hint
        self.result.refusals.append(self._now)
        self._back()
        self.client.refused(call, self._now, hint, cap and self.world.names_cap)

    def _refused_cap(self, call: int, wait_s: float) -> None:
        self._refused(call, wait_s, cap=True)

    def _failed(self, call: int, _: float) -> None:
        self._back()
        self.client.failed(call, self._now)

    def _back(self) -> None:
        self._idle += 1
        self._left += 1

    def _answered(self, call: int, _: float) -> None:
        self._idle += 1
        self.result.answers.append(self._now)
        self.client.accepted(call, self._now)
