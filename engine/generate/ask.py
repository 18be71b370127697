"""
Asks for one packet: sends calls until its slots have drafts, are missing, or are given up.

One call goes one way: prompt and permit (send), reply, decision (retry), record. tenacity repeats it.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from tenacity import AsyncRetrying, RetryCallState

from engine.errors import ProviderError, Stopped
from engine.generate.attempts import PacketAttempts
from engine.generate.concurrency import ConcurrencySlot
from engine.generate.context import RunContext
from engine.generate.decision import Action, RetryDecision
from engine.generate.provider_news import news_of
from engine.generate.record import Recorded, record
from engine.generate.retry import decide, wait_for
from engine.generate.send import Exchange, build_request, send
from engine.kinds import ParsedReply
from engine.limiter.permit import Accepted, Failed, Refused, Result
from engine.messages import NOTHING
from engine.work import Draft, Outcome, Packet

log = logging.getLogger(__name__)

READ_AFTER_S = 0.002  # the call that takes a released concurrency slot is sent first


@dataclass(frozen=True, slots=True)
class CallResult:
    """One call of a packet: what was decided about it, what it brought, and the slots that have no draft yet."""

    decision: RetryDecision
    attempts: PacketAttempts
    """This call included."""
    recorded: Recorded
    rest: Packet | None

    @property
    def again(self) -> bool:
        """Whether the same packet is sent once more."""
        return self.decision.repeats and self.rest is not None and not self.decision.smaller


def retrying(context: RunContext) -> AsyncRetrying:
    """
    What repeats the calls of a run: as decided about the last one, after the wait that was decided.

    One for all packets of a run: tenacity decides without suspending, so they do not get into each other's way; one for
    each packet would leave 43 objects to the garbage collector.
    """
    return AsyncRetrying(retry=_is_repeated, wait=lambda state: _wait_s(context, state), sleep=context.sleep)


async def ask(context: RunContext, repeat: AsyncRetrying, packet: Packet, concurrency: ConcurrencySlot) -> Outcome:
    """
    Ask for one packet until it has an outcome.

    Args:
        context: The run's shared state.
        repeat: See `retrying`.
        packet: What to ask for.
        concurrency: The packet's slot; released as soon as a good response is complete.

    Returns:
        Drafts and rejections, whose writes may still be pending (`context.pending_writes`); `missing` are the slots to
        ask for again, `failed` those not to.

    Raises:
        Stopped: the run must pause; the packet's slots stay open.
        StoreError: the ledger cannot be written.
        asyncio.CancelledError: the run was stopped while this packet had nothing in flight.
    """
    asking = _Asking(context, packet, concurrency)
    last: CallResult = await repeat(asking.call)
    outcome = asking.outcome(last)
    log.info(
        "packet %d of run %d: %d of %d kept in %d calls",
        packet.number,
        context.run,
        len(outcome.drafts),
        len(packet.slots),
        outcome.calls,
        extra={"action": "packet_done", "run": context.run, "packet": packet.number, "kept": len(outcome.drafts)},
    )
    return outcome


async def _is_repeated(state: RetryCallState) -> bool:
    """Whether the packet is sent once more; an error ends it. Async, because tenacity would wrap it each time."""
    assert state.outcome is not None
    return not state.outcome.failed and state.outcome.result().again


def _wait_s(context: RunContext, state: RetryCallState) -> float:
    """The wait before the next call, as decided about the last one."""
    assert state.outcome is not None
    last: CallResult = state.outcome.result()
    return wait_for(last.decision, last.attempts.retried, context.rng)


class _Asking:
    """The state of one packet between its calls."""

    def __init__(self, context: RunContext, packet: Packet, concurrency: ConcurrencySlot) -> None:
        self._context = context
        self._packet = packet
        self._concurrency = concurrency
        self._attempts = PacketAttempts(blanks=packet.blanks)
        self._drafts: tuple[Draft, ...] = ()
        self._repeats: RetryDecision | None = None

    async def call(self) -> CallResult:
        """Send the packet once and record what it brings."""
        context, packet, attempts = self._context, self._packet, self._attempts
        request = build_request(context, packet, attempts)
        sent = await send(context, packet, attempts.calls + 1, request, self._concurrency, self._repeats)
        async with _turn_to_read(context, sent):
            result = _take(context, packet, attempts, sent)
        self._attempts = result.attempts
        self._drafts += result.recorded.reading.drafts
        if result.decision.action is Action.STOP:
            raise Stopped.because(context.explain(result.decision))
        self._repeats = result.decision if result.decision.action is Action.RETRY else None
        if result.again and result.rest is not None:
            self._packet = result.rest  # a reply that broke off may have brought some of the drafts
        return result

    def outcome(self, last: CallResult) -> Outcome:
        """The outcome of the packet, after its last call."""
        recorded, decision = last.recorded, last.decision
        return Outcome(
            packet=self._packet,
            drafts=self._drafts,
            rejections=recorded.reading.rejections,
            calls=self._attempts.calls,
            failed=recorded.failed,
            cut=decision.smaller,
            reason=decision.reason,
        )


@asynccontextmanager
async def _turn_to_read(context: RunContext, sent: Exchange) -> AsyncIterator[None]:
    """One text is read at a time, and the calls that are ready to be sent go between two; the rest is quick to read."""
    if isinstance(sent.seen, ProviderError) or not sent.seen.text:
        yield
        return
    await asyncio.sleep(READ_AFTER_S)
    async with context.reading:
        await asyncio.sleep(0)
        yield


def _take(context: RunContext, packet: Packet, attempts: PacketAttempts, sent: Exchange) -> CallResult:
    """Decide about a reply, record it, and pass on what it says about the provider."""
    decided = decide(sent.seen, attempts.history(context, sent.seen, sent.form))
    decision = context.outage.observe(sent.seen, decided, context.tuning, sent.permit.sent_at, context.clock.now())
    news = news_of(context, sent.seen, decision)
    recorded = record(context, packet, sent.call, sent.seen, decision, news=news)
    context.budget.settle(sent.worst_usd, recorded.cost_usd)
    sent.permit.report(_result(decision, sent))
    if decision.is_good:
        _observe_good(context, packet, sent, decision, recorded)
    return CallResult(decision, attempts.after(decision), recorded, packet.without(recorded.reading.drafts))


def _result(decision: RetryDecision, sent: Exchange) -> Result:
    tokens = sent.usage.tokens_in + sent.usage.tokens_out if sent.usage else None
    if decision.is_good:
        return Accepted(tokens)
    if decision.action is Action.SLOW:
        return Refused(decision.wait_s, decision.in_flight)
    return Failed(tokens)


def _observe_good(
    context: RunContext, packet: Packet, sent: Exchange, decision: RetryDecision, recorded: Recorded
) -> None:
    asked, kept = len(packet.slots), _usable(recorded.reading)
    if context.auto is not None:
        limits = context.limiter.limits
        context.auto.observe(context.clock.now(), asked, kept, sent.seconds, limits, cut=decision.smaller)
    seen = next((one.message for one in recorded.reading.rejections), decision.message.values.get("then", NOTHING))
    cause = decision.reason if decision.reason == "cut_off" else recorded.cause
    context.outage.observe_kept(kept, cause, context.tuning, seen, asked=asked)


def _usable(reading: ParsedReply) -> int:
    """The drafts of a reply, and those only asked again: above their level, or without a target word."""
    return len(reading.drafts) + sum(one.code in ("above_level", "missing_word") for one in reading.rejections)
