"""
The worker of a runner: a daemon thread with one asyncio loop, in which several runs work side by side.

It works on claimed runs, obeys the commands in the store, sends heartbeats, stops runs that another process has taken
over, and resumes runs whose provider was down. thread decides who may resume what.
"""

from __future__ import annotations

import asyncio
import logging
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Coroutine, Mapping
from concurrent.futures import Future
from contextlib import AbstractAsyncContextManager, AsyncExitStack, nullcontext, suppress
from typing import Any

from engine.clock import Clock
from engine.errors import DraftmillError, StoreError
from engine.generate.run import Ending, Run, ending_of
from engine.messages import reason_text
from engine.process import BEATS, lease_now, lease_s
from engine.runners.active import CLOSED, LOST, Active, ending_of_work, pause_arm, stop_arm
from engine.runners.build import ContextBuilder
from engine.runners.change_log import ChangeLog
from engine.runners.interpreter import tune_interpreter
from engine.runners.share_worker import ShareWorker
from engine.runners.shared_run import SharedRun, is_shared
from engine.runners.webhook import Deliveries
from engine.store import AutoResume, Store, committed
from engine.store.shares import ShareRow

log = logging.getLogger(__name__)

MAX_ACTIVE = 4
MADE = ("done", "incomplete")
WATCH_S = 0.25
LAST_S = 5.0
"""How long the end of a process waits for its webhook."""


