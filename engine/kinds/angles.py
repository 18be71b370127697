"""
A different sub-situation for each copy of a cell: it prevents near-duplicates better than finding them later.
"""

from __future__ import annotations

import zlib

from engine.work import Slot

SITUATIONS = (
    "a first time",
    "something goes wrong and is put right",
    "a change of plan",
    "a misunderstanding that is cleared up",
    "helping someone",
    "asking for help",
    "a small surprise",
    "a choice between two things",
    "getting ready for tomorrow",
    "waiting for something",
    "finding something lost",
    "learning a new skill",
    "showing someone how it is done",
    "saving money or time",
    "a friendly disagreement",
    "keeping a promise",
    "an old habit and a new one",
    "saying thank you",
    "a polite complaint",
    "then and now",
    "a plan for next month",
    "a mistake that turns out well",
    "meeting someone new",
    "saying goodbye",
)
PEOPLE = (
    "a student",
    "a parent with a child",
    "a new colleague",
    "an older neighbour",
    "two old friends",
    "a visitor from another town",
    "a shop owner",
    "a nurse after work",
    "two sisters",
    "a teacher",
    "a bus driver",
    "a volunteer",
)
MOMENTS = (
    "early in the morning",
    "on a rainy afternoon",
    "at the weekend",
    "in a busy hour",
    "on a quiet evening",
    "in the summer heat",
    "on the first day of the month",
    "just before closing time",
    "on a cold day",
    "in a holiday week",
)
ANGLES = len(SITUATIONS) * len(PEOPLE) * len(MOMENTS)


def angle(slot: Slot) -> str:
    """
    The sub-situation of a slot: always the same for the same slot, different for each copy of its cell.

    Returns:
        "situation; people; moment". The first 2,880 copies of a cell are all different and neighbours differ in
        all three parts.
    """
    # Cells start at different places, so that topics of one run do not all begin with the same situation.
    place = (slot.copy + zlib.crc32(f"{slot.topic}|{slot.level}".encode("utf-8", "replace"))) % ANGLES
    turn, first = divmod(place, len(SITUATIONS))
    # 1 and 13 have no factor in common with 12 and 10: every combination comes up exactly once.
    second = (turn + first) % len(PEOPLE)
    third = (turn // len(PEOPLE) + turn + first) % len(MOMENTS)
    return f"{SITUATIONS[first]}; {PEOPLE[second]}; {MOMENTS[third]}"
