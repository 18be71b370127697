"""
What is known of a provider that does not answer, as values: the state of its circuit breaker, and news from calls.

breaker keeps the state in rows; generate decides what a call says about its provider.
"""

from __future__ import annotations

from dataclasses import dataclass

from engine.messages import NOTHING, Message

FIRST_RESUME_S = 30.0
LONGEST_RESUME_S = 600.0


def pause_s(tries: int) -> float:
    """How long nothing is sent before the next try, the first being 1: 30 s, 1, 2, 4, 8, then 10 minutes."""
    return float(min(LONGEST_RESUME_S, FIRST_RESUME_S * 2 ** (min(tries, 10) - 1)))


@dataclass(frozen=True, slots=True)
class BreakerKey:
    """Calls to one server, for one model, with one key have one circuit breaker, whichever process sends them."""

    base_url: str = ""
    model: str = ""
    key: str = ""
    """A hash of the key, never the key; of a built-in practice provider, the run it was started for."""


@dataclass(frozen=True, slots=True)
class ProviderNews:
    """
    What one call says about its provider.

    Args:
        breaker: The circuit breaker.
        at: When, in unix seconds; a database on a server has its own clock.
        answered: The provider answered: its breaker is closed.
        trips_at: After so many calls in a row without an answer, of all processes, the breaker opens.
        why: What was seen in place of an answer.
    """

    breaker: BreakerKey
    at: float
    answered: bool
    trips_at: int = 1
    why: Message = NOTHING


@dataclass(frozen=True, slots=True)
class ProviderDown:
    """A call that was not entered: its provider does not answer, as calls of any process found."""

    wait_s: float
    """Until one call may find out whether it is back; 0.0: one is finding out now."""
    unanswered: int
    why: Message


@dataclass(frozen=True, slots=True)
class RetriesSpent:
    """A call that was not entered: its run has repeated as many calls as it may."""


@dataclass(frozen=True, slots=True)
class AutoResume:
    """A paused run is to be tried again by itself."""

    at: float
    """When, in unix seconds."""
    tries: int
    """Which try it will be, 1 the first since the provider was well."""
    unanswered: int
    """Calls in a row that brought no answer, earlier tries included."""
