"""
Desks for runs: the profile in force, its key, its gate and its practice provider, laid out before the first call.
"""

from __future__ import annotations

import asyncio
import os
import random
from contextlib import AsyncExitStack
from dataclasses import replace
from pathlib import Path

from engine.auto import Auto
from engine.clock import Clock
from engine.craft import Craft, Drafting
from engine.desk import Desk, Interruptible, Memory, Settling
from engine.near import Near
from engine.pace import Gate, Throttle
from engine.providers import Catalog, Chat, Key, Profile, read_key
from engine.providers.keys import has_table
from engine.providers.practice import PracticeSettings
from engine.purse import Purse
from engine.runners.jobs import Job
from engine.runners.practice import PracticePool
from engine.second_model import SecondModel
from engine.spec import CONCURRENCY
from engine.store import RunRow, Store

SECRETS = Path(".streamlit/secrets.toml")


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


def key_of(profile: Profile) -> Key | None:
    """
    The provider's key from the environment or secrets.toml.

    Raises:
        SpecError: it is missing or malformed; the message names the variable and never the key.
    """
    return read_key(profile, os.environ, SECRETS)


def signs_in() -> bool:
    """Whether secrets.toml sets sign-in up ([auth]), here or in the home folder, where Streamlit looks too."""
    return any(has_table(path, "auth") for path in (SECRETS, Path.home() / SECRETS))


def edited(catalog: Catalog, store: Store) -> Catalog:
    """The catalog with the limits and prices that were saved in the dashboard."""
    return catalog.edited(store.profiles())


def craft_of(row: RunRow, job: Job, store: Store) -> Craft:
    """What a run's packets are about: drafts, or a second model's opinions of them."""
    if row.purpose == "review":
        return SecondModel(job.spec, store, row.id, job.thresholds)
    # The arms of a comparison ask for the same drafts over and over: each is held against its own only.
    near = Near(store, job.spec, row.id, library=row.comparison_id is None, asks_again=job.tuning.retries > 0)
    return Drafting(job.spec, row.model, near)


def job_of(row: RunRow) -> Job:
    """The job a run was submitted as."""
    return Job.from_row(row.spec, row.tuning, row.preset, row.limits)
