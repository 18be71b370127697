"""
Reads the responses that were stored before a crash and never read: they are paid for.
"""

from __future__ import annotations

from engine.generate.attempts import PacketAttempts
from engine.generate.context import RunContext
from engine.generate.record import record
from engine.generate.retry import decide
from engine.providers import read_answer
from engine.providers.reply import Answer
from engine.work import Packet


async def record_unread(context: RunContext) -> None:
    """
    Record every stored response of the run, or of its share, that was not read, and wait until that is durable.

    Raises:
        StoreError: the ledger cannot be written.
    """
    for row in context.store.calls.unsettled(context.run, context.share):
        asked = set(row.slots)
        slots = tuple(slot for slot in context.store.drafts.open_slots(context.run) if slot.number in asked)
        seen = read_answer(Answer(row.status or 0, {}, context.store.calls.reply(row.id)))
        decision = decide(seen, PacketAttempts().history(context, seen))
        record(context, Packet(row.packet, slots), row.id, seen, decision, row.ended_at)
        await context.pending_writes.all_written()
