"""The slots still to ask for, and in which packets."""

from __future__ import annotations

from engine.generate.run import Queue
from engine.work import Draft, Outcome, Packet, Rejection, Slot, pack


def slots(n: int) -> list[Slot]:
    return [Slot(number, "t", 1, number) for number in range(n)]


def queue(n: int, max_asks: int = 3) -> Queue:
    return Queue(slots(n), lambda some, size, first: pack(some, size, first=first), max_asks)


def outcome(packet: Packet, kept: int, code: str = "length") -> Outcome:
    drafts = tuple(Draft(slot, {}) for slot in packet.slots[:kept])
    rejections = tuple(Rejection(slot, code, "too short") for slot in packet.slots[kept:])
    return Outcome(packet, drafts, rejections, calls=1)


def take(made: Queue) -> Packet:
    packet = made.take(3)
    assert packet is not None
    return packet


def test_missing_slots_are_asked_for_between_first_packets() -> None:
    """As soon as missing slots fill a smaller packet they go first, with the reason."""
    made = queue(12)
    made.complete(outcome(take(made), 1))
    again = take(made)
    assert [slot.number for slot in again.slots] == [1, 2]
    assert again.reasons == ("length: too short",)


def test_one_missing_slot_waits_for_company() -> None:
    """A single missing slot waits for another while first packets are left, and is asked for alone at the end."""
    made = queue(6)
    made.complete(outcome(take(made), 2))
    assert take(made).slots[0].number == 3
    assert [slot.number for slot in take(made).slots] == [2]


def test_a_slot_is_given_up_after_its_last_ask() -> None:
    """A slot that is refused max_asks times ends, with its last reason."""
    made = queue(1, max_asks=2)
    assert made.complete(outcome(take(made), 0)) == {}
    assert made.complete(outcome(take(made), 0, "wrong_script")) == {0: "wrong_script"}
    assert made.exhausted


def test_a_failed_slot_is_not_asked_again() -> None:
    """A slot the contract gave up is not missing."""
    made = queue(2)
    packet = take(made)
    made.complete(Outcome(packet, failed={0: "moderation", 1: "moderation"}))
    assert made.exhausted


def test_a_queue_with_a_packet_in_progress_is_not_exhausted() -> None:
    """While a packet is in progress, its slots may be asked for again."""
    made = queue(1)
    take(made)
    assert made.take(3) is None
    assert not made.exhausted
