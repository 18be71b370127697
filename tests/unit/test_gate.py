"""The limiter, under a virtual clock: every limit kept, in every sliding window."""

from __future__ import annotations

import asyncio
import itertools
from contextlib import AsyncExitStack

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.limiter.gate import Limiter, Throttle
from engine.limiter.limits import Limits
from engine.limiter.permit import Accepted, Answered, Failed, Refused
from engine.limiter.scheduler import LocalScheduler, Schedule
from tests.clocks import VirtualClock


def limiter(limits: Limits, clock: VirtualClock) -> Limiter:
    return Limiter(LocalScheduler(limits, clock), clock)


async def start_all(made: Limiter, calls: int, *, took_s: float, workers: int, clock: VirtualClock) -> list[float]:
    starts: list[float] = []

    async def work() -> None:
        while len(starts) < calls:
            starts.append(-1.0)
            place = len(starts) - 1
            async with made.permit() as permit:
                starts[place] = permit.started_at
                await clock.sleep(took_s)

    async with asyncio.TaskGroup() as group:
        for _ in range(workers):
            group.create_task(work())
    return sorted(starts)


def most_in_window(starts: list[float], window_s: float) -> int:
    return max(sum(start <= other < start + window_s for other in starts) for start in starts)


async def test_a_window_of_sixty_is_never_passed() -> None:
    """300 calls at 60 a minute: no sliding minute holds more, and the time is within 3 % of the best possible."""
    clock = VirtualClock()
    starts = await start_all(limiter(Limits(rpm=60), clock), 300, took_s=1.0, workers=30, clock=clock)
    assert most_in_window(starts, 60.0) <= 60
    assert starts[-1] + 1.0 <= 1.03 * 241


async def test_a_small_job_is_not_stretched() -> None:
    """20 calls under a window limit of 60 wait for nothing but the workers."""
    clock = VirtualClock()
    starts = await start_all(limiter(Limits(rpm=60), clock), 20, took_s=1.0, workers=4, clock=clock)
    assert starts[-1] == pytest.approx(4.0)


async def test_an_even_limit_is_spread() -> None:
    """In the even shape no two starts are closer than a second at 60 a minute, and the time is within 3 %."""
    clock = VirtualClock()
    starts = await start_all(limiter(Limits(rpm=60, shape="even"), clock), 90, took_s=1.0, workers=8, clock=clock)
    assert min(later - sooner for sooner, later in itertools.pairwise(starts)) >= 1.0
    assert starts[-1] <= 1.03 * 89


async def test_calls_in_flight_are_capped() -> None:
    """With a cap of 3, eight workers start three calls at a time."""
    clock = VirtualClock()
    starts = await start_all(limiter(Limits(max_in_flight=3), clock), 12, took_s=1.0, workers=8, clock=clock)
    assert most_in_window(starts, 0.99) == 3


@settings(max_examples=60, deadline=None)
@given(st.lists(st.integers(1, 400), min_size=1, max_size=40), st.integers(100, 1000))
def test_tokens_of_a_window_are_never_passed(asks: list[int], tpm: int) -> None:
    """No sliding window holds more tokens than allowed, unless one call alone is larger."""
    schedule, now, started = Schedule(Limits(tpm=tpm)), 0.0, []
    for tokens in asks:
        now = schedule.earliest(now, tokens)
        schedule.end(now, schedule.start(now, tokens))
        started.append((now, tokens))
    for at, _ in started:
        inside = [tokens for other, tokens in started if at <= other < at + 60.0]
        assert sum(inside) <= tpm or len(inside) == 1


def test_tokens_are_settled_by_usage() -> None:
    """A call that used less than its estimate gives the rest back."""
    schedule = Schedule(Limits(tpm=1000))
    grant = schedule.start(0.0, 900)
    assert schedule.earliest(1.0, 500) > 60.0
    schedule.succeed(1.0, grant, 100)
    assert schedule.earliest(1.0, 500) == 1.0


def test_a_burst_of_refusals_is_one_pause() -> None:
    """Eight 429s of calls that were in flight together pause the run once, for what Retry-After says."""
    schedule = Schedule(Limits(max_in_flight=8))
    grants = [schedule.start(0.0) for _ in range(8)]
    for grant in grants:
        schedule.slow_down(1.0, grant, 5.0)
        schedule.end(1.0, grant)
    assert schedule.earliest(1.0) == 6.0


def test_pauses_without_retry_after_double() -> None:
    """Refusals in a row pause 0.12, 0.5, 1, 2 s from the second; a good answer ends the series."""
    schedule, lengths = Schedule(Limits(rpm=60)), []
    for now in (0.0, 10.0, 20.0, 30.0, 40.0):
        schedule.slow_down(now, schedule.start(now), None)
        lengths.append(schedule.earliest(now) - now)
    schedule.succeed(50.0, schedule.start(50.0))
    assert lengths[1:] == pytest.approx([0.12, 0.5, 1.0, 2.0])
    assert schedule.earliest(50.0) == 50.0


