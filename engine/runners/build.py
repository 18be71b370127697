"""
Desks for runs: the profile in force, its key, its gate and its practice provider, laid out before the first call.
"""

from __future__ import annotations

import asyncio
import random
from contextlib import AsyncExitStack
from dataclasses import replace

from engine.clock import Clock
from engine.generate.autotune import Auto
from engine.generate.cancellation import Interruptible
from engine.generate.context import Desk
from engine.generate.duplicates import Near
from engine.generate.outage import Memory
from engine.generate.pending_writes import Settling
from engine.generate.task import Craft, Drafting
from engine.job import Job, job_of
from engine.judge import SecondModel
from engine.limiter.gate import Gate, Throttle
from engine.money.budget import Purse
from engine.practice import PracticeSettings
from engine.profiles import edited, key_of
from engine.providers import Catalog, Chat, Key, Profile
from engine.runners.practice import PracticePool
from engine.spec import CONCURRENCY
from engine.store import RunRow, Store


class Desks:
    """What the runs of one process share beyond their desks: gates and practice providers."""

    def __init__(self, store: Store, catalog: Catalog, clock: Clock) -> None:
        self._store = store
        self._catalog = catalog
        self._clock = clock
        self._practice = PracticePool()
        self._gates: dict[tuple[str, Key | None], Gate] = {}

    async def lay(self, row: RunRow, fence: int, stack: AsyncExitStack) -> Desk:
        """
        Lay out a run's desk; what it opens is closed with the stack.

        Raises:
            SpecError: the key has gone, or the profile no longer allows the job.
            DraftmillError: the practice provider does not start.
        """
        job = job_of(row)
        profile = job.profile(edited(self._catalog, self._store))
        key = key_of(profile)
        if job.own_practice:
            profile = replace(profile, base_url=await self._borrow(job.practice or PracticeSettings(), stack))
        tuning = job.tuning
        chat = Chat(profile, key, deadline_s=profile.deadline_s, connections=tuning.concurrency)
        return Desk(
            run=row.id,
            fence=fence,
            spec=job.spec,
            tuning=tuning,
            profile=profile,
            model=row.model,
            craft=craft_of(row, job, self._store),
            chat=await stack.enter_async_context(chat),
            gate=self._gate(profile, key),
            throttle=Throttle(tuning.throttle_ms / 1000, self._clock),
            store=self._store,
            clock=self._clock,
            purse=Purse(job.spec.budget_usd, row.totals.cost_usd),
            auto=Auto(tuning, max(CONCURRENCY[-1], tuning.concurrency)) if tuning.auto else None,
            memory=Memory.of(-(-row.totals.open // tuning.batch_size), row.tries, row.unanswered),
            interruptible=Interruptible(),
            settling=Settling(),
            reading=asyncio.Lock(),
            dice=random.Random(),
        )

    def close(self) -> None:
        """Stop the practice providers."""
        self._practice.close()

    async def _borrow(self, settings: PracticeSettings, stack: AsyncExitStack) -> str:
        base_url = await asyncio.to_thread(self._practice.borrow, settings)
        stack.callback(self._practice.give_back, settings)
        return base_url

    def _gate(self, profile: Profile, key: Key | None) -> Gate:
        """One gate for each provider and key, with the limits of the newest run that uses it."""
        gate = self._gates.setdefault((profile.base_url, key), Gate(profile.limits, self._clock))
        if gate.known != profile.limits:
            gate.relimit(profile.limits)
        return gate


def craft_of(row: RunRow, job: Job, store: Store) -> Craft:
    """What a run's packets are about: drafts, or a second model's opinions of them."""
    if row.purpose == "review":
        return SecondModel(job.spec, store, row.id, job.thresholds)
    # The arms of a comparison ask for the same drafts over and over: each is held against its own only.
    near = Near(store, job.spec, row.id, library=row.comparison_id is None, asks_again=job.tuning.retries > 0)
    return Drafting(job.spec, row.model, near)
