"""A wait that a refusal states (Retry-After, RetryInfo, "try again in 5.9s") and what the limiter makes of it."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from engine.limiter.model.estimator import LimitEstimator
from tests.unit.limiter_world import Simulation, Window, World


def refused(client: LimitEstimator, at: float, wait_s: float | None) -> float:
    """Refuse the call that starts at this time; returns how long the next call waits after the refusal is known."""
    call = client.started(at)
    client.sent(call, at)
    client.refused(call, at + 0.02, wait_s)
    return client.earliest(at + 0.02) - (at + 0.02)


def after_one_answer() -> LimitEstimator:
    """An estimator that has seen one good answer."""
    client = LimitEstimator()
    client.sent(client.started(0.0), 0.0)
    client.accepted(0, 0.3)
    return client


@pytest.mark.parametrize("wait_s", [1.0, 5.0, 5.9, 30.0])
def test_a_stated_wait_is_waited_for(wait_s: float) -> None:
    """An isolated refusal that states a wait is not tested again before the wait is over."""
    assert refused(after_one_answer(), 0.4, wait_s) == pytest.approx(wait_s)
    assert refused(LimitEstimator(), 0.0, wait_s) == pytest.approx(wait_s)


def test_a_refusal_without_a_wait_is_tested_at_once() -> None:
    """Where nothing is stated a refusal may be a stray one."""
    assert refused(after_one_answer(), 0.4, None) < 0.5


def test_every_refusal_is_waited_for() -> None:
    """A wait that was too short is followed by the next stated wait, not by a test."""
    client = after_one_answer()
    assert refused(client, 0.4, 5.0) == pytest.approx(5.0)
    assert refused(client, 5.43, 3.0) >= 3.0


def test_a_wait_that_no_limit_explains_is_shortened() -> None:
    """An hour is longer than any limit of starts: a call tests it a minute later, two where nothing is known."""
    assert refused(after_one_answer(), 0.4, 3600.0) <= 61.0
    assert refused(LimitEstimator(), 0.0, 3600.0) == pytest.approx(120.0)


def test_a_provider_that_lies_is_not_waited_for() -> None:
    """Once a start before the end of a stated wait was accepted, waits are evidence only."""
    client = after_one_answer()
    refused(client, 0.4, 20.0)
    call = client.started(2.0)
    client.sent(call, 2.0)
    client.accepted(call, 2.3)
    assert refused(client, 2.4, 20.0) < 15.0


@pytest.mark.parametrize("judge", [lambda: Window(1, 6), lambda: Window(3, 30), lambda: Window(5, 10)])
def test_a_true_wait_costs_one_refusal_a_window(judge: Callable[[], Window]) -> None:
    """With one worker and true waits each full window refuses one call at most."""
    world, window = World(calls=11, workers=1, latency_s=0.3, retry_after=1.0), judge()
    result = Simulation(world, (window, judge()), LimitEstimator(), 1).run()
    assert result.refused <= 1 + result.best_s / window.per_s
