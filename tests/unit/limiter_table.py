"""Issue 12's table, measured in the simulation: python -m tests.unit.limiter_table [seeds] [part of a name]."""

from __future__ import annotations

# ruff: noqa: T201
import math
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import replace

from engine.limiter.model.estimator import LimitEstimator
from engine.limiter.model.shapes import Shape
from tests.unit.limiter_world import Both, Bucket, Cap, Changing, Judge, Result, Simulation, Window, World

Make = Callable[[], Judge]
FAST = World(calls=200, latency_s=0.4)
SLOW = World()
TIGHT = (0.001, 0.004)
LIMITS: dict[str, tuple[World, Make]] = {
    "10/s": (FAST, lambda: Window(10, 1)),
    "10/s 600": (replace(FAST, calls=600), lambda: Window(10, 1)),
    "10/s tight": (replace(FAST, delay_s=TIGHT), lambda: Window(10, 1)),
    "20/10s": (SLOW, lambda: Window(20, 10)),
    "60/60s": (SLOW, lambda: Window(60, 60)),
    "30/60s": (SLOW, lambda: Window(30, 60)),
    "100/30s": (SLOW, lambda: Window(100, 30)),
    "fixed 60/60s": (SLOW, lambda: Window(60, 60, fixed=True, phase=-20)),
    "even 60/min": (SLOW, lambda: Bucket(1.0)),
    "even 30/min": (SLOW, lambda: Bucket(2.0)),
    "bucket 1/s 10": (SLOW, lambda: Bucket(1.0, 10)),
    "bucket 10/s 20": (replace(FAST, calls=600), lambda: Bucket(0.1, 20)),
    "even 10/s": (replace(FAST, calls=600), lambda: Bucket(0.1)),
    "even 10/s tight": (replace(FAST, calls=600, delay_s=TIGHT), lambda: Bucket(0.1)),
    "even 10/s slack": (replace(FAST, calls=600), lambda: Bucket(0.1, slack=0.25)),
    "cap 1 .4": (FAST, lambda: Cap(1)),
    "cap 3 .4": (FAST, lambda: Cap(3)),
    "cap 8 .4": (replace(FAST, workers=32, calls=600), lambda: Cap(8)),
    "cap 1 1.45": (replace(SLOW, calls=200), lambda: Cap(1)),
    "cap 3 1.45": (replace(SLOW, calls=300), lambda: Cap(3)),
    "cap 8 1.45": (replace(SLOW, workers=32), lambda: Cap(8)),
    "60/60s cap 4": (SLOW, lambda: Both(Window(60, 60), Cap(4))),
    "10/s 100/60s": (replace(FAST, calls=600), lambda: Both(Window(10, 1), Window(100, 60))),
    "none": (FAST, Judge),
    "none 600": (SLOW, Judge),
}


def moved(*stages: tuple[float, Make]) -> Make:
    """A limit that changes at these times."""
    return lambda: Changing(*((at, make()) for at, make in stages))


MOVING: dict[str, tuple[World, Make]] = {
    "60/60s halves, doubles": (
        SLOW,
        moved((0, lambda: Window(60, 60)), (200, lambda: Window(30, 60)), (400, lambda: Window(60, 60))),
    ),
    "even 60 halves, doubles": (
        SLOW,
        moved((0, lambda: Bucket(1)), (200, lambda: Bucket(2)), (400, lambda: Bucket(1))),
    ),
    "10/s halves, doubles": (
        replace(FAST, calls=1200),
        moved((0, lambda: Window(10, 1)), (40, lambda: Window(5, 1)), (100, lambda: Window(10, 1))),
    ),
    "cap 6 halves, doubles": (
        replace(SLOW, calls=900),
        moved((0, lambda: Cap(6)), (80, lambda: Cap(3)), (220, lambda: Cap(6))),
    ),
}
WORLDS: dict[str, Callable[[World], World]] = {
    "clean": lambda world: world,
    "2 % stray": lambda world: replace(world, stray=0.02),
    "5 % stray": lambda world: replace(world, stray=0.05),
    "12 % stray": lambda world: replace(world, stray=0.12),
    "5 % 503": lambda world: replace(world, error=0.05),
    "refused count": lambda world: replace(world, count_refused=True),
    "RA true": lambda world: replace(world, retry_after=1.0),
    "RA tenth": lambda world: replace(world, retry_after=0.1),
    "RA x5": lambda world: replace(world, retry_after=5.0),
}
CONFIGURED = {
    "60/60s": (Shape("window", 60.0), 59.0),
    "10/s": (Shape("window", 1.0), 9.0),
    "10/s tight": (Shape("window", 1.0), 9.0),
    "even 60/min": (Shape("even"), -1.0),
    "cap 3 1.45": (Shape("in_flight"), 2.0),
}


