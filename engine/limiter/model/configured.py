"""
Limits that the user has set: they are always kept. Pure.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from engine.limiter.model.calls import CallHistory
from engine.limiter.model.shapes import Shape

SPREAD_S = 0.055
# The provider's clock counts a configured limit, so ours runs a little slow: 1 % absorbs the spread between sending and
# arriving over a whole window, 1.5 % over one interval (measured on the practice provider: no 429).
WINDOW_STRETCH = 0.01
EVEN_STRETCH = 0.015
MOST_STRETCH = 0.035


class Configured:
    """
    The configured limits, as (shape, most).

    Args:
        limits: Never passed.
        calls: What has started.
    """

    def __init__(self, limits: Sequence[tuple[Shape, float]], calls: CallHistory) -> None:
        self._limits = tuple(limits)
        self._calls = calls
        self.refusals = 0
        """So many calls were refused all the same: starts keep farther away from the limits."""

    def __bool__(self) -> bool:
        return bool(self._limits)

    def opens_at(self, spread_s: float) -> float:
        """When the next start keeps every limit; `spread_s`: of the delays."""
        opens = (self._calls.opens_at(*limit) + self._margin_s(*limit, spread_s) for limit in self._limits)
        return max(opens, default=-math.inf)

    def _margin_s(self, shape: Shape, most: float, spread_s: float) -> float:
        if shape.kind == "in_flight":
            return 0.0
        size_s = -most if shape.kind == "even" else shape.size_s
        base_s = EVEN_STRETCH * size_s
        if shape.kind == "window":
            base_s = max(WINDOW_STRETCH * size_s, SPREAD_S * min(1.0, size_s))
        return min(base_s * 2.0 ** min(self.refusals, 6), max(base_s, spread_s, MOST_STRETCH * size_s))
