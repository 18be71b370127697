"""
One packet's journey: ask -> _ask_retrying -> _ask_once.

Each function does one thing and stands under its caller. What all packets of a run share (the gate, the ledger, what
the run has learned) lies on its Desk; which packet is next is the business of run. Drafts already paid for never come
here: their slots are filled from the store when the run is planned.
"""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass, replace

from engine.errors import BudgetError, ProviderError, Stopped, StoreError
from engine.generate.concurrency import Place
from engine.generate.context import Desk
from engine.generate.record import given_up, read, settlement, why
from engine.generate.retry import Action, Decision, History, decide, wait_for
from engine.kinds import Reading, title
from engine.limiter.permit import Ticket
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
class Journey:
    """How far one packet has come."""

    calls: int = 0
    retried: int = 0
    doubts: int = 0
    blanks: int = 0
    max_tokens: int | None = None

    def history(self, desk: Desk, seen: Reply | ProviderError) -> History:
        """This packet's counters beside the run's, for the retry contract."""
        memory = desk.memory
        return History(
            retries=desk.tuning.retries,
            retried=self.retried,
            doubts=self.doubts,
            blanks=self.blanks,
            answered=memory.answered,
            pages=memory.pages,
            alike=memory.alike_to(seen),
            schema_dropped=memory.schema_dropped,
            shrunk=self.max_tokens is not None,
        )

    def after(self, decision: Decision) -> Journey:
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
class Sent:
    """One HTTP attempt: its row, its ticket, what came back and after how long."""

    call: int
    ticket: Ticket
    seen: Reply | ProviderError
    worst_usd: float
    seconds: float

    @property
    def usage(self) -> Usage | None:
        """The provider's token count, where there is one."""
        return self.seen.usage if isinstance(self.seen, Reply) else None


@dataclass(frozen=True, slots=True)
class Step:
    """One call of a packet: what was decided, and what was kept."""

    decision: Decision
    ticket: Ticket
    reading: Reading


async def ask(desk: Desk, packet: Packet, place: Place) -> Outcome:
    """
    Ask for one packet until it has an outcome.

    Args:
        desk: What the packets of its run share.
        packet: What to ask for.
        place: The packet's place in flight; left as soon as a good answer is whole.

    Returns:
        Drafts and rejections, on their way to the store (`desk.settling`);
        `missing` are the slots to ask for again, `failed` those not to.

    Raises:
        Stopped: the run must pause; the packet's slots stay open.
        StoreError: the ledger cannot be written.
        asyncio.CancelledError: the run was stopped while this packet had nothing in flight.
    """
    outcome = await _ask_retrying(desk, packet, place)
    for draft in outcome.drafts:
        desk.memory.titles[draft.slot.cell].append(title(draft.content))
    log.info(
        "packet %d of run %d: %d of %d kept in %d calls",
        packet.number,
        desk.run,
        len(outcome.drafts),
        len(packet.slots),
        outcome.calls,
        extra={"action": "packet_done", "run": desk.run, "packet": packet.number, "kept": len(outcome.drafts)},
    )
    return outcome


async def settle_unread(desk: Desk) -> None:
    """
    Read the answers that a crash left stored and unread: they are paid for.

    Raises:
        StoreError: the ledger cannot be written.
    """
    for row in desk.store.unsettled(desk.run):
        asked = set(row.slots)
        slots = tuple(slot for slot in desk.store.open_slots(desk.run) if slot.number in asked)
        packet = Packet(row.packet, slots)
        seen = read_answer(Answer(row.status or 0, {}, desk.store.raw(row.id)))
        decision = decide(seen, Journey().history(desk, seen))
        reading = read(desk, packet, seen, decision)
        entry = settlement(desk, packet, row.id, seen, decision, reading, row.ended_at)
        await committed(desk.store.settle_call(entry, desk.fence))


async def _ask_retrying(desk: Desk, packet: Packet, place: Place) -> Outcome:
    journey = Journey(blanks=packet.blanks)
    kept: tuple[Draft, ...] = ()
    while True:
        step = await _ask_once(desk, packet, place, journey)
        journey = journey.after(step.decision)
        kept += step.reading.drafts
        match step.decision.action:
            case Action.STOP:
                raise Stopped(step.decision.reason, desk.explain(step.decision))
            case Action.SLOW:
                in_flight = step.decision.reason.startswith("in_flight")
                desk.gate.slow_down(step.ticket, step.decision.wait_s, in_flight=in_flight)
            case Action.RETRY if (rest := packet.without(step.reading.drafts)) and not step.decision.smaller:
                desk.memory.spend_retry(step.decision)
                with desk.interruptible():
                    await desk.clock.sleep(wait_for(step.decision, journey.retried, desk.dice))
                packet = rest  # an answer that broke off may have brought some of them
            case _:
                return _outcome(packet, kept, step, journey)


async def _ask_once(desk: Desk, packet: Packet, place: Place, journey: Journey) -> Step:
    sent = await _send(desk, packet, place, journey)
    if isinstance(sent.seen, ProviderError) or not sent.seen.text:
        return _take(desk, packet, journey, sent)
    await asyncio.sleep(READ_AFTER_S)
    async with desk.reading:
        await asyncio.sleep(0)
        return _take(desk, packet, journey, sent)


