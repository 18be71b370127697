"""
What an answer comes to: which drafts it holds, what it is billed at, and how its call is entered in the ledger.

The retry contract has decided what to do, the task reads, the store does the writing.
"""

from __future__ import annotations

from collections import Counter

from engine.errors import NoAnswer, ProviderError, TooLarge
from engine.generate.context import RunContext
from engine.generate.retry import Action, Decision
from engine.kinds import Reading
from engine.money.cost import cost_usd
from engine.money.usage import Usage
from engine.providers.reply import Reply
from engine.store import Settlement
from engine.work import Packet


def read(context: RunContext, packet: Packet, seen: Reply | ProviderError, decision: Decision) -> Reading:
    """The drafts of an answer: none where the contract found nothing worth reading."""
    if isinstance(seen, ProviderError) or not seen.text:
        return Reading((), (), ())
    if decision.action in (Action.KEEP, Action.REASK) or seen.finish == "error":
        return context.task.read(seen.text, packet, truncated=decision.smaller)
    return Reading((), (), ())


def settlement(
    context: RunContext,
    packet: Packet,
    call: int,
    seen: Reply | ProviderError,
    decision: Decision,
    reading: Reading,
    answered_at: float | None = None,
) -> Settlement:
    """The entry that closes a call; `answered_at` (unix seconds, default: now) chooses the tariff."""
    usage = (isinstance(seen, Reply) and seen.usage) or Usage()
    usd, is_estimate = _bill(context, seen, decision, context.clock.wall() if answered_at is None else answered_at)
    rest = packet.without(reading.drafts)
    entry = Settlement(
        call=call,
        outcome=_call_outcome(decision, reading, packet, seen),
        reason=decision.reason or why(reading, decision),
        message=decision.message or "; ".join(item.detail for item in reading.rejections[:3] if item.detail),
        status=seen.status if isinstance(seen, Reply) else None,
        tokens_in=usage.tokens_in,
        tokens_out=usage.tokens_out,
        tokens_cached=usage.tokens_cached,
        cost_usd=usd,
        cost_is_estimate=is_estimate,
        model=seen.model if isinstance(seen, Reply) else "",
        failed=given_up(decision, rest),
        refused=Counter(item.code for item in reading.rejections),
    )
    return context.task.file(entry, reading.drafts)


def given_up(decision: Decision, rest: Packet | None) -> dict[int, str]:
    """Slot number to reason, for the slots that must not be asked for again."""
    if decision.action is not Action.FAIL or rest is None:
        return {}
    return {slot.number: decision.reason for slot in rest.slots}


def _bill(context: RunContext, seen: Reply | ProviderError, decision: Decision, at: float) -> tuple[float | None, bool]:
    """Never less than what may be charged: without a count, or without an answer, the worst case stands (None)."""
    if isinstance(seen, Reply) and seen.usage is not None:
        return cost_usd(seen.usage, context.price(seen.model, at))
    good = isinstance(seen, Reply) and seen.status == 200 and seen.envelope and not seen.error_code
    if good or decision.doubt or isinstance(seen, NoAnswer | TooLarge):
        return None, True
    return 0.0, False


def _call_outcome(decision: Decision, reading: Reading, packet: Packet, seen: Reply | ProviderError) -> str:
    if decision.action in (Action.KEEP, Action.REASK):
        return "ok" if len(reading.drafts) == len(packet.slots) else "partial" if reading.drafts else "empty"
    if decision.doubt or isinstance(seen, NoAnswer):
        return "in_doubt"
    if isinstance(seen, ProviderError):
        return "not_sent"
    return {Action.SLOW: "rate_limited", Action.STOP: "stopped"}.get(decision.action, "failed")


def why(reading: Reading, decision: Decision) -> str:
    """The commonest reason an answer lost items, as a code."""
    codes = [rejection.code for rejection in reading.rejections] or [decision.reason]
    return max(codes, key=codes.count)
