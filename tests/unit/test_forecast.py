"""The best possible speed, its fit, and what would raise it."""

from __future__ import annotations

import pytest

from engine.limiter.forecast import PRIOR, Latency, Load, ceiling, expected_s, fit, suggestion
from engine.limiter.limits import Limits

SECOND = Latency(0.75, 0.25)


def load(items: int = 12_000, batch: int = 1, concurrency: int = 4, **limits: float) -> Load:
    return Load(items, batch, concurrency, Limits(**limits), tokens_item=200, tokens_call=1000)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("asked", "bottleneck", "speed"),
    [
        (load(), "concurrency", 4.0),
        (load(rpm=60), "rate", 1.0),
        (load(rpm=60, shape="even"), "rate", 1.0),
        (load(max_in_flight=2), "in_flight", 2.0),
        (load(tpm=60_000), "tokens", 60_000 / 60 / 1200),
        (load(batch=3, rpm=60), "rate", 3.0),
    ],
)
def test_the_bottleneck_sets_the_speed(asked: Load, bottleneck: str, speed: float) -> None:
    """For many calls the ceiling is b x min(c / L, R/60, T/60 / (o + q b), K / L)."""
    best = ceiling(asked, SECOND)
    assert best.bottleneck == bottleneck
    assert best.items_per_s == pytest.approx(speed, rel=0.03)


def test_a_burst_has_the_workers_limit() -> None:
    """20 calls fit into the first window: the rate does not limit them."""
    assert ceiling(load(items=20, rpm=60), SECOND).wall_s == pytest.approx(5.0)


def test_windows_are_whole() -> None:
    """61 calls at 60 a window take one window and one call."""
    assert ceiling(load(items=61, concurrency=8, rpm=60), SECOND).wall_s == pytest.approx(61.0)


def test_nothing_to_do_takes_no_time() -> None:
    """A run whose drafts are all in the store needs no call."""
    assert expected_s(load(items=0), SECOND) == 0.0


def test_the_forecast_is_never_better_than_the_limit() -> None:
    """Whole rounds and the throttle only add to the best possible time."""
    asked = Load(40, 3, 4, Limits(), throttle_s=0.5)
    assert expected_s(asked, SECOND) >= 13 * 0.5 + SECOND.of(3)
    assert expected_s(load(items=10), SECOND) == pytest.approx(3.0)


def test_the_fit_finds_the_line() -> None:
    """Calls of several batch sizes give base and slope, whatever a straggler says."""
    samples = [(b, 1.0 + 0.2 * b) for b in (1, 3, 5) for _ in range(9)] + [(3, 60.0)]
    fitted = fit(samples)
    assert (fitted.base_s, fitted.item_s) == (pytest.approx(1.0, abs=0.05), pytest.approx(0.2, abs=0.02))


def test_one_batch_size_scales_the_prior() -> None:
    """With one batch size the latency at that size is the measured one."""
    assert fit([(3, 0.4)] * 5).of(3) == pytest.approx(0.4)


def test_two_answers_change_nothing() -> None:
    """Too few calls leave the prior as it is."""
    assert fit([(1, 9.0)] * 2) == PRIOR


@pytest.mark.parametrize(
    ("asked", "name"),
    [(load(batch=10), "concurrency"), (load(batch=3, rpm=60), "batch_size"), (load(batch=10, rpm=60), "limits")],
)
def test_the_suggestion_is_what_helps(asked: Load, name: str) -> None:
    """It suggests the setting whose next step raises the best possible speed most."""
    assert suggestion(asked, SECOND) == name
