"""
The runs this process has taken, and how they may be told to end.
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
    """A run this process has taken: its task, and its Run once it works."""

    task: asyncio.Task[None]
    fence: int
    """The store's proof that this process has the run."""
    run: Run | None = None
    ending: Ending | None = None
    """What it was told to end as."""
    context: RunContext | None = None
    change_log: ChangeLog | None = None

    def stop(self, ending: Ending) -> None:
        """Let it end: at once where it only waits, else when what is in flight has drained. A cancel outranks all."""
        if self.ending is None or ending.state == "cancelled":
            self.ending = ending
        if self.run is None:
            self.task.cancel()
        else:
            self.run.stop(ending)

    def leave(self) -> None:
        """Let it end now: what is in flight is left in doubt."""
        self.task.cancel()

    async def write_changes(self) -> None:
        """Store what the run has learned and chosen since the last time."""
        if self.change_log is not None:
            await self.change_log.write()
