"""The learned gate against the practice provider's own judge: found quickly, kept closely, found again."""

from __future__ import annotations

import itertools
import math

import pytest

from engine.limiter.forecast import Latency, Load, ceiling
from engine.limiter.limits import Limits
from engine.limiter.scheduler import Schedule
from engine.practice.settings import PracticeSettings
from tests.unit.simulated import Simulated, simulate

CALLS = 600
LATENCY_S = 1.45


def share_of_best(made: Simulated, limits: Limits, workers: int = 8, latency_s: float = LATENCY_S) -> float:
    return ceiling(Load(len(made.ended), 1, workers, limits), Latency(latency_s, 0.0)).wall_s / made.wall_s


@pytest.mark.parametrize("retry_after", [True, False])
@pytest.mark.parametrize("shape", ["window", "even"])
@pytest.mark.parametrize("on_error", [0.0, 0.05])
def test_an_undeclared_limit_is_found(shape: str, retry_after: bool, on_error: float) -> None:
    """60 a minute, undeclared, in either shape: >= 92 % of the best possible, <= 8 refusals in 600, 5xx or not."""
    settings = PracticeSettings(rpm=60, shape=shape, retry_after=retry_after)  # type: ignore[arg-type]
    made = simulate(settings, CALLS, on_error=on_error)
    assert share_of_best(made, Limits(rpm=60, shape=shape)) >= 0.92 - on_error  # type: ignore[arg-type]
    assert made.refused <= 8


@pytest.mark.parametrize(("refusal_s", "most"), [(0.05, 9), (0.1, 9), (0.2, 16), (0.3, 16)])
@pytest.mark.parametrize("rpm", [30, 60, 120])
def test_a_round_gap_is_found_in_few_refusals(rpm: int, refusal_s: float, most: int) -> None:
    """Rates are round numbers a minute: the gap is found in few refusals; slow ones come back when eight are out."""
    made = simulate(PracticeSettings(rpm=rpm, shape="even"), CALLS, refusal_s=refusal_s)
    assert made.refused <= most
    assert made.schedule.limits.window_s == pytest.approx(60 / rpm, rel=0.03)


def test_an_unknown_server_costs_a_few_calls() -> None:
    """However many workers there are, eight calls are out before the first refusal can come back."""
    made = simulate(PracticeSettings(rpm=60, shape="even"), 64, workers=64, refusal_s=0.3)
    assert made.refused <= 16


@pytest.mark.parametrize(("rpm", "share"), [(33, 0.85), (47, 0.85), (55, 0.85), (70, 0.83), (110, 0.85)])
def test_a_gap_that_is_not_round_is_found_too(rpm: int, share: float) -> None:
    """An odd rate is used to 83 % and more, with 2 % of the calls refused at most; 70 is taken for the round 60."""
    made = simulate(PracticeSettings(rpm=rpm, shape="even"), CALLS)
    assert share_of_best(made, Limits(rpm=rpm, shape="even")) >= share
    assert made.refused <= 0.02 * made.sent


@pytest.mark.parametrize("retry_after", [True, False])
@pytest.mark.parametrize("refusal_s", [0.1, 0.4, 1.0])
@pytest.mark.parametrize(("rpm", "latency_s"), [(10, 10.0), (30, 4.0), (50, 10.0), (30, 25.0), (530, 1.45), (600, 0.4)])
def test_a_gap_is_not_taken_for_a_cap(rpm: int, latency_s: float, refusal_s: float, retry_after: bool) -> None:
    """Where a call takes many gaps, those that came too close had more in flight beside them: 78 % all the same."""
    settings = PracticeSettings(rpm=rpm, shape="even", retry_after=retry_after)
    made = simulate(settings, 300, latency_s=latency_s, refusal_s=min(refusal_s, latency_s / 4))
    assert share_of_best(made, Limits(rpm=rpm, shape="even"), latency_s=latency_s) >= 0.78
    ((shape, most),) = made.schedule.estimator.belief().parts
    assert shape.is_even(most)


@pytest.mark.parametrize("refusal_s", [0.1, 0.4])
@pytest.mark.parametrize("cap", [1, 2, 3, 5])
@pytest.mark.parametrize("latency_s", [1.45, 10.0])
def test_a_cap_is_not_taken_for_a_gap(cap: int, latency_s: float, refusal_s: float) -> None:
    """Whatever the latency and however slow its refusals, a cap is used to 97 %."""
    made = simulate(PracticeSettings(max_in_flight=cap), 300, latency_s=latency_s, refusal_s=refusal_s)
    assert made.schedule.limits.max_in_flight in (cap, cap + 1)  # one more: the run ended in a probe
    assert share_of_best(made, Limits(max_in_flight=cap), latency_s=latency_s) >= 0.97


@pytest.mark.parametrize("names_kind", [False, True])
def test_an_undeclared_cap_is_found(names_kind: bool) -> None:
    """Three in flight, undeclared, the kind named or not: >= 90 % of the best possible, <= 2 % refused."""
    made = simulate(PracticeSettings(max_in_flight=3), CALLS, names_kind=names_kind)
    assert made.schedule.limits.max_in_flight == 3
    assert share_of_best(made, Limits(max_in_flight=3)) >= 0.90
    assert made.refused <= 0.02 * made.sent


