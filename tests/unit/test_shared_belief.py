"""An undeclared limit of several processes: found together, tested by one of them, and used fairly."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.errors import Unwritable
from engine.limiter.call_log import PROBER_S, SILENT_S, CallEvent, CallLog, Happened, Report
from engine.limiter.limits import Limits
from engine.limiter.permit import Grant, Wait
from engine.limiter.scheduler import Schedule
from engine.runners.shared_belief import SharedBelief
from engine.runners.shared_calls import ServerTime
from tests.clocks import VirtualClock
from tests.unit.limiter_world import Judge
from tests.unit.team_world import WORLDS, Team, TeamResult, simulate

PROCESSES = (2, 4)
SHORT = {"60/60": 240, "10/s": 200, "even 60": 120, "cap 4": 160, "none": 300, "none, 5 % strays": 300}


def played(name: str, processes: int, calls: int, dies_at: float | None = None) -> TeamResult:
    """So many calls of a world."""
    world, make = WORLDS[name]
    team = Team(replace(world, calls=calls), make, processes, 0, **({} if dies_at is None else {"dies_at": dies_at}))
    return simulate(team)


@pytest.fixture(scope="module")
def alone() -> Callable[[str], int]:
    """The refusals of one process with all the calls."""
    known: dict[str, int] = {}

    def refused(name: str) -> int:
        if name not in known:
            known[name] = len(played(name, 1, SHORT[name]).refusals)
        return known[name]

    return refused


@pytest.mark.parametrize("processes", PROCESSES)
@pytest.mark.parametrize("name", list(SHORT))
def test_processes_find_a_limit_together(name: str, processes: int, alone: Callable[[str], int]) -> None:
    """They use 90 % of it, are refused at most twice as often as one process, and each has 60 % of its part."""
    result = played(name, processes, SHORT[name])
    assert result.ratio >= 0.9
    assert len(result.refusals) <= 2 * alone(name)
    assert result.least_part(processes) >= 0.6


@pytest.mark.parametrize("processes", PROCESSES)
def test_a_limit_that_halves_is_found(processes: int) -> None:
    """60 a minute that become 30 cost no flood of refusals, and the new limit is used."""
    result = played("60/60 halves", processes, 300)
    assert result.ratio >= 0.9
    assert len(result.refusals) <= 30


def test_another_process_tests_when_the_prober_is_gone() -> None:
    """One of two dies in the middle: the other goes on with what both have learned."""
    result = played("60/60", 2, 300, dies_at=100.0)
    assert result.ratio >= 0.9
    assert len(result.refusals) <= 12
    assert sum(at > 100.0 for at, _ in result.refusals) <= 3


def event(worker: str, number: int, what: Happened = "start", at: float = 0.0) -> CallEvent:
    return CallEvent(worker, number, number, what, at)


def again(log: CallLog) -> CallLog:
    """As the next process reads it from the row."""
    return CallLog.from_json(log.to_json())


@given(st.lists(st.tuples(st.sampled_from("abcd"), st.booleans(), st.floats(0.0, 0.1)), max_size=60))
def test_a_start_knows_every_start_before_it(steps: list[tuple[str, bool, float]]) -> None:
    """Whoever asks when: a start is granted only to a process that has read all earlier starts and refusals."""
    log, now, numbers = CallLog(), 1000.0, itertools.count(1)
    seen = {one: log.exchange(Report(one), now).position for one in "abcd"}
    known: dict[str, set[int]] = {one: set() for one in "abcd"}
    granted: set[int] = set()
    for worker, starts, later_s in steps:
        now, log, number = now + later_s, again(log), next(numbers)
        reply = log.exchange(Report(worker, seen[worker], want=1, start=event(worker, number) if starts else None), now)
        seen[worker] = reply.position
        known[worker] |= {one.number for one in reply.events}
        if reply.granted:
            assert granted <= known[worker]
            granted.add(number)
            known[worker].add(number)


def test_one_process_is_the_prober() -> None:
    """The first process tests until it has not asked for two seconds; then the next that asks does."""
    log = CallLog()
    assert log.exchange(Report("a", want=1), 1000.0).prober == "a"
    log.exchange(Report("b", want=1), 1000.1)
    assert log.exchange(Report("b", want=1), 1000.2).prober == "a"
    assert log.exchange(Report("b", want=1), 1000.2 + PROBER_S).prober == "b"
    assert log.exchange(Report("a", want=1), 1000.3 + PROBER_S).prober == "b"


def test_a_refusal_is_judged_by_the_prober() -> None:
    """The others hold their calls back until the prober has read of a refusal."""
    log = CallLog()
    log.exchange(Report("a", want=1, plan=[True]), 1000.0)
    log.exchange(Report("b", want=1), 1000.0)
    refused = log.exchange(Report("b", events=[event("b", 1), event("b", 2, "refused")]), 1000.1)
    assert not refused.is_judged
    read = log.exchange(Report("a", want=1, plan=[True]), 1000.2)
    log.exchange(Report("a", read.position, want=1, plan=[True]), 1000.3)
    assert log.exchange(Report("b", refused.position), 1000.4).is_judged


def test_who_is_ahead_lets_the_others_start_first() -> None:
    """A process that is two starts ahead of one that waits is asked to let it start; not for longer than it takes."""
    log, now = CallLog(), 1000.0
    for one in "ab":
        log.exchange(Report(one, want=1), now)
    position, turns = log.position, []
    for number in range(1, 5):
        reply = log.exchange(Report("a", position, want=5, start=event("a", number)), now)
        position = reply.position
        turns.append(reply.granted)
    assert turns == [True, True, False, False]
    log.exchange(Report("b", want=1), now + 0.2)
    assert log.exchange(Report("a", position, want=5, start=event("a", 5)), now + 0.2).granted


def test_a_log_is_forgotten_when_all_have_read_it() -> None:
    """What every process knows is dropped; a process that is gone holds nothing up."""
    log = CallLog()
    log.exchange(Report("a", want=1), 1000.0)
    log.exchange(Report("b", events=[event("b", number) for number in range(1, 100)]), 1000.0)
    assert len(log.events) == 99
    log.exchange(Report("b", log.position), 1001.0 + SILENT_S)
    assert not log.events


@given(st.lists(st.tuples(st.floats(0.0, 5.0), st.floats(0.0, 0.5), st.floats(0.0, 1.0)), min_size=1), st.floats(-9, 9))
def test_the_servers_clock_is_known_to_half_a_round_trip(asks: list[tuple[float, float, float]], ahead: float) -> None:
    """A time of the server's on our clock is wrong by half of the quickest round trip at most, and a little drift."""
    time, now, quickest = ServerTime(), 0.0, 1.0
    for wait_s, took_s, share in asks:
        asked_at = now + wait_s
        now = asked_at + took_s
        time.note(asked_at, now, asked_at + share * took_s + ahead)
        quickest = min(quickest, took_s)
    assert abs(time.here(now + ahead) - now) <= quickest / 2 + 1e-3 * now + 1e-6


async def test_nothing_starts_while_the_log_cannot_be_written() -> None:
    """A process that cannot know what the others start waits; and then starts."""
    clock, down = VirtualClock(), True
    log = CallLog()

    async def exchange(report: Report):  # type: ignore[no-untyped-def]
        if down:
            raise Unwritable("away")
        return log.exchange(report, clock.now())

    belief = SharedBelief(Schedule(Limits()), exchange, "a", clock)
    assert isinstance(await belief.take(1, 0), Wait)
    down = False
    await clock.sleep(1.0)
    assert isinstance(await belief.take(1, 0), Grant)


def test_a_process_alone_asks_twice_a_second() -> None:
    """Without others a start costs nothing: the log is only looked at."""
    world, _ = WORLDS["none"]
    result = simulate(Team(replace(world, calls=200), Judge, 1, 0))
    assert result.asked <= 2 * result.span_s + 2
