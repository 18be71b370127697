"""
What was sent in the last window and was not refused: what a limit is learned from. Pure.

A call that was refused never counted at the provider: it is taken out, and was not in flight beside others either. One
that left before a refused call and is still out stands: refusals come back fast, in the order they left.
"""

from __future__ import annotations

import math
from collections import deque
from itertools import pairwise

from engine.limiter.permit import Grant

SURE = 2  # refusals, all with more in flight beside them than any call that stands: a cap
APART = 1.02  # a refused call so much farther from the one before it than two that stand: no gap was broken


class RecentCalls:
    """The starts that stand, oldest first."""

    def __init__(self) -> None:
        self._tickets: deque[Grant] = deque()
        self._most_beside = 0
        self._refused_beside: deque[int] = deque(maxlen=SURE + 1)

    def __repr__(self) -> str:
        return f"RecentCalls({len(self._tickets)} stand)"

    def add(self, grant: Grant) -> None:
        """A call was admitted."""
        self._tickets.append(grant)

    def refused(self, grant: Grant) -> None:
        """A call was refused, the first of its burst."""
        self.take_out(grant)
        self._refused_beside.append(grant.others)

    def take_out(self, grant: Grant) -> None:
        """A call was refused, of whatever burst: it never counted."""
        if grant in self._tickets:
            self._tickets.remove(grant)
        for later in reversed(self._tickets):
            if later.started_at < grant.started_at:
                break
            later.others -= 1

    def forget(self, until: float) -> None:
        """Drop what left at `until` or earlier."""
        while self._tickets and self._tickets[0].sent_at <= until:
            self._tickets.popleft()

    def last(self, n: int) -> Grant | None:
        """The n-th last; None: there were not as many."""
        return self._tickets[-n] if 0 < n <= len(self._tickets) else None

    def standing(self) -> list[Grant]:
        """All of them."""
        return list(self._tickets)

    def seen_beside(self, others: int) -> None:
        """So many were in flight beside a call that was accepted."""
        self._most_beside = max(self._most_beside, others)

    @property
    def fewest_refused(self) -> int:
        """The fewest that were beside one of the last refused calls."""
        return min(self._refused_beside)

    def looks_capped(self, grant: Grant) -> bool:
        """
        The last refusals, `grant` the newest, are a cap in flight: all had more beside them than any call that stands,
        and the newest did not come closer upon another. One in flight has no distances to compare.
        """
        refused = self._refused_beside
        enough = len(refused) > SURE or (len(refused) == SURE and grant.others > 1)
        if not enough or self.fewest_refused <= self._most_standing(grant):
            return False
        since_s, between_s = self.distances(grant)
        return self.fewest_refused == 1 or since_s >= APART * min(between_s, default=0.0)

    def looks_too_close(self, grant: Grant) -> bool:
        """This refusal is no cap in flight: as many stood beside another call, which had come less close upon one."""
        since_s, between_s = self.distances(grant)
        return grant.others <= self._most_standing(grant) and since_s < min(between_s, default=0.0)

    def distances(self, grant: Grant) -> tuple[float, list[float]]:
        """
        How close the starts came before `grant`.

        Returns:
            Seconds from the start before it to its own, `inf` if there was none; and between each two before it.
        """
        times = [one.sent_at for one in self._before(grant)]
        return (grant.sent_at - times[-1] if times else math.inf), [b - a for a, b in pairwise(times)]

    def _before(self, grant: Grant) -> list[Grant]:
        return [one for one in self._tickets if one.sent_at < grant.sent_at]

    def _most_standing(self, grant: Grant) -> int:
        """The most that were beside a call that was accepted, ever, or that left before `grant` and stands."""
        return max([self._most_beside, *(one.others for one in self._before(grant))])
