"""
The history checker: random faults, kills, freezes, pauses, cancels, failing disks, rivals and jumping clocks.

CI plays the same ones each time; DRAFTMILL_HISTORIES=500 plays the first 500. Each has its number, to play it again.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from engine.practice import PracticeProcess
from tests.history.histories import draw, errors, live
from tests.history.session import Work

pytestmark = pytest.mark.slow

HISTORIES = int(os.environ.get("DRAFTMILL_HISTORIES", "16"))


@pytest.mark.parametrize("seed", range(HISTORIES))
def test_whatever_happens_the_laws_hold(practice: PracticeProcess, database: Path, seed: int) -> None:
    """After every session of a random history the laws hold, and afterwards the run ends whole by itself."""
    history, tuning = draw(seed)
    work = Work(database, practice.base_url, tuning=tuning)
    said = live(work, history, practice)
    assert said == [], f"{history}\n{errors(work)}"
