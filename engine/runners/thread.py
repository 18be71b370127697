"""
The runner of one process: a daemon thread with one asyncio loop, in which several runs work beside each other.

Screens and commands never touch a run's objects: they submit a job, leave a command in the store, and read the store.
"""

from __future__ import annotations

import asyncio
import logging
import os
import socket
import sys
import threading
import time
import uuid
from collections import defaultdict
from collections.abc import Coroutine
from concurrent.futures import Future
from contextlib import AbstractAsyncContextManager, AsyncExitStack, nullcontext
from dataclasses import asdict
from types import TracebackType
from typing import Any, Self

from engine.ask import settle_unread
from engine.clock import Clock, RealClock
from engine.errors import DraftmillError, StoreError
from engine.kinds import fingerprint
from engine.providers import Catalog
from engine.run import Ending, Run, ending_of
from engine.runners.active import CANCELLED, CLOSED, LOST, PAUSED, Active
from engine.runners.desks import Desks, edited, job_of, key_of
from engine.runners.diary import Diary
from engine.runners.jobs import Job, Placed
from engine.store import STALE_S, NewRun, RunRow, Store, committed
from engine.work import plan

log = logging.getLogger(__name__)

MOST_ACTIVE = 4
WATCH_S = 0.25
HEARTBEAT_S = 5.0


class NotOurs(DraftmillError):
    """The run belongs to another process."""


