"""
Builds the context of a run: its profile, key, limiter and practice provider.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable, Mapping
from contextlib import AsyncExitStack
from dataclasses import replace

from engine.clock import Clock
from engine.generate.autotune import Auto
from engine.generate.cancellation import Cancellation
from engine.generate.context import RunContext
from engine.generate.duplicates import DuplicateCheck
from engine.generate.outage import OutageGuard
from engine.generate.pending_writes import PendingWrites
from engine.generate.task import Drafting, Task
from engine.generate.words import WordCheck
from engine.job import Job, job_of
from engine.judge import Judging
from engine.kinds import keeps_source
from engine.limiter.gate import Limiter, Throttle
from engine.limiter.scheduler import LocalScheduler, Scheduler
from engine.money.budget import Budget
from engine.practice import PracticeSettings
from engine.process import sign
from engine.profiles import edited, key_of
from engine.providers import Catalog, Key, Profile
from engine.providers.chat import Chat
from engine.runners.practice import PracticePool
from engine.runners.shared_belief import log_of
from engine.runners.shared_limiter import SharedScheduler, gate_of
from engine.spec import CONCURRENCY
from engine.store import BreakerKey, RunRow, Store
from engine.store.shares import ShareRow
from engine.work import nonce_of


class ContextBuilder:
    """Builds the contexts of one process's runs; keeps what several of them share: limiters and practice providers."""

    def __init__(self, store: Store, catalog: Catalog, clock: Clock) -> None:
        self._store = store
        self._catalog = catalog
        self._clock = clock
        self._practice = PracticePool()
        self._limiters: dict[tuple[str, Key | None], Limiter] = {}

    async def build_context(
        self, row: RunRow, fence: int, stack: AsyncExitStack, share: ShareRow | None = None
    ) -> RunContext:
        """
        Build the context of a run, or of a share of it; what it opens is closed with the stack.

        Raises:
            SpecError: the key has gone, or the profile no longer allows the job.
            DraftmillError: the practice provider does not start.
        """
        job = job_of(row)
        profile, key = await self._profile(job, stack)
        tuning = replace(job.tuning, concurrency=share.places) if share else job.tuning
        most = share.places if share else max(CONCURRENCY[-1], tuning.concurrency)
        chat = Chat(profile, key, deadline_s=profile.deadline_s, connections=tuning.concurrency)
        return RunContext(
            run=row.id,
            fence=fence,
            share=share.id if share else None,
            spec=job.spec,
            tuning=tuning,
            profile=profile,
            model=row.model,
            task=task_of(row, job, self._store),
            chat=await stack.enter_async_context(chat),
            limiter=self._limiter(profile, key),
            throttle=Throttle(tuning.throttle_ms / 1000, self._clock),
            store=self._store,
            clock=self._clock,
            budget=Budget(None if share else job.spec.budget_usd, row.totals.cost_usd),
            run_budget_usd=job.spec.budget_usd if share else None,
            auto=Auto(tuning, most) if tuning.auto else None,
            outage=self._outage(row, job, row.planned if share else row.totals.open),
            breaker=_breaker(row, job, key),
            cancellation=Cancellation(),
            pending_writes=PendingWrites(self._store.calls.flush),
            reading=asyncio.Lock(),
            rng=random.Random(),
        )

    async def _profile(self, job: Job, stack: AsyncExitStack) -> tuple[Profile, Key | None]:
        """The profile with its key; of a run with a practice provider of its own, with that one's address."""
        profile = job.profile(edited(self._catalog, self._store))
        key = key_of(profile)
        if job.own_practice:
            profile = replace(profile, base_url=await self._borrow(job.practice or PracticeSettings(), stack))
        return profile, key

    def _outage(self, row: RunRow, job: Job, slots: int) -> OutageGuard:
        # A comparison measures speed: its arms start at full speed, each on its own.
        is_known = job.own_practice or row.comparison_id is not None
        return OutageGuard.of(
            -(-slots // job.tuning.batch_size),
            row.tries,
            row.unanswered,
            is_known=is_known or self._store.runs.has_written(row.model, row.base_url),
            kept_any=row.totals.drafted > row.totals.cached,
        )

    def close(self) -> None:
        """Stop the practice providers."""
        self._practice.close()

    async def _borrow(self, settings: PracticeSettings, stack: AsyncExitStack) -> str:
        base_url = await asyncio.to_thread(self._practice.borrow, settings)
        stack.callback(self._practice.give_back, settings)
        return base_url

    def _limiter(self, profile: Profile, key: Key | None) -> Limiter:
        """One limiter for each provider and key, configured as the newest run that uses it says."""
        limiter = self._limiters.get((profile.base_url, key))
        if limiter is None:
            limiter = Limiter(self._scheduler(profile, key), self._clock)
            self._limiters[profile.base_url, key] = limiter
        limiter.configure(profile.limits)
        return limiter

    def _scheduler(self, profile: Profile, key: Key | None) -> Scheduler:
        """With SQLite the limits are this process's; with a database server they are shared."""
        local = LocalScheduler(profile.limits, self._clock)
        if self._store.is_file:
            return local
        name = f"{profile.base_url} {key.mark if key else ''}"
        gate, log = gate_of(self._store, name), log_of(self._store, f"{name} calls")
        return SharedScheduler(local, gate, log, sign(), self._clock)


def _breaker(row: RunRow, job: Job, key: Key | None) -> BreakerKey:
    """Runs with a practice provider of their own have nothing in common: each may fail in its own way."""
    return BreakerKey(row.base_url, row.model, f"run {row.id}" if job.own_practice else key.mark if key else "")


def task_of(row: RunRow, job: Job, store: Store) -> Task:
    """What a run's packets are about, by the run's purpose."""
    return _TASKS[row.purpose](row, job, store)


def _drafting(row: RunRow, job: Job, store: Store) -> Drafting:
    # The arms of a comparison ask for the same drafts again and again: each is compared with its own only.
    library, asks_again = row.comparison_id is None, job.tuning.retries > 0
    duplicates = DuplicateCheck(store, job.spec, row.id, library=library, asks_again=asks_again)
    # A draft that keeps a passage cannot take in a word that is not there: it is flagged at once.
    retries = 0 if keeps_source(job.spec) else job.tuning.retries
    words = WordCheck(job.spec, retries) if job.spec.words else None
    return Drafting(job.spec, row.model, duplicates, nonce_of(row.id, row.created_at), row.base_url, words)


def _judging(row: RunRow, job: Job, store: Store) -> Judging:
    return Judging(job.spec, store, row.id, job.thresholds, nonce_of(row.id, row.created_at))


_TASKS: Mapping[str, Callable[[RunRow, Job, Store], Task]] = {"drafts": _drafting, "review": _judging}
