"""
The provider's limits as one synchronous judge: may this call start, and if not, when.

Times come in as arguments. Nothing is awaited here; the server asks at arrival and says when an answer has left.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from typing import Literal

from engine.practice.settings import PracticeSettings

EARLY = 0.25
"""Shape `even` lets a call start a quarter of an interval early: jitter on the way is no offence."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """Why a call is refused, and the seconds until one would be accepted (0: not known)."""

    limit: Literal["rate", "in_flight"]
    wait_s: float


class PracticeLimiter:
    """
    `rpm` starts in any `window_s` (a true sliding window) or evenly spaced, and a cap on the calls in flight.

    A refused call takes no place, unless `count_rejected` says that it does.
    """

    def __init__(self, settings: PracticeSettings) -> None:
        self._settings = settings
        self._starts: deque[float] = deque()
        self._due = float("-inf")
        self.in_flight = 0
        self.most_in_flight = 0

    def __repr__(self) -> str:
        return f"Limiter({self._settings.rpm} in {self._settings.window_s:g} s, {self.in_flight} in flight)"

    def configure(self, settings: PracticeSettings) -> None:
        """Go on under other limits; the starts of the last window still count."""
        self._settings = settings

    def arrive(self, now: float) -> Verdict | None:
        """Judge a call that arrives now; None: it has started and `leave` must follow."""
        settings = self._settings
        verdict = None
        if settings.max_in_flight and self.in_flight >= settings.max_in_flight:
            verdict = Verdict("in_flight", 0.0)
        elif settings.rpm:
            wait_s = self._wait(now)
            verdict = Verdict("rate", wait_s) if wait_s > 0 else None
        if verdict is None:
            self.in_flight += 1
            self.most_in_flight = max(self.most_in_flight, self.in_flight)
        if settings.rpm and (verdict is None or settings.count_rejected):
            self._start(now)
        return verdict

    def leave(self) -> None:
        """An answer has left: its place in flight is free."""
        self.in_flight -= 1

    def remaining(self, now: float) -> int:
        """Starts left in the window that ends now."""
        self._forget(now)
        return max(0, self._settings.rpm - len(self._starts))

    def free_in(self, now: float) -> float:
        """Seconds until a start would be accepted."""
        return max(0.0, self._wait(now))

    def _wait(self, now: float) -> float:
        if self._settings.shape == "even":
            return self._due - EARLY * self._interval - now
        self._forget(now)
        if len(self._starts) < self._settings.rpm:
            return 0.0
        # Another start is possible when enough of the oldest have left the window; after a cut of rpm more than one.
        return self._starts[len(self._starts) - self._settings.rpm] + self._settings.window_s - now

    def _start(self, now: float) -> None:
        self._forget(now)
        self._starts.append(now)
        self._due = max(now, self._due) + self._interval

    def _forget(self, now: float) -> None:
        # A start leaves the window when it is window_s old: the window is half open, so R starts never become R + 1.
        while self._starts and self._starts[0] <= now - self._settings.window_s:
            self._starts.popleft()

    @property
    def _interval(self) -> float:
        return self._settings.window_s / self._settings.rpm