class Worker:
    """
    Works on the runs it is given.

    Args:
        store: Where the runs are, and the commands.
        contexts: Builds a run's context.
        clock: Time.
        owner: This process's name in the rows of its runs.
        resume: Resumes a run whose time has come; None: no run is resumed by itself.
        most: Most runs at once.
        share_places: Most calls in flight of a share of a run; None: this process works on whole runs.
        judge: Starts the review that an ended run asks for; called before its end is stored, so that a comparison is
            never without an open run in between.
        deliveries: Tells a webhook that runs ended; None: there is no webhook.
    """

    def __init__(
        self,
        store: Store,
        contexts: ContextBuilder,
        clock: Clock,
        owner: str,
        resume: Callable[[int], None] | None = None,
        judge: Callable[[int], int | None] = lambda run: None,
        most: int = MAX_ACTIVE,
        deliveries: Deliveries | None = None,
        share_places: int | None = None,
    ) -> None:
        self._store = store
        self._contexts = contexts
        self._clock = clock
        self._owner = owner
        self._resume = resume
        self._judge = judge
        self._deliveries = deliveries
        self._share_places = share_places
        self.shares = ShareWorker(store, contexts, clock, owner)
        self._active: dict[int, Active] = {}
        self._beginning: set[int] = set()  # claimed, and not at work yet
        self._unrecorded: dict[int, tuple[Ending, int, AutoResume | None]] = {}
        self._turns: defaultdict[tuple[int, str], asyncio.Lock] = defaultdict(asyncio.Lock)
        self._loop = asyncio.new_event_loop()
        self._free = asyncio.Semaphore(most)
        self._thread = threading.Thread(target=self._live, name="draftmill-runner", daemon=True)
        self._seen_at = time.monotonic()
        self._thread.start()

    @property
    def silent_s(self) -> float:
        """Seconds since the loop last obeyed the store's commands; a few tenths while all is well."""
        return time.monotonic() - self._seen_at

    @property
    def whole_runs(self) -> list[int]:
        """The runs this process works on, or waits to, without those that are worked on in shares."""
        return [run for run, active in list(self._active.items()) if not isinstance(active.run, SharedRun)]

    def __len__(self) -> int:
        return len(self._active)

    def has(self, run: int) -> bool:
        """Whether this process works on the run, or waits to."""
        return run in self._active or run in self._beginning

    def gave_up(self, run: int) -> str:
        """Why this process stopped working on a run although it could not store that; empty: it did not."""
        return reason_text(self._unrecorded[run][0].why) if run in self._unrecorded else ""

    def take(self, claimed: Mapping[int, int], ending: Ending | None = None) -> None:
        """Work on runs claimed under these fences; with an `ending`, only record unread replies and end them so."""

        def start() -> None:  # all at once: what ends the first finds the others waiting
            for run, fence in claimed.items():
                self._start(run, fence, ending)
            self._beginning.difference_update(claimed)

        self._beginning.update(claimed)
        self._loop.call_soon_threadsafe(start)

    def take_share(self, share: ShareRow, fence: int) -> None:
        """Work on a share claimed under this fence."""
        self._loop.call_soon_threadsafe(self.shares.start, share, fence)

    def close(self, ending: Ending = CLOSED, drain_s: float | None = None) -> None:
        """
        Pause what is running and end the thread; a second call does nothing.

        Args:
            ending: What the runs are paused as.
            drain_s: How long to wait for calls in flight; those left then are in doubt. None: as long as they take.
        """
        if self._thread.is_alive():
            self._ask(self._drain(ending, drain_s)).result()
            if self._deliveries is not None and drain_s != 0:
                self._ask(self._deliver_last(self._deliveries)).result()
            self._loop.call_soon_threadsafe(self._loop.stop)
            self._thread.join()

    # In the thread.

    def _live(self) -> None:
        tune_interpreter()
        asyncio.set_event_loop(self._loop)
        services = [self._watch(), *([self._deliveries.serve()] if self._deliveries else [])]
        started = [self._loop.create_task(service) for service in services]  # kept: the loop alone would lose them
        self._loop.run_forever()
        tasks = {*started, *asyncio.all_tasks(self._loop)}  # and what reports to other processes
        for task in tasks:
            task.cancel()
        self._loop.run_until_complete(asyncio.gather(*tasks, return_exceptions=True))
        self._loop.close()

    def _start(self, run: int, fence: int, ending: Ending | None) -> None:
        """Work on a run; one that has just been ended here, and resumed, begins when that work is over."""
        if before := self._active.get(run):
            before.task.add_done_callback(lambda _: self._start(run, fence, ending))
        else:
            self._active[run] = Active(self._loop.create_task(self._run(run)), fence, ending=ending)

    def _ask(self, work: Coroutine[Any, Any, None]) -> Future[None]:
        return asyncio.run_coroutine_threadsafe(work, self._loop)

    async def _drain(self, ending: Ending, drain_s: float | None) -> None:
        at_work = [*self._active.values(), *self.shares.active]
        for active in at_work:
            active.stop(ending)
        if not (tasks := [active.task for active in at_work]):
            return
        await asyncio.wait(tasks, timeout=drain_s)
        for active in at_work:
            active.abort()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _deliver_last(self, deliveries: Deliveries) -> None:
        """Tell the webhook how this process's runs ended; what it does not receive now, another process sends."""
        with suppress(TimeoutError, StoreError):
            async with asyncio.timeout(LAST_S):
                await deliveries.send_due()

    async def _watch(self) -> None:
        """Obey the commands in the store, send heartbeats, and look for runs to resume."""
        beat_at = self._clock.now()
        while True:
            await asyncio.sleep(WATCH_S)
            try:
                await self._obey()
                self._seen_at = time.monotonic()
                if self._clock.now() - beat_at >= lease_s() / BEATS:
                    beat_at = self._clock.now()
                    await self._beat()
            except StoreError as error:
                log.info("the store did not answer: %s", error, extra={"action": "watch_failed"})

    async def _obey(self) -> None:
        if not (runs := {*self._active, *self.shares.runs}):
            return
        commands = self._store.runs.commands(list(runs))
        self.shares.obey(commands)
        for run, command in commands.items():
            if run in self._active:
                self._active[run].obey(command)
        for active in (*self._active.values(), *self.shares.active):
            await active.write_changes()

    async def _beat(self) -> None:
        """Send heartbeats, stop runs that were taken over, store endings that could not be stored before."""
        held = {run: active.fence for run, active in self._active.items()}
        if held:
            kept = await committed(self._store.runs.heartbeat(list(held), self._owner, lease_now()))
            for run in set(held) - set(kept):
                if run in self._active:
                    self._active[run].stop(LOST)
        await self.shares.beat()
        for run, (ending, fence, resume) in list(self._unrecorded.items()):
            await committed(self._store.runs.end(run, ending.state, ending.why, fence=fence, again=resume))
            del self._unrecorded[run]
        if self._resume is not None:
            for run in self._store.runs.due(self._clock.wall()):
                await asyncio.to_thread(self._resume, run)

    async def _run(self, run: int) -> None:
        """Work on one run until it ends."""
        try:
            ending = await ending_of_work(self._in_turn(run), self._active[run], run)
            resume = self._auto_resume(self._active[run], ending)
            ends_arm = stop_arm(self._active, run, ending, resume)
            if ending.state in MADE and "judge" in self._store.runs.get(run).limits:
                await self._judged(run)
            await self._end(run, ending, resume)
            if ends_arm:
                await pause_arm(self._store, run, ending, resume)
        finally:
            del self._active[run]

    async def _judged(self, run: int) -> None:
        """Start the review the run asks for; where that fails, resuming the comparison starts it."""
        try:
            await asyncio.to_thread(self._judge, run)
        except DraftmillError as error:
            log.warning("run %d is not judged: %s", run, error, extra={"action": "judge_failed", "run": run})

    async def _end(self, run: int, ending: Ending, resume: AutoResume | None) -> None:
        active = self._active[run]
        try:
            if ending is CLOSED and await committed(self._store.offers.give_back(run, active.fence)):
                return
            await committed(self._store.runs.end(run, ending.state, ending.why, fence=active.fence, again=resume))
        except StoreError as error:
            self._unrecorded[run] = (ending, active.fence, resume)
            log.error("run %d could not be ended: %s", run, error, extra={"action": "end_failed", "run": run})

    def _auto_resume(self, active: Active, ending: Ending) -> AutoResume | None:
        """When the run is resumed by itself; None: never."""
        if self._resume is None or active.context is None or ending.state != "paused":
            return active.auto_resume
        outage = active.context.outage
        if active.unwritable:
            return AutoResume(self._clock.wall(), outage.tries, outage.unanswered)
        if isinstance(active.run, SharedRun):
            return active.run.again
        return outage.auto_resume(ending.why.code, self._clock.wall())

    def _turn(self, run: int) -> AbstractAsyncContextManager[object]:
        """A comparison's runs on one provider take turns, in the order submitted: they would share a limiter."""
        row = self._store.runs.get(run)
        if row.comparison_id is None:
            return nullcontext()
        self._active[run].arm = (row.comparison_id, row.arm or "", row.provider)
        return self._turns[row.comparison_id, row.provider]

    async def _in_turn(self, run: int) -> Ending:
        async with self._turn(run), self._free:
            ending = await self._work(run)
        if ending is None or (ending.state == "paused" and not self._store.drafts.open_slots(run)):
            return ending_of(self._store, run, self._store.runs.get(run).unit)
        return ending

    async def _work(self, run: int) -> Ending | None:
        """How it ended; None: every slot has ended."""
        active = self._active[run]
        await committed(self._store.runs.start(run, fence=active.fence))
        row = self._store.runs.get(run)
        if not row.totals.open:
            return None
        async with AsyncExitStack() as stack:
            context = active.context = await self._contexts.build_context(row, active.fence, stack)
            if await is_shared(context, self._share_places):
                work: Run | SharedRun = SharedRun(self._store, run)
            else:
                active.change_log = ChangeLog(context)
                stack.push_async_callback(active.write_changes)
                work = Run(context, self._store.drafts.open_slots(run))
            if active.ending is not None:
                return active.ending
            active.run = work
            return await work.work()
