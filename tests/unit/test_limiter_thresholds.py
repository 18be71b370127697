"""Limits as thresholds of the estimator, and what it believes as limits that can be kept."""

from __future__ import annotations

import math

from hypothesis import given
from hypothesis import strategies as st

from engine.limiter.limits import Limits
from engine.limiter.model.shapes import SHAPES, Shape
from engine.limiter.thresholds import limits_of, thresholds_of

WINDOW, CAP = Shape("window", 60.0), Shape("in_flight")


def interval_s(limits: Limits) -> float:
    return limits.window_s / limits.rpm if limits.rpm else 0.0


def test_configured_limits_are_thresholds() -> None:
    """R in a window are at most R - 1 before; an even rate is an interval; a cap of n are n - 1 beside."""
    assert thresholds_of(Limits(rpm=60, max_in_flight=3)) == [(WINDOW, 59.0), (CAP, 2.0)]
    assert thresholds_of(Limits(rpm=30, shape="even")) == [(Shape("even"), -2.0)]
    assert thresholds_of(Limits(tpm=1000)) == []


@given(st.integers(1, 1_000_000), st.floats(1.0, 3600.0))
def test_a_large_window_is_kept_in_parts(rpm: int, window_s: float) -> None:
    """A window that holds more starts than are remembered is kept in equal parts, at the same rate."""
    ((shape, most),) = thresholds_of(Limits(rpm=rpm, window_s=window_s))
    assert most < 1000
    assert math.isclose((most + 1) / shape.size_s, rpm / window_s, rel_tol=1e-9)


def test_a_belief_is_a_limit() -> None:
    """A window stays one; a bucket, and two rates at once, are kept as an even rate."""
    assert limits_of([(WINDOW, 59.0), (CAP, 3.0)], Limits()) == Limits(rpm=60, max_in_flight=4)
    even = Limits(rpm=1, shape="even", window_s=0.5)
    assert limits_of([(Shape("bucket", 0.5), 9.0)], Limits()) == even
    two = [(Shape("window", 1.0), 9.0), (WINDOW, 119.0)]
    assert limits_of(two, Limits()) == even


@given(
    st.lists(st.tuples(st.sampled_from(SHAPES), st.integers(0, 2000)), max_size=2),
    st.builds(
        Limits, rpm=st.integers(0, 600), max_in_flight=st.integers(0, 8), shape=st.sampled_from(["window", "even"])
    ),
    st.floats(0.0, 1e6),
)
def test_no_belief_loosens_what_is_configured(parts: list[tuple[Shape, int]], configured: Limits, gap_s: float) -> None:
    """Whatever is believed is a valid limit, and no faster than the configured one."""
    limits = limits_of([(shape, -gap_s if shape.kind == "even" else float(most)) for shape, most in parts], configured)
    assert interval_s(limits) >= interval_s(configured)
    assert not configured.max_in_flight or limits.max_in_flight <= configured.max_in_flight
