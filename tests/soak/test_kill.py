"""Twenty kills of a real `draftmill run`; a hundred are for `python -m tests.soak.kill`."""

from __future__ import annotations

import pytest

from tests.soak.kill import DRAFTS, soak


@pytest.mark.slow
def test_twenty_kills_lose_nothing() -> None:
    """After 20 x kill -9 every run is whole, nothing is doubled, and only what was in flight was bought twice."""
    tally = soak(20, seed=7)
    assert tally.broken == ()
    assert tally.kills == 20
    assert tally.drafts == tally.runs * DRAFTS
    assert tally.bought_twice <= tally.in_flight
