"""
Several processes that share an undeclared limit, simulated on the virtual clock: `python -m tests.unit.team_world`.

Each has its own limiter over one log of calls in memory; a judge that none of them knows decides (limiter_world).
"""

from __future__ import annotations

# ruff: noqa: T201
import asyncio
import json
import math
import random
import selectors
import statistics
import sys
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from engine.limiter.call_log import CallLog, Reply, Report
from engine.limiter.gate import Limiter
from engine.limiter.limits import Limits
from engine.limiter.permit import Accepted, Answered, Permit, Refused
from engine.limiter.scheduler import LocalScheduler
from engine.limiter.shared import Block, Gate, NotYet, StartRequest
from engine.runners.shared_limiter import SharedScheduler
from tests.unit.limiter_world import LATENCY_SIGMA, Bucket, Cap, Changing, Judge, Window, World, oracle_span

AHEAD_S = 1_700_000_000.0
"""The server's clock is so much ahead of ours."""


class _Selector(selectors.SelectSelector):
    """Waits by letting the loop's time pass."""

    now = 0.0

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        self.now += timeout or 0.0
        return super().select(0)


class VirtualLoop(asyncio.SelectorEventLoop):
    """An event loop, and a clock, on which time passes only while everybody waits."""

    def __init__(self) -> None:
        self.virtual = _Selector()
        super().__init__(self.virtual)

    def time(self) -> float:
        return self.virtual.now


class LoopClock:
    """The clock of the running loop."""

    def now(self) -> float:
        return asyncio.get_running_loop().time()

    def wall(self) -> float:
        return AHEAD_S + self.now()

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(max(0.0, seconds))


def simulate(team: Team) -> TeamResult:
    """Let a team make its calls, in virtual time."""
    with asyncio.Runner(loop_factory=VirtualLoop) as runner:
        return runner.run(team.run())


@dataclass
class TeamResult:
    """What came of it: answers by process, in order of time."""

    best_s: float
    span_s: float = 0.0
    answers: list[tuple[float, int]] = field(default_factory=list)
    refusals: list[tuple[float, int]] = field(default_factory=list)
    strays: int = 0
    asked: int = 0

    @property
    def ratio(self) -> float:
        """Best possible span over the span."""
        return self.best_s / self.span_s

    def least_part(self, processes: int) -> float:
        """The calls of the one that made fewest, of an equal part, until the first was done."""
        done = min(max(at for at, who in self.answers if who == one) for one in range(processes))
        by = [sum(who == one and at <= done for at, who in self.answers) for one in range(processes)]
        return min(by) * processes / sum(by)


