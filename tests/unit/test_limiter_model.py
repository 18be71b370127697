"""The model that identifies an undeclared limit: issue 12's rows in the simulation, and laws that always hold."""

from __future__ import annotations

import math
import statistics
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Literal

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from engine.limiter.model.changes import Belief, BeliefChanges
from engine.limiter.model.estimator import LimitEstimator
from engine.limiter.model.shapes import SHAPES, Shape, Track
from tests.unit.limiter_table import CONFIGURED, LIMITS, MOVING
from tests.unit.limiter_world import Both, Bucket, Cap, Judge, Result, Simulation, Window, World

pytestmark = pytest.mark.slow
SEEDS = range(10)


def runs(name: str, change: Callable[[World], World] = lambda world: world, calls: int = 0) -> list[Result]:
    """Ten runs of one limit of the table, perhaps in another world."""
    world, make = (LIMITS | MOVING)[name]
    world = change(replace(world, calls=calls or world.calls))
    return [Simulation(world, (make(), make()), LimitEstimator(), seed).run() for seed in SEEDS]


def means(results: Sequence[Result]) -> tuple[float, float]:
    """The mean ratio, and the mean of the refusals."""
    return statistics.mean(one.ratio for one in results), statistics.mean(one.refused for one in results)


@pytest.mark.parametrize(
    ("name", "ratio", "refused"),
    [
        ("10/s", 0.93, 4.0),
        ("10/s tight", 0.95, 4.0),
        ("20/10s", 0.95, 8.0),
        ("60/60s", 0.95, 8.0),
        ("30/60s", 0.95, 8.0),
        ("even 60/min", 0.93, 9.0),
        ("bucket 1/s 10", 0.95, 8.0),
        ("bucket 10/s 20", 0.95, 8.0),
        ("cap 1 .4", 0.95, 8.0),
        ("cap 3 1.45", 0.95, 8.0),
        ("cap 8 .4", 0.90, 8.0),
        ("60/60s cap 4", 0.93, 14.0),
        ("none", 0.95, 0.0),
    ],
)
def test_a_limit_is_identified(name: str, ratio: float, refused: float) -> None:
    """An undeclared limit is used almost fully, and costs a handful of refusals."""
    results = runs(name, calls=200)
    mean, refusals = means(results)
    assert (mean >= ratio, refusals <= refused) == (True, True), (mean, refusals)
    assert not any(one.lost for one in results)


@pytest.mark.parametrize(("stray", "ratio"), [(0.02, 0.93), (0.05, 0.90), (0.12, 0.85)])
def test_stray_refusals_are_no_limit(stray: float, ratio: float) -> None:
    """Refusals without a reason hardly slow a provider down, whether it has a limit or not."""
    names = ["none 600", "20/10s", "60/60s"]
    results = [one for name in names for one in runs(name, lambda world: replace(world, stray=stray), 100)]
    assert means(results)[0] >= ratio


@pytest.mark.parametrize(
    ("name", "calls", "stray", "ratio"),
    [("none", 200, 0.05, 0.90), ("none", 200, 0.12, 0.78), ("even 60/min", 150, 0.05, 0.90)],
)
def test_a_stray_refusal_makes_nothing_slow(name: str, calls: int, stray: float, ratio: float) -> None:
    """Without a limit, and with an even one, a random refusal costs little more than its call."""
    assert means(runs(name, lambda world: replace(world, stray=stray), calls))[0] >= ratio


@pytest.mark.parametrize("name", ["60/60s cap 4", "10/s 100/60s"])
def test_stray_refusals_do_not_hide_one_of_two_limits(name: str) -> None:
    """Two limits at once are remembered however many refusals without a reason come between."""
    mean, refusals = means(runs(name, lambda world: replace(world, stray=0.05)))
    assert mean >= 0.97
    assert refusals <= 18


@pytest.mark.parametrize(
    ("name", "ratio", "most"),
    [
        ("bucket 1/s 10", 0.97, 20),
        ("bucket 10/s 20", 0.90, 12),
        ("60/60s cap 4", 0.90, 14),
        ("10/s 100/60s", 0.84, 14),
    ],
)
def test_refused_calls_may_count(name: str, ratio: float, most: float) -> None:
    """Where refused calls count, too, a bucket is filled by each, but never more than full."""
    mean, refusals = means(runs(name, lambda world: replace(world, count_refused=True)))
    assert (mean >= ratio, refusals <= most) == (True, True), (mean, refusals)


def test_a_refused_call_may_have_come_later() -> None:
    """Refused calls that started a moment before an accepted one are not surely ahead of it."""
    track = Track()
    for at in (0.0, 10.0, 10.01, 10.02):
        track.add(at)
    track.refuse(10.01)
    minute = SHAPES.index(Shape("window", 60.0))
    assert track.measure(10.03)[minute] == 4
    assert track.measure(10.03, 0.05)[minute] == 3
    assert track.measure(10.03, 0.015)[minute] == 4


