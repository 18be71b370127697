"""
All packets of one run: each goes when a place in flight is free, and what is missing is asked for again between first
attempts.

One packet's journey is the business of ask; runs beside each other that of runners.
"""

from __future__ import annotations

import asyncio
import itertools
import math
from collections import Counter, deque
from collections.abc import Sequence
from dataclasses import dataclass

from engine.errors import DraftmillError, Stopped
from engine.generate.ask import ask
from engine.generate.concurrency import ConcurrencySlot, ConcurrencySlots
from engine.generate.context import RunContext
from engine.generate.task import Pack
from engine.store import RunState, Store, committed
from engine.work import Outcome, Packet, Slot

NAMED_CELLS = 5
EXTRA_ASKS = 2  # a slot is asked for again at most retries + 2 times: 0.2 ** 6 leaves 1 slot in 15,000 short


@dataclass(frozen=True, slots=True)
class Ending:
    """How a run ended or paused: its state, and a reason for people."""

    state: RunState
    reason: str = ""
    code: str = ""
    """Of the reason, where it has one."""


@dataclass(slots=True)
class Missing:
    """A slot to ask for again: how often it has been asked for, and why the last time was not enough."""

    slot: Slot
    asks: int
    reason: str
    blanks: int = 0


class Queue:
    """
    What is still to be asked for: first packets in order, and missing slots between them.

    Pure: takes outcomes in, gives packets out; who waits for whom is the run's business.

    Args:
        slots: What to ask for, in order.
        pack: The task's: which slots may share a packet.
        most_asks: How often one slot may be asked for.
    """

    def __init__(self, slots: Sequence[Slot], pack: Pack, most_asks: int) -> None:
        self._first = deque(slots)
        self._pack = pack
        self._again: deque[Missing] = deque()
        self._asks: Counter[int] = Counter()
        self._most_asks = most_asks
        self._next_number = 0
        self.in_hand = 0

    def __repr__(self) -> str:
        return f"Queue({len(self._first)} first, {len(self._again)} again, {self.in_hand} in hand)"

    @property
    def exhausted(self) -> bool:
        """Nothing to ask for and nobody asking."""
        return not (self._first or self._again or self.in_hand)

    @property
    def left(self) -> int:
        """Slots that nobody has in hand."""
        return len(self._first) + len(self._again)

    def take(self, batch_size: int) -> Packet | None:
        """
        The next packet, of at most `batch_size` slots.

        Missing slots as soon as they fill a packet, else the plan, else whatever is missing.
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
        self.in_hand += 1
        return packet

    def settle(self, outcome: Outcome) -> dict[int, str]:
        """
        Take a packet's outcome back.

        Returns:
            Slots that have been asked for often enough, with the last reason: they are to be failed.
        """
        self.in_hand -= 1
        why = {item.slot.number: item for item in outcome.rejections if item.slot is not None}
        given_up: dict[int, str] = {}
        for slot in outcome.missing:
            reason = why[slot.number].code if slot.number in why else outcome.reason or "missing"
            blanks = outcome.packet.blanks + (outcome.reason == "blank")
            if self._asks[slot.number] >= self._most_asks:
                given_up[slot.number] = reason
                continue
            detail = why[slot.number].detail if slot.number in why else ""
            asks = self._asks[slot.number] + outcome.cut
            self._again.append(Missing(slot, asks, f"{reason}: {detail}" if detail else reason, blanks))
        return given_up

    def _again_size(self, batch_size: int) -> int:
        """Half packets the second time, quarter packets the third: a bad reply must not be bought twice."""
        asks = max((missing.asks for missing in itertools.islice(self._again, batch_size)), default=1)
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
        context: What its packets share.
        slots: The open slots, in order.
    """

    def __init__(self, context: RunContext, slots: Sequence[Slot]) -> None:
        self._desk = context
        retries = context.tuning.retries
        self._queue = Queue(slots, context.task.pack, 1 + retries + EXTRA_ASKS if retries else 1)
        self._places = ConcurrencySlots(self._most_in_flight)
        self._failures: list[DraftmillError] = []
        self._ending: Ending | None = None

    async def work(self) -> Ending | None:
        """
        Ask until every slot has ended, or the run is stopped.

        Returns:
            What `stop` or a Stopped said; None when every slot has ended: the rows tell how.

        Raises:
            DraftmillError: the store cannot be written; what was in flight has drained.
        """
        async with asyncio.TaskGroup() as packets:
            while (packet := await self._next()) is not None:
                packets.create_task(self._carry(packet, ConcurrencySlot(self._places)))
        if self._failures:
            raise self._failures[0]
        await self._desk.pending_writes.all_written()
        return self._ending

    def stop(self, ending: Ending) -> None:
        """
        Start nothing more: what waits ends at once, what is in flight drains and is kept. The first stop counts, but a
        cancel outranks it.
        """
        if self._ending is None or ending.state == "cancelled":
            self._ending = ending
        self._desk.cancellation.interrupt()
        self._places.changed.set()

    async def _carry(self, packet: Packet, place: ConcurrencySlot) -> None:
        """One packet to its outcome."""
        try:
            await self._finish(await ask(self._desk, packet, place))
        except Stopped as stopped:
            self.stop(Ending("paused", f"{stopped.reason}: {stopped}", stopped.reason))
        except DraftmillError as error:
            self._failures.append(error)
            self.stop(Ending("paused", str(error)))
        finally:
            place.leave()

    async def _next(self) -> Packet | None:
        while self._ending is None and not self._queue.exhausted:
            packet = self._take()
            if packet is not None:
                return packet
            self._places.changed.clear()
            await self._places.changed.wait()
        return None

    def _take(self) -> Packet | None:
        # Answers that wait to be read are bought: where they come faster than they are read, buying waits.
        if not self._places.free or self._queue.in_hand >= 2 * self._places.most:
            return None
        auto = self._desk.auto
        if auto is None:
            return self._queue.take(self._desk.tuning.batch_size)
        return self._queue.take(auto.batch_size(self._queue.left, self._desk.gate.schedule.limits))

    def _most_in_flight(self) -> int:
        tuning = self._desk.auto.tuning if self._desk.auto else self._desk.tuning
        return self._desk.outage.most_in_flight(tuning.concurrency)

    async def _finish(self, outcome: Outcome) -> None:
        given_up = self._queue.settle(outcome)
        if given_up:
            await committed(self._desk.store.drafts.fail(self._desk.run, given_up, self._desk.fence))
        self._places.changed.set()


def ending_of(store: Store, run: int) -> Ending:
    """
    How a run ended all of whose slots have ended.

    Returns:
        done when every slot has its draft; else incomplete, naming the cells that are short and the causes.
    """
    short = [cell for cell in store.drafts.cells(run) if cell.drafted < cell.wanted]
    if not short:
        return Ending("done")
    what = "opinions" if store.runs.get(run).purpose == "review" else "drafts"
    named = [f"{cell.topic} L{cell.level} ({cell.wanted - cell.drafted})" for cell in short[:NAMED_CELLS]]
    more = [f"{len(short) - NAMED_CELLS} more cells"] if len(short) > NAMED_CELLS else []
    causes = ", ".join(f"{count} {cause}" for cause, count in store.drafts.causes(run).items())
    return Ending("incomplete", f"{what} are missing in {', '.join(named + more)}; causes: {causes}")
