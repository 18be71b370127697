"""
What passes through the gate: the permit of one call, and a change of the limits it passed under.
"""

from __future__ import annotations

from dataclasses import dataclass

from engine.limiter.limits import Limits


@dataclass(slots=True, eq=False)
class Permit:
    """One admitted call: when it was admitted and left, what it took, how many were in flight beside it."""

    started_at: float
    sent_at: float
    tokens: int = 0
    others: int = 0
    waited_s: float = 0.0
    at_limit: bool = False
    """It took the last place the limit in force allows."""


@dataclass(frozen=True, slots=True)
class Change:
    """A limit changed: when (the schedule's clock), from what, to what, and why (a short code)."""

    at: float
    before: Limits
    after: Limits
    why: str
