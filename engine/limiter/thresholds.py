"""
Configured limits as thresholds of the estimator, and thresholds it believes in as limits. Pure.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from engine.limiter.limits import Limits
from engine.limiter.model.shapes import Shape

Threshold = tuple[Shape, float]
MOST_IN_A_WINDOW = 1000  # the estimator remembers a few thousand starts: a larger window is kept in equal parts
SHORTEST_S, LONGEST_S = 0.01, 86_400.0


def thresholds_of(limits: Limits, spacing: float = 1.0) -> list[Threshold]:
    """
    What must hold so that starts and calls in flight keep the limits; tokens are counted elsewhere.

    Args:
        limits: The configured ones.
        spacing: The share of an even limit's interval to keep.
    """
    found: list[Threshold] = []
    if limits.rpm and limits.shape == "even":
        found.append((Shape("even"), -spacing * limits.window_s / limits.rpm))
    elif limits.rpm:
        parts = -(-limits.rpm // MOST_IN_A_WINDOW)
        count = limits.rpm // parts
        found.append((Shape("window", limits.window_s * count / limits.rpm), count - 1.0))
    if limits.max_in_flight:
        found.append((Shape("in_flight"), limits.max_in_flight - 1.0))
    return found


def limits_of(parts: Iterable[Threshold], configured: Limits) -> Limits:
    """
    Limits that keep every threshold, and the configured ones.

    A window stays a window. What `Limits` cannot hold, a bucket or two windows, is kept as an even rate.
    """
    rates = [rate for shape, most in parts if (rate := _rate(shape, most)) is not None]
    caps = [round(most) + 1 for shape, most in parts if shape.kind == "in_flight"]
    caps += [configured.max_in_flight] if configured.max_in_flight else []
    limits = replace(configured, max_in_flight=min(caps, default=0))
    if not rates:
        return limits
    rates += [configured] if configured.rpm else []
    slowest = max(rates, key=_interval_s)
    if (len(rates) > 1 and any(rate.shape == "even" for rate in rates)) or len(rates) > 1 + bool(configured.rpm):
        slowest = _even(_interval_s(slowest))
    return replace(limits, rpm=slowest.rpm, window_s=slowest.window_s, shape=slowest.shape)


def _rate(shape: Shape, most: float) -> Limits | None:
    if shape.kind == "in_flight":
        return None
    if shape.kind == "window":
        return Limits(rpm=round(most) + 1, window_s=shape.size_s)
    return _even(shape.interval_s(most))


def _even(interval_s: float) -> Limits:
    return Limits(rpm=1, shape="even", window_s=min(max(interval_s, SHORTEST_S), LONGEST_S))


def _interval_s(limits: Limits) -> float:
    return limits.window_s / limits.rpm
