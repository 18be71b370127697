"""
What all packets of one run share: the way to the provider, the ledger, and what the run has learned so far.
"""

from __future__ import annotations

import asyncio
import random
from collections import defaultdict, deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace

from engine.auto import Auto
from engine.clock import Clock
from engine.cost import Day, midnight
from engine.errors import DraftmillError, ProviderError
from engine.limits import Price
from engine.pace import Gate, Throttle
from engine.providers import Chat, Profile
from engine.purse import Purse
from engine.retry import Action, Decision
from engine.spec import RunSpec, Tuning
from engine.store import Store
from engine.work import Cell, Reply

LEAST_SPARE_CALLS = 35  # design.md, law 5: a provider that is down costs at most max(35, 10 % of the plan) extra calls
SPARE_SHARE = 0.10
PAGES = ("no_envelope", "too_large")
BARREN_CALLS = 12  # this many answers in a row without one usable draft: the settings are wrong, not the luck
AVOID_TITLES = 8


class Stopped(DraftmillError):
    """The run must pause: `reason` is a short code, the message says what happened and the way out."""

    def __init__(self, reason: str, message: str) -> None:
        self.reason = reason
        super().__init__(message)


class Interruptible:
    """The tasks of a run that wait and have nothing in flight: those a stop may end at once."""

    def __init__(self) -> None:
        self._waiting: set[asyncio.Task[object]] = set()
        self.closed = False

    @contextmanager
    def __call__(self) -> Iterator[None]:
        """While inside, `interrupt` cancels this task; once interrupted, entering cancels it."""
        task = asyncio.current_task()
        if self.closed or task is None:
            raise asyncio.CancelledError
        self._waiting.add(task)
        try:
            yield
        finally:
            self._waiting.discard(task)

    def interrupt(self) -> None:
        """Cancel every waiting task now, and any that would wait later; what is in flight drains."""
        self.closed = True
        for task in self._waiting:
            task.cancel()


@dataclass(slots=True)
class Memory:
    """What a run has learned that later decisions rest on."""

    spare_calls: int
    answered: bool = False
    pages: int = 0
    alike: int = 0
    last_refusal: str = ""
    schema_dropped: bool = False
    unanswered: int = 0
    """Calls in a row that brought no answer or a 5xx."""
    slowed: int = 0
    """Rate signals in a row."""
    barren: int = 0
    """Good answers in a row without one usable draft."""
    titles: dict[Cell, deque[str]] = field(default_factory=lambda: defaultdict(lambda: deque(maxlen=AVOID_TITLES)))

    @classmethod
    def of(cls, planned_calls: int) -> Memory:
        """A fresh memory with the retry budget of a run of `planned_calls`."""
        return cls(spare_calls=max(LEAST_SPARE_CALLS, int(SPARE_SHARE * planned_calls)))

    def alike_to(self, seen: Reply | ProviderError) -> int:
        """How many refusals like this one came in a row before it."""
        return self.alike if isinstance(seen, Reply) and _refusal(seen) == self.last_refusal else 0

    def take(self, seen: Reply | ProviderError, decision: Decision, tuning: Tuning) -> Decision:
        """
        Remember one answer.

        Returns:
            The decision, or STOP in its place when the run as a whole is getting nowhere.
        """
        if decision.action in (Action.KEEP, Action.REASK):
            self.answered = True
            self.unanswered = self.slowed = self.alike = 0
            return decision
        self.schema_dropped = self.schema_dropped or decision.drop_schema
        if decision.reason in PAGES:
            self.pages += 1
        elif isinstance(seen, ProviderError) or seen.status >= 500:
            self.unanswered += 1
        elif decision.action is Action.SLOW:
            self.slowed += 1
        elif not decision.drop_schema:
            self.alike = self.alike_to(seen) + 1
            self.last_refusal = _refusal(seen)
        return self._stop_if_hopeless(decision, tuning)

    def take_kept(self, kept: int, why: str, tuning: Tuning) -> None:
        """
        Remember how many drafts one good answer gave.

        Raises:
            Stopped: answer after answer holds nothing usable.
        """
        self.barren = 0 if kept else self.barren + 1
        if self.barren >= max(BARREN_CALLS, 3 * tuning.concurrency):
            raise Stopped(
                "nothing_usable",
                f"the last {self.barren} answers held no usable draft ({why}). The run is paused so that no more money "
                "is spent; look at a raw answer, then try another model or simpler options",
            )

    def spend_retry(self, decision: Decision) -> None:
        """
        Take one repeated call from the run's budget.

        Raises:
            Stopped: the budget is empty.
        """
        self.spare_calls -= 1
        if self.spare_calls < 0:
            raise Stopped(
                "retry_budget",
                f"too many calls had to be repeated, the last because: {decision.message} The run is paused so that "
                "no more money is spent; resume it when the provider is well",
            )

    def _stop_if_hopeless(self, decision: Decision, tuning: Tuning) -> Decision:
        if decision.action is Action.SLOW and self.slowed > LEAST_SPARE_CALLS:
            message = f"{self.slowed} calls in a row were refused for their rate. Lower rpm or resume later"
            return replace(decision, action=Action.STOP, reason="rate_limited", message=message)
        if decision.action is Action.FAIL and self.unanswered >= max(5, 2 * tuning.concurrency):
            message = f"no answer to {self.unanswered} calls in a row: {decision.message} Resume when it is well"
            return replace(decision, action=Action.STOP, reason="provider_down", message=message)
        return decision


@dataclass(frozen=True, slots=True)
class Desk:
    """What every packet of one run shares."""

    run: int
    fence: int | None
    spec: RunSpec
    tuning: Tuning
    profile: Profile
    model: str
    chat: Chat
    gate: Gate
    throttle: Throttle
    store: Store
    clock: Clock
    memory: Memory
    purse: Purse
    auto: Auto | None
    """Chooses the batch size and concurrency as it goes; None: the Tuning stands."""
    interruptible: Interruptible
    dice: random.Random

    def price(self, served: str, at: float | None = None) -> Price:
        """The price of the served model, else of the one asked for, at a moment (unix seconds) or at the peak."""
        return self.profile.price(served, self.model, at=at)

    def day(self) -> Day | None:
        """The budget of this day, local time; None where there is none."""
        budget_usd = self.profile.budget_day_usd
        return None if budget_usd is None else Day(self.profile.name, midnight(self.clock.wall()), budget_usd)

    def explain(self, decision: Decision) -> str:
        """The decision's message, with the name of the variable where the key is at fault."""
        where = f" It is read from {self.profile.key_env}." if decision.reason == "key" and self.profile.key_env else ""
        return decision.message + where


def _refusal(reply: Reply) -> str:
    return f"{reply.status} {reply.error_code}"
