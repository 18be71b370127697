"""
Sends one call: reserves its money, waits for its permit, enters it in the ledger and stores the response as it came.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace

from engine.errors import BudgetError, ProviderError, Stopped, StoreError
from engine.generate.attempts import PacketAttempts
from engine.generate.concurrency import ConcurrencySlot
from engine.generate.context import RunContext
from engine.generate.decision import RetryDecision
from engine.limiter.permit import Answered, Permit
from engine.messages import NOTHING
from engine.money.cost import upper_bound_usd
from engine.money.usage import Usage
from engine.providers import payload, read_answer, read_rates
from engine.providers.adapt import CallForm
from engine.providers.body import sends_temperature
from engine.providers.reply import Answer, Reply
from engine.store import CallStart, DayFull, ProviderDown, RetriesSpent, RunFull, committed
from engine.work import Packet

ENTER_POLL_S = 0.25  # a call that waits for the day's budget, or for a call that finds out, asks again this often


@dataclass(frozen=True, slots=True)
class CallRequest:
    """One call before it is sent: its body, the tokens it may take in and out, and the most it can cost."""

    body: bytes
    tokens: int
    worst_usd: float
    form: CallForm


@dataclass(frozen=True, slots=True)
class Exchange:
    """One call that was sent: its row, its permit, the reply or the error in its place, and the seconds it took."""

    call: int
    permit: Permit
    seen: Reply | ProviderError
    worst_usd: float
    seconds: float
    form: CallForm

    @property
    def usage(self) -> Usage | None:
        """The provider's token count; None: it sent none."""
        return self.seen.usage if isinstance(self.seen, Reply) else None


def build_request(context: RunContext, packet: Packet, attempts: PacketAttempts) -> CallRequest:
    """Build the call for a packet: the task's prompt in the provider's format."""
    prompt, adapted, profile = context.task.prompt(packet), context.outage.adapted, context.profile
    is_raised = context.outage.consecutive_cut > 0  # half a packet has half the room: it would be cut off again
    usual = (profile.max_tokens or prompt.max_tokens) * (2 if is_raised else 1)
    max_tokens = attempts.max_tokens or adapted.allowed(usual)
    body = payload(
        profile,
        model=context.model,
        system=prompt.system,
        user=prompt.user,
        schema=prompt.schema,
        max_tokens=max_tokens,
        temperature=context.spec.temperature,
        adapted=adapted,
    )
    form = CallForm(
        items=len(packet.slots),
        max_tokens=max_tokens,
        needed=prompt.tokens_out,
        response_format=adapted.response_format(profile, prompt.schema is not None),
        temperature=sends_temperature(profile, adapted),
        adapted=adapted,
        is_raised=is_raised,
    )
    worst_usd = upper_bound_usd(prompt.tokens_in, max_tokens, context.price(context.model))
    return CallRequest(body, prompt.tokens_in + prompt.tokens_out, worst_usd, form)


async def send(
    context: RunContext,
    packet: Packet,
    attempt: int,
    request: CallRequest,
    concurrency: ConcurrencySlot,
    repeats: RetryDecision | None = None,
) -> Exchange:
    """
    Send one call.

    Its row is durable before it is sent, the response before it is read.

    Args:
        context: The run's shared state.
        packet: What the call asks for.
        attempt: 1 for the packet's first call.
        request: The call.
        concurrency: The packet's slot; released as soon as a good response is complete.
        repeats: Why it is sent again, at the cost of one of the run's retries; None: it costs none.

    Raises:
        Stopped: a budget is used up, or calls of any process found that the provider is down.
        StoreError: the ledger cannot be written, or another process has taken the run over.
        asyncio.CancelledError: the run was stopped while the call waited to be sent.
    """
    async with _permit(context, request, concurrency) as permit:
        row = _row(context, packet, attempt, request, permit)
        if repeats is not None:
            row = replace(row, retry_budget=context.outage.max_extra_calls)
        call = await _enter(context, row, repeats)
        permit.sent()
        try:
            answer = await context.chat.send(request.body)
        except ProviderError as error:
            return Exchange(call, permit, error, request.worst_usd, context.clock.now() - permit.sent_at, request.form)
        permit.report(_answered(answer))
    seconds = context.clock.now() - permit.sent_at
    await _store_answer(context, call, answer, concurrency)
    return Exchange(call, permit, read_answer(answer), request.worst_usd, seconds, request.form)