def test_an_odd_interval_is_found() -> None:
    """A second look comes nearer to the believed interval than the first: a true one may lie between."""
    world = World(calls=300, latency_s=2.5)
    results = [Simulation(world, (Bucket(0.544), Bucket(0.544)), LimitEstimator(), seed).run() for seed in SEEDS]
    mean, refusals = means(results)
    assert mean >= 0.8
    assert refusals <= 10


@pytest.mark.parametrize("share", [1.0, 0.1, 5.0])
def test_retry_after_may_lie(share: float) -> None:
    """A Retry-After that is true, a tenth or five times the truth leaves the limit found."""
    mean, refusals = means(runs("60/60s", lambda world: replace(world, retry_after=share), 300))
    assert mean >= 0.92
    assert refusals <= 8


def test_errors_teach_nothing() -> None:
    """With 5 % of 503 a limit is used as without them."""
    clean = means(runs("60/60s", calls=300))[0]
    errors = means(runs("60/60s", lambda world: replace(world, error=0.05), 300))[0]
    assert errors >= clean - 0.03


def test_a_limit_that_moves_is_found_again() -> None:
    """A limit that halves and doubles is followed."""
    mean, refusals = means(runs("60/60s halves, doubles"))
    assert mean >= 0.92
    assert refusals <= 27


@pytest.mark.parametrize("name", CONFIGURED)
def test_a_configured_limit_is_never_passed(name: str) -> None:
    """A configured limit costs no refusal."""
    world, make = LIMITS[name]
    if name == "even 60/min":
        world = replace(world, delay_s=(0.001, 0.004))
    for seed in SEEDS:
        client = LimitEstimator([CONFIGURED[name]])
        result = Simulation(replace(world, calls=200), (make(), make()), client, seed).run()
        assert result.refused == 0
        assert result.ratio >= 0.93


@pytest.mark.parametrize("outage_s", [60.0, 180.0])
@pytest.mark.parametrize("name", ["none", "60/60s"])
def test_an_outage_is_no_limit(name: str, outage_s: float) -> None:
    """While everything is refused few calls are sent; after it the next answer comes within 15 s."""
    world, make = LIMITS[name]
    end = 30.0 + outage_s
    world = replace(world, calls=900 if name == "none" else 150, outages=((30.0, end),))
    for seed in SEEDS[:5]:
        result = Simulation(world, (make(), make()), LimitEstimator(), seed).run()
        assert min(at for at in result.answers if at > end) - end <= 15.0
        assert sum(35.0 <= at < end for at in result.starts) <= outage_s / 5.0
        assert result.span_s - result.best_s <= 20.0


# Laws.


@dataclass(frozen=True, slots=True)
class Event:
    """A call of the estimator: what happened, when, to which call. Calls are numbered 0, 1, 2 ... as they start."""

    at: float
    kind: Literal["started", "sent", "ended", "accepted", "refused", "failed"]
    call: int
    retry_after_s: float | None = None
    in_flight: bool = False


def from_events(events: Iterable[Event], configured: Sequence[tuple[Shape, float]] = ()) -> LimitEstimator:
    """The estimator that has seen these events, in their order."""
    estimator = LimitEstimator(configured)
    for event in events:
        if event.kind == "started":
            estimator.started(event.at)
        elif event.kind == "refused":
            estimator.refused(event.call, event.at, event.retry_after_s, event.in_flight)
        else:
            getattr(estimator, event.kind)(event.call, event.at)
    return estimator


TIMES = st.lists(st.floats(0.001, 20.0), min_size=1, max_size=60)


