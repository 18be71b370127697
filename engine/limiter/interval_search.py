"""
The shortest gap between two starts that a provider does not refuse, searched for one start at a time. Pure.

It lies between a gap that holds and one that was refused. Shrinking speeds up while it is accepted; a refusal goes back
to the gap that held, and if that one is refused itself, the limit has fallen and the steps back grow.
"""

from __future__ import annotations

import math

HOLD = 8  # starts accepted at a gap before a shorter one is tried: an early start may be forgiven, eight are not
SHRINK = 0.95  # ... by this, squared after each success
PROVEN = 24  # starts after which a gap has really held
CLOSE = 1.06  # the gap that holds and the gap that was refused are this close: found
ROUND = (6, 10, 12, 15, 20, 30, 40, 50, 60, 80, 100, 120, 150, 200, 240, 300, 400, 500, 600, 800, 1000, 1200)
ROUND_STRETCH = 1.004  # a limit of 60 a minute is kept at 59.8
NEAR_ROUND = 1.25
CLOSE_TO_ROUND = 1.1
FIRST_WIDER = 0.08
SHORTEST_S = 0.01  # 100 starts a second: what is faster is bound by calls in flight


class IntervalSearch:
    """
    A search for the gap.

    Args:
        floor_s: Never shorter than this: the rate that was told, if one was.
    """

    def __init__(self, floor_s: float = 0.0) -> None:
        self.gap_s = 0.0
        self.probing = False
        self._floor_s = max(floor_s, SHORTEST_S)
        self._good_s = 0.0
        self._bad_s = 0.0
        self._best_s = math.inf
        self._held = 0
        self._shrink = SHRINK
        self._in_a_row = 0

    def __repr__(self) -> str:
        return f"IntervalSearch({self.gap_s:.3f} s, holds {self._good_s:.3f}, refused {self._bad_s:.3f})"

    @property
    def below_best(self) -> bool:
        """A clearly shorter gap really held once."""
        return self._good_s > 1.1 * self._best_s

    def begin(self, gap_s: float, refused_s: float = 0.0) -> None:
        """Start at `gap_s`, knowing that `refused_s` was too short."""
        self._bad_s = refused_s
        self._move(max(gap_s, self._floor_s))

    def accepted(self, may_probe: bool) -> bool:
        """
        A start at this gap was accepted.

        Args:
            may_probe: A gap that is found may be tried shorter again.

        Returns:
            Whether the gap has changed.
        """
        gap_s = self.gap_s
        self._held += 1
        if self._held < self._needed():
            return False
        self._good_s, self._in_a_row = gap_s, 0
        if self._held >= PROVEN:
            self._best_s = min(self._best_s, gap_s)
        if gap_s <= (NEAR_ROUND if _is_round(gap_s) else CLOSE) * self._bad_s:
            if not may_probe:
                return False
            self._bad_s, self.probing = 0.0, True
        shorter = max(gap_s * self._shrink, self._bad_s * (1 + CLOSE) / 2, self._floor_s)
        if self._bad_s > gap_s / 2:
            shorter = min(shorter, math.sqrt(gap_s * self._bad_s))
        shorter = _round_between(shorter, gap_s) or shorter
        self._shrink *= self._shrink
        self._move(shorter)
        return self.gap_s != gap_s

    def refused(self, since_s: float, retry_after_s: float = 0.0) -> bool:
        """
        A start was refused, `since_s` after the last accepted one; it is to be tried again `retry_after_s` later.

        Returns:
            Whether the limit seems to have fallen: more than one refusal at gaps that held.
        """
        gap_s = self.gap_s
        self._bad_s = max(self._bad_s, min(gap_s, since_s))
        self._shrink, self.probing = SHRINK, False
        self._in_a_row += 1
        if self._good_s > gap_s:
            self._move(self._good_s)
            return False
        wider = gap_s * (1 + FIRST_WIDER * 2 ** (self._in_a_row - 1))
        wider = wider if self._good_s else max(wider, since_s + retry_after_s)
        self._move(_round_between(wider, wider * CLOSE_TO_ROUND) or wider)
        return self._in_a_row > 1 and self._good_s > 0

    def _needed(self) -> int:
        if self.gap_s < 0.99 * self._best_s < math.inf:
            return PROVEN  # shorter than what has really held: refused late, it would cost one more refusal
        return HOLD // 2 if self.gap_s > 1.2 * max(self._bad_s, self._best_s) else HOLD

    def _move(self, gap_s: float) -> None:
        self.gap_s = gap_s
        self._held = 0


def _round_between(shorter_s: float, gap_s: float) -> float | None:
    """The longest gap of a round rate that is shorter than `gap_s` and not shorter than `shorter_s`."""
    gaps = (60.0 / rate * ROUND_STRETCH for rate in ROUND)
    return next((one for one in gaps if shorter_s <= one < 0.99 * gap_s), None)


def _is_round(gap_s: float) -> bool:
    return any(math.isclose(gap_s, 60.0 / rate * ROUND_STRETCH) for rate in ROUND)