def run(
    world: World, make: Make, seed: int, configured: Sequence[tuple[Shape, float]] = ()
) -> tuple[Result, float, LimitEstimator]:
    """One run of a new estimator, and its CPU seconds."""
    client = LimitEstimator(configured)
    simulation = Simulation(world, (make(), make()), client, seed)
    began = time.process_time()
    result = simulation.run()
    return result, time.process_time() - began, client


class Line:
    """One line of the table: some runs."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.runs: list[tuple[Result, float, LimitEstimator]] = []

    def __str__(self) -> str:
        results = [result for result, _, _ in self.runs]
        ratios, refused = [one.ratio for one in results], [one.refused for one in results]
        ms = 1000 * sum(cpu for _, cpu, _ in self.runs) / sum(len(one.starts) for one in results)
        return (
            f"{self.name:40s} {statistics.mean(ratios):6.3f} {min(ratios):6.3f}  429 {statistics.mean(refused):5.1f}"
            f" {max(refused):4d}  lost {sum(one.lost for one in results)}  {ms:.2f} ms  {self.runs[0][2].belief()}"
        )


def limit_line(kind: str, name: str, seeds: int) -> Line:
    """A limit in one kind of world."""
    line = Line(f"{kind}: {name}")
    world, make = (MOVING if kind == "moving" else LIMITS)[name]
    if kind == "configured":
        line.runs = [run(world, make, seed, [CONFIGURED[name]]) for seed in range(seeds)]
    else:
        world = world if kind == "moving" else WORLDS[kind](world)
        line.runs = [run(world, make, seed) for seed in range(seeds)]
    return line


def outage_line(name: str, outage_s: float, seeds: int) -> str:
    """429 to everything for a while: seconds from recovery to full speed, and starts in 5 s meanwhile."""
    world, make = LIMITS[name]
    world = replace(world, calls=800 if world.latency_s > 1 else 1200, outages=((30.0, 30.0 + outage_s),))
    slow, starts, ratios = [], [], []
    for seed in range(seeds):
        result, _, client = run(world, make, seed)
        end = 30.0 + outage_s
        first = next((at for at in result.answers if at > end), math.inf)
        slow.append(max(0.0, result.span_s - result.best_s))
        starts.append(sum(35.0 <= at < end for at in result.starts) / max(1.0, outage_s - 5.0) * 5.0)
        ratios.append(first - end)
    text = f"outage {outage_s:.0f} s: {name}"
    return (
        f"{text:40s} first answer {max(ratios):5.1f} s, lost {statistics.mean(slow):5.1f} s (most {max(slow):5.1f}),"
        f" starts in 5 s {max(starts):.2f}  {client.belief()}"
    )


def main() -> None:
    """Print the table."""
    seeds = int(sys.argv[1]) if len(sys.argv) > 1 else 10
    kinds = sys.argv[2].split(",") if len(sys.argv) > 2 else [*WORLDS, "moving", "configured", "outage"]
    part = sys.argv[3] if len(sys.argv) > 3 else ""
    for kind in kinds:
        names = {"moving": MOVING, "configured": CONFIGURED}.get(kind, LIMITS)
        if kind == "outage":
            for name in ("none", "60/60s", "10/s"):
                for outage_s in (60, 120, 180):
                    print(outage_line(name, outage_s, seeds), flush=True)
            continue
        whole = Line(f"{kind}: ALL")
        for name in names:
            if part in name:
                one = limit_line(kind, name, seeds)
                whole.runs += one.runs
                print(one, flush=True)
        print(whole)


if __name__ == "__main__":
    main()
