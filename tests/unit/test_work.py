"""plan and pack: every wanted draft once, in as few calls as the batch size allows."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.errors import SpecError
from engine.kinds import kind_of
from engine.spec import RunSpec
from engine.work import Draft, Packet, Slot, pack, plan


def spec(topics: int = 2, levels: tuple[int, ...] = (3, 4), per_combo: int = 10) -> RunSpec:
    return RunSpec("cloze", "ja", levels, tuple(f"t{n}" for n in range(topics)), per_combo)


@given(st.integers(1, 5), st.sets(st.integers(1, 6), min_size=1), st.integers(1, 9))
def test_every_cell_gets_its_copies(topics: int, levels: set[int], per_combo: int) -> None:
    """A plan holds exactly per_combo slots of every cell, numbered from 0."""
    slots = plan(spec(topics, tuple(sorted(levels)), per_combo))
    assert [slot.number for slot in slots] == list(range(topics * len(levels) * per_combo))
    assert len({(slot.topic, slot.level, slot.copy) for slot in slots}) == len(slots)


@given(st.integers(0, 60), st.integers(1, 10))
def test_a_packet_is_a_call(n: int, batch_size: int) -> None:
    """n slots are packed into ceil(n / batch_size) packets, each slot once and in order."""
    slots = [Slot(number, "t", 1, number) for number in range(n)]
    packets = pack(slots, batch_size)
    assert len(packets) == math.ceil(n / batch_size)
    assert [slot for packet in packets for slot in packet.slots] == slots


@given(st.integers(1, 60), st.integers(1, 10), st.lists(st.integers(1, 6), min_size=1, max_size=6))
def test_alignment_packets_stay_small(n: int, batch_size: int, levels: list[int]) -> None:
    """An alignment packet holds at most 3 slots, at most 2 of them from level 4 up."""
    slots = [Slot(number, "t", levels[number % len(levels)], number) for number in range(n)]
    packets = pack(slots, batch_size, kind_of("alignment").packet)
    assert [slot for packet in packets for slot in packet.slots] == slots
    assert all(len(packet.slots) <= min(3, batch_size) for packet in packets)
    assert all(sum(slot.level >= 4 for slot in packet.slots) <= 2 for packet in packets)


def test_forty_drafts_at_batch_three_are_fourteen_calls() -> None:
    """2 topics x 2 levels x 10 at batch 3 is 14 calls, for alignment too."""
    slots = plan(spec())
    assert len(pack(slots, 3)) == len(pack(slots, 3, kind_of("alignment").packet)) == 14


@pytest.mark.parametrize("batch_size", [0, 11])
def test_a_batch_out_of_range_is_refused(batch_size: int) -> None:
    """batch_size is 1 to 10."""
    with pytest.raises(SpecError, match="batch_size"):
        pack([], batch_size)


def test_a_packet_without_its_drafts() -> None:
    """What has a draft is not asked for again; a packet that is whole is None."""
    one, two = Slot(0, "t", 1, 0), Slot(1, "t", 1, 1)
    packet = Packet(5, (one, two))
    rest = packet.without([Draft(one, {})])
    assert rest is not None
    assert rest.slots == (two,)
    assert packet.without([Draft(one, {}), Draft(two, {})]) is None
