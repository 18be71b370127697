"""
What passes between a caller, the limiter and its scheduler: a grant to start, and news of how the call went.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from engine.limiter.limits import Limits


@dataclass(slots=True, eq=False)
class Grant:
    """One call that may start: when it was granted and sent, its tokens, and its number at the estimator."""

    started_at: float
    sent_at: float
    tokens: int = 0
    call: int = 0
    has_left: bool = False
    answered_at: float | None = None
    """When its response was complete."""


@dataclass(frozen=True, slots=True)
class Wait:
    """No call may start for so many seconds; inf: not before there is news."""

    seconds: float


@dataclass(frozen=True, slots=True)
class LimitChange:
    """The belief about the limit changed: when (monotonic seconds), the limits in force before and after, and why."""

    at: float
    before: Limits
    after: Limits
    why: str
    """A code: messages.reasons."""
    belief_before: Mapping[str, Any] = field(default_factory=dict)
    belief: Mapping[str, Any] = field(default_factory=dict)
    """
    What is believed now: `parts` (kind, size_s, most, counts_refused), `certainty` (0 to 1), and how many of the
    `refused` calls are `explained` by it.
    """

    def to_json(self) -> tuple[dict[str, Any], dict[str, Any]]:
        """Before and after as a row holds them: the limits in force, and what was believed."""
        return {**asdict(self.before), **self.belief_before}, {**asdict(self.after), **self.belief}


@dataclass(frozen=True, slots=True)
class Sent:
    """The request leaves now. Its start was granted a commit earlier; a window counts it from here."""


@dataclass(frozen=True, slots=True)
class Answered:
    """
    A response is complete; it is about to be stored and read.

    `refused`: its status is 429; `good`: 200. Then the rate headers, where it had some: starts a minute, starts left,
    and the seconds until there are more.
    """

    refused: bool = False
    good: bool = False
    limit: int | None = None
    remaining: int | None = None
    reset_s: float | None = None


@dataclass(frozen=True, slots=True)
class Ended:
    """The call is no longer in flight, however it ended."""


@dataclass(frozen=True, slots=True)
class Accepted:
    """The response was a good one. `tokens`: in and out, as the provider counted them; None: it did not."""

    tokens: int | None = None


@dataclass(frozen=True, slots=True)
class Refused:
    """The call was refused for its rate, or (`in_flight`) for the number of calls in flight."""

    retry_after_s: float | None = None
    in_flight: bool = False


@dataclass(frozen=True, slots=True)
class Failed:
    """The call brought a 5xx, no response, or one that says nothing about limits. `tokens` as in Accepted."""

    tokens: int | None = None


Result = Accepted | Refused | Failed
News = Sent | Answered | Ended | Result


class Permit:
    """
    The permission for one call, given by `Limiter.permit`.

    Args:
        grant: The scheduler's.
        waited_s: How long the caller waited for it.
        tell: Takes the call's news.
    """

    def __init__(self, grant: Grant, waited_s: float, tell: Callable[[Grant, News], None]) -> None:
        self.waited_s = waited_s
        self._grant = grant
        self._tell = tell

    def __repr__(self) -> str:
        return f"Permit(started_at={self.started_at:.3f}, sent_at={self.sent_at:.3f})"

    @property
    def started_at(self) -> float:
        """When the start was granted, in monotonic seconds."""
        return self._grant.started_at

    @property
    def sent_at(self) -> float:
        """When the request left, in monotonic seconds; until then when it was granted."""
        return self._grant.sent_at

    def sent(self) -> None:
        """The request leaves now."""
        self._tell(self._grant, Sent())

    def end(self) -> None:
        """The call is no longer in flight; the limiter's block calls this when it is left."""
        self._tell(self._grant, Ended())

    def report(self, news: Answered | Result) -> None:
        """Report that a response is complete (Answered), and once it is read what it means for the limits (Result)."""
        self._tell(self._grant, news)
