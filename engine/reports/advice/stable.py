"""
Keeps advice stable while a run goes on: it is decided at checkpoints, not at every call.

Checkpoints are numbers of calls (or drafts), each about a fifth above the one before: 10, 12, 15, 18, 22, ... 100, 120.
"""

from __future__ import annotations

import math

_STEPS = (10, 12, 15, 18, 22, 27, 33, 39, 47, 56, 68, 82, 100)  # E12, the preferred numbers of IEC 60063
FEW = _STEPS[0]


def checkpoint(n: int) -> int:
    """The last checkpoint at or before `n`; up to ten every number is one."""
    return n if n <= FEW else max(step for step in _steps(n) if step <= n)


def next_checkpoint(n: int) -> int:
    """
    The first checkpoint at or after `n`.

    A share with this denominator and a count that only grows can pass a bound at any time, and falls below it at a
    checkpoint only.
    """
    return n if n <= FEW else min(step for step in _steps(n) if step >= n)


def _steps(n: int) -> tuple[int, ...]:
    scale = 10 ** (int(math.log10(n)) - 1)
    return tuple(step * scale for step in _STEPS)