@pytest.mark.parametrize("shape", ["window", "even"])
def test_a_told_limit_is_kept(shape: str) -> None:
    """A configured limit is never passed, at 97 % of the best possible."""
    limits = Limits(rpm=60, shape=shape)  # type: ignore[arg-type]
    made = simulate(PracticeSettings(rpm=60, shape=shape), CALLS, configured=limits)  # type: ignore[arg-type]
    assert made.refused == 0
    assert share_of_best(made, limits) >= 0.97
    assert made.schedule.changes == []


def test_no_limit_is_no_brake() -> None:
    """Without a limit eight workers reach 97 % of what their latency allows."""
    made = simulate(PracticeSettings(), CALLS, latency_s=0.4)
    assert made.wall_s <= CALLS * 0.4 / 8 / 0.97


@pytest.mark.parametrize("shape", ["window", "even"])
def test_a_limit_that_moves_is_found_again(shape: str) -> None:
    """A limit that halves and later doubles is found again within 60 s, each time."""
    half, whole = (PracticeSettings(rpm=rpm, shape=shape) for rpm in (30, 60))  # type: ignore[arg-type]
    made = simulate(whole, CALLS, changes={200.0: half, 400.0: whole})
    assert 26 <= answered(made, 265.0, 325.0) <= 31
    assert 54 <= answered(made, 465.0, 525.0) <= 61


def answered(made: Simulated, start: float, end: float) -> int:
    return sum(start <= at < end for at in made.ended)


def test_a_told_window_that_is_none_goes_on_evenly() -> None:
    """A configured window whose burst is refused is kept at the same rate, spread, and never faster than configured."""
    made = simulate(PracticeSettings(rpm=60, shape="even"), CALLS, configured=Limits(rpm=60))
    limits = made.schedule.limits
    assert limits.shape == "even" or limits.rpm == 1  # a window of one start is even spacing
    assert all(change.after.window_s / change.after.rpm >= 1.0 for change in made.schedule.changes)
    assert made.refused <= 0.02 * made.sent


def test_a_told_limit_that_is_too_high_is_corrected() -> None:
    """Configured 60, true 30: the run settles at the true limit and loses nothing."""
    made = simulate(PracticeSettings(rpm=30), 300, configured=Limits(rpm=60))
    assert made.schedule.limits.rpm == 30
    assert len(made.ended) == 300


def test_every_change_says_when_and_why() -> None:
    """Changes are in order of time, each starts where the last ended, and each has a reason."""
    changes = simulate(PracticeSettings(rpm=60), 200).schedule.changes
    assert all(one.after == two.before and one.at <= two.at for one, two in itertools.pairwise(changes))
    assert all(change.why for change in changes)


def test_a_told_even_limit_that_is_too_high_is_corrected() -> None:
    """Configured one a second, true one in two: the gap widens to the true one and nothing is lost."""
    made = simulate(PracticeSettings(rpm=30, shape="even"), 200, configured=Limits(rpm=60, shape="even"))
    assert 1.8 <= made.schedule.limits.window_s <= 2.4
    assert len(made.ended) == 200


def test_a_limit_in_the_headers_is_taken() -> None:
    """x-ratelimit-limit is the limit where none is known; remaining 0 pauses until the reset, sane ones only."""
    schedule = Schedule(Limits())
    schedule.estimator.heard(0.0, 60, 0, 7.0)
    schedule.estimator.heard(0.0, 60, 0, 86_400.0)
    assert (schedule.limits.rpm, schedule.earliest(0.0)) == (60, 7.0)


def test_a_header_does_not_overrule_a_configured_limit() -> None:
    """A configured limit overrides the headers."""
    schedule = Schedule(Limits(rpm=30))
    schedule.estimator.heard(0.0, 600, 599, 60.0)
    assert schedule.limits.rpm == 30


def test_one_late_arrival_does_not_cost_the_limit() -> None:
    """A refusal while the configured window was kept by our clock leaves the limit as it is."""
    schedule = Schedule(Limits(rpm=10))
    for second in range(10):
        schedule.succeed(second + 0.5, schedule.start(float(second)))
    schedule.slow_down(60.7, schedule.start(60.6), None)
    assert (schedule.limits.rpm, schedule.limits.window_s) == (10, 60.0)
    assert 60.7 <= schedule.earliest(60.7) <= 63.0


def test_a_change_holds_what_is_believed() -> None:
    """The last row of a run holds the limit, how sure it is, and how many refusals it explains."""
    made = simulate(PracticeSettings(rpm=60), 200)
    before, after = made.schedule.changes[-1].to_json()
    assert (after["rpm"], after["window_s"], after["shape"]) == (60, 60.0, "window")
    assert after["parts"] == [{"kind": "window", "size_s": 60.0, "counts_refused": False, "most": 59.0}]
    assert after["certainty"] >= 0.9
    assert 0 < after["explained"] <= after["refused"] == made.refused
    assert before["parts"] and before["certainty"] < after["certainty"]


def test_a_call_that_ends_without_a_result_frees_its_place() -> None:
    """Cancelled before or after it was sent, or broken off: nothing stays in flight, and nothing is learned."""
    schedule = Schedule(Limits(max_in_flight=1))
    schedule.end(0.1, schedule.start(0.0))
    sent = schedule.start(1.0)
    schedule.sent(1.0, sent)
    schedule.end(1.1, sent)
    failed = schedule.start(2.0)
    schedule.sent(2.0, failed)
    assert schedule.earliest(2.05) == math.inf
    schedule.end(2.1, failed)
    schedule.on_error(2.1, failed)
    assert schedule.earliest(3.0) == 3.0
    assert schedule.changes == []
