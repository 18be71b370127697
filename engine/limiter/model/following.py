"""
How processes that share a limit start calls by the belief of one of them, the prober: it alone tests. Pure.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from engine.limiter.model.beliefs import Hypothesis
from engine.limiter.model.probing import SURE, ProbeChoice, choose

Parts = tuple[tuple[int, float], ...]
MOST_SHARED, LEAST_SHARED = 12, 0.001  # hypotheses and their weight


@dataclass(frozen=True, slots=True)
class Plan:
    """
    What the prober lets the others do.

    Args:
        is_calm: Nothing is tested because of a refusal; else only the prober starts calls.
        is_unlimited: No limit is believed.
        not_before: A pause that the provider asked for ends then.
        sure: The share of the belief that must allow a start.
        gap_s: Between two starts that less than SURE of it allow.
        found: Thresholds (place in SHAPES, most) and their weight, the most plausible first.
    """

    is_calm: bool
    is_unlimited: bool
    not_before: float
    sure: float
    gap_s: float
    found: Sequence[tuple[Parts, float]]

    @classmethod
    def of(cls, found: Sequence[Hypothesis], **rest: Any) -> Plan:
        """The plan of a belief."""
        shared = [one for one in found[:MOST_SHARED] if one.weight >= LEAST_SHARED]
        return cls(found=[(one.parts, round(one.weight, 4)) for one in shared], **rest)

    def moved(self, seconds: float) -> Plan:
        """The same on a clock that is so much ahead."""
        return replace(self, not_before=self.not_before + seconds) if math.isfinite(self.not_before) else self

    def choice(self, now: float, last_at: float, opens: Callable[[Parts], float]) -> ProbeChoice:
        """When a limit is believed: the first start that needs no test; inf: not before there is news."""
        if not self.is_calm:
            return ProbeChoice(math.inf, True)
        choice = choose([(opens(parts), weight) for parts, weight in self.found], now, math.inf, self.sure)
        gap_s = self.gap_s if choice.share < SURE else 0.0
        return replace(choice, at=max(choice.at, last_at + gap_s))

    def to_json(self) -> list[Any]:
        """Plain JSON; `from_json` reads it."""
        before = self.not_before if math.isfinite(self.not_before) else 0.0
        return [self.is_calm, self.is_unlimited, before, self.sure, self.gap_s, self.found]

    @classmethod
    def from_json(cls, raw: list[Any]) -> Plan:
        """Read what `to_json` wrote."""
        found = [(tuple((int(column), float(most)) for column, most in parts), weight) for parts, weight in raw[5]]
        return cls(raw[0], raw[1], raw[2], raw[3], raw[4], found)
