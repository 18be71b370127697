"""
A circuit breaker: how many extra calls a provider that is down may cost, and when a paused run is resumed by itself.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace

from engine.errors import ProviderError, Stopped
from engine.generate.decision import Action, RetryDecision
from engine.messages import Message, reason_name
from engine.providers.adapt import USUAL, Adaptations
from engine.providers.reply import Reply
from engine.spec import Tuning
from engine.store import AutoResume, pause_s

MIN_EXTRA_CALLS = 35  # design.md, law 5: a provider that is down costs at most max(35, 10 % of the plan) extra calls
EXTRA_CALLS_SHARE = 0.10
PROBE_CALLS = 12  # of the extra calls, kept for finding out whether a provider that was down is back
MAX_REFUSED_ROUNDS = 35  # more rounds of refusals for the rate pause the run
MAX_EMPTY = 12  # so many replies in a row without a usable draft: the settings are wrong, it is not bad luck
EXTRA_EMPTY = 2  # calls beyond the plan that a run without any draft may cost
ALIKE_REPLIES, ALIKE_ITEMS = 2, 4  # refused for one cause with no draft ever: it is the rule, not bad luck

NO_COMPLETION = ("no_envelope", "too_large", "encoding")
"""Reasons of replies that were no chat completion."""
CUT = ("truncated", "cut_off")
"""Causes of replies that were cut off."""
MOST_CUT = 3
"""Replies in a row that were cut off inside their first draft."""
UNREAD: Mapping[str, int] = {
    "missing": 2,
    "wrong_id": 2,
    "replayed": 2,
    "echoed": 2,
    "json": 2,
    "blank": 3,
    "refusal": 3,
}
"""Causes why a whole reply cannot be read, and how many alike stop a run that has kept nothing yet."""
BY_CHANCE = ("length", "duplicate", "truncated", "cut_off")
"""Causes that differ from answer to answer, or have a remedy of their own: two alike prove nothing."""
MISDIRECTED: Mapping[str, int] = {"wrong_id": 3, "replayed": 2, "echoed": 3}
"""The same for a run that has kept drafts: what a gateway does, it goes on doing."""
RESUMABLE = ("provider_down", "unreachable")
"""Reasons of a pause that ends by itself: the run is fine, its provider or the network is down."""


@dataclass(slots=True)
class OutageGuard:
    """What a run has seen of its provider: counts what went wrong, and stops the run when it gets nowhere."""

    max_extra_calls: int
    """The calls an outage may cost, and RETRYs of the whole run."""
    tries: int = 0
    """How often the run was resumed by itself since the provider was well."""
    held_until: float | None = None
    """Calls of other runs found that the provider is down: nothing is sent before, in unix seconds."""
    probing: bool = False
    """One call finds out whether the provider is back; nothing else is sent until it is answered."""
    answered: bool = False
    """A good reply has come."""
    pages: int = 0
    """Replies in a row that were no chat completion."""
    alike: int = 0
    """Refusals in a row with the same status and code."""
    last_refusal: str = ""
    adapted: Adaptations = USUAL
    """What the provider does not take, learned from its refusals."""
    unanswered: int = 0
    """Calls in a row that brought no response or a 5xx, those before the run was resumed by itself included."""
    rate_limited: int = 0
    """Refusals for the rate in a row."""
    planned_calls: int = MIN_EXTRA_CALLS
    """Calls the run makes when nothing goes wrong."""
    is_known: bool = True
    """The model has written drafts before: the first call need not find out how it answers."""
    refused_rounds: int = 0
    """The same, but calls sent before the first refusal of a round was known belong to that round."""
    round_known_at: float = -math.inf
    """When the first refusal of the last round was known."""
    kept_any: bool = False
    """A reply of this run held a usable draft."""
    consecutive_unread: int = 0
    """Replies in a row that were lost for the same cause."""
    last_cause: str = ""
    alike_items: int = 0
    """Items they were to bring."""
    consecutive_empty: int = 0
    """Good replies in a row without a usable draft."""
    consecutive_cut: int = 0
    """Replies in a row that were cut off before a draft was whole."""

    @classmethod
    def of(
        cls, planned_calls: int, tries: int = 0, unanswered: int = 0, *, is_known: bool = True, kept_any: bool = False
    ) -> OutageGuard:
        """
        A new guard.

        Args:
            planned_calls: Calls the run will make when nothing goes wrong.
            tries: How often it was resumed by itself.
            unanswered: Calls in a row without a response before it was.
            is_known: The model has written drafts before.
            kept_any: The run has drafts already.
        """
        extra = max(MIN_EXTRA_CALLS, int(EXTRA_CALLS_SHARE * planned_calls))
        return cls(
            extra,
            tries=tries,
            probing=tries > 0,
            unanswered=unanswered,
            planned_calls=planned_calls,
            is_known=is_known,
            kept_any=kept_any,
        )

    def max_in_flight(self, concurrency: int) -> int:
        """
        How many calls may be in flight.

        One while it is not known whether the provider is back, or whether the model writes anything usable: otherwise
        every call in flight would buy the same fault.
        """
        if self.probing or not self._is_trusted:
            return 1
        return concurrency if self.answered else min(concurrency, self.max_extra_calls)

    @property
    def is_healthy(self) -> bool:
        """The provider has given a good reply, and nothing has gone wrong since."""
        failing = self.probing or self.unanswered or self.consecutive_cut or self.last_cause in MISDIRECTED
        return self.answered and self._is_trusted and not failing

    @property
    def _is_trusted(self) -> bool:
        return self.kept_any or (self.is_known and not self.consecutive_empty)

    def auto_resume(self, reason: str, now: float) -> AutoResume | None:
        """
        When a run that was paused for this reason is resumed by itself: after 30 s, 1, 2, 4, 8, then 10 minutes.

        Returns:
            None where only a person can help, or where the extra calls are used up.
        """
        if reason not in RESUMABLE or self.unanswered >= self.max_extra_calls:
            return None
        if self.held_until is not None:
            return AutoResume(max(now, self.held_until), max(1, self.tries), self.unanswered)
        tries = 1 if self.answered else self.tries + 1
        return AutoResume(now + pause_s(tries), tries, self.unanswered)

    def trips_at(self, tuning: Tuning) -> int:
        """
        So many calls in a row without an answer are an outage.

        Other calls may be in flight: together they stay within the bound and leave some calls for probing.
        """
        return max(5, self.max_extra_calls - PROBE_CALLS - tuning.concurrency + 1)

    def alike_to(self, seen: Reply | ProviderError) -> int:
        """How many refusals like this one came in a row before it."""
        return self.alike if isinstance(seen, Reply) and _refusal(seen) == self.last_refusal else 0

    def observe(
        self,
        seen: Reply | ProviderError,
        decision: RetryDecision,
        tuning: Tuning,
        sent_at: float = math.inf,
        now: float = -math.inf,
    ) -> RetryDecision:
        """
        Count one reply, or the error in its place.

        Args:
            seen: The reply or the error.
            decision: What `decide` said about it.
            tuning: The run's.
            sent_at: When the call was sent, in monotonic seconds; default: after all refusals that are known.
            now: The time.

        Returns:
            The decision, or STOP in its place when the run as a whole gets nowhere.
        """
        if decision.adapt is not None:
            self.adapted = self.adapted.joined(decision.adapt)
        if decision.reason == "cut_off" and not decision.is_good:
            self.consecutive_cut += 1
        if decision.is_good:
            self.answered, self.probing = True, False
            self.unanswered = self.rate_limited = self.refused_rounds = self.alike = self.pages = 0
            return decision
        if decision.reason in NO_COMPLETION:
            self.pages += 1
        elif isinstance(seen, ProviderError) or seen.status >= 500:
            self.unanswered += 1
        elif decision.action is Action.SLOW:
            self._observe_refusal(sent_at, now)
        elif decision.adapt is None:
            self.alike = self.alike_to(seen) + 1
            self.last_refusal = _refusal(seen)
        return self._stop_if_hopeless(decision, tuning)

    def _observe_refusal(self, sent_at: float, now: float) -> None:
        self.rate_limited += 1
        self.probing = False
        if sent_at > self.round_known_at:
            self.refused_rounds += 1
            self.round_known_at = now

    def observe_kept(
        self, kept: int, cause: str, tuning: Tuning, detail: Message | str = "", *, asked: int = 1
    ) -> None:
        """
        Count the drafts of one good reply.

        Args:
            kept: Usable drafts.
            cause: Why most of the others were lost, as a code.
            tuning: The run's.
            detail: What was seen in place of drafts, for people.
            asked: Drafts that were asked for.

        Raises:
            Stopped: too many replies in a row held nothing usable; sooner where the run has kept nothing yet.
        """
        if self.mixes_ids(kept, cause, asked):
            self.adapted = self.adapted.joined(Adaptations(max_items=1))
        self.kept_any = self.kept_any or kept > 0
        is_misdirected = {cause, self.last_cause} <= MISDIRECTED.keys()  # one gateway shows itself in several ways
        is_alike = not kept and (cause == self.last_cause or is_misdirected)
        self.consecutive_unread = self.consecutive_unread + 1 if is_alike else 1
        self.alike_items = self.alike_items + asked if is_alike else asked
        self.last_cause = "" if kept else cause
        self.consecutive_empty = 0 if kept else self.consecutive_empty + 1
        self.consecutive_cut = self.consecutive_cut + 1 if cause in CUT and not kept else 0
        why = (
            Message("cause_seen", {"cause": reason_name(cause), "detail": detail})
            if str(detail)
            else reason_name(cause)
        )
        alike = (MISDIRECTED if self.kept_any else UNREAD).get(cause)
        if alike is not None and self.consecutive_unread >= alike:
            raise Stopped("unreadable", answers=self.consecutive_unread, why=why)
        if self.consecutive_cut >= MOST_CUT and not self.kept_any:
            raise Stopped.because(Message("cut_off").then(Message("cut_off_raise")))
        if not kept and self._is_hopeless(cause, tuning):
            raise Stopped("nothing_usable", answers=self.consecutive_empty, why=why)

    def mixes_ids(self, kept: int, cause: str, asked: int) -> bool:
        """Whether a reply shows, before any draft was kept, that the model cannot tell the ids of several apart."""
        return not (kept or self.kept_any) and cause == "wrong_id" and asked > 1

    def _is_hopeless(self, cause: str, tuning: Tuning) -> bool:
        """Whether the replies without a usable draft are enough to stop the run."""
        if not self.kept_any:
            if cause not in BY_CHANCE and self.consecutive_unread >= ALIKE_REPLIES and self.alike_items >= ALIKE_ITEMS:
                return True
            if self.consecutive_empty >= self.planned_calls + EXTRA_EMPTY:
                return True
        return self.consecutive_empty >= max(MAX_EMPTY, 3 * tuning.concurrency)

    def _stop_if_hopeless(self, decision: RetryDecision, tuning: Tuning) -> RetryDecision:
        if decision.action is Action.SLOW and self.refused_rounds > MAX_REFUSED_ROUNDS:
            return replace(decision, action=Action.STOP, message=Message("rate_limited", {"calls": self.rate_limited}))
        if decision.reason == "cut_off" and self._is_always_cut(decision.action):
            return replace(decision, action=Action.STOP)  # every other draft would be cut off, too
        if decision.action in (Action.RETRY, Action.FAIL) and self._is_down(decision.action, tuning):
            # A deadline shorter than the answer is no outage: a resumed run would only buy more late replies.
            unanswered = {"calls": self.unanswered, "why": decision.message}
            message = Message("provider_down", unanswered)
            if decision.reason == "late":
                message = Message("late", {"said": Message("unanswered_calls", unanswered)})
            return replace(decision, action=Action.STOP, message=message)
        return decision

    def _is_always_cut(self, action: Action) -> bool:
        if action is not Action.FAIL:
            return not self.kept_any and self.consecutive_cut >= MOST_CUT
        return not self.kept_any or self.consecutive_cut >= min(MOST_CUT, 1 + self.planned_calls)

    def _is_down(self, action: Action, tuning: Tuning) -> bool:
        if not self.unanswered:
            return False
        if self.probing:
            return True
        if action is Action.FAIL and self.unanswered >= max(5, 2 * tuning.concurrency):
            return True
        if action is Action.FAIL and not self.answered and self.unanswered > tuning.retries > 0:
            return True  # a small run's few packets would all be given up before there were five
        return self.unanswered >= self.trips_at(tuning)


def _refusal(reply: Reply) -> str:
    return f"{reply.status} {reply.error_code}"
