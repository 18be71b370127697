"""
What all packets of one run share: the way to the provider, the ledger, and what the run has learned so far.
"""

from __future__ import annotations

import asyncio
import random
from collections import defaultdict, deque
from collections.abc import Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import dataclass, field, replace

from engine.auto import Auto
from engine.clock import Clock, clock_time
from engine.cost import Day, midnight
from engine.craft import Craft
from engine.errors import DraftmillError, ProviderError
from engine.limits import Price
from engine.pace import Gate, Throttle
from engine.providers import Chat, Profile
from engine.purse import Purse
from engine.retry import Action, Decision
from engine.spec import RunSpec, Tuning
from engine.store import Again, Settled, Store, committed
from engine.work import Cell, Reply

LEAST_SPARE_CALLS = 35  # design.md, law 5: a provider that is down costs at most max(35, 10 % of the plan) extra calls
SPARE_SHARE = 0.10
PAGES = ("no_envelope", "too_large")
PROBES = 12  # of the extra calls, kept for finding out whether a provider that was down is back
FIRST_TRY_S = 30.0
LONGEST_TRY_S = 600.0
DOWN = ("provider_down", "unreachable")
"""Why a run pauses that is tried again by itself: nothing is wrong with it, its provider or the network is away."""
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


class Settling:
    """
    Settlements on their way to the disk, so that a worker asks on meanwhile.

    The store writes in order: when a later write is durable, these are, or have failed.
    """

    def __init__(self) -> None:
        self._waiting: deque[Future[Settled]] = deque()

    def add(self, settlement: Future[Settled]) -> None:
        """Let a settlement be written."""
        self._waiting.append(settlement)

    def check(self) -> None:
        """
        Forget those that are written.

        Raises:
            StoreError: one could not be.
        """
        while self._waiting and self._waiting[0].done():
            self._waiting.popleft().result()

    async def all_written(self) -> None:
        """
        Wait for the rest.

        Raises:
            StoreError: one could not be written.
        """
        while self._waiting:
            await committed(self._waiting.popleft())


@dataclass(slots=True)
class Memory:
    """What a run has learned that later decisions rest on."""

    bound: int
    """Extra calls a provider that is down may cost, and RETRYs of the whole run."""
    spare_calls: int
    tries: int = 0
    """Which try this is, by itself, since the provider was well; 0: none."""
    probing: bool = False
    """One call finds out whether the provider is back; nothing else is sent until it has answered."""
    answered: bool = False
    pages: int = 0
    alike: int = 0
    last_refusal: str = ""
    schema_dropped: bool = False
    unanswered: int = 0
    """Calls in a row that brought no answer or a 5xx, those of earlier tries included."""
    slowed: int = 0
    """Rate signals in a row."""
    barren: int = 0
    """Good answers in a row without one usable draft."""
    titles: dict[Cell, deque[str]] = field(default_factory=lambda: defaultdict(lambda: deque(maxlen=AVOID_TITLES)))

    @classmethod
    def of(cls, planned_calls: int, tries: int = 0, unanswered: int = 0) -> Memory:
        """A fresh memory with the retry budget of a run of `planned_calls`, or of one that is tried again by itself."""
        bound = max(LEAST_SPARE_CALLS, int(SPARE_SHARE * planned_calls))
        return cls(bound, spare_calls=bound, tries=tries, probing=tries > 0, unanswered=unanswered)

    def most_in_flight(self, concurrency: int) -> int:
        """How many calls may be in flight: one while it is not known whether the provider is back."""
        if self.probing:
            return 1
        return concurrency if self.answered else min(concurrency, self.bound)

    @property
    def is_well(self) -> bool:
        """The provider has given a good answer, and nothing has gone wrong since."""
        return self.answered and not self.probing and not self.unanswered

    def try_again(self, code: str, now: float) -> Again | None:
        """
        When a run that was paused with this code is tried again by itself: 30 s, 1, 2, 4, 8, then 10 minutes later.

        Returns:
            None where only a person can help, or where the extra calls are used up.
        """
        if code not in DOWN or self.unanswered >= self.bound:
            return None
        tries = 1 if self.answered else self.tries + 1
        wait_s = min(LONGEST_TRY_S, FIRST_TRY_S * 2 ** (tries - 1))
        return Again(now + wait_s, tries, self.unanswered)

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
            self.answered, self.probing = True, False
            self.unanswered = self.slowed = self.alike = 0
            return decision
        self.schema_dropped = self.schema_dropped or decision.drop_schema
        if decision.reason in PAGES:
            self.pages += 1
        elif isinstance(seen, ProviderError) or seen.status >= 500:
            self.unanswered += 1
        elif decision.action is Action.SLOW:
            self.slowed += 1
            self.probing = False
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
        if decision.action in (Action.RETRY, Action.FAIL) and self._is_down(decision.action, tuning):
            # A deadline shorter than the answer is no outage: trying again would only buy more answers nobody reads.
            reason, way_out = ("late", "Raise deadline_s") if decision.reason == "late" else ("provider_down", "Resume")
            message = f"no answer to {self.unanswered} calls in a row: {decision.message} {way_out} when it is well"
            return replace(decision, action=Action.STOP, reason=reason, message=message)
        return decision

    def _is_down(self, action: Action, tuning: Tuning) -> bool:
        if not self.unanswered:
            return False
        if self.probing:
            return True
        if action is Action.FAIL and self.unanswered >= max(5, 2 * tuning.concurrency):
            return True
        if action is Action.FAIL and not self.answered and self.unanswered > tuning.retries > 0:
            return True  # a small run's few packets would all be given up before there were five
        # As many more may be in flight: together they stay within the bound, and leave some for finding out.
        return self.unanswered >= max(5, self.bound - PROBES - tuning.concurrency + 1)


@dataclass(frozen=True, slots=True)
class Desk:
    """What every packet of one run shares."""

    run: int
    fence: int | None
    spec: RunSpec
    tuning: Tuning
    profile: Profile
    model: str
    craft: Craft
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
    settling: Settling
    reading: asyncio.Lock
    """One answer is read at a time, and what is ready to be sent goes between two."""
    dice: random.Random

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


def _refusal(reply: Reply) -> str:
    return f"{reply.status} {reply.error_code}"
