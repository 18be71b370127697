"""
All packets of one run: each is asked for when a concurrency slot is free; missing slots are asked for again in between.

One packet is handled by ask, several runs beside each other by runners.
"""

from __future__ import annotations

import asyncio
import itertools
import math
from collections import Counter, deque
from collections.abc import Sequence
from dataclasses import dataclass

from engine.errors import DraftmillError, Stopped
from engine.generate.ask import ask, retrying
from engine.generate.concurrency import ConcurrencySlot, ConcurrencySlots
from engine.generate.context import RunContext
from engine.generate.task import Pack
from engine.messages import NOTHING, Message, reason_name
from engine.store import CellRow, RunState, Store, committed
from engine.work import Outcome, Packet, Slot, Unit

NAMED_CELLS = 5
ASKED_WHOLE = ("above_level", "missing_word")
"""Reasons for asking again after a good reply: these slots get one more try and are sent in full packets."""
EXTRA_ASKS = 2  # a slot is asked for again at most retries + 2 times: 0.2 ** 6 leaves 1 slot in 15,000 missing


@dataclass(frozen=True, slots=True)
class Ending:
    """How a run ended or paused: its state, and why."""

    state: RunState
    why: Message = NOTHING


@dataclass(slots=True)
class Missing:
    """A slot to ask for again: how often it was asked for, and why the last reply was not enough."""

    slot: Slot
    asks: int
    reason: str
    blanks: int = 0
    whole: bool = False
    """Asked for in full packets: a smaller one would bring nothing better."""


class Queue:
    """
    The slots still to ask for: first packets in order, and missing slots between them. Pure.

    Args:
        slots: What to ask for, in order.
        pack: The task's: which slots may share a packet.
        max_asks: How often one slot may be asked for.
    """

    def __init__(self, slots: Sequence[Slot], pack: Pack, max_asks: int) -> None:
        self._first = deque(slots)
        self._pack = pack
        self._again: deque[Missing] = deque()
        self._asks: Counter[int] = Counter()
        self._max_asks = max_asks
        self._next_number = 0
        self.in_progress = 0

    def __repr__(self) -> str:
        return f"Queue({len(self._first)} first, {len(self._again)} again, {self.in_progress} in progress)"

    @property
    def exhausted(self) -> bool:
        """Whether nothing is left to ask for and no packet is in progress."""
        return not (self._first or self._again or self.in_progress)

    @property
    def left(self) -> int:
        """Slots that are in no packet in progress."""
        return len(self._first) + len(self._again)

    def take(self, batch_size: int) -> Packet | None:
        """
        The next packet, of at most `batch_size` slots.

        Missing slots as soon as they fill a packet, else the next of the plan, else whatever is missing.
        """
        size = self._again_size(batch_size)
        if self._again and (len(self._again) >= size or not self._first):
            packet = self._take_again(size)
        elif self._first:
            packet = self._take_first(batch_size)
        else:
            return None
        self._next_number += 1
        self._asks.update(slot.number for slot in packet.slots)
        self.in_progress += 1
        return packet

    def complete(self, outcome: Outcome) -> dict[int, str]:
        """
        Take the outcome of a packet; its missing slots are asked for again.

        Returns:
            Slots that were asked for often enough, with the last reason: they are to be failed.
        """
        self.in_progress -= 1
        why = {item.slot.number: item for item in outcome.rejections if item.slot is not None}
        given_up: dict[int, str] = {}
        for slot in outcome.missing:
            reason = why[slot.number].code if slot.number in why else outcome.reason or "missing"
            blanks = outcome.packet.blanks + (outcome.reason == "blank")
            whole = reason in ASKED_WHOLE
            if self._asks[slot.number] >= self._max_asks + whole:
                given_up[slot.number] = reason
                continue
            detail = why[slot.number].detail if slot.number in why else ""
            asks = self._asks[slot.number]
            text = f"{reason}: {detail}" if detail else reason
            self._again.append(Missing(slot, asks, text, blanks, whole))
        return given_up

    def _again_size(self, batch_size: int) -> int:
        """Half packets the second time, quarter packets the third: the same bad reply must not be bought twice."""
        ahead = itertools.islice(self._again, batch_size)
        asks = max((0 if missing.whole else missing.asks for missing in ahead), default=1)
        return max(1, math.ceil(batch_size / (1 << asks)))

    def _take_first(self, batch_size: int) -> Packet:
        ahead = list(itertools.islice(self._first, batch_size))
        packet = self._pack(ahead, batch_size, self._next_number)[0]
        for _ in packet.slots:
            self._first.popleft()
        return packet

    def _take_again(self, size: int) -> Packet:
        ahead = [missing.slot for missing in itertools.islice(self._again, size)]
        together = len(self._pack(ahead, size, self._next_number)[0].slots)
        chosen = [self._again.popleft() for _ in range(together)]
        return Packet(
            self._next_number,
            tuple(missing.slot for missing in chosen),
            tuple(dict.fromkeys(missing.reason for missing in chosen)),
            max(missing.blanks for missing in chosen),
        )


