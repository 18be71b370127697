"""
The runs and shares this process works on, how each is asked to end, and how its work ended.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Mapping
from dataclasses import dataclass
from typing import TypeVar

from engine.errors import DraftmillError, StoreError, Unwritable
from engine.generate.context import RunContext
from engine.generate.run import Ending, Run
from engine.messages import Message
from engine.runners import run_status
from engine.runners.change_log import ChangeLog
from engine.runners.shared_run import SharedRun
from engine.store import AutoResume, Store, committed

log = logging.getLogger(__name__)

E = TypeVar("E", Ending, Ending | None)

CANCELLED = Ending("cancelled", Message("cancelled_by_hand"))
PAUSED = Ending("paused", Message("paused_by_hand"))
LOST = Ending("paused", Message("taken_over"))
CLOSED = Ending("paused", Message(run_status.CLOSED))


@dataclass(slots=True)
class Active:
    """A run, or a share of one, that this process has claimed: its task, and its Run once it has started."""

    task: asyncio.Task[None]
    fence: int
    """The store's proof that it is this process's."""
    run: Run | SharedRun | None = None
    ending: Ending | None = None
    """How it was asked to end."""
    unwritable: bool = False
    """The store forced the ending: the run goes on when the database can be written again."""
    context: RunContext | None = None
    change_log: ChangeLog | None = None
    arm: tuple[int, str, str] | None = None
    """Of a comparison's run: the comparison, the arm and the provider."""
    auto_resume: AutoResume | None = None
    """When it resumes by itself, where it was paused for another run's reason."""

    def stop(self, ending: Ending) -> None:
        """
        End it: at once where it only waits, else when the calls in flight have ended. A cancellation replaces any
        other ending.
        """
        if self.ending is None or ending.state == "cancelled":
            self.ending = ending
        if self.run is None:
            self.task.cancel()
        else:
            self.run.stop(ending)

    def obey(self, command: str) -> None:
        """End it as a command in the store says: cancel or pause."""
        self.stop(CANCELLED if command == "cancel" else PAUSED)

    def abort(self) -> None:
        """End it now: calls in flight are left in doubt."""
        self.task.cancel()

    async def write_changes(self) -> None:
        """Store the limits and the Tuning that changed since the last time."""
        if self.change_log is not None:
            await self.change_log.write()


async def ending_of_work(work: Awaitable[E], active: Active, run: int) -> E | Ending:
    """
    How work on a run, or a share of it, ended; None: it is whole.

    The only broad except in the code base: whatever happens, a row says so.
    """
    try:
        return await work
    except asyncio.CancelledError:
        return active.ending or CLOSED
    except Unwritable as error:
        active.unwritable = True
        return Ending("paused", error.message)
    except DraftmillError as error:
        return Ending("paused", error.message)
    except Exception as error:
        log.exception("run %d broke", run, extra={"action": "run_broke", "run": run})
        return Ending("paused", Message("broke", {"error": type(error).__name__}))


def stop_arm(actives: Mapping[int, Active], run: int, ending: Ending, resume: AutoResume | None) -> bool:
    """
    Pause the runs of a comparison's arm that wait here for their turn, where one was paused for a reason of its arm.

    Returns:
        Whether it was: the next trials would find the same, each after calls of its own.
    """
    own = actives[run]
    for_itself = own.unwritable or ending.why.code in run_status.OWN_REASONS
    if own.arm is None or own.context is None or ending.state != "paused" or for_itself:
        return False
    for other in actives.values():
        if other.arm == own.arm and other.context is None and other.ending is None:
            other.auto_resume = resume
            other.stop(ending)
    return True


async def pause_arm(store: Store, run: int, ending: Ending, resume: AutoResume | None) -> None:
    """Pause the runs of the arm that no process has taken yet."""
    try:
        for other, fence in store.comparisons.waiting_beside(run):
            await committed(store.runs.end(other, "paused", ending.why, fence=fence, again=resume))
    except StoreError as error:
        log.warning("the arm of run %d is not paused: %s", run, error, extra={"action": "arm_not_paused"})
