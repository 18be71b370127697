"""
One packet's journey: ask -> _ask_retrying -> _ask_once.

Each function does one thing and stands under its caller. What all packets of a run share (the gate, the ledger, what
the run has learned) lies on its Desk; which packet is next is the business of run. Drafts already paid for never come
here: their slots are filled from the store when the run is planned.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass, replace

from engine.cost import cost_usd, upper_bound_usd
from engine.desk import Desk, Stopped
from engine.errors import NoAnswer, ProviderError, TooLarge
from engine.kinds import Reading, build_prompt, fingerprint, read_reply, search_text, title
from engine.pace import Ticket
from engine.providers import payload, read_answer
from engine.retry import Action, Decision, History, decide, wait_for
from engine.store import CallStart, Kept, Settlement, committed
from engine.work import Draft, Outcome, Packet, Reply, Usage

log = logging.getLogger(__name__)

AVOID_TITLES = 8


@dataclass(frozen=True, slots=True)
class Journey:
    """How far one packet has come."""

    calls: int = 0
    retried: int = 0
    doubts: int = 0
    blanks: int = 0
    max_tokens: int | None = None

    def history(self, desk: Desk) -> History:
        """This packet's counters beside the run's, for the retry contract."""
        return desk.memory.history(
            desk.tuning,
            retried=self.retried,
            doubts=self.doubts,
            blanks=self.blanks,
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
    """One HTTP attempt: its row, its place at the gate, what was asked and what came back."""

    call: int
    ticket: Ticket
    seen: Reply | ProviderError

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


async def ask(desk: Desk, packet: Packet) -> Outcome:
    """
    Ask for one packet until it has an outcome.

    Returns:
        Drafts and rejections, already stored; `missing` are the slots to ask for again, `failed` those not to.

    Raises:
        Stopped: the run must pause; the packet's slots stay open.
        StoreError: the ledger cannot be written.
        asyncio.CancelledError: the run was stopped while this packet had nothing in flight.
    """
    outcome = await _ask_retrying(desk, packet)
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


async def _ask_retrying(desk: Desk, packet: Packet) -> Outcome:
    journey = Journey()
    kept: tuple[Draft, ...] = ()
    while True:
        step = await _ask_once(desk, packet, journey)
        journey = journey.after(step.decision)
        kept += step.reading.drafts
        match step.decision.action:
            case Action.STOP:
                raise Stopped(step.decision.reason, desk.explain(step.decision))
            case Action.SLOW:
                in_flight = step.decision.reason.startswith("in_flight")
                desk.gate.slow_down(step.ticket, step.decision.wait_s, in_flight=in_flight)
            case Action.RETRY if rest := packet.without(step.reading.drafts):
                desk.memory.spend_retry(step.decision)
                with desk.interruptible():
                    await desk.clock.sleep(wait_for(step.decision, journey.retried, desk.dice))
                packet = rest  # an answer that broke off may have brought some of them
            case _:
                return _outcome(packet, kept, step, journey)


async def _ask_once(desk: Desk, packet: Packet, journey: Journey) -> Step:
    sent = await _send(desk, packet, journey)
    decision = decide(sent.seen, journey.history(desk))
    decision = desk.memory.take(sent.seen, decision, desk.tuning)
    reading = _read(desk, packet, sent.seen, decision)
    await committed(desk.store.settle_call(_settlement(desk, packet, sent, decision, reading)))
    if decision.action in (Action.KEEP, Action.REASK):
        desk.gate.succeed()
        desk.memory.take_kept(len(reading.drafts), _why(reading, decision), desk.tuning)
    return Step(decision, sent.ticket, reading)


async def _send(desk: Desk, packet: Packet, journey: Journey) -> Sent:
    prompt = build_prompt(desk.spec, packet, _avoid(desk, packet))
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
    with desk.interruptible():
        ticket = await desk.throttle.pass_through(desk.gate, prompt.tokens_in + prompt.tokens_out)
    start = CallStart(
        run=desk.run,
        packet=packet.number,
        attempt=journey.calls + 1,
        slots=tuple(slot.number for slot in packet.slots),
        sent_at=desk.clock.wall(),
        wait_s=ticket.waited_s,
        model=desk.model,
        worst_usd=upper_bound_usd(prompt.tokens_in, max_tokens, desk.price(desk.model)),
        fence=desk.fence,
    )
    used: Usage | None = None
    try:
        call, seen = await _exchange(desk, start, body)
        sent = Sent(call, ticket, seen)
        used = sent.usage
    finally:
        desk.gate.leave(ticket, used.tokens_in + used.tokens_out if used else None)
    return sent


async def _exchange(desk: Desk, start: CallStart, body: bytes) -> tuple[int, Reply | ProviderError]:
    """The row is durable before the call is sent, the answer before it is parsed."""
    call = await committed(desk.store.start_call(start))
    try:
        answer = await desk.chat.send(body)
    except ProviderError as error:
        return call, error
    await committed(desk.store.answer_call(call, answer.status, answer.body, desk.clock.wall()))
    return call, read_answer(answer)


def _avoid(desk: Desk, packet: Packet) -> list[str]:
    cells = dict.fromkeys(slot.cell for slot in packet.slots)
    return [name for cell in cells for name in desk.memory.titles[cell]][-AVOID_TITLES:]


def _read(desk: Desk, packet: Packet, seen: Reply | ProviderError, decision: Decision) -> Reading:
    if isinstance(seen, ProviderError) or not seen.text:
        return Reading((), (), ())
    if decision.action in (Action.KEEP, Action.REASK) or seen.finish == "error":
        return read_reply(seen.text, packet, desk.spec, truncated=decision.smaller)
    return Reading((), (), ())


def _settlement(desk: Desk, packet: Packet, sent: Sent, decision: Decision, reading: Reading) -> Settlement:
    seen, usage = sent.seen, sent.usage or Usage()
    usd, is_estimate = _bill(desk, sent, decision)
    rest = packet.without(reading.drafts)
    return Settlement(
        call=sent.call,
        outcome=_call_outcome(decision, reading, packet, seen),
        reason=decision.reason or _why(reading, decision),
        message=decision.message or "; ".join(item.detail for item in reading.rejections[:3] if item.detail),
        status=seen.status if isinstance(seen, Reply) else None,
        tokens_in=usage.tokens_in,
        tokens_out=usage.tokens_out,
        tokens_cached=usage.tokens_cached,
        cost_usd=usd,
        cost_is_estimate=is_estimate,
        model=seen.model if isinstance(seen, Reply) else "",
        drafts=tuple(_kept(desk, draft) for draft in reading.drafts),
        failed=_given_up(decision, rest),
    )


def _kept(desk: Desk, draft: Draft) -> Kept:
    found_by = fingerprint(desk.spec, draft.slot, desk.model)
    return Kept(draft, title(draft.content), search_text(draft.content), found_by)


def _given_up(decision: Decision, rest: Packet | None) -> dict[int, str]:
    if decision.action is not Action.FAIL or rest is None:
        return {}
    return {slot.number: decision.reason for slot in rest.slots}


def _bill(desk: Desk, sent: Sent, decision: Decision) -> tuple[float | None, bool]:
    """Never less than what may be charged: without a count, or without an answer, the worst case stands (None)."""
    seen = sent.seen
    if isinstance(seen, Reply) and seen.usage is not None:
        return cost_usd(seen.usage, desk.price(seen.model))
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


def _why(reading: Reading, decision: Decision) -> str:
    codes = [rejection.code for rejection in reading.rejections] or [decision.reason]
    return max(codes, key=codes.count)


def _outcome(packet: Packet, kept: tuple[Draft, ...], step: Step, journey: Journey) -> Outcome:
    failed = _given_up(step.decision, packet.without(kept))
    return Outcome(packet, kept, step.reading.rejections, journey.calls, failed, step.decision.smaller)
