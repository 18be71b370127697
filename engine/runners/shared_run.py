"""
A run that several processes work on in shares: the process that has the run waits until they have ended.
"""

from __future__ import annotations

import asyncio
from contextlib import suppress

from engine.errors import Unwritable
from engine.generate.context import RunContext
from engine.generate.run import Ending
from engine.generate.shares import cut_slots, shares_at_once
from engine.generate.unread import record_unread
from engine.process import lease_s
from engine.runners.run_status import CLOSED
from engine.store import AutoResume, Store, committed
from engine.store.shares import DONE, STOPPED, ShareRow

WATCH_S = 0.25
_LEFT_TO_OTHERS = (CLOSED, "taken_over")
"""Another process goes on with the run: its shares are left as they are."""


async def is_shared(context: RunContext, most_places: int | None) -> bool:
    """
    Whether a run is worked on in shares: other processes do already, or it is cut now.

    What was answered before a crash and not read is recorded first, unless a share's process may do that.

    Args:
        context: The run's.
        most_places: Most calls in flight of a share; None: this process works on the whole run, who works on a share
            is refused from now on.

    Raises:
        StoreError: the run belongs to another process, or the ledger cannot be written.
    """
    store, run, fence = context.store, context.run, context.fence or 0
    if store.shares.of(run):
        if most_places is not None:
            return True
        await committed(store.shares.close(run, fence))
    await record_unread(context)
    slots = store.drafts.open_slots(run)
    if store.is_file or most_places is None or shares_at_once(len(slots), context.tuning, most_places) == 1:
        return False
    cut = cut_slots(slots, context.tuning, most_places)
    shares = [[slot.number for slot in share] for share in cut.shares]
    await committed(store.shares.cut(run, fence, shares, cut.places, cut.at_once))
    return True


class SharedRun:
    """
    The shares of one run.

    Args:
        store: Where they are.
        run: The run; it is cut.
    """

    def __init__(self, store: Store, run: int) -> None:
        self._store = store
        self._run = run
        self._ending: Ending | None = None
        self._changed = asyncio.Event()
        self.again: AutoResume | None = None
        """When the run resumes by itself, where a share stopped for that."""

    async def work(self) -> Ending | None:
        """
        Wait until every share is done, or until nobody works on one any more.

        Returns:
            The ending given to `stop`, or of a share that stopped; None when every share is done.

        Raises:
            StoreError: the store cannot be read, for another reason than that its server is away.
        """
        while True:
            with suppress(Unwritable):  # those who work on shares wait for the server, too
                shares = self._store.shares.of(self._run, lease_s())
                if all(share.state == DONE for share in shares):
                    return None
                await self._stop_with(shares)
                if self._ending and not any(share.is_held for share in shares):
                    return self._ending
            if self._ending and self._is_left:
                return self._ending
            self._changed.clear()
            with suppress(TimeoutError):
                await asyncio.wait_for(self._changed.wait(), WATCH_S)

    def stop(self, ending: Ending) -> None:
        """End it, when the processes that work on a share have let go. A cancellation replaces any other ending."""
        if self._ending is None or ending.state == "cancelled":
            self._ending = ending
        self._changed.set()

    @property
    def _is_left(self) -> bool:
        return self._ending is not None and self._ending.why.code in _LEFT_TO_OTHERS

    async def _stop_with(self, shares: list[ShareRow]) -> None:
        """Pause the run for the reason of the first share that stopped: the others let go, too."""
        stopped = next((share for share in shares if share.state == STOPPED), None)
        if stopped is None or self._is_left or (self._ending and self._ending.state == "cancelled"):
            return
        if self._ending is None:
            await committed(self._store.runs.set_command(self._run, "pause"))
        self._ending, self.again = Ending("paused", stopped.why), stopped.again
