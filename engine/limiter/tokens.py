"""
The tokens a provider allows in a window: reserved by estimate, settled by usage. Pure.
"""

from __future__ import annotations

import math
from collections import deque

from engine.limiter.limits import Limits
from engine.limiter.permit import Grant

WINDOW_STRETCH = 1.01  # the provider's clock counts: our windows are a little longer


class TokenWindow:
    """
    The tokens of the last window.

    Args:
        limits: The configured ones; without `tpm` nothing is held back.
    """

    def __init__(self, limits: Limits) -> None:
        self._most = limits.tpm
        self._window_s = limits.window_s * WINDOW_STRETCH
        self._grants: deque[Grant] = deque()
        self._tokens = 0

    def __repr__(self) -> str:
        return f"TokenWindow({self._tokens} of {self._most})"

    def reserve(self, grant: Grant) -> None:
        """A call was granted; it counts with its estimate."""
        if self._most:
            self._grants.append(grant)
            self._tokens += grant.tokens

    def settle(self, grant: Grant, tokens: int | None) -> None:
        """Replace a call's estimate by what the provider counted; None: it did not count."""
        if tokens is not None and self._most and grant in self._grants:
            self._tokens += tokens - grant.tokens
            grant.tokens = tokens

    def opens_at(self, now: float, tokens: int) -> float:
        """When a call of so many tokens may start; one larger than the whole window starts when it is empty."""
        if not self._most:
            return -math.inf
        while self._grants and self._grants[0].started_at + self._window_s <= now:
            self._tokens -= self._grants.popleft().tokens
        left = self._tokens
        for grant in self._grants:
            if left + tokens <= self._most:
                return now
            left -= grant.tokens
            if left + tokens <= self._most or left <= 0:
                return grant.started_at + self._window_s
        return now