class Run:
    """
    One run at work.

    Args:
        context: Its shared state.
        slots: The open slots, in order.
    """

    def __init__(self, context: RunContext, slots: Sequence[Slot]) -> None:
        self._context = context
        self._repeat = retrying(context)
        retries = context.tuning.retries
        self._queue = Queue(slots, context.task.pack, 1 + retries + EXTRA_ASKS if retries else 1)
        self._concurrency = ConcurrencySlots(self._max_in_flight)
        self._failures: list[DraftmillError] = []
        self._ending: Ending | None = None

    async def work(self) -> Ending | None:
        """
        Ask until every slot has ended, or the run is stopped.

        Returns:
            The ending given to `stop`, or of a packet that stopped the run; None when every slot has ended: see
            `ending_of`.

        Raises:
            DraftmillError: the store cannot be written; calls in flight have ended.
        """
        async with asyncio.TaskGroup() as packets:
            while (packet := await self._next()) is not None:
                packets.create_task(self._ask(packet, ConcurrencySlot(self._concurrency)))
        if self._failures:
            raise self._failures[0]
        await self._context.pending_writes.all_written()
        return self._ending

    def stop(self, ending: Ending) -> None:
        """
        Start nothing more. Waiting packets end at once, calls in flight end and are recorded. The first ending counts,
        but a cancellation replaces it.
        """
        if self._ending is None or ending.state == "cancelled":
            self._ending = ending
        self._context.cancellation.interrupt()
        self._concurrency.changed.set()

    async def _ask(self, packet: Packet, concurrency: ConcurrencySlot) -> None:
        try:
            await self._complete(await ask(self._context, self._repeat, packet, concurrency))
        except Stopped as stopped:
            self.stop(Ending("paused", stopped.message))
        except DraftmillError as error:
            self._failures.append(error)
            self.stop(Ending("paused", error.message))
        finally:
            concurrency.release()

    async def _next(self) -> Packet | None:
        while self._ending is None and not self._queue.exhausted:
            packet = self._take()
            if packet is not None:
                return packet
            self._concurrency.changed.clear()
            await self._concurrency.changed.wait()
        return None

    def _take(self) -> Packet | None:
        # Replies that wait to be read are paid for: where they come faster than they are read, sending waits.
        if not self._concurrency.free or self._queue.in_progress >= 2 * self._concurrency.limit:
            return None
        auto = self._context.auto
        if auto is None:
            return self._queue.take(self._at_most(self._context.tuning.batch_size))
        return self._queue.take(self._at_most(auto.batch_size(self._queue.left, self._context.limiter.limits)))

    def _at_most(self, batch_size: int) -> int:
        """No more items than the provider takes in one call."""
        return min(batch_size, self._context.outage.adapted.max_items or batch_size)

    def _max_in_flight(self) -> int:
        tuning = self._context.auto.tuning if self._context.auto else self._context.tuning
        return self._context.outage.max_in_flight(tuning.concurrency)

    async def _complete(self, outcome: Outcome) -> None:
        given_up = self._queue.complete(outcome)
        if given_up:
            context = self._context
            await committed(context.store.drafts.fail(context.run, given_up, context.fence, context.share))
        self._concurrency.changed.set()


def ending_of(store: Store, run: int, unit: Unit) -> Ending:
    """
    How a run ended whose slots have all ended.

    Args:
        store: Where it is.
        run: Its id.
        unit: What fills a slot of it.

    Returns:
        done when every slot is filled; else incomplete, with the cells where something is missing, and the causes.
    """
    short = [cell for cell in store.drafts.cells(run) if cell.drafted < cell.wanted]
    if not short:
        return Ending("done")
    cells = [_shortfall(cell) for cell in short[:NAMED_CELLS]]
    if len(short) > NAMED_CELLS:
        cells.append(Message("more_cells", {"n": len(short) - NAMED_CELLS}))
    found = store.drafts.causes(run)
    causes = [Message("cause_counted", {"n": n, "cause": reason_name(cause)}) for cause, n in found.items()]
    return Ending("incomplete", Message(f"{unit}s_missing", {"cells": cells, "causes": causes}))


def _shortfall(cell: CellRow) -> Message:
    return Message("cell_short", {"topic": cell.topic, "level": cell.level, "n": cell.wanted - cell.drafted})
