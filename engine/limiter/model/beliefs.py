"""
Weighs hypotheses about the limit: the cost of each in nats, given accepted and refused starts.

A hypothesis is a threshold on one shape, or on two. It pays for the refusals it does not explain, for what was accepted
beyond it, and for being unusual. Pure; when to test what is decided in probing.py.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np

from engine.limiter.model.evidence import Evidence
from engine.limiter.model.shapes import EVENS, NEVER_S, ODD_INTERVALS_S, SHAPES, Floats, Shape

BEYOND: Floats = np.array([0.6, 3.9])  # nats for a start that was accepted beyond the threshold: by our clock, surely
MOST_STRAYS_IN_A_ROW = 2.0  # refusals with none accepted between them
OUTAGE_ROW, OUTAGE = 4.0, 1.0  # a row longer than this is an outage, which is rarer: so many strays more
PAIR = 2.0
REFILL_S, REFILL = (0.5, 90.0), 2.0  # nats for every doubling of the time in which a bucket refills, beyond these
BURST = 0.8  # nats for every doubling of a burst above 32
PRUNE = 12.0
MOST_HYPOTHESES = 40
STRAY_PRIOR = (1.0, 20.0)  # as if one of twenty starts had been refused for no reason
NO_LIMIT = 0.0
EARLY = 0.25  # of an interval: even limits may let a start come so much early
ALIKE = 0.1
MOST_COUNT = 1200
ROUND = (1, 2, 3, 4, 5, 10, 20, 30, 50, 60, 100, 120, 200, 300, 500, 600, 1000)
FAIRLY_ROUND = (6, 8, 12, 15, 16, 24, 25, 32, 40, 64, 80, 90, 128, 150, 180, 240, 250, 256, 400, 800)


def _odd_numbers() -> Floats:
    nats = 2.5 + np.log(np.maximum(np.arange(MOST_COUNT + 1), 20) / 20)
    nats[10::10] -= 0.5
    nats[list(FAIRLY_ROUND)] = 0.8
    nats[list(ROUND)] = 0.0
    return nats


ODD = _odd_numbers()


def _prior(shape: Shape) -> float:
    more = 2.0 if shape.counts_refused else 0.0
    if shape.kind == "window":
        return more + {1.0: 3.5, 60.0: 3.5, 10.0: 4.5, 30.0: 5.0}.get(shape.size_s, 5.5)
    if shape.kind == "bucket":
        more += 2.0 if shape.size_s in ODD_INTERVALS_S else float(ODD[min(round(60.0 / shape.size_s), MOST_COUNT)])
    return more + {"bucket": 8.5, "even": 6.5, "in_flight": 4.0}[shape.kind]


PRIOR: Floats = np.array([_prior(shape) for shape in SHAPES])
_EVENS = list(EVENS)
_SIZES = np.array([shape.size_s for shape in SHAPES])
_IS_BUCKET = np.array([shape.kind == "bucket" for shape in SHAPES])


Parts = tuple[tuple[int, float], ...]
"""Thresholds, as (place in SHAPES, most)."""


@dataclass(frozen=True, slots=True)
class Hypothesis:
    """Thresholds that hold together (none of them: no limit), and what they cost in nats."""

    parts: tuple[tuple[int, float], ...]
    cost: float
    strays: float = 0.0
    """Refusals it does not explain; those in a row count twice at most."""
    weight: float = 0.0

    def allows(self, row: Floats) -> bool:
        """A start with this fullness would be accepted."""
        return all(row[column] <= most for column, most in self.parts)

    def has(self, kind: str) -> bool:
        """One of its thresholds is of this kind."""
        return any(SHAPES[column].kind == kind for column, _ in self.parts)

    @property
    def is_even(self) -> bool:
        """Calls come one at a time, an interval apart."""
        return any(SHAPES[column].is_even(most) for column, most in self.parts)

    def is_like(self, other: Hypothesis) -> bool:
        """Thresholds that mean nearly the same; whether refused calls count makes no difference here."""
        return len(self.parts) == len(other.parts) and all(map(_is_like, self.parts, other.parts))

    def surprise(self, pair: Floats) -> float:
        """Nats for a start that was accepted with this fullness: by our clock, and at least."""
        beyond = [pair[:, column] > most for column, most in self.parts]
        return max((float(one @ BEYOND) for one in beyond), default=0.0)


class Fit:
    """
    Costs of all hypotheses for one body of evidence.

    Args:
        evidence: Accepted and refused starts.
        strays: Prior of the share of strays, as (refused for no reason, others).
        spread_s: The spread of the delays: no even limit with a shorter interval differs from stray refusals.
    """

    def __init__(self, evidence: Evidence, strays: tuple[float, float] = STRAY_PRIOR, spread_s: float = 0.0) -> None:
        self._spread_s = spread_s
        self._accepted = evidence.accepted
        refused = evidence.refused
        self._fullness = np.array([one.fullness for one in refused]).reshape(-1, len(SHAPES))
        rows = np.array([one.row for one in refused])
        self._row_starts = np.flatnonzero(np.diff(rows, prepend=-1)) if len(rows) else np.array([], int)
        n = len(self._accepted) + len(refused)
        self._stray_cost = _stray_costs(n, len(refused), strays)

    def weigh(self, parts: tuple[tuple[int, float], ...]) -> Hypothesis:
        """The hypothesis with these thresholds; none of them: no limit."""
        unexplained = np.ones(len(self._fullness))
        beyond = np.zeros(len(self._accepted))
        for column, most in parts:
            unexplained *= self._fullness[:, column] <= most
            beyond = np.maximum(beyond, (self._accepted[:, :, column] > most) @ BEYOND)
        strays = self._strays_in(unexplained)
        price = float(self._price(np.array([strays]))[0])
        return Hypothesis(parts, self.prior_of(parts) + price + float(beyond.sum()), strays)

    def cost_of(self, parts: tuple[tuple[int, float], ...]) -> float:
        """What this evidence costs under a hypothesis, its prior left out."""
        return self.weigh(parts).cost - self.prior_of(parts)

    def prior_of(self, parts: tuple[tuple[int, float], ...]) -> float:
        """What thresholds cost before any evidence."""
        if not parts:
            return NO_LIMIT
        odd = [float(self._oddness(np.full((1, len(SHAPES)), most))[0, column]) for column, most in parts]
        return sum(odd) + float(sum(PRIOR[column] for column, _ in parts)) + PAIR * (len(parts) - 1)

    def best(self) -> list[Hypothesis]:
        """The cheapest hypotheses, cheapest first: no limit, one threshold, two."""
        found = [self.weigh(())]
        if len(self._fullness):
            most = self._thresholds()
            unexplained = (self._fullness[:, None, :] <= most).astype(float)
            beyond = self._beyond(most)
            usual = PRIOR + self._oddness(most)
            strays = self._in_rows(unexplained)
            singles = self._cheapest(most, usual + beyond + self._price(strays), strays, ())
            found += singles
            for one in singles[:3]:
                if one.strays >= 1.5:
                    found += self._with_second(one, most, unexplained, beyond, usual)
        found.sort(key=lambda one: one.cost)
        unlike = {one.parts: one for one in reversed(found[: 2 * MOST_HYPOTHESES])}
        found = sorted(unlike.values(), key=lambda one: one.cost)[:MOST_HYPOTHESES]
        return [one for one in found if one.cost < found[0].cost + PRUNE]

    def _beyond(self, most: Floats) -> Floats:
        """Nats for what was accepted beyond each candidate."""
        return np.asarray(np.tensordot(BEYOND, (self._accepted[:, :, None, :] > most).sum(axis=0), 1))

    def _with_second(
        self, first: Hypothesis, most: Floats, unexplained: Floats, over: Floats, usual: Floats
    ) -> list[Hypothesis]:
        column, threshold = first.parts[0]
        left = self._fullness[:, column] <= threshold
        strays = self._in_rows(unexplained * left[:, None, None])
        alone = first.cost - float(self._price(np.array([first.strays]))[0])
        total = usual + over + alone + PAIR + self._price(strays)
        return self._cheapest(most, total, strays, first.parts)[:4]

    def _thresholds(self) -> Floats:
        """Candidates for each shape, a line each: just below what was refused."""
        fullness = self._fullness
        if len(fullness) > 12:
            fullness = np.concatenate([np.sort(fullness, axis=0)[-8:], fullness[-4:]])
        most = np.ceil(fullness - 0.02) - 1.0
        rounder = _ROUNDER[np.clip(most, 0, MOST_COUNT - 1).astype(int) + 1] - 1.0
        evens = -fullness[:, _EVENS]
        rounder = np.where(_IS_BUCKET & (most == 0.0) & (fullness > EARLY + 0.02), EARLY, rounder)
        most[:, _EVENS] = -np.maximum(1.04 * evens, evens + 0.005)
        accepted = -self._accepted[:, 1, _EVENS]
        for i in range(len(evens)):
            longer = np.where(accepted > 1.08 * evens[i], accepted, NEVER_S).min(axis=0, initial=NEVER_S)
            rounder[i, _EVENS] = -np.where(longer < 30.0, np.sqrt(longer * evens[i]), 1.04 * evens[i] + 0.005)
        return np.concatenate([most, rounder])

    def _strays_in(self, unexplained: Floats) -> float:
        return float(self._in_rows(unexplained[:, None])[0]) if len(unexplained) else 0.0

    def _in_rows(self, unexplained: Floats) -> Floats:
        rows = np.add.reduceat(unexplained, self._row_starts, axis=0)
        outages = np.clip((rows - OUTAGE_ROW) / 2.0, 0.0, OUTAGE)
        return np.asarray((np.minimum(rows, MOST_STRAYS_IN_A_ROW) + outages).sum(axis=0))

    def _price(self, strays: Floats) -> Floats:
        return np.interp(strays, np.arange(len(self._stray_cost)), self._stray_cost)

    def _oddness(self, most: Floats) -> Floats:
        nats = ODD[np.clip(most, -1, MOST_COUNT - 1).astype(int) + 1]
        nats[:, _EVENS] = np.where(-most[:, _EVENS] < self._spread_s, 1e6, 1.0)
        even = np.where(self._spread_s > _SIZES, 1e6, np.where(most == 0.0, -1.5, -0.5))
        burst = np.where((most + 1.0) * _SIZES < 2.0 * self._spread_s, 1e6, nats)
        burst += BURST * np.log2(np.maximum(most + 1.0, 32.0) / 32.0)
        refill_s = (most + 1.0) * _SIZES
        burst += REFILL * np.abs(np.log2(np.maximum(refill_s, 1e-3) / np.clip(refill_s, *REFILL_S)))
        nats = np.where(_IS_BUCKET, np.where(most < 1.0, even, burst), nats)
        return np.where(most < 0.0, np.where(np.isin(np.arange(len(SHAPES)), _EVENS), nats, 1e6), nats)

    def _cheapest(
        self, most: Floats, cost: Floats, strays: Floats, parts: tuple[tuple[int, float], ...]
    ) -> list[Hypothesis]:
        flat = cost.ravel()
        order = np.argsort(flat)[: 2 * MOST_HYPOTHESES]
        seen: dict[tuple[int, float], Hypothesis] = {}
        for place in order[flat[order] < flat[order[0]] + PRUNE]:
            line, column = divmod(int(place), len(SHAPES))
            part = (column, float(most[line, column]))
            if part not in seen and part not in parts:
                seen[part] = Hypothesis(tuple(sorted((*parts, part))), float(flat[place]), float(strays[line, column]))
        return list(seen.values())


def _is_like(one: tuple[int, float], other: tuple[int, float]) -> bool:
    shape, other_shape = SHAPES[one[0]], SHAPES[other[0]]
    if shape.is_even(one[1]) and other_shape.is_even(other[1]):
        interval_s, other_s = shape.interval_s(one[1]), other_shape.interval_s(other[1])
        return abs(interval_s - other_s) <= ALIKE * other_s
    alike = (shape.kind, shape.size_s) == (other_shape.kind, other_shape.size_s)
    return alike and abs(one[1] - other[1]) <= ALIKE * (other[1] + 1.0)


def weighed(found: list[Hypothesis]) -> list[Hypothesis]:
    """The same with weights that sum to 1."""
    shares = [math.exp(found[0].cost - one.cost) for one in found]
    total = sum(shares)
    return [replace(one, weight=share / total) for one, share in zip(found, shares, strict=True)]


def _stray_costs(n: int, most: int, prior: tuple[float, float]) -> Floats:
    """Nats for 0, 1, 2 ... strays among n starts: their share is not known, only its prior (beta-binomial)."""
    strays, others = prior
    steps = [math.log((others + n - k) / (strays + k)) for k in range(most + 1)]
    return np.concatenate([[0.0], np.cumsum(steps)])


def _rounder_numbers() -> Floats:
    """For each count the roundest one at most a tenth below it."""
    counts = range(len(ODD))
    return np.array([min(range(max(1, n - n // 10), n + 1), key=lambda m: (ODD[m], -m)) if n else 0 for n in counts])


_ROUNDER = _rounder_numbers()
