"""
What all packets of one run share: the way to the provider, the ledger, and what the run has learned so far.
"""

from __future__ import annotations

import asyncio
import random
from dataclasses import dataclass

from engine.clock import Clock, clock_time
from engine.generate.autotune import Auto
from engine.generate.cancellation import Cancellation
from engine.generate.outage import OutageGuard
from engine.generate.pending_writes import PendingWrites
from engine.generate.retry import Decision
from engine.generate.task import Task
from engine.limiter.gate import Gate, Throttle
from engine.money.budget import Budget
from engine.money.cost import Day, midnight
from engine.money.price import Price
from engine.providers import Profile
from engine.providers.chat import Chat
from engine.spec import RunSpec, Tuning
from engine.store import Store


@dataclass(frozen=True, slots=True)
class RunContext:
    """What every packet of one run shares."""

    run: int
    fence: int | None
    spec: RunSpec
    tuning: Tuning
    profile: Profile
    model: str
    task: Task
    chat: Chat
    gate: Gate
    throttle: Throttle
    store: Store
    clock: Clock
    outage: OutageGuard
    budget: Budget
    auto: Auto | None
    """Chooses the batch size and concurrency as it goes; None: the Tuning stands."""
    cancellation: Cancellation
    pending_writes: PendingWrites
    reading: asyncio.Lock
    """One answer is read at a time, and what is ready to be sent goes between two."""
    rng: random.Random

    def price(self, served: str, at: float | None = None) -> Price:
        """The price of the served model, else of the one asked for, at a moment (unix seconds) or at the peak."""
        return self.profile.price(served, self.model, at=at)

    def day(self) -> Day | None:
        """The budget of this day, local time; None where there is none."""
        budget_usd = self.profile.budget_day_usd
        return None if budget_usd is None else Day(self.profile.name, midnight(self.clock.wall()), budget_usd)

    def explain(self, decision: Decision) -> str:
        """The decision's message, with the variable where the key is at fault, and with the time where one is named."""
        if decision.reason == "key" and self.profile.key_env:
            return f"{decision.message} It is read from {self.profile.key_env}."
        if decision.wait_s:
            now = self.clock.wall()
            return f"{decision.message} That is at {clock_time(now + decision.wait_s, now)}."
        return decision.message