class Team:
    """
    Some processes, each with its part of the calls.

    Args:
        world: The scenario; calls and workers are those of all processes together.
        make: The judge.
        processes: How many.
        seed: Of all random numbers.
        dies_at: The first process ends then, with its calls in flight; the others make what it leaves.
        limits: The configured ones.
    """

    def __init__(
        self,
        world: World,
        make: Callable[[], Judge],
        processes: int,
        seed: int,
        dies_at: float = math.inf,
        limits: Limits = Limits(),  # noqa: B008
    ) -> None:
        self.limits, self.gate = limits, Gate()
        self.world, self.judge, self.processes, self.dies_at = world, make(), processes, dies_at
        self.result = TeamResult(oracle_span(world, make()))
        self.clock = LoopClock()
        self.limiters: list[Limiter] = []
        self._rng = random.Random(seed)
        self._row: str | None = None
        self._left = [world.calls // processes] * processes
        self._mu = math.log(world.latency_s) - LATENCY_SIGMA**2 / 2

    async def run(self) -> TeamResult:
        """Make all calls."""
        self.limiters = [self._limiter(number) for number in range(self.processes)]
        each = self.world.workers // self.processes
        work = [[self._work(number) for _ in range(each)] for number in range(self.processes)]
        tasks = [[asyncio.create_task(one) for one in group] for group in work]
        if self.dies_at < math.inf:
            await self.clock.sleep(self.dies_at)
            for task in tasks[0]:
                task.cancel()
            self._left[1] += self._left[0]
            self._left[0] = 0
        await asyncio.gather(*(task for group in tasks for task in group), return_exceptions=self.dies_at < math.inf)
        self.result.span_s = self.clock.now()
        return self.result

    def _limiter(self, number: int) -> Limiter:
        async def exchange(report: Report) -> Reply:
            await self.clock.sleep(self._rng.uniform(0.001, 0.003))
            if number == 0 and self.clock.now() >= self.dies_at:
                await asyncio.Future()
            log = CallLog.from_json(self._row and json.loads(self._row))
            reply = log.exchange(report, self.clock.now() + AHEAD_S)
            self._row = json.dumps(log.to_json())
            self.result.asked += 1
            await self.clock.sleep(self._rng.uniform(0.001, 0.003))
            return reply

        async def change(ask: StartRequest, limits: Limits) -> Block | NotYet:
            await self.clock.sleep(self._rng.uniform(0.001, 0.003))
            answer = self.gate.take(ask, limits, self.clock.now() + AHEAD_S)
            await self.clock.sleep(self._rng.uniform(0.001, 0.003))
            return answer

        local = LocalScheduler(self.limits, self.clock)
        return Limiter(SharedScheduler(local, change, exchange, f"process {number}", self.clock), self.clock)

    async def _work(self, number: int) -> None:
        while self._left[number]:
            self._left[number] -= 1
            while not await self._call(number):
                pass

    async def _call(self, number: int) -> bool:
        async with self.limiters[number].permit() as permit:
            await self.clock.sleep(self._rng.uniform(*self.world.commit_s))
            permit.sent()
            accepted = await self._judged(number, permit)
        permit.report(Accepted() if accepted else Refused())
        return accepted

    async def _judged(self, number: int, permit: Permit) -> bool:
        world, rng, clock = self.world, self._rng, self.clock
        await clock.sleep(rng.uniform(*world.delay_s))
        stray, wait_s, back_s = rng.random() < world.stray, self.judge.wait_s(clock.now()), rng.uniform(*world.delay_s)
        if stray or wait_s:
            await clock.sleep(back_s)
            if not stray:
                self.result.refusals.append((clock.now(), number))
            self.result.strays += stray
            permit.report(Answered(refused=True))
            return False
        self.judge.take(clock.now())
        try:
            await clock.sleep(max(0.005, rng.lognormvariate(self._mu, LATENCY_SIGMA) - 2 * back_s))
        finally:
            self.judge.leave()
        await clock.sleep(back_s)
        permit.report(Answered(good=True))
        self.result.answers.append((clock.now(), number))
        return True


SLOW = World()
WORLDS: dict[str, tuple[World, Callable[[], Judge]]] = {
    "60/60": (SLOW, lambda: Window(60, 60)),
    "10/s": (replace(SLOW, latency_s=0.4), lambda: Window(10, 1)),
    "even 60": (replace(SLOW, calls=300), lambda: Bucket(1.0)),
    "cap 4": (replace(SLOW, calls=300), lambda: Cap(4)),
    "none": (SLOW, Judge),
    "none, 5 % strays": (replace(SLOW, stray=0.05), Judge),
    "60/60 halves": (SLOW, lambda: Changing((0, Window(60, 60)), (200, Window(30, 60)))),
}


def main() -> None:
    """Print a line for each world and number of processes."""
    seeds = int(sys.argv[1]) if len(sys.argv) > 1 else 3
    part = sys.argv[2] if len(sys.argv) > 2 else ""
    for name, (world, make) in WORLDS.items():
        if not name.startswith(part):
            continue
        for processes in (1, 2, 4):
            runs = [Team(world, make, processes, seed) for seed in range(seeds)]
            made = [simulate(run) for run in runs]
            refused = [len(one.refusals) for one in made]
            least = min(one.least_part(processes) for one in made)
            print(
                f"{name:18s} {processes}  {statistics.mean(one.ratio for one in made):.3f}"
                f" {min(one.ratio for one in made):.3f}  429 {statistics.mean(refused):5.1f} {max(refused):3d}"
                f"  part {least:.2f}  asked {statistics.mean(one.asked for one in made):.0f}"
                f"  {runs[0].limiters[-1].limits}",
                flush=True,
            )


if __name__ == "__main__":
    main()
