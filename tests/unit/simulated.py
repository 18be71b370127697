"""The schedule against the practice provider's own limiter, on a clock that is only a number."""

from __future__ import annotations

import heapq
import itertools
import math
import random
from dataclasses import dataclass, field
from typing import Any

from engine.limiter.limits import Limits
from engine.limiter.scheduler import Schedule
from engine.practice.limits import PracticeLimiter
from engine.practice.settings import PracticeSettings

REFUSAL_S = 0.1


@dataclass
class Simulated:
    """The result of `calls` calls: how long they took, how many were refused, when each was answered."""

    schedule: Schedule
    wall_s: float = 0.0
    refused: int = 0
    sent: int = 0
    ended: list[float] = field(default_factory=list)


@dataclass(frozen=True)
class _World:
    """The times of the server and of the network; shares 0..1."""

    settings: PracticeSettings
    latency_s: float
    on_error: float
    names_kind: bool
    refusal_s: float


def simulate(
    settings: PracticeSettings,
    calls: int,
    *,
    configured: Limits | None = None,
    workers: int = 8,
    latency_s: float = 1.45,
    changes: dict[float, PracticeSettings] | None = None,
    on_error: float = 0.0,
    names_kind: bool = False,
    refusal_s: float = REFUSAL_S,
) -> Simulated:
    """Send calls as fast as the schedule lets `workers` until `calls` are answered; refused ones are sent again."""
    world = _World(settings, latency_s, on_error, names_kind, refusal_s)
    simulation = _Simulation(world, Simulated(Schedule(configured or Limits())), calls, workers)
    for at, new in (changes or {}).items():
        simulation.plan(at, "change", new)
    while len(simulation.made.ended) < calls:
        simulation.step()
    simulation.made.wall_s = simulation.now
    return simulation.made


class _Simulation:
    """One step at a time: wait for a start, send a call, or let the next event happen."""

    def __init__(self, world: _World, made: Simulated, calls: int, workers: int) -> None:
        self.world, self.made, self.now = world, made, 0.0
        self._left, self._free = calls, workers
        self._limiter, self._rng, self._order = PracticeLimiter(world.settings), random.Random(1), itertools.count()
        self._events: list[tuple[float, int, str, Any]] = []

    def plan(self, at: float, what: str, payload: Any) -> None:
        """Let something happen at a time."""
        heapq.heappush(self._events, (at, next(self._order), what, payload))

    def step(self) -> None:
        may = self._free and self._left
        start = self.made.schedule.earliest(self.now) if may else math.inf
        ask_again = min(start, self.made.schedule.wake_at(self.now)) if may else math.inf
        if self.now < ask_again <= (self._events[0][0] if self._events else math.inf):
            self.now = ask_again
        elif start <= self.now:
            self._send()
        else:
            self.now, _, what, payload = heapq.heappop(self._events)
            self._limiter.configure(payload) if what == "change" else self._answered(*payload)

    def _send(self) -> None:
        self._free, self._left, self.made.sent = self._free - 1, self._left - 1, self.made.sent + 1
        grant = self.made.schedule.start(self.now)
        self.made.schedule.sent(self.now, grant)
        verdict = self._limiter.arrive(self.now + 0.005)
        took_s = self.world.refusal_s if verdict else self.world.latency_s * self._rng.uniform(0.8, 1.2)
        self.plan(self.now + took_s, "end", (grant, verdict))

    def _answered(self, grant: Any, verdict: Any) -> None:
        self._free += 1
        if verdict:
            self._refused(grant, verdict)
            return
        schedule = self.made.schedule
        self._limiter.leave()
        schedule.end(self.now, grant)
        if self._rng.random() < self.world.on_error:
            self._left += 1
            schedule.on_error(self.now, grant)
            return
        schedule.succeed(self.now, grant)
        self.made.ended.append(self.now)

    def _refused(self, grant: Any, verdict: Any) -> None:
        self._left += 1
        self.made.refused += 1
        wait_s = math.ceil(verdict.wait_s) if self.world.settings.retry_after and verdict.wait_s else None
        named = self.world.names_kind and verdict.limit == "in_flight"
        self.made.schedule.slow_down(self.now, grant, wait_s, in_flight=named)
        self.made.schedule.end(self.now, grant)
