"""
The shared state of a run: client, limiter, budget, ledger, and what the run has seen of its provider.
"""

from __future__ import annotations

import asyncio
import random
from dataclasses import dataclass

from engine.clock import Clock, clock_time
from engine.generate.autotune import Auto
from engine.generate.cancellation import Cancellation
from engine.generate.decision import RetryDecision
from engine.generate.outage import OutageGuard
from engine.generate.pending_writes import PendingWrites
from engine.generate.task import Task
from engine.limiter.gate import Limiter, Throttle
from engine.messages import Message
from engine.money.budget import Budget
from engine.money.cost import Day, midnight
from engine.money.price import Price
from engine.providers import Profile
from engine.providers.addresses import address_advice
from engine.providers.chat import Chat
from engine.spec import RunSpec, Tuning
from engine.store import BreakerKey, Store


@dataclass(frozen=True, slots=True)
class RunContext:
    """The shared state of one run."""

    run: int
    fence: int | None
    spec: RunSpec
    tuning: Tuning
    profile: Profile
    model: str
    task: Task
    chat: Chat
    limiter: Limiter
    throttle: Throttle
    store: Store
    clock: Clock
    outage: OutageGuard
    breaker: BreakerKey
    budget: Budget
    auto: Auto | None
    """Chooses the batch size and concurrency while the run goes; None: the Tuning is fixed."""
    cancellation: Cancellation
    pending_writes: PendingWrites
    reading: asyncio.Lock
    """Held while a reply is read: one at a time, and calls that are ready are sent between two."""
    rng: random.Random
    share: int | None = None
    """The share that this process works on; None: it works on the whole run."""
    run_budget_usd: float | None = None
    """The run's budget where several processes spend it, and the ledger keeps it; None: `budget` does."""

    async def sleep(self, seconds: float) -> None:
        """
        Wait on the run's clock.

        Raises:
            asyncio.CancelledError: the run was stopped.
        """
        with self.cancellation():
            await self.clock.sleep(seconds)

    def price(self, served: str, at: float | None = None) -> Price:
        """The price of the served model, else of the one asked for, at a time (unix seconds) or at the peak."""
        return self.profile.price(served, self.model, at=at)

    def day(self) -> Day | None:
        """Today's budget (local time); None: there is none."""
        budget_usd = self.profile.budget_day_usd
        return None if budget_usd is None else Day(self.profile.name, midnight(self.clock.wall()), budget_usd)

    def explain(self, decision: RetryDecision) -> Message:
        """The decision's message; names the variable of a refused key, and the time of a wait."""
        if decision.reason == "key" and self.profile.key_env:
            return decision.message.then(Message("key_variable", {"variable": self.profile.key_env}))
        if decision.reason in ("no_endpoint", "no_envelope"):
            base_url = self.profile.base_url
            address = {"base_url": base_url, "advice": address_advice(base_url)}
            return decision.message.then(Message("address_is", address))
        if decision.wait_s and not decision.message.says("resets_daily"):
            now = self.clock.wall()
            return decision.message.then(Message("that_is_at", {"time": clock_time(now + decision.wait_s, now)}))
        return decision.message
