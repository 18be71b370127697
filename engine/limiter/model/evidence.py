"""
What was accepted and what was refused, with the fullness of every shape: all that the belief rests on.

Bounded: the last accepted starts, the fullest of those before, and the last refused ones.
"""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass

import numpy as np

from engine.limiter.model.shapes import SHAPES, Floats

MOST_ACCEPTED = 280
FULLEST = 3
MOST_STRAYS, MOST_EXPLAINED = 24, 8


@dataclass(slots=True)
class Refusal:
    """One refused start and its fullness; refusals in a row share one."""

    at: float
    fullness: Floats
    row: int
    known_at: float = 0.0
    retry_after_s: float | None = None
    in_flight: bool = False
    beside: int = 0
    """Calls in flight beside it."""


class Evidence:
    """What was accepted and what was refused, oldest first."""

    def __init__(self) -> None:
        self.accepted_at: list[float] = []
        self.refused: list[Refusal] = []
        # For each accepted start the fullness it had by our clock, and the least it can have had, given the delays.
        self._rows = np.zeros((MOST_ACCEPTED, 2, len(SHAPES)), np.float64)

    @property
    def accepted(self) -> Floats:
        """A pair of lines for each of the last accepted starts: fullness by our clock, least fullness."""
        return self._rows[: len(self.accepted_at)]

    def accept(self, at: float, pair: Floats) -> None:
        """Add an accepted start."""
        if len(self.accepted_at) == MOST_ACCEPTED:
            self._shorten()
        self._rows[len(self.accepted_at)] = pair
        self.accepted_at.append(at)

    def _shorten(self) -> None:
        """Drop older starts except the fullest of each shape and those that were refused once."""
        n = MOST_ACCEPTED // 4
        fullest = np.sort(self._rows[:n], axis=0)[-FULLEST:]
        self._keep(np.arange(MOST_ACCEPTED) >= n - FULLEST)
        self._rows[:FULLEST] = fullest
        self.accepted_at[:FULLEST] = [-math.inf] * FULLEST

    def refuse(self, refusal: Refusal) -> None:
        """Add a refused start; it may have been taken for accepted before."""
        self.withdraw(refusal.at)
        self.refused.append(refusal)

    def shorten_refused(self, parts: tuple[tuple[int, float], ...]) -> None:
        """Keep the last refusals that these thresholds do not explain, and those that each alone or both explain."""
        kept: Counter[tuple[bool, ...]] = Counter()
        for i in reversed(range(len(self.refused))):
            by = tuple(self.refused[i].fullness[column] > most for column, most in parts)
            kept[by] += 1
            if kept[by] > (MOST_EXPLAINED if any(by) else MOST_STRAYS):
                del self.refused[i]

    def withdraw(self, at: float) -> None:
        """The start was not accepted, as far as is known."""
        if at in self.accepted_at:
            self._keep(np.array(self.accepted_at) != at)

    def replace(self, at: float, pair: Floats) -> Floats | None:
        """The start was less full than it seemed; returns what it seemed, None: it is not accepted."""
        if at not in self.accepted_at:
            return None
        place = self.accepted_at.index(at)
        old: Floats = self._rows[place].copy()
        self._rows[place] = pair
        return old

    def beyond(self, parts: tuple[tuple[int, float], ...]) -> list[float]:
        """When the starts were that were accepted beyond these thresholds."""
        which = np.zeros(len(self.accepted_at), bool)
        for column, most in parts:
            which |= self.accepted[:, 1, column] > most
        return sorted(self.accepted_at[i] for i in np.flatnonzero(which))

    def since(self, at: float) -> Evidence:
        """The evidence from this start on."""
        part = Evidence()
        part.accepted_at, part._rows = list(self.accepted_at), self._rows.copy()
        part.refused = [one for one in self.refused if one.at >= at]
        part._keep(np.array(self.accepted_at) >= at)
        return part

    def _keep(self, which: np.ndarray) -> None:
        kept = self.accepted[which]
        self._rows[: len(kept)] = kept
        self.accepted_at = [at for at, keep in zip(self.accepted_at, which, strict=True) if keep]
