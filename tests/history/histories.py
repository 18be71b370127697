"""
Histories: sittings one after the other, some with a rival, each under faults of the provider, and then a good day.

After every session the laws are asked; on the good day the run must end whole, with no hand laid on anything.
"""

from __future__ import annotations

import os
import random
import signal
import sqlite3
import time
from collections.abc import Mapping, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass, field
from multiprocessing.process import BaseProcess

import psutil

from engine import Tuning
from engine.practice import PracticeProcess
from tests.history import laws
from tests.history.conftest import WELL
from tests.history.facts import Account, Facts, gather
from tests.history.session import LEASE_S, LONGEST_S, SCALE, Failure, Fate, HistorySession, Work, play, start

GOOD_DAYS = 3
STARVED = 5 * SCALE
"""A deadline is real time, the ledger's is on the children's clock; a busy machine lets either wait."""
HARMLESS = ("503", "500", "reset", "short", "malformed", "truncated", "fenced", "blank", "finish_error", "429")
ODD = ("error200", "doubled_id", "unknown_id", "wrong_script", "other_model", "keepalive", "timeout", "slow")
STOPPING = ("html", "quota", "402_credits", "402_in_flight", "402_afford", "403")
FATES: tuple[Fate, ...] = ("end", "kill_before", "kill_after", "kill_after", "freeze", "pause", "cancel", "close")
FAILURES: tuple[Failure, ...] = ("", "", "", "full", "readonly", "locked", "io")
SHARES = (0.05, 0.1, 0.2, 0.3)
TUNINGS = (Tuning(1, 1, retries=2), Tuning(2, 2, retries=3), Tuning(4, 3, retries=1), Tuning(3, 2, retries=0))
JUMPS_S = (0.0, 0.0, 0.0, 3600.0, -3600.0)


@dataclass(frozen=True)
class Step:
    """One session under the provider's faults; `rival`: a second process wants the run at the same time."""

    session: HistorySession
    faults: Mapping[str, float] = field(default_factory=dict)
    rival: bool = False


def draw(seed: int) -> tuple[list[Step], Tuning]:
    """The history of a seed: one to four steps in any weather, and how fast the run is to go."""
    dice = random.Random(seed)
    return [_draw_step(dice) for _ in range(dice.randint(1, 4))], dice.choice(TUNINGS)


def _draw_step(dice: random.Random) -> Step:
    names = dice.sample((*HARMLESS, *HARMLESS, *ODD, *STOPPING), dice.randint(0, 3))
    session = HistorySession(
        fate=dice.choice(FATES),
        at=dice.randint(1, 30),
        fails=dice.choice(FAILURES),
        times=dice.choice((1, 2, 1000)),
        wall_s=dice.choice(JUMPS_S),
    )
    return Step(session, {name: dice.choice(SHARES) for name in names}, rival=dice.random() < 0.4)


def live(work: Work, history: Sequence[Step], practice: PracticeProcess) -> list[str]:
    """
    Play a history and the good days after it.

    Returns:
        The promises that were broken, and when; empty when all were kept.
    """
    account = Account(practice)
    for number, step in enumerate(history, 1):
        practice.configure({**WELL, "faults": dict(step.faults)})
        clean = sit(work, step)
        if work.database.exists() and (said := laws.broken(judged(work, account, at_rest=clean))):
            return [f"after session {number}: {one}" for one in said]
    practice.configure({**WELL, "faults": {}})
    return _good_days(work, account)


def _good_days(work: Work, account: Account) -> list[str]:
    for day in range(GOOD_DAYS):
        code = play(work, HistorySession(retry=True))
        facts = judged(work, account, at_rest=code == 0)
        if said := laws.broken(facts):
            return [f"on good day {day + 1}: {one}" for one in said]
        if facts.runs and facts.runs[0]["state"] == "done":
            return []
    state = facts.runs[0]["state"] if facts.runs else "not there"
    return [f"after {GOOD_DAYS} good days the run is {state}: {errors(work)[-300:]}"]


def judged(work: Work, account: Account, *, at_rest: bool) -> Facts:
    """What the laws look at now."""
    return gather(work.database, account.read(), at_rest=at_rest, deadline_s=STARVED * work.deadline_s)


def errors(work: Work) -> str:
    """What the processes printed for people."""
    told = work.database.parent / "errors.txt"
    return told.read_text() if told.exists() else ""


def sit(work: Work, step: Step) -> bool:
    """Play one step; whether every process of it came to an orderly end."""
    if step.session.fate == "freeze":
        return _freeze(work, step.session)
    if not step.rival:
        return play(work, step.session) == 0 and not step.session.fails
    first = start(work, step.session)
    _await_plan(work, first)  # two launches are two runs; rivals are two processes that want one
    second = start(work, HistorySession(wall_s=step.session.wall_s))
    codes = {_ended(first), _ended(second)}
    return codes <= {0} and not step.session.fails


def _await_plan(work: Work, child: BaseProcess) -> None:
    """Wait until there is a run to quarrel about, or its process has ended."""
    while child.exitcode is None:
        with suppress(sqlite3.Error), closing(sqlite3.connect(work.database)) as database:
            if database.execute("SELECT count(*) FROM run").fetchone()[0]:
                return
        time.sleep(0.02)


def _freeze(work: Work, session: HistorySession) -> bool:
    """A process falls asleep, another one takes its run over, and the first wakes up."""
    frozen = start(work, session)
    if not _sleeps(frozen):
        return _ended(frozen) == 0 and not session.fails
    time.sleep(1.2 * LEASE_S)
    play(work, HistorySession())
    assert frozen.pid is not None
    os.kill(frozen.pid, signal.SIGCONT)
    return _ended(frozen) == 0 and not session.fails


def _sleeps(child: BaseProcess) -> bool:
    """Wait until it is stopped; False where it ended before."""
    until = time.monotonic() + LONGEST_S
    while child.exitcode is None and time.monotonic() < until:
        try:
            if psutil.Process(child.pid).status() == psutil.STATUS_STOPPED:
                return True
        except psutil.NoSuchProcess:
            break
        time.sleep(0.01)
    return False


def _ended(child: BaseProcess) -> int | None:
    child.join(2 * LONGEST_S)
    if child.exitcode is None:
        child.kill()
        child.join()
        raise AssertionError(f"a process did not come to an end within {2 * LONGEST_S:g} s")
    return child.exitcode
