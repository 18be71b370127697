"""A run's places in flight: never more taken than there are, and a packet that is sent again waits for one."""

from __future__ import annotations

import asyncio

from engine.generate.concurrency import ConcurrencySlot, ConcurrencySlots


def test_a_place_is_left_once() -> None:
    """Leaving twice gives one place back, not two."""
    places = ConcurrencySlots(lambda: 2)
    first, _second = ConcurrencySlot(places), ConcurrencySlot(places)
    assert not places.free
    first.leave()
    first.leave()
    assert (places.taken, places.free) == (1, True)


async def test_a_packet_sent_again_waits_for_a_place() -> None:
    """A packet that has left its place enters again when one is free, and not before."""
    places = ConcurrencySlots(lambda: 1)
    early = ConcurrencySlot(places)
    early.leave()
    other = ConcurrencySlot(places)
    again = asyncio.create_task(early.enter())
    await asyncio.sleep(0)
    assert not again.done()
    other.leave()
    await again
    assert (places.taken, places.free) == (1, False)


async def test_who_holds_a_place_does_not_wait() -> None:
    """Entering where the place is held takes no second one."""
    places = ConcurrencySlots(lambda: 1)
    held = ConcurrencySlot(places)
    await held.enter()
    assert places.taken == 1
