"""
A circuit breaker: how many extra calls a provider that is down may cost, and when a paused run is tried again.
"""

from __future__ import annotations

from collections import defaultdict, deque
from dataclasses import dataclass, field, replace

from engine.errors import ProviderError, Stopped
from engine.generate.retry import Action, Decision
from engine.providers.reply import Reply
from engine.spec import Tuning
from engine.store import AutoResume
from engine.work import Cell

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


@dataclass(slots=True)
class OutageGuard:
    """What a run has learned that later decisions rest on."""

    bound: int
    """Extra calls a provider that is down may cost, and RETRYs of the whole run."""
    retry_budget: int
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
    consecutive_empty: int = 0
    """Good answers in a row without one usable draft."""
    titles: dict[Cell, deque[str]] = field(default_factory=lambda: defaultdict(lambda: deque(maxlen=AVOID_TITLES)))

    @classmethod
    def of(cls, planned_calls: int, tries: int = 0, unanswered: int = 0) -> OutageGuard:
        """A fresh guard with the retry budget of a run of `planned_calls`, or of one that is tried again by itself."""
        bound = max(LEAST_SPARE_CALLS, int(SPARE_SHARE * planned_calls))
        return cls(bound, retry_budget=bound, tries=tries, probing=tries > 0, unanswered=unanswered)

    def most_in_flight(self, concurrency: int) -> int:
        """How many calls may be in flight: one while it is not known whether the provider is back."""
        if self.probing:
            return 1
        return concurrency if self.answered else min(concurrency, self.bound)

    @property
    def is_well(self) -> bool:
        """The provider has given a good answer, and nothing has gone wrong since."""
        return self.answered and not self.probing and not self.unanswered

    def auto_resume(self, code: str, now: float) -> AutoResume | None:
        """
        When a run that was paused with this code is tried again by itself: 30 s, 1, 2, 4, 8, then 10 minutes later.

        Returns:
            None where only a person can help, or where the extra calls are used up.
        """
        if code not in DOWN or self.unanswered >= self.bound:
            return None
        tries = 1 if self.answered else self.tries + 1
        wait_s = min(LONGEST_TRY_S, FIRST_TRY_S * 2 ** (tries - 1))
        return AutoResume(now + wait_s, tries, self.unanswered)

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
        self.consecutive_empty = 0 if kept else self.consecutive_empty + 1
        if self.consecutive_empty >= max(BARREN_CALLS, 3 * tuning.concurrency):
            raise Stopped(
                "nothing_usable",
                f"the last {self.consecutive_empty} answers held no usable draft ({why}). The run is paused so that no "
                "more money is spent; look at a raw answer, then try another model or simpler options",
            )

    def spend_retry(self, decision: Decision) -> None:
        """
        Take one repeated call from the run's budget.

        Raises:
            Stopped: the budget is empty.
        """
        self.retry_budget -= 1
        if self.retry_budget < 0:
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


def _refusal(reply: Reply) -> str:
    return f"{reply.status} {reply.error_code}"
