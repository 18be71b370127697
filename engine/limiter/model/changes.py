"""
The current estimate of a limit, for the pages, and the list of its changes.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from engine.limiter.model.probing import SURE
from engine.limiter.model.shapes import SHAPES, Shape, as_text
from engine.limiter.model.weighing import Weighing

WORTH_NOTING = 1.5  # change of the log odds


@dataclass(frozen=True, slots=True)
class Belief:
    """What is believed of the limit: in words, as thresholds, how sure (0..1), and refusals explained of all kept."""

    shape: str
    parts: tuple[tuple[Shape, float], ...]
    certainty: float
    explained: int
    refused: int

    def __str__(self) -> str:
        return f"{self.shape}: {100 * self.certainty:.0f} %"


@dataclass(frozen=True, slots=True)
class BeliefChange:
    """What is believed changed, or how sure it is: when, to what, and why (a code of messages.reasons)."""

    at: float
    after: Belief
    why: str


class BeliefChanges:
    """Every change that is worth a row; `belief` is the last one noted."""

    def __init__(self) -> None:
        self.belief = Belief("", (), 0.0, 0, 0)
        self._new: list[BeliefChange] = []

    def take(self) -> list[BeliefChange]:
        """The changes since the last call of this method."""
        changes, self._new = self._new, []
        return changes

    def add(self, now: float, belief: Belief, why: str) -> None:
        """Note an event, even if the belief is the same."""
        self._new.append(BeliefChange(now, belief, why))

    def compare(self, now: float, belief: Belief, why: str) -> bool:
        """Note a belief that differs from the last one, or is much surer or less sure; returns whether it does."""
        noted = self.belief
        if belief.shape == noted.shape:
            same_side = (belief.certainty >= SURE) == (noted.certainty >= SURE)  # from there on it can be saved
            if same_side and abs(_log_odds(belief.certainty) - _log_odds(noted.certainty)) < WORTH_NOTING:
                return False
            why = "surer" if belief.certainty > noted.certainty else "less_sure"
        self.belief = belief
        self.add(now, belief, why)
        return True


def belief_of(weighing: Weighing) -> Belief:
    """The most plausible hypothesis as a page shows it."""
    best, refused = weighing.best, weighing.evidence.refused
    parts = tuple((SHAPES[column], most) for column, most in best.parts)
    words = " and ".join(as_text(shape, most) for shape, most in parts) or "no limit"
    explained = sum(not best.allows(one.fullness) for one in refused)
    return Belief(words, parts, weighing.certainty, explained, len(refused))


def _log_odds(share: float) -> float:
    return math.log(max(share, 0.001) / max(1.0 - share, 0.001))
