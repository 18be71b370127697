"""
The runs this process has taken, and how they may be told to end.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from engine.run import Ending, Run
from engine.runners.diary import Diary

CANCELLED = Ending("cancelled", "cancelled by hand")
PAUSED = Ending("paused", "paused by hand; resume the run to go on")
LOST = Ending("paused", "another process has taken this run over")
CLOSED = Ending("paused", "Draftmill was closed; resume the run to go on")


@dataclass(slots=True)
class Active:
    """A run this process has taken: its task, and its Run once it works."""

    task: asyncio.Task[None]
    run: Run | None = None
    ending: Ending | None = None
    """Why it was stopped before it worked."""
    diary: Diary | None = None
    fence: int | None = None
    """The store's proof that this process has the run; None while it waits for a place."""

    async def write_diary(self) -> None:
        """Store what the run has learned and chosen since the last time."""
        if self.diary is not None:
            await self.diary.write()