class Runner:
    """
    Submits, resumes, cancels; the work is done in the background.

    Args:
        store: Where jobs, commands and results meet.
        catalog: The providers.
        clock: Time; a scaled one only in benchmarks.
    """

    def __init__(self, store: Store, catalog: Catalog, clock: Clock | None = None) -> None:
        self._store = store
        self._catalog = catalog
        self._clock = clock or RealClock()
        self._owner = f"{socket.gethostname()}-{os.getpid()}-{uuid.uuid4().hex[:8]}"
        self._desks = Desks(store, catalog, self._clock)
        self._active: dict[int, Active] = {}
        self._turns: defaultdict[int, asyncio.Lock] = defaultdict(asyncio.Lock)
        self._loop = asyncio.new_event_loop()
        self._places = asyncio.Semaphore(MOST_ACTIVE)
        self._thread = threading.Thread(target=self._live, name="draftmill-runner", daemon=True)
        self._thread.start()

    def __repr__(self) -> str:
        return f"Runner({self._owner}, {len(self._active)} active)"

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def submit(self, job: Job, note: str = "", placed: Placed | None = None) -> int:
        """
        Plan a run and queue it.

        Args:
            job: What to make, and how fast.
            note: The user's own words.
            placed: The run's place in a comparison.

        Returns:
            The run's id; its slots are stored, those already paid for are filled if the spec says `reuse`.

        Raises:
            SpecError: something in the job is out of bounds, or its key is missing or malformed.
            StoreError: the run cannot be stored.
        """
        profile = job.profile(edited(self._catalog, self._store))
        key_of(profile)
        model = job.model(profile)
        slots = plan(job.spec)
        fingerprints = [fingerprint(job.spec, slot, model) for slot in slots]
        paid = self._store.cached(fingerprints) if job.spec.reuse else {}
        cached = {slot.number: paid[found] for slot, found in zip(slots, fingerprints, strict=True) if found in paid}
        new = NewRun(
            spec=job.spec,
            tuning=job.tuning,
            model=model,
            base_url="" if job.own_practice else profile.base_url,
            limits={**asdict(profile.limits), "price_known": profile.knows_price(model), **job.settings()},
            preset=job.preset,
            note=note,
            comparison_id=placed.comparison if placed else None,
            arm=placed.arm if placed else None,
            trial=placed.trial if placed else None,
        )
        run = self._store.create_run(new, slots, fingerprints, cached).result()
        self._take(run)
        return run

    def resume(
        self, run: int, *, retry: bool = False, budget_usd: float | None = None, budget_day_usd: float | None = None
    ) -> None:
        """
        Queue a paused, cancelled or incomplete run again, or take over one whose process is gone: its open slots, and
        with `retry` those that failed or were cancelled; with another budget where one is given.

        Raises:
            UnknownRun: there is no such run.
            SpecError: a budget is out of bounds, or spent already.
            StoreError: the run is still open.
        """
        row = self._store.run(run)
        job = job_of(row).funded(row.totals.cost_usd, budget_usd, budget_day_usd)
        key_of(job.profile(edited(self._catalog, self._store)))
        if budget_usd is not None or budget_day_usd is not None:
            self._store.set_budget(run, budget_usd=budget_usd, budget_day_usd=budget_day_usd).result()
        if not self._orphaned(row):
            self._store.reopen(run, ("failed", "cancelled") if retry else ()).result()
        self._take(run)

    def cancel(self, run: int) -> None:
        """Ask whoever works on the run to stop: calls not sent are not sent, calls in flight drain and are kept."""
        row = self._store.run(run)
        self._store.set_command(run, "cancel").result()
        if row.state == "paused" or (row.state == "queued" and row.owner is None) or self._orphaned(row):
            # Nobody works on it. Should somebody take it this moment, the fence has moved on and the command stands.
            self._store.end_run(run, "cancelled", CANCELLED.reason, fence=row.fence).result()

    def join(self, run: int, poll_s: float = 0.1) -> RunRow:
        """Wait until the run has ended or paused."""
        while self._store.state(run) in ("queued", "running"):
            time.sleep(poll_s)
        return self._store.run(run)

    def close(self) -> None:
        """Pause what is running (calls in flight drain), stop the practice provider, end the thread."""
        if not self._thread.is_alive():
            return
        self._ask(self._drain()).result()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._desks.close()

    def _orphaned(self, row: RunRow) -> bool:
        """Running as far as its row says, and nobody has said so for a while."""
        beat_at = row.heartbeat_at or 0.0
        return row.state == "running" and row.id not in self._active and self._clock.wall() - beat_at > STALE_S

    # In the thread.

    def _live(self) -> None:
        # The loop and the store's writer hand the GIL to each other several times a call; at the default of 5 ms they
        # wait for it longer than they work (measured at 64 in flight: 123 calls/s, with 1 ms 136).
        sys.setswitchinterval(min(sys.getswitchinterval(), 0.001))
        asyncio.set_event_loop(self._loop)
        watch = self._loop.create_task(self._watch())
        self._loop.run_forever()
        watch.cancel()
        self._loop.run_until_complete(asyncio.gather(watch, return_exceptions=True))
        self._loop.close()

    def _ask(self, work: Coroutine[Any, Any, None]) -> Future[None]:
        return asyncio.run_coroutine_threadsafe(work, self._loop)

    def _take(self, run: int) -> None:
        def start() -> None:
            if run not in self._active:
                self._active[run] = Active(self._loop.create_task(self._carry(run)))

        self._loop.call_soon_threadsafe(start)

    async def _drain(self) -> None:
        for active in self._active.values():
            self._stop(active, CLOSED)
        tasks = [active.task for active in self._active.values()]
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _watch(self) -> None:
        """Obey commands left in the store and say that this process lives."""
        beat_at = self._clock.now()
        while True:
            await asyncio.sleep(WATCH_S)
            if not self._active:
                continue
            try:
                for run, command in self._store.commands(list(self._active)).items():
                    self._obey(run, command)
                for active in list(self._active.values()):
                    await active.write_diary()
                if self._clock.now() - beat_at >= HEARTBEAT_S:
                    beat_at = self._clock.now()
                    await self._beat()
            except StoreError as error:
                log.warning("the store did not answer: %s", error, extra={"action": "watch_failed"})

    async def _beat(self) -> None:
        """Say that this process lives, and let go of what another has taken over."""
        held = [run for run, active in self._active.items() if active.fence is not None]
        kept = await committed(self._store.heartbeat(held, self._owner, self._clock.wall()))
        for run in set(held) - set(kept):
            self._stop(self._active[run], LOST)

    def _obey(self, run: int, command: str) -> None:
        active = self._active.get(run)
        if active is not None:
            self._stop(active, CANCELLED if command == "cancel" else PAUSED)

    def _stop(self, active: Active, ending: Ending) -> None:
        if active.run is None:
            active.ending = ending
            active.task.cancel()
        else:
            active.run.stop(ending)

    async def _carry(self, run: int) -> None:
        """One run from its queue to its end, or until another process is found to have it."""
        try:
            ending = await self._ending(run)
        except NotOurs:
            log.info("run %d belongs to another process", run, extra={"action": "not_ours", "run": run})
        else:
            await self._end(run, ending, self._active[run].fence)
        finally:
            del self._active[run]

    async def _ending(self, run: int) -> Ending:
        """How the run ended. The one broad except of the house: whatever happens, the run's row says so."""
        try:
            async with self._turn(run), self._places:
                return await self._work(run)
        except asyncio.CancelledError:
            return self._active[run].ending or CLOSED
        except NotOurs:
            raise
        except DraftmillError as error:
            return Ending("paused", str(error))
        except Exception as error:
            log.exception("run %d broke", run, extra={"action": "run_broke", "run": run})
            return Ending("paused", f"{type(error).__name__} inside Draftmill; see the log, then resume the run")

    async def _end(self, run: int, ending: Ending, fence: int | None) -> None:
        try:
            await committed(self._store.end_run(run, ending.state, ending.reason, fence=fence))
        except StoreError as error:
            log.error("run %d could not be ended: %s", run, error, extra={"action": "end_failed", "run": run})

    def _turn(self, run: int) -> AbstractAsyncContextManager[object]:
        """The runs of one comparison take turns, in the order submitted: side by side they would share a gate."""
        comparison = self._store.run(run).comparison_id
        return nullcontext() if comparison is None else self._turns[comparison]

    async def _work(self, run: int) -> Ending:
        fence = await committed(self._store.claim(run, self._owner, self._clock.wall()))
        if fence is None:
            raise NotOurs(run)
        self._active[run].fence = fence
        await committed(self._store.start_run(run))
        row, ending = self._store.run(run), None
        if not row.totals.open:
            return ending_of(self._store, run)
        async with AsyncExitStack() as stack:
            desk = await self._desks.lay(row, fence, stack)
            active = self._active[run]
            active.diary = Diary(desk)
            stack.push_async_callback(active.write_diary)
            await settle_unread(desk)
            if slots := self._store.open_slots(run):
                work = active.run = Run(desk, slots)
                ending = await work.work()
        return ending or ending_of(self._store, run)
