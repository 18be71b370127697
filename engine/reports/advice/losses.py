"""
Advice on drafts that were not made: failed slots, lost calls, unusable, short and cut-off replies.
"""

from __future__ import annotations

from engine.providers.profile import DEADLINE_S, MAX_TOKENS
from engine.reports.advice.facts import Advice, Evidence, Facts
from engine.reports.advice.shared import (
    ENOUGH_ITEMS,
    MOST_LOST,
    enough,
    gain_of,
    is_unusable,
    more_retries,
    retry_gain,
    settled,
    unusable,
)
from engine.reports.metrics import ERROR_TARGET, SUCCESS_TARGET

ALL_LATE_S = 60.0
"""When no call was answered in time, the time of an answer is unknown: twice a short deadline would be a guess."""
MOST_BROKEN = 0.05  # calls without an answer
NO_RETRY = (
    *("late", "cut_off", "thinking", "too_long", "refused", "refusal", "moderation", "forbidden", "bad_request"),
    *("key", "credit", "quota", "budget", "budget_day", "certificate", "redirect", "no_endpoint", "too_large"),
)
"""Causes of failed drafts that another attempt does not change."""


def low_success(facts: Facts) -> Advice | None:
    """Under 95 % of the slots filled: ask again for what is missing, unless the answers cannot be used."""
    missing = facts.failed + facts.cancelled
    if (
        not enough(facts, facts.settled)
        or missing <= round(1 - SUCCESS_TARGET, 6) * settled(facts)
        or is_unusable(facts)
    ):
        return None
    evidence: Evidence = {
        "success_rate": facts.drafted / facts.settled,
        "drafted": facts.drafted,
        "settled": facts.settled,
        "missing": missing,
    }
    return Advice("low_success", evidence, gain_of(facts.settled, facts.drafted))


def errors(facts: Facts) -> Advice | None:
    """Over 5 % of the slots failed: more retries, where the cause is one that passes."""
    if not enough(facts, facts.settled) or facts.failed <= ERROR_TARGET * settled(facts) or is_unusable(facts):
        return None
    rate, retries = facts.failed / facts.settled, facts.tuning.retries
    evidence: Evidence = {
        "error_rate": rate,
        "failed": facts.failed,
        "settled": facts.settled,
        "cause": facts.cause or "unknown",
        "retries": retries,
    }
    more = 0 if facts.cause in NO_RETRY else more_retries(retries)
    return Advice("errors", evidence, retry_gain(rate, retries, more), settings={"retries": more} if more else {})


def unusable_replies(facts: Facts) -> Advice | None:
    """Most of what came back cannot be used: no setting helps, another model or simpler options may."""
    if not is_unusable(facts):
        return None
    bad, asked = unusable(facts)
    evidence: Evidence = {"share": bad / asked, "unusable": bad, "asked": asked}
    return Advice("unusable", {**evidence, "cause": facts.unusable_cause or facts.cause or "unknown"})


def unstable_network(facts: Facts) -> Advice | None:
    """Over 5 % of the calls were lost by the network: more retries."""
    if not enough(facts, facts.calls) or facts.broken <= MOST_BROKEN * facts.calls:
        return None
    rate, retries = facts.broken / facts.calls, facts.tuning.retries
    more = more_retries(retries)
    evidence: Evidence = {"broken_rate": rate, "broken": facts.broken, "calls": facts.calls, "retries": retries}
    # A call that is lost is sent again; the packet is lost only when every one of its calls is.
    gain = retry_gain(rate ** (1 + retries), retries, more)
    return Advice("unstable_network", evidence, gain, settings={"retries": more} if more else {})


def short_deadline(facts: Facts) -> Advice | None:
    """Over 5 % of the calls were still being answered at their deadline: twice the time, else half the batch."""
    if not enough(facts, facts.calls) or facts.late <= MOST_BROKEN * facts.calls:
        return None
    deadline_s, batch = whole(facts.deadline_s), facts.tuning.batch_size
    least_s = ALL_LATE_S if facts.late == facts.calls else 0.0
    longer_s = whole(min(DEADLINE_S[1], max(2 * facts.deadline_s, least_s)))
    evidence: Evidence = {
        "late": facts.late,
        "calls": facts.calls,
        "late_rate": facts.late / facts.calls,
        "deadline_s": deadline_s,
        "batch_size": batch,
    }
    settings: dict[str, int | float] = {"batch_size": batch // 2} if batch > 1 and not facts.tuning.auto else {}
    if deadline_s < longer_s:
        settings = {"deadline_s": longer_s}
    return Advice("deadline", evidence, settings=settings)


def cut_off(facts: Facts) -> Advice | None:
    """Replies of a single draft that end at max_tokens: twice as many."""
    replies = facts.replies.get(1)
    if not facts.cut_tokens or replies is None or replies.share_lost <= MOST_LOST or not enough(facts, replies.asked):
        return None
    most = max(MAX_TOKENS[0], min(MAX_TOKENS[-1], 2 * facts.cut_tokens))
    evidence: Evidence = {"cut": facts.cut, "max_tokens": facts.cut_tokens}
    return Advice("cut_off", evidence, settings={"max_tokens": most} if most > facts.cut_tokens else {})


def smaller_batch(facts: Facts) -> Advice | None:
    """Over 10 % of the items of a packet came short or cut off: the size with the most kept drafts a second."""
    batch = facts.tuning.batch_size
    replies = facts.replies.get(batch)
    if replies is None or batch == 1 or facts.tuning.auto or replies.share_lost <= MOST_LOST:
        return None
    if replies.asked < (batch if facts.ended else ENOUGH_ITEMS):
        return None
    lost = replies.share_lost
    kept = {size: 1 - _expected_loss(facts, size, lost) for size in range(1, batch)}
    goodput = {size: kept[size] * facts.speeds.get(size, 0.0) for size in kept}
    best = max(goodput, key=lambda size: goodput[size])
    gain = gain_of(goodput[best], (1 - lost) * facts.speeds.get(batch, 0.0))
    if gain is None:  # no size is faster: half the loss then, for the tokens and the late second rounds
        best = max((size for size in kept if 1 - kept[size] <= lost / 2), default=1)
    evidence: Evidence = {
        "batch_size": batch,
        "asked": replies.asked,
        "lost": replies.lost,
        "share_lost": lost,
        "expected_lost": 1 - kept[best],
        "cut": facts.cut,
    }
    return Advice("smaller_batch", evidence, gain, "warn" if gain else "hint", {"batch_size": best})


def whole(value: float) -> int | float:
    """A number without its fraction where that is 0."""
    return int(value) if value == int(value) else value


def _expected_loss(facts: Facts, size: int, lost: float) -> float:
    """The share lost at a smaller size: measured, else none with one item and growing evenly with each more."""
    seen = facts.replies.get(size)
    if seen is not None and seen.asked >= ENOUGH_ITEMS:
        return seen.share_lost
    return lost * (size - 1) / (facts.tuning.batch_size - 1)
