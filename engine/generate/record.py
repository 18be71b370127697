"""
Records what a call brought: reads the drafts, computes the cost, and enters both in the ledger.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace

from engine.errors import NoAnswer, ProviderError, TooLarge
from engine.generate.context import RunContext
from engine.generate.decision import Action, RetryDecision
from engine.kinds import ParsedReply
from engine.messages import NOTHING, Message
from engine.money.cost import cost_usd
from engine.money.price import FREE
from engine.money.usage import Usage
from engine.providers.reply import Reply
from engine.store import ProviderNews, Settlement
from engine.store.calls import SETTLED_S
from engine.work import Packet


@dataclass(frozen=True, slots=True)
class Recorded:
    """What a call brought: drafts and rejections, its cost, and the slots that are given up, each with its reason."""

    reading: ParsedReply
    cause: str
    """The commonest reason why items were lost, as a code."""
    cost_usd: float | None
    """None: in doubt, its upper bound counts."""
    failed: Mapping[int, str]


def record(
    context: RunContext,
    packet: Packet,
    call: int,
    seen: Reply | ProviderError,
    decision: RetryDecision,
    answered_at: float | None = None,
    *,
    news: ProviderNews | None = None,
) -> Recorded:
    """
    Read a reply and let the store write what it brought; the write is durable later (`context.pending_writes`).

    Args:
        context: The run's shared state.
        packet: What the call asked for.
        call: Its row.
        seen: Its reply, or the error in its place.
        decision: What `decide` said about it.
        answered_at: Unix seconds, for the tariff; default: now.
        news: What it says about the provider.
    """
    reading = _read(context, packet, seen, decision)
    at = context.clock.wall() if answered_at is None else answered_at
    entry = replace(_settlement(context, packet, call, seen, decision, reading, at), provider=news)
    filed = context.task.file(entry, reading.drafts)
    context.pending_writes.add(context.store.calls.settle(filed, context.fence, context.share, within_s=SETTLED_S))
    return Recorded(reading, _cause(reading, decision), entry.cost_usd, entry.failed)


def _read(context: RunContext, packet: Packet, seen: Reply | ProviderError, decision: RetryDecision) -> ParsedReply:
    """The drafts of a reply; of one that broke off, those that are complete."""
    if isinstance(seen, ProviderError) or not seen.text:
        return ParsedReply((), (), ())
    if decision.is_good or seen.finish in ("error", "length"):
        return context.task.read(seen.text, packet, truncated=seen.finish == "length")
    return ParsedReply((), (), ())


def _settlement(
    context: RunContext,
    packet: Packet,
    call: int,
    seen: Reply | ProviderError,
    decision: RetryDecision,
    reading: ParsedReply,
    at: float,
) -> Settlement:
    cause = _cause(reading, decision)
    one_each = context.outage.mixes_ids(len(reading.drafts), cause, len(packet.slots))
    usage = (isinstance(seen, Reply) and seen.usage) or Usage()
    usd, is_estimate = _bill(context, seen, decision, at)
    return Settlement(
        call=call,
        outcome=_call_outcome(decision, reading, packet, seen),
        reason=decision.reason or cause,
        message=decision.message if decision.reason else _refusals(reading),
        status=seen.status if isinstance(seen, Reply) else None,
        tokens_in=usage.tokens_in,
        tokens_out=usage.tokens_out,
        tokens_cached=usage.tokens_cached,
        cost_usd=usd,
        cost_is_estimate=is_estimate,
        model=seen.model if isinstance(seen, Reply) else "",
        failed=_failed(decision, packet.without(reading.drafts)),
        refused=Counter(item.code for item in reading.rejections),
        notes=(*reading.notes, *([Message("read.one_each")] if one_each else [])),
    )


def _refusals(reading: ParsedReply) -> Message:
    """Why the first items of a reply were refused, each reason once."""
    details = list({item.detail: item.message for item in reading.rejections[:3] if item.detail}.values())
    return Message("items_refused", {"items": details}) if details else NOTHING


def _failed(decision: RetryDecision, rest: Packet | None) -> dict[int, str]:
    """Slot number to reason, for the slots that must not be asked for again."""
    if decision.action is not Action.FAIL or rest is None:
        return {}
    return {slot.number: decision.reason for slot in rest.slots}


def _bill(
    context: RunContext, seen: Reply | ProviderError, decision: RetryDecision, at: float
) -> tuple[float | None, bool]:
    """USD, and whether that is an estimate. None: without a token count or a response the upper bound counts."""
    if isinstance(seen, Reply) and seen.usage is not None:
        return cost_usd(seen.usage, context.price(seen.model, at))
    good = isinstance(seen, Reply) and seen.status == 200 and seen.envelope and not seen.error_code
    free = context.price(seen.model if isinstance(seen, Reply) else "", at) == FREE
    if not free and (good or decision.doubt or isinstance(seen, NoAnswer | TooLarge)):
        return None, True
    return 0.0, False


def _call_outcome(decision: RetryDecision, reading: ParsedReply, packet: Packet, seen: Reply | ProviderError) -> str:
    if decision.is_good:
        return "ok" if len(reading.drafts) == len(packet.slots) else "partial" if reading.drafts else "empty"
    if decision.doubt or isinstance(seen, NoAnswer):
        return "in_doubt"
    if isinstance(seen, ProviderError):
        return "not_sent"
    return {Action.SLOW: "rate_limited", Action.STOP: "stopped"}.get(decision.action, "failed")


def _cause(reading: ParsedReply, decision: RetryDecision) -> str:
    codes = [rejection.code for rejection in reading.rejections] or [decision.reason]
    return max(codes, key=codes.count)
