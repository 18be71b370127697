"""
How a run is cut into shares, which several processes work on side by side. Pure.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from engine.spec import Tuning
from engine.work import Slot

PLACES = 64
"""Most calls in flight of one share."""
ROUNDS = 10
"""A share is at least so many packets for each of its calls in flight: at the end of each some of them wait."""
TIMES = 4
"""So many shares for each process: who is slower makes fewer."""


@dataclass(frozen=True, slots=True)
class Cut:
    """The shares of a run: the slots of each, its calls in flight, and how many are worked on at a time."""

    shares: Sequence[Sequence[Slot]]
    places: int
    at_once: int


def shares_at_once(slots: int, tuning: Tuning, most_places: int) -> int:
    """
    How many processes can work on a run at a time.

    Args:
        slots: Its open ones.
        tuning: The run's: all shares at a time have its concurrency.
        most_places: Most calls in flight of one share.

    Returns:
        1: it is not cut into shares, one process works on the whole run.
    """
    wanted = -(-tuning.concurrency // most_places)
    return wanted if slots >= ROUNDS * tuning.concurrency * tuning.batch_size else 1


def cut_slots(slots: Sequence[Slot], tuning: Tuning, most_places: int) -> Cut:
    """
    Cut a run's open slots into shares; a topic at a level stays in one where that leaves them about equal.

    See `shares_at_once`; it is to be cut into more than one.
    """
    at_once = shares_at_once(len(slots), tuning, most_places)
    places = -(-tuning.concurrency // at_once)
    number = max(at_once, min(TIMES * at_once, len(slots) // (ROUNDS * places * tuning.batch_size)))
    size = len(slots) / number
    first = {slot.cell: at for at, slot in reversed(list(enumerate(slots)))}
    slots = sorted(slots, key=lambda slot: first[slot.cell])
    cells = [at for at, (one, next_one) in enumerate(pairwise(slots), 1) if one.cell != next_one.cell]
    ends = [_near(cells, round(at * size), size / 4) for at in range(1, number)]
    parts = [slots[start:end] for start, end in pairwise((0, *ends, len(slots)))]
    return Cut([sorted(part, key=lambda slot: slot.number) for part in parts], places, at_once)


def _near(places: Sequence[int], wanted: int, within: float) -> int:
    """The place that is nearest to the wanted one, if it is near enough, else the wanted one."""
    at = bisect_left(places, wanted)
    nearest = min(places[max(0, at - 1) : at + 1], key=lambda place: abs(place - wanted), default=wanted)
    return nearest if abs(nearest - wanted) <= within else wanted