def test_one_refusal_does_not_change_a_configured_limit() -> None:
    """A single 429 under a configured limit may be a stray: the limit stays as configured."""
    schedule = Schedule(Limits(rpm=60))
    schedule.slow_down(0.0, schedule.start(0.0), None)
    assert schedule.limits == Limits(rpm=60)


def test_an_in_flight_signal_takes_a_place_away() -> None:
    """A refusal for calls in flight caps them at what was in flight beside it."""
    schedule = Schedule(Limits())
    grants = [schedule.start(0.0) for _ in range(4)]
    for grant in grants:
        schedule.sent(0.0, grant)
    schedule.slow_down(0.5, grants[3], 1.0, in_flight=True)
    assert schedule.limits.max_in_flight == 3


async def test_the_throttle_is_an_interval_between_starts() -> None:
    """throttle_ms is the smallest interval between two starts of the run."""
    clock = VirtualClock()
    made, throttle, starts = limiter(Limits(), clock), Throttle(0.3, clock), []

    async def work() -> None:
        async with made.permit(0, throttle) as permit:
            starts.append(permit.started_at)

    await asyncio.gather(*(work() for _ in range(4)))
    assert [round(start, 3) for start in starts] == [0.0, 0.3, 0.6, 0.9]


async def test_two_runs_share_a_limiter() -> None:
    """Two runs of one provider and key together keep its limit."""
    clock = VirtualClock()
    made = limiter(Limits(rpm=10), clock)
    one, two = await asyncio.gather(
        start_all(made, 15, took_s=0.1, workers=4, clock=clock), start_all(made, 15, took_s=0.1, workers=4, clock=clock)
    )
    assert most_in_window(sorted(one + two), 60.0) <= 10


async def start_one(made: Limiter) -> float:
    async with made.permit() as permit:
        return permit.started_at


async def test_a_cancelled_wait_gives_its_turn_back() -> None:
    """A call that is cancelled while it waits holds nobody up."""
    clock = VirtualClock()
    made = limiter(Limits(max_in_flight=1), clock)
    async with made.permit():
        waiting = asyncio.create_task(start_one(made))
        await asyncio.sleep(0)
        waiting.cancel()
        await asyncio.gather(waiting, return_exceptions=True)
    assert await start_one(made) == 0.0


async def test_a_waiting_call_hears_that_a_limit_was_none() -> None:
    """A call that waits for a window goes on soon after the window has turned out to be none."""
    clock = VirtualClock()
    made = limiter(Limits(), clock)
    async with AsyncExitStack() as calls:
        permits = [await calls.enter_async_context(made.permit()) for _ in range(12)]
    for permit in permits[:-1]:
        permit.report(Accepted())
    permits[-1].report(Refused())
    async with made.permit() as trial:
        waiting = asyncio.create_task(start_one(made))
        await clock.sleep(1.0)
    trial.report(Accepted())
    assert await waiting < 5.0


async def test_a_call_that_breaks_off_frees_its_place() -> None:
    """Leaving the block ends the call, also by an error: the next may start."""
    clock = VirtualClock()
    made = limiter(Limits(max_in_flight=1), clock)
    with pytest.raises(ConnectionError):
        async with made.permit():
            raise ConnectionError
    assert await start_one(made) == 0.0


async def test_a_window_counts_from_when_the_request_left() -> None:
    """A start that was granted a second before it was sent opens the next one a second later."""
    clock = VirtualClock()
    made = limiter(Limits(rpm=1), clock)
    async with made.permit() as permit:
        await clock.sleep(1.0)
        permit.sent()
    assert await start_one(made) == pytest.approx(1.0 + 60.0 * 1.01)


async def test_nothing_starts_while_a_refusal_is_read() -> None:
    """A 429 holds the next start back for a moment, before anybody has read what it means."""
    clock = VirtualClock()
    made = limiter(Limits(max_in_flight=8), clock)
    async with made.permit() as permit:
        permit.report(Answered(refused=True))
    assert await start_one(made) == pytest.approx(0.1)


async def test_usage_is_reported_with_the_result() -> None:
    """The tokens of a result replace the estimate, whether the reply was good or not."""
    for result in (Accepted(100), Failed(100)):
        clock = VirtualClock()
        made = limiter(Limits(tpm=1000), clock)
        async with made.permit(900) as permit:
            permit.report(result)
        async with made.permit(500) as after:
            assert after.started_at < 1.0


async def test_other_configured_limits_are_used_at_once() -> None:
    """A run that configures other limits lets a waiting call go by them; changes made before are kept."""
    clock = VirtualClock()
    made = limiter(Limits(), clock)
    async with made.permit() as permit:
        permit.report(Answered(limit=30))
    assert (made.limits.rpm, len(made.changes)) == (30, 1)
    made.configure(Limits(rpm=60, shape="even"))
    starts = [await start_one(made), await start_one(made)]
    assert starts[1] - starts[0] == pytest.approx(1.015)
    assert (made.limits.rpm, len(made.changes)) == (60, 1)
