"""
Works on shares of runs, inside the loop of a worker: other processes work on the others.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping
from contextlib import AsyncExitStack

from engine.clock import Clock
from engine.errors import StoreError
from engine.generate.run import Ending, Run
from engine.generate.unread import record_unread
from engine.process import lease_now
from engine.runners.active import CANCELLED, CLOSED, LOST, PAUSED, Active, ending_of_work
from engine.runners.build import ContextBuilder
from engine.runners.change_log import ChangeLog
from engine.store import AutoResume, Store, committed
from engine.store.shares import DONE, OPEN, STOPPED, ShareRow

log = logging.getLogger(__name__)

LET_GO = (*(one.why.code for one in (CANCELLED, PAUSED, LOST, CLOSED)), "run_taken", "run_lost")
"""Codes of endings that concern this process, or that its run has already: the share stays as it is for others."""


class ShareWorker:
    """
    Works on the shares it is given.

    Args:
        store: Where they are.
        contexts: Builds their contexts.
        clock: Time.
        owner: This process's name in their rows.
    """

    def __init__(self, store: Store, contexts: ContextBuilder, clock: Clock, owner: str) -> None:
        self._store = store
        self._contexts = contexts
        self._clock = clock
        self._owner = owner
        self._active: dict[int, Active] = {}
        self._rows: dict[int, ShareRow] = {}

    @property
    def places(self) -> int:
        """Calls in flight at once of the shares that this process works on."""
        return sum(share.places for share in list(self._rows.values()))

    @property
    def runs(self) -> set[int]:
        """The runs that this process works on a share of."""
        return {share.run for share in list(self._rows.values())}

    @property
    def active(self) -> list[Active]:
        """The shares at work."""
        return list(self._active.values())

    def start(self, share: ShareRow, fence: int) -> None:
        """Work on a share that was claimed under this fence; called in the loop."""
        self._rows[share.id] = share
        self._active[share.id] = Active(asyncio.get_running_loop().create_task(self._run(share)), fence)

    def obey(self, commands: Mapping[int, str]) -> None:
        """Stop the shares of the runs that have a command."""
        for at, active in list(self._active.items()):
            if command := commands.get(self._rows[at].run):
                active.obey(command)

    async def beat(self) -> None:
        """Send heartbeats, and stop shares that were taken over."""
        if not (held := list(self._active)):
            return
        kept = await committed(self._store.shares.heartbeat(held, self._owner, lease_now()))
        for at in set(held) - set(kept):
            if at in self._active:
                self._active[at].stop(LOST)

    async def _run(self, share: ShareRow) -> None:
        """Work on one share until it ends."""
        active = self._active[share.id]
        try:
            ending = await ending_of_work(self._work(share), active, share.run)
            await self._end(share, active, ending)
        finally:
            del self._active[share.id], self._rows[share.id]

    async def _work(self, share: ShareRow) -> Ending | None:
        active = self._active[share.id]
        async with AsyncExitStack() as stack:
            row = self._store.runs.get(share.run)
            context = active.context = await self._contexts.build_context(row, active.fence, stack, share)
            if not self._is_logged(share.run):
                active.change_log = ChangeLog(context)
                stack.push_async_callback(active.write_changes)
            await record_unread(context)
            if active.ending is not None:
                return active.ending
            work = active.run = Run(context, self._store.shares.open_slots(share.id))
            return await work.work()

    def _is_logged(self, run: int) -> bool:
        """Whether another share of the run, with the same limiter, writes its changes."""
        return any(self._rows[at].run == run and one.change_log is not None for at, one in self._active.items())

    async def _end(self, share: ShareRow, active: Active, ending: Ending | None) -> None:
        """Let go of a share; where that cannot be stored, its lease runs out."""
        end = self._store.shares.end
        try:
            if not self._store.shares.open_slots(share.id):
                await committed(end(share.id, active.fence, DONE))
            elif ending is None or ending.why.code in LET_GO or active.unwritable:
                await committed(end(share.id, active.fence, OPEN))
            else:
                await committed(end(share.id, active.fence, STOPPED, ending.why, self._again(active, ending)))
        except StoreError as error:
            log.error("share %d of run %d is left: %s", share.number, share.run, error, extra={"action": "share_left"})

    def _again(self, active: Active, ending: Ending) -> AutoResume | None:
        """When the run is to resume by itself; None: never."""
        if active.context is None:
            return None
        return active.context.outage.auto_resume(ending.why.code, self._clock.wall())
