"""
How many latencies a set of calls takes on a few workers when no two calls take alike long. Pure.

forecast counts whole rounds of calls that are all of the fitted length; with two or three rounds the stragglers of each
weigh 5 to 10 % more than that, which is as much as the arms of a comparison are told apart by.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from engine.limiter.forecast import Latency

GAMES = 200
MOST_ROUNDS = 20  # beyond these the stragglers of the last round are all that is left of the effect


def ratios(samples: Sequence[tuple[int, float]], latency: Latency) -> list[float]:
    """What each call took, as a share of what the fit says for its size."""
    return [seconds / latency.of(asked) for asked, seconds in samples]


def rounds(calls: int, concurrency: int, lengths: Sequence[float]) -> float:
    """
    The mean time of `calls` on `concurrency` workers, in latencies; each worker takes the next call when it is free.

    Args:
        calls: At least 1.
        concurrency: Workers, at least 1.
        lengths: What calls took, as shares of the latency; each call draws one of them.

    Returns:
        Between calls / concurrency and a little above the whole rounds.
    """
    played = min(calls, MOST_ROUNDS * concurrency + calls % concurrency)
    dice = np.random.default_rng(0)
    drawn = dice.choice(np.asarray(lengths, dtype=float), (played, GAMES))
    free_at = np.zeros((GAMES, min(concurrency, played)))
    games = np.arange(GAMES)
    for took in drawn:
        free_at[games, free_at.argmin(axis=1)] += took
    return float(free_at.max(axis=1).mean()) + (calls - played) / concurrency * float(np.mean(lengths))
