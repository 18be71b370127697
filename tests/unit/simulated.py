"""The schedule against the practice provider's own limiter, on a clock that is only a number."""

from __future__ import annotations

import heapq
import itertools
import math
import random
from dataclasses import dataclass, field

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
    made, limiter = Simulated(Schedule(configured or Limits())), PracticeLimiter(settings)
    schedule, rng, order = made.schedule, random.Random(1), itertools.count()
    events: list[tuple[float, int, str, object]] = [
        (at, next(order), "change", new) for at, new in (changes or {}).items()
    ]
    heapq.heapify(events)
    now, left, free = 0.0, calls, workers
    while len(made.ended) < calls:
        start = schedule.earliest(now) if free and left else math.inf
        ask_again = min(start, schedule.wake_at(now)) if free and left else math.inf
        if now < ask_again <= (events[0][0] if events else math.inf):
            now = ask_again
            continue
        if start <= now:
            free, left, made.sent = free - 1, left - 1, made.sent + 1
            grant = schedule.start(now)
            schedule.sent(now, grant)
            verdict = limiter.arrive(now + 0.005)
            took_s = refusal_s if verdict else latency_s * rng.uniform(0.8, 1.2)
            heapq.heappush(events, (now + took_s, next(order), "end", (grant, verdict)))
            continue
        now, _, what, payload = heapq.heappop(events)
        if what == "change":
            limiter.configure(payload)  # type: ignore[arg-type]
            continue
        grant, verdict = payload  # type: ignore[misc]
        free += 1
        if verdict:
            left += 1
            made.refused += 1
            wait_s = math.ceil(verdict.wait_s) if settings.retry_after and verdict.wait_s else None
            named = names_kind and verdict.limit == "in_flight"
            schedule.slow_down(now, grant, wait_s, in_flight=named)
            schedule.end(now, grant)
            continue
        limiter.leave()
        schedule.end(now, grant)
        if rng.random() < on_error:
            left += 1
            schedule.on_error(now, grant)
            continue
        schedule.succeed(now, grant)
        made.ended.append(now)
    made.wall_s = now
    return made
