"""The gate, under a virtual clock: every promise kept, in every sliding window."""

from __future__ import annotations

import asyncio
import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.limiter.gate import Gate, Schedule, Throttle
from engine.limiter.limits import Limits
from tests.clocks import VirtualClock


async def start_all(gate: Gate, calls: int, *, took_s: float, workers: int, clock: VirtualClock) -> list[float]:
    starts: list[float] = []

    async def work() -> None:
        while len(starts) < calls:
            starts.append(-1.0)
            place = len(starts) - 1
            permit = await gate.admit()
            starts[place] = permit.started_at
            await clock.sleep(took_s)
            gate.leave()

    async with asyncio.TaskGroup() as group:
        for _ in range(workers):
            group.create_task(work())
    return sorted(starts)


def most_in_window(starts: list[float], window_s: float) -> int:
    return max(sum(start <= other < start + window_s for other in starts) for start in starts)


async def test_a_window_of_sixty_is_never_passed() -> None:
    """300 calls at 60 a minute: no sliding minute holds more, and the time is within 3 % of the best possible."""
    clock = VirtualClock()
    starts = await start_all(Gate(Limits(rpm=60), clock), 300, took_s=1.0, workers=30, clock=clock)
    assert most_in_window(starts, 60.0) <= 60
    assert starts[-1] + 1.0 <= 1.03 * 241


async def test_a_small_job_is_not_stretched() -> None:
    """20 calls under a window limit of 60 wait for nothing but the workers."""
    clock = VirtualClock()
    starts = await start_all(Gate(Limits(rpm=60), clock), 20, took_s=1.0, workers=4, clock=clock)
    assert starts[-1] == pytest.approx(4.0)


async def test_an_even_limit_is_spread() -> None:
    """In the even shape no two starts are closer than a second at 60 a minute, and the time is within 3 %."""
    clock = VirtualClock()
    starts = await start_all(Gate(Limits(rpm=60, shape="even"), clock), 90, took_s=1.0, workers=8, clock=clock)
    assert min(later - sooner for sooner, later in itertools.pairwise(starts)) >= 1.0
    assert starts[-1] <= 1.03 * 89


async def test_calls_in_flight_are_capped() -> None:
    """With a cap of 3, eight workers start three calls at a time."""
    clock = VirtualClock()
    starts = await start_all(Gate(Limits(max_in_flight=3), clock), 12, took_s=1.0, workers=8, clock=clock)
    assert most_in_window(starts, 0.99) == 3


@settings(max_examples=60, deadline=None)
@given(st.lists(st.integers(1, 400), min_size=1, max_size=40), st.integers(100, 1000))
def test_tokens_of_a_window_are_never_passed(asks: list[int], tpm: int) -> None:
    """No sliding window holds more tokens than allowed, unless one call alone is larger."""
    schedule, now, started = Schedule(Limits(tpm=tpm)), 0.0, []
    for tokens in asks:
        now = schedule.earliest(now, tokens)
        schedule.start(now, tokens)
        schedule.end()
        started.append((now, tokens))
    for at, _ in started:
        inside = [tokens for other, tokens in started if at <= other < at + 60.0]
        assert sum(inside) <= tpm or len(inside) == 1


def test_tokens_are_settled_by_usage() -> None:
    """A call that used less than its estimate gives the rest back."""
    schedule = Schedule(Limits(tpm=1000))
    permit = schedule.start(0.0, 900)
    assert schedule.earliest(1.0, 500) > 60.0
    schedule.count(permit, 100)
    assert schedule.earliest(1.0, 500) == 1.0


def test_a_burst_of_refusals_is_one_pause() -> None:
    """Eight 429s of calls that were in flight together pause the run once, for what Retry-After says."""
    schedule = Schedule(Limits(max_in_flight=8))
    permits = [schedule.start(0.0) for _ in range(8)]
    for permit in permits:
        schedule.slow_down(1.0, permit, 5.0)
        schedule.end()
    assert schedule.earliest(1.0) == 6.0


def test_pauses_without_retry_after_double() -> None:
    """Refusals in a row pause 0, 1, 2, 4 s; a good answer starts again at 0."""
    schedule, lengths = Schedule(Limits(rpm=60)), []
    for now in (0.0, 10.0, 20.0, 30.0):
        schedule.slow_down(now, schedule.start(now), None)
        lengths.append(schedule.paused_until - now)
    schedule.succeed(40.0, schedule.start(40.0))
    schedule.slow_down(50.0, schedule.start(50.0), None)
    assert [*lengths, schedule.paused_until - 50.0] == [0.0, 1.0, 2.0, 4.0, 0.0]


def test_a_contradicted_window_goes_on_evenly() -> None:
    """A 429 under a known window limit means that bursts are not allowed after all."""
    schedule = Schedule(Limits(rpm=60))
    schedule.slow_down(0.0, schedule.start(0.0), None)
    assert schedule.limits.shape == "even"


def test_an_in_flight_signal_takes_a_place_away() -> None:
    """A refusal for calls in flight caps them at what was in flight beside it."""
    schedule = Schedule(Limits())
    permits = [schedule.start(0.0) for _ in range(4)]
    schedule.slow_down(0.5, permits[3], 1.0, in_flight=True)
    assert schedule.limits.max_in_flight == 3


async def test_the_throttle_is_a_gap_between_starts() -> None:
    """throttle_ms is the smallest gap between two starts of the run."""
    clock = VirtualClock()
    gate, throttle = Gate(Limits(), clock), Throttle(0.3, clock)
    permits = await asyncio.gather(*(throttle.pass_through(gate, 0) for _ in range(4)))
    assert [round(permit.started_at, 3) for permit in permits] == [0.0, 0.3, 0.6, 0.9]


async def test_two_runs_share_a_gate() -> None:
    """Two runs of one provider and key together keep its limit."""
    clock = VirtualClock()
    gate = Gate(Limits(rpm=10), clock)
    one, two = await asyncio.gather(
        start_all(gate, 15, took_s=0.1, workers=4, clock=clock), start_all(gate, 15, took_s=0.1, workers=4, clock=clock)
    )
    assert most_in_window(sorted(one + two), 60.0) <= 10


async def test_a_cancelled_wait_gives_its_turn_back() -> None:
    """A call that is cancelled while it waits holds nobody up."""
    clock = VirtualClock()
    gate = Gate(Limits(max_in_flight=1), clock)
    await gate.admit()
    waiting = asyncio.create_task(gate.admit())
    await asyncio.sleep(0)
    waiting.cancel()
    await asyncio.gather(waiting, return_exceptions=True)
    gate.leave()
    assert (await gate.admit()).started_at == 0.0


async def test_who_waits_hears_of_a_limit_that_was_none() -> None:
    """A call that waits for a window goes on soon after the window has turned out to be none."""
    clock = VirtualClock()
    gate = Gate(Limits(), clock)
    permits = [await gate.admit() for _ in range(12)]
    for permit in permits[:-1]:
        gate.leave()
        gate.succeed(permit)
    gate.leave()
    gate.slow_down(permits[-1], None)
    trial = await gate.admit()
    waiting = asyncio.create_task(gate.admit())
    await clock.sleep(1.0)
    gate.leave()
    gate.succeed(trial)
    assert (await waiting).started_at < 5.0
