"""
The runs this process works on, and how each is asked to end.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from engine.generate.context import RunContext
from engine.generate.run import Ending, Run
from engine.runners import run_status
from engine.runners.change_log import ChangeLog

CANCELLED = Ending("cancelled", "cancelled by hand")
PAUSED = Ending("paused", "paused by hand; resume the run to go on")
LOST = Ending("paused", "another process has taken this run over")
CLOSED = Ending("paused", run_status.CLOSED)


@dataclass(slots=True)
class Active:
    """A run this process has claimed: its task, and its Run once it has started."""

    task: asyncio.Task[None]
    fence: int
    """The store's proof that the run is this process's."""
    run: Run | None = None
    ending: Ending | None = None
    """How it was asked to end."""
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
