"""
The runs this process works on, and how each is asked to end.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from engine.generate.context import RunContext
from engine.generate.run import Ending, Run
from engine.messages import Message
from engine.runners import run_status
from engine.runners.change_log import ChangeLog

CANCELLED = Ending("cancelled", Message("cancelled_by_hand"))
PAUSED = Ending("paused", Message("paused_by_hand"))
LOST = Ending("paused", Message("taken_over"))
CLOSED = Ending("paused", Message(run_status.CLOSED))


@dataclass(slots=True)
class Active:
    """A run this process has claimed: its task, and its Run once it has started."""

    task: asyncio.Task[None]
    fence: int
    """The store's proof that the run is this process's."""
    run: Run | None = None
    ending: Ending | None = None
    """How it was asked to end."""
    unwritable: bool = False
    """The store forced the ending: the run goes on when the database can be written again."""
    context: RunContext | None = None
    change_log: ChangeLog | None = None

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

    def abort(self) -> None:
        """End it now: calls in flight are left in doubt."""
        self.task.cancel()

    async def write_changes(self) -> None:
        """Store the limits and the Tuning that changed since the last time."""
        if self.change_log is not None:
            await self.change_log.write()
