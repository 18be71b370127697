"""A run's concurrency slots: never more taken than there are, and a packet that is sent again waits for one."""

from __future__ import annotations

import asyncio

from engine.generate.concurrency import ConcurrencySlot, ConcurrencySlots


def test_a_slot_is_released_once() -> None:
    """Releasing twice frees one slot, not two."""
    slots = ConcurrencySlots(lambda: 2)
    first, _second = ConcurrencySlot(slots), ConcurrencySlot(slots)
    assert not slots.free
    first.release()
    first.release()
    assert (slots.taken, slots.free) == (1, True)


async def test_a_packet_sent_again_waits_for_a_slot() -> None:
    """A packet that has released its slot takes another when one is free, and not before."""
    slots = ConcurrencySlots(lambda: 1)
    early = ConcurrencySlot(slots)
    early.release()
    other = ConcurrencySlot(slots)
    again = asyncio.create_task(early.acquire())
    await asyncio.sleep(0)
    assert not again.done()
    other.release()
    await again
    assert (slots.taken, slots.free) == (1, False)


async def test_a_held_slot_is_not_taken_twice() -> None:
    """Acquiring a slot that is held takes no second one."""
    slots = ConcurrencySlots(lambda: 1)
    held = ConcurrencySlot(slots)
    await held.acquire()
    assert slots.taken == 1
