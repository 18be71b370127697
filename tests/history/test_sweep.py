"""
The sweep: every commit of a small run fails, in each way a database can fail, and every commit is a process's last.

`readonly` and `locked` are SQLite's own refusals (query_only on the writer's connection; a second connection that holds
the write lock), `full` and `io` are raised at the driver's commit by SQLAlchemy's event, with SQLite's code in them.
Afterwards somebody starts again and resumes; the laws hold all the way, and the run ends whole.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import get_args

import pytest

from engine import Tuning
from engine.practice import PracticeProcess
from tests.history.histories import Step, errors, live
from tests.history.session import Failure, Fate, HistorySession, Work, play

pytestmark = pytest.mark.slow

COMMITS = 13
"""Of a run of two packets, one after the other: the schema, planned, claimed, started, two times sent, answered and
settled; the heartbeat of so short a run; ended. One more than there are."""
FAILURES = [failure for failure in get_args(Failure) if failure]
DEATHS: list[Fate] = ["kill_before", "kill_after"]


def small(database: Path, practice: PracticeProcess) -> Work:
    return Work(database, practice.base_url, per_combo=2, tuning=Tuning(1, 2, retries=2))


def test_the_sweep_reaches_the_end(practice: PracticeProcess, database: Path) -> None:
    """The run makes no more commits than are swept; without heartbeats, of which a busy machine makes more."""
    work = replace(small(database, practice), lease_s=3600.0)
    assert play(work, HistorySession("kill_after", COMMITS)) == 0


@pytest.mark.parametrize("failure", FAILURES)
@pytest.mark.parametrize("number", range(1, COMMITS + 1))
def test_a_write_that_fails_loses_nothing(
    practice: PracticeProcess, database: Path, number: int, failure: Failure
) -> None:
    """Whichever write fails, in whatever way: the laws hold, and the next start ends the run whole."""
    work = small(database, practice)
    said = live(work, [Step(HistorySession(at=number, fails=failure, times=1))], practice)
    assert said == [], errors(work)


@pytest.mark.parametrize("failure", ["full", "readonly"])
@pytest.mark.parametrize("number", (2, 5, 8, 11))
def test_a_disk_that_stays_broken_loses_nothing(
    practice: PracticeProcess, database: Path, number: int, failure: Failure
) -> None:
    """When no write succeeds any more until the process is turned off, the next start ends the run whole."""
    work = small(database, practice)
    said = live(work, [Step(HistorySession(at=number, fails=failure, times=10_000))], practice)
    assert said == [], errors(work)


@pytest.mark.parametrize("death", DEATHS)
@pytest.mark.parametrize("number", range(1, COMMITS + 1))
def test_a_death_at_any_commit_loses_nothing(
    practice: PracticeProcess, database: Path, number: int, death: Fate
) -> None:
    """Killed just before or just after any commit, the schema's own included: the next start ends the run whole."""
    work = small(database, practice)
    said = live(work, [Step(HistorySession(death, number))], practice)
    assert said == [], errors(work)


@pytest.mark.parametrize("death", DEATHS)
@pytest.mark.parametrize("number", range(5, 9))
def test_a_killed_run_is_cancelled_whole(practice: PracticeProcess, database: Path, number: int, death: Fate) -> None:
    """Who cancels what a dead process left reads its unread answers first: they are paid for."""
    work = small(database, practice)
    said = live(work, [Step(HistorySession(death, number)), Step(HistorySession("cancel", wall_s=0))], practice)
    assert said == [], errors(work)
