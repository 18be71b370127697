"""
One packet's journey: ask -> _ask_retrying -> _ask_once.

Each function does one thing and stands under its caller. What all packets of a run share (the gate, the ledger, what
the run has learned) is in its RunContext; run decides which packet is next. Drafts already paid for never come
here: their slots are filled from the store when the run is planned.
"""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass, replace

from engine.errors import BudgetError, ProviderError, Stopped, StoreError
from engine.generate.concurrency import ConcurrencySlot
from engine.generate.context import RunContext
from engine.generate.record import given_up, read, settlement, why
from engine.generate.retry import Action, Decision, History, decide, wait_for
from engine.kinds import Reading, title
from engine.limiter.permit import Permit
from engine.money.cost import upper_bound_usd
from engine.money.usage import Usage
from engine.providers import payload, read_answer, read_rates
from engine.providers.reply import Answer, Reply
from engine.store import CallStart, DayFull, committed
from engine.work import Draft, Outcome, Packet

log = logging.getLogger(__name__)

AVOID_TITLES = 8
READ_AFTER_S = 0.002  # what an answer made room for is sent first
ROOM_S = 0.25  # how often a call that waits for the day's budget looks again


@dataclass(frozen=True, slots=True)
class PacketAttempts:
    """How far one packet has come."""

    calls: int = 0
    retried: int = 0
    doubts: int = 0
    blanks: int = 0
    max_tokens: int | None = None

    def history(self, context: RunContext, seen: Reply | ProviderError) -> History:
        """This packet's counters beside the run's, for the retry contract."""
        outage = context.outage
        return History(
            retries=context.tuning.retries,
            retried=self.retried,
            doubts=self.doubts,
            blanks=self.blanks,
            answered=outage.answered,
            pages=outage.pages,
            alike=outage.alike_to(seen),
            schema_dropped=outage.schema_dropped,
            shrunk=self.max_tokens is not None,
        )

    def after(self, decision: Decision) -> PacketAttempts:
        """The journey one call further."""
        return replace(
            self,
            calls=self.calls + 1,
            retried=self.retried + (decision.action is Action.RETRY),
            doubts=self.doubts + decision.doubt,
            blanks=self.blanks + (decision.reason == "blank"),
            max_tokens=decision.max_tokens or self.max_tokens,
        )


@dataclass(frozen=True, slots=True)
class Attempt:
    """One HTTP attempt: its row, its permit, what came back and after how long."""

    call: int
    permit: Permit
    seen: Reply | ProviderError
    worst_usd: float
    seconds: float

    @property
    def usage(self) -> Usage | None:
        """The provider's token count, where there is one."""
        return self.seen.usage if isinstance(self.seen, Reply) else None


@dataclass(frozen=True, slots=True)
class CallResult:
    """One call of a packet: what was decided, and what was kept."""

    decision: Decision
    permit: Permit
    reading: Reading


async def ask(context: RunContext, packet: Packet, place: ConcurrencySlot) -> Outcome:
    """
    Ask for one packet until it has an outcome.

    Args:
        context: What the packets of its run share.
        packet: What to ask for.
        place: The packet's place in flight; left as soon as a good answer is whole.

    Returns:
        Drafts and rejections, on their way to the store (`context.pending_writes`);
        `missing` are the slots to ask for again, `failed` those not to.

    Raises:
        Stopped: the run must pause; the packet's slots stay open.
        StoreError: the ledger cannot be written.
        asyncio.CancelledError: the run was stopped while this packet had nothing in flight.
    """
    outcome = await _ask_retrying(context, packet, place)
    for draft in outcome.drafts:
        context.outage.titles[draft.slot.cell].append(title(draft.content))
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


async def settle_unread(context: RunContext) -> None:
    """
    Read the answers that a crash left stored and unread: they are paid for.

    Raises:
        StoreError: the ledger cannot be written.
    """
    for row in context.store.calls.unsettled(context.run):
        asked = set(row.slots)
        slots = tuple(slot for slot in context.store.drafts.open_slots(context.run) if slot.number in asked)
        packet = Packet(row.packet, slots)
        seen = read_answer(Answer(row.status or 0, {}, context.store.calls.reply(row.id)))
        decision = decide(seen, PacketAttempts().history(context, seen))
        reading = read(context, packet, seen, decision)
        entry = settlement(context, packet, row.id, seen, decision, reading, row.ended_at)
        await committed(context.store.calls.settle(entry, context.fence))


async def _ask_retrying(context: RunContext, packet: Packet, place: ConcurrencySlot) -> Outcome:
    journey = PacketAttempts(blanks=packet.blanks)
    kept: tuple[Draft, ...] = ()
    while True:
        step = await _ask_once(context, packet, place, journey)
        journey = journey.after(step.decision)
        kept += step.reading.drafts
        match step.decision.action:
            case Action.STOP:
                raise Stopped(step.decision.reason, context.explain(step.decision))
            case Action.SLOW:
                in_flight = step.decision.reason.startswith("in_flight")
                context.gate.slow_down(step.permit, step.decision.wait_s, in_flight=in_flight)
            case Action.RETRY if (rest := packet.without(step.reading.drafts)) and not step.decision.smaller:
                context.outage.spend_retry(step.decision)
                with context.cancellation():
                    await context.clock.sleep(wait_for(step.decision, journey.retried, context.rng))
                packet = rest  # an answer that broke off may have brought some of them
            case _:
                return _outcome(packet, kept, step, journey)


