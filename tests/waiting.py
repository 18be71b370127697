"""Waiting for a state, never for a time."""

from __future__ import annotations

import time
from collections.abc import Callable

POLL_S = 0.02
PATIENCE_S = 120.0
"""A busy machine must not fail a test."""


def until(reached: Callable[[], object], patience_s: float = PATIENCE_S) -> None:
    """
    Wait until a state is reached.

    Raises:
        AssertionError: it was not, within `patience_s` seconds.
    """
    end = time.monotonic() + patience_s
    while not reached():
        assert time.monotonic() < end, f"not reached within {patience_s:.0f} s"
        time.sleep(POLL_S)