def _take(desk: Desk, packet: Packet, journey: Journey, sent: Sent) -> Step:
    """Read an answer, decide, and let both be written."""
    decision = decide(sent.seen, journey.history(desk, sent.seen))
    decision = desk.memory.take(sent.seen, decision, desk.tuning)
    reading = read(desk, packet, sent.seen, decision)
    entry = settlement(desk, packet, sent.call, sent.seen, decision, reading)
    desk.purse.settle(sent.worst_usd, entry.cost_usd)
    desk.settling.add(desk.store.settle_call(entry, desk.fence))
    if decision.action in (Action.KEEP, Action.REASK):
        desk.gate.succeed(sent.ticket)
        _observe(desk, packet, sent, decision, reading)
        desk.memory.take_kept(len(reading.drafts), why(reading, decision), desk.tuning)
    elif decision.action is not Action.SLOW:
        desk.gate.stumble()
    return Step(decision, sent.ticket, reading)


def _observe(desk: Desk, packet: Packet, sent: Sent, decision: Decision, reading: Reading) -> None:
    if desk.auto is not None:
        asked, kept, limits = len(packet.slots), len(reading.drafts), desk.gate.schedule.limits
        desk.auto.observe(desk.clock.now(), asked, kept, sent.seconds, limits, cut=decision.smaller)


async def _send(desk: Desk, packet: Packet, place: Place, journey: Journey) -> Sent:
    prompt = desk.craft.prompt(packet, _avoid(desk, packet))
    max_tokens = journey.max_tokens or prompt.max_tokens
    body = payload(
        desk.profile,
        model=desk.model,
        system=prompt.system,
        user=prompt.user,
        schema=None if desk.memory.schema_dropped else prompt.schema,
        max_tokens=max_tokens,
        temperature=desk.spec.temperature,
    )
    worst_usd = upper_bound_usd(prompt.tokens_in, max_tokens, desk.price(desk.model))
    ticket = await _admitted(desk, place, worst_usd, prompt.tokens_in + prompt.tokens_out)
    start = CallStart(
        run=desk.run,
        packet=packet.number,
        attempt=journey.calls + 1,
        slots=tuple(slot.number for slot in packet.slots),
        sent_at=desk.clock.wall(),
        wait_s=ticket.waited_s,
        model=desk.model,
        worst_usd=worst_usd,
        fence=desk.fence,
        day=desk.day(),
    )
    sent = await _exchange(desk, start, ticket, place, body)
    if (used := sent.usage) is not None:
        desk.gate.count(ticket, used.tokens_in + used.tokens_out)
    return sent


async def _admitted(desk: Desk, place: Place, worst_usd: float, tokens: int) -> Ticket:
    """First the money, then the gate: a call that waits for money must not hold up others there."""
    with desk.interruptible():
        await place.enter()
        try:
            await desk.purse.reserve(worst_usd)
        except BudgetError as error:
            raise Stopped("budget", str(error)) from error
        try:
            return await desk.throttle.pass_through(desk.gate, tokens)
        except asyncio.CancelledError:
            desk.purse.settle(worst_usd, 0.0)
            raise


async def _exchange(desk: Desk, start: CallStart, ticket: Ticket, place: Place, body: bytes) -> Sent:
    """The row is durable before the call is sent, the answer before it is parsed."""
    try:
        call = await _entered(desk, start)
        desk.gate.sent(ticket)
        answer = await desk.chat.send(body)
    except ProviderError as error:
        return Sent(call, ticket, error, start.worst_usd, desk.clock.now() - ticket.sent_at)
    finally:
        desk.gate.leave()
    seconds = desk.clock.now() - ticket.sent_at
    if answer.status == 429:
        desk.gate.hold_on()
    elif any(name.startswith("x-ratelimit") for name in answer.headers):
        rates = read_rates(answer.headers)
        desk.gate.hear(rates.limit_requests, rates.remaining_requests, rates.reset_requests_s)
    stored = desk.store.answer_call(call, answer.status, answer.body, desk.clock.wall(), desk.fence)
    if answer.status == 200 and desk.memory.is_well:
        place.leave()  # the next call goes while this answer is stored and read
    if not await committed(stored):
        raise StoreError("another process has taken this run over; the answer is kept as it came")
    return Sent(call, ticket, read_answer(answer), start.worst_usd, seconds)


async def _entered(desk: Desk, start: CallStart) -> int:
    """The call's row; while the day's budget has no room, wait for calls in flight, of any process, to make some."""
    while isinstance(entered := await committed(desk.store.start_call(start)), DayFull):
        if not entered.reserved_usd:
            raise Stopped("budget_day", entered.message(start))
        with desk.interruptible():
            await desk.clock.sleep(ROOM_S)
        start = replace(start, sent_at=desk.clock.wall(), day=desk.day())
    desk.settling.check()  # the store writes in order: what was settled before is written now, or buying stops
    return entered


def _avoid(desk: Desk, packet: Packet) -> list[str]:
    cells = dict.fromkeys(slot.cell for slot in packet.slots)
    return [name for cell in cells for name in desk.memory.titles[cell]][-AVOID_TITLES:]


def _outcome(packet: Packet, kept: tuple[Draft, ...], step: Step, journey: Journey) -> Outcome:
    failed = given_up(step.decision, packet.without(kept))
    return Outcome(
        packet, kept, step.reading.rejections, journey.calls, failed, step.decision.smaller, step.decision.reason
    )