async def _ask_once(context: RunContext, packet: Packet, place: ConcurrencySlot, journey: PacketAttempts) -> CallResult:
    sent = await _send(context, packet, place, journey)
    if isinstance(sent.seen, ProviderError) or not sent.seen.text:
        return _take(context, packet, journey, sent)
    await asyncio.sleep(READ_AFTER_S)
    async with context.reading:
        await asyncio.sleep(0)
        return _take(context, packet, journey, sent)


def _take(context: RunContext, packet: Packet, journey: PacketAttempts, sent: Attempt) -> CallResult:
    """Read an answer, decide, and let both be written."""
    decision = decide(sent.seen, journey.history(context, sent.seen))
    decision = context.outage.take(sent.seen, decision, context.tuning)
    reading = read(context, packet, sent.seen, decision)
    entry = settlement(context, packet, sent.call, sent.seen, decision, reading)
    context.budget.settle(sent.worst_usd, entry.cost_usd)
    context.pending_writes.add(context.store.calls.settle(entry, context.fence))
    if decision.action in (Action.KEEP, Action.REASK):
        context.gate.succeed(sent.permit)
        _observe(context, packet, sent, decision, reading)
        context.outage.take_kept(len(reading.drafts), why(reading, decision), context.tuning)
    elif decision.action is not Action.SLOW:
        context.gate.on_error()
    return CallResult(decision, sent.permit, reading)


def _observe(context: RunContext, packet: Packet, sent: Attempt, decision: Decision, reading: Reading) -> None:
    if context.auto is not None:
        asked, kept, limits = len(packet.slots), len(reading.drafts), context.gate.schedule.limits
        context.auto.observe(context.clock.now(), asked, kept, sent.seconds, limits, cut=decision.smaller)


async def _send(context: RunContext, packet: Packet, place: ConcurrencySlot, journey: PacketAttempts) -> Attempt:
    prompt = context.task.prompt(packet, _avoid(context, packet))
    max_tokens = journey.max_tokens or prompt.max_tokens
    body = payload(
        context.profile,
        model=context.model,
        system=prompt.system,
        user=prompt.user,
        schema=None if context.outage.schema_dropped else prompt.schema,
        max_tokens=max_tokens,
        temperature=context.spec.temperature,
    )
    worst_usd = upper_bound_usd(prompt.tokens_in, max_tokens, context.price(context.model))
    permit = await _admitted(context, place, worst_usd, prompt.tokens_in + prompt.tokens_out)
    start = CallStart(
        run=context.run,
        packet=packet.number,
        attempt=journey.calls + 1,
        slots=tuple(slot.number for slot in packet.slots),
        sent_at=context.clock.wall(),
        wait_s=permit.waited_s,
        model=context.model,
        worst_usd=worst_usd,
        fence=context.fence,
        day=context.day(),
    )
    sent = await _exchange(context, start, permit, place, body)
    if (used := sent.usage) is not None:
        context.gate.count(permit, used.tokens_in + used.tokens_out)
    return sent


async def _admitted(context: RunContext, place: ConcurrencySlot, worst_usd: float, tokens: int) -> Permit:
    """First the money, then the gate: a call that waits for money must not hold up others there."""
    with context.cancellation():
        await place.enter()
        try:
            await context.budget.reserve(worst_usd)
        except BudgetError as error:
            raise Stopped("budget", str(error)) from error
        try:
            return await context.throttle.pass_through(context.gate, tokens)
        except asyncio.CancelledError:
            context.budget.settle(worst_usd, 0.0)
            raise


async def _exchange(
    context: RunContext, start: CallStart, permit: Permit, place: ConcurrencySlot, body: bytes
) -> Attempt:
    """The row is durable before the call is sent, the answer before it is parsed."""
    try:
        call = await _entered(context, start)
        context.gate.sent(permit)
        answer = await context.chat.send(body)
    except ProviderError as error:
        return Attempt(call, permit, error, start.worst_usd, context.clock.now() - permit.sent_at)
    finally:
        context.gate.leave()
    seconds = context.clock.now() - permit.sent_at
    if answer.status == 429:
        context.gate.brief_pause()
    elif any(name.startswith("x-ratelimit") for name in answer.headers):
        rates = read_rates(answer.headers)
        context.gate.on_headers(rates.limit_requests, rates.remaining_requests, rates.reset_requests_s)
    stored = context.store.calls.answer(call, answer.status, answer.body, context.clock.wall(), context.fence)
    if answer.status == 200 and context.outage.is_well:
        place.leave()  # the next call goes while this answer is stored and read
    if not await committed(stored):
        raise StoreError("another process has taken this run over; the answer is kept as it came")
    return Attempt(call, permit, read_answer(answer), start.worst_usd, seconds)


async def _entered(context: RunContext, start: CallStart) -> int:
    """The call's row; while the day's budget has no room, wait for calls in flight, of any process, to make some."""
    while isinstance(entered := await committed(context.store.calls.start(start)), DayFull):
        if not entered.reserved_usd:
            raise Stopped("budget_day", entered.message(start))
        with context.cancellation():
            await context.clock.sleep(ROOM_S)
        start = replace(start, sent_at=context.clock.wall(), day=context.day())
    context.pending_writes.check()  # the store writes in order: what was settled before is written now, or buying stops
    return entered


def _avoid(context: RunContext, packet: Packet) -> list[str]:
    cells = dict.fromkeys(slot.cell for slot in packet.slots)
    return [name for cell in cells for name in context.outage.titles[cell]][-AVOID_TITLES:]


def _outcome(packet: Packet, kept: tuple[Draft, ...], step: CallResult, journey: PacketAttempts) -> Outcome:
    failed = given_up(step.decision, packet.without(kept))
    return Outcome(
        packet, kept, step.reading.rejections, journey.calls, failed, step.decision.smaller, step.decision.reason
    )
