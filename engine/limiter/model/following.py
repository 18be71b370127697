"""
How processes that share a limit start calls by the belief of one of them, the prober: it alone tests. Pure.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from engine.limiter.model.beliefs import Hypothesis, Parts
from engine.limiter.model.estimator import LimitEstimator
from engine.limiter.model.probing import SURE, ProbeChoice, choose
from engine.limiter.model.shapes import Shape

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
        found: Thresholds and their weight, the most plausible first.
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


class TeamEstimator(LimitEstimator):
    """An estimator that may hear of the calls of other processes, and follow the plan of one."""

    _plan: Plan | None = None

    def configure(self, configured: Sequence[tuple[Shape, float]]) -> None:
        """See LimitEstimator."""
        self._plan = None
        super().configure(configured)

    def plan(self, now: float) -> Plan:
        """What other processes that share the limit may do."""
        self._resolve(now)
        row, sure = self._row, self._choice(now).sure
        return Plan.of(
            self._weighing.found,
            is_calm=not self._retest and (not row.length or (row.length == 1 and sure)),
            is_unlimited=self._is_unlimited(),
            not_before=self._asked_until(now),
            sure=row.sure,
            gap_s=self._gap_s(),
        )

    def follow(self, plan: Plan | None) -> None:
        """Start calls by the plan of another process; None: by the own belief."""
        self._plan, self._cached = plan, None

    def measure_again(self, now: float, since: float) -> None:
        """Events of other processes became known late, the first of `since`: what started later is measured again."""
        evidence, before = self._weighing.evidence, self._weighing.best.parts
        refused = [one for one in evidence.refused if one.at > since]
        for one in refused:
            one.fullness = self._calls.refused_at(one.at, one.beside)
        if not refused and self._is_unlimited():
            return
        accepted = [one for one in self._calls.after(since) if one.verdict == "accepted"]
        means_more = [self._weighing.replace(one.at, self._calls.measured(one)) for one in accepted]
        if refused or any(means_more):
            self._weighing.refit()
            self._believed(before, now, "shared")

    def believe(self, now: float, parts: Parts) -> None:
        """Take over what another process that shares the limit believes."""
        before, self._weighing.shared = self._weighing.best.parts, parts
        self._weighing.refit()
        self._believed(before, now, "shared")

    def sent_later(self, call: int, at: float) -> None:
        """A call of another process left later than was assumed."""
        self._calls.move(call, at)
        self._cached = None

    def is_free(self, now: float) -> bool:
        """No limit is believed and none is tested: the next call waits for nothing."""
        is_calm = self._plan.is_calm if self._plan else not self._row.length
        return (
            self._ramp.is_over()
            and is_calm
            and self._is_unlimited()
            and self.earliest(now) <= now
            and self._choice(now).sure
        )

    def _is_unlimited(self) -> bool:
        return self._plan.is_unlimited if self._plan else super()._is_unlimited()

    def _asked_until(self, now: float) -> float:
        return self._plan.not_before if self._plan else super()._asked_until(now)

    def _choice(self, now: float) -> ProbeChoice:
        plan = self._plan
        if plan is None:
            return super()._choice(now)
        if plan.is_calm and plan.is_unlimited:
            return self._ramp.choice(now)
        return plan.choice(now, self._calls.last_at, self._opens)