@given(TIMES, st.integers(0, len(SHAPES) // 2 - 2), st.integers(0, 30))
def test_the_next_start_keeps_the_threshold(gaps: list[float], column: int, most: int) -> None:
    """When a shape says that a start is due, its fullness is within the threshold."""
    track, at = Track(), 0.0
    for gap in gaps:
        at += gap
        track.add(at)
    opens = max(at + 1e-6, track.opens_at(SHAPES[column], float(most)) + 1e-6)
    assert track.measure(opens)[column] <= most + 1e-6


class Recorder(LimitEstimator):
    """An estimator that notes what it was given, and can be asked more than once."""

    def __init__(self, asks: int = 1) -> None:
        super().__init__()
        self.events: list[Event] = []
        self.asks = asks

    def earliest(self, now: float) -> float:
        answers = [super(Recorder, self).earliest(now) for _ in range(self.asks)]
        if self.asks > 1:
            self.belief()
            self.wake_at(now)
        assert len(set(answers)) == 1, "asking twice changes the answer"
        assert answers[0] >= now, "a start in the past"
        return answers[0]

    def started(self, now: float) -> int:
        call = super().started(now)
        self.events.append(Event(now, "started", call))
        return call

    def sent(self, call: int, now: float) -> None:
        self.events.append(Event(now, "sent", call))
        super().sent(call, now)

    def accepted(self, call: int, now: float) -> None:
        self.events.append(Event(now, "accepted", call))
        super().accepted(call, now)

    def refused(self, call: int, now: float, retry_after_s: float | None = None, in_flight: bool = False) -> None:
        self.events.append(Event(now, "refused", call, retry_after_s, in_flight))
        super().refused(call, now, retry_after_s, in_flight)

    def failed(self, call: int, now: float) -> None:
        self.events.append(Event(now, "failed", call))
        super().failed(call, now)


JUDGES: st.SearchStrategy[Callable[[], Judge]] = st.one_of(
    st.just(Judge),
    st.builds(lambda n, s, fixed: lambda: Window(n, s, fixed), st.integers(1, 80), st.floats(0.5, 90.0), st.booleans()),
    st.builds(
        lambda s, burst, slack: lambda: Bucket(s, burst, slack),
        st.floats(0.02, 5.0),
        st.integers(1, 30),
        st.sampled_from([0.0, 0.25]),
    ),
    st.builds(lambda n: lambda: Cap(n), st.integers(1, 12)),
    st.builds(lambda n, cap: lambda: Both(Window(n, 10.0), Cap(cap)), st.integers(5, 80), st.integers(1, 8)),
)
WORLDS = st.builds(
    World,
    calls=st.integers(2, 8),
    workers=st.sampled_from([1, 3, 8, 32]),
    latency_s=st.floats(0.05, 20.0),
    refusal_s=st.sampled_from([0.0, 0.0, 0.2, 2.0]),
    stray=st.sampled_from([0.0, 0.0, 0.05, 0.3]),
    error=st.sampled_from([0.0, 0.1]),
    count_refused=st.booleans(),
    retry_after=st.sampled_from([None, None, 1.0, 0.1, 5.0]),
    names_cap=st.booleans(),
    outages=st.sampled_from([(), (), ((3.0, 40.0),), ((0.0, 10.0),)]),
)


@settings(max_examples=100, deadline=None, derandomize=True, phases=[Phase.generate])
@given(WORLDS, JUDGES, st.integers(0, 10**6))
def test_no_world_breaks_it(world: World, make: Callable[[], Judge], seed: int) -> None:
    """In any world every call is answered, no start lies in the past, and nothing is raised."""
    client = Recorder()
    result = Simulation(world, (make(), make()), client, seed).run(longest=math.inf)
    assert len(result.answers) == world.calls
    assert 0.0 <= client.belief().certainty <= 1.0


@settings(max_examples=60, deadline=None, derandomize=True, phases=[Phase.generate])
@given(WORLDS, JUDGES, st.integers(0, 10**6))
def test_events_alone_give_the_same_belief(world: World, make: Callable[[], Judge], seed: int) -> None:
    """What is believed follows from the events: asking, and asking twice, changes nothing."""
    curious = Recorder(asks=3)
    result = Simulation(world, (make(), make()), curious, seed).run(longest=math.inf)
    rebuilt = from_events(curious.events)
    assert rebuilt.belief() == curious.belief()
    assert rebuilt.earliest(result.span_s + 1.0) == curious.earliest(result.span_s + 1.0)


def test_a_stated_limit_is_followed() -> None:
    """A limit in the headers is believed before anything was refused, and none left means a pause."""
    client = LimitEstimator()
    client.heard(0.0, 60, 0, 7.0)
    assert str(client.belief()).startswith("window of 60 per minute")
    assert client.earliest(0.0) == 7.0
    client.heard(1.0, None, 0, 86_400.0)
    assert client.earliest(8.0) == 8.0


def test_a_declared_limit_that_is_too_high_is_corrected() -> None:
    """Declared 60 a minute, true 30: the true one is found in few refusals, and nothing is lost."""
    world = replace(LIMITS["30/60s"][0], calls=200)
    client = LimitEstimator([(Shape("window", 60.0), 59.0)])
    result = Simulation(world, (Window(30, 60), Window(30, 60)), client, 1).run()
    assert result.ratio >= 0.9
    assert result.refused <= 10
    assert client.belief().shape == "window of 30 per minute"


def test_the_belief_reads_plainly() -> None:
    """A page shows the shape, the number and how sure it is."""
    client = LimitEstimator()
    Simulation(LIMITS["10/s tight"][0], (Window(10, 1), Window(10, 1)), client, 0).run()
    belief = client.belief()
    assert str(belief).startswith("window of 10 per second: ")
    assert belief.certainty > 0.9
    assert 0 < belief.explained <= belief.refused


def test_a_belief_that_can_be_saved_is_noted() -> None:
    """A belief that comes to 90 % is a change worth a row, however little it was surer before."""
    changes = BeliefChanges()
    parts = ((Shape("window", 1.0), 9.0),)
    noted = [
        changes.compare(0.0, Belief("window of 10 per second", parts, sure, 2, 2), "") for sure in (0.8, 0.85, 0.91)
    ]
    assert noted == [True, False, True]
    assert changes.take()[-1].why == "surer"


def test_nothing_grows_without_bound() -> None:
    """After 20,000 calls the memory is that of the last few thousand."""
    client = LimitEstimator()
    for i in range(20_000):
        call = client.started(i * 0.01)
        client.sent(call, i * 0.01)
        if i % 7:
            client.accepted(call, i * 0.01 + 0.005)
    kept = client._weighing.evidence
    assert client._calls.counted <= 4096
    assert len(client._calls.open) <= 4096
    assert len(kept.accepted_at) <= 280