@asynccontextmanager
async def _permit(context: RunContext, request: CallRequest, concurrency: ConcurrencySlot) -> AsyncIterator[Permit]:
    """
    Money comes before the permit: a call that waits for money must not hold up others at the limiter. A stop of the run
    ends these waits; a call in flight goes on.
    """
    async with AsyncExitStack() as in_flight:
        with context.cancellation():
            await concurrency.acquire()
            await _reserve(context, request.worst_usd)
            try:
                waiting = context.limiter.permit(request.tokens, context.throttle)
                permit = await in_flight.enter_async_context(waiting)
            except asyncio.CancelledError:
                context.budget.settle(request.worst_usd, 0.0)
                raise
        yield permit


async def _reserve(context: RunContext, worst_usd: float) -> None:
    try:
        await context.budget.reserve(worst_usd)
    except BudgetError as error:
        raise Stopped("budget", said=error.message) from error


def _row(context: RunContext, packet: Packet, attempt: int, request: CallRequest, permit: Permit) -> CallStart:
    return CallStart(
        run=context.run,
        packet=packet.number,
        attempt=attempt,
        slots=tuple(slot.number for slot in packet.slots),
        sent_at=context.clock.wall(),
        wait_s=permit.waited_s,
        model=context.model,
        worst_usd=request.worst_usd,
        fence=context.fence,
        share=context.share,
        day=context.day(),
        run_budget_usd=context.run_budget_usd,
        breaker=context.breaker,
    )


async def _enter(context: RunContext, row: CallStart, repeats: RetryDecision | None) -> int:
    """
    Enter the call's row.

    Where a budget is full it waits until calls in flight of any process leave some, and where one call finds
    out whether the provider is back, until it knows.
    """
    while not isinstance(entered := await committed(context.store.calls.start(row)), int):
        _stop_if_refused(context, row, entered, repeats)
        await context.sleep(ENTER_POLL_S)
        row = replace(row, sent_at=context.clock.wall(), day=context.day())
    # The store writes in order: what was recorded earlier is durable now, or failed, and then nothing more is bought.
    context.pending_writes.check()
    return entered


def _stop_if_refused(
    context: RunContext,
    row: CallStart,
    refused: DayFull | RunFull | ProviderDown | RetriesSpent,
    repeats: RetryDecision | None,
) -> None:
    """Raise Stopped unless the call may be entered soon."""
    match refused:
        case DayFull(reserved_usd=0.0):
            raise Stopped.because(refused.message(row))
        case RunFull(reserved_usd=0.0):
            raise Stopped("budget", said=refused.message(row))
        case ProviderDown(wait_s, unanswered, why) if wait_s > 0:
            context.outage.held_until = context.clock.wall() + wait_s
            raise Stopped("provider_down", calls=unanswered, why=why)
        case RetriesSpent():
            raise Stopped("retry_budget", why=repeats.message if repeats else NOTHING)


def _answered(answer: Answer) -> Answered:
    if answer.status == 429:
        return Answered(refused=True)
    good = answer.status == 200
    if not any(name.startswith("x-ratelimit") for name in answer.headers):
        return Answered(good=good)
    rates = read_rates(answer.headers)
    return Answered(False, good, rates.limit_requests, rates.remaining_requests, rates.reset_requests_s)


async def _store_answer(context: RunContext, call: int, answer: Answer, concurrency: ConcurrencySlot) -> None:
    stored = context.store.calls.answer(
        call, answer.status, answer.body, context.clock.wall(), context.fence, context.share
    )
    if answer.status == 200 and context.outage.is_healthy:
        concurrency.release()  # the next call is sent while this response is stored and read
    if not await committed(stored):
        raise StoreError("run_lost")
