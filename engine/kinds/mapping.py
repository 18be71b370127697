"""
Which item of a reply answers which slot: by id, and by position only where ids are absent or exactly in order.

A draft under a foreign topic is worse than a missing one: an id of another packet or another run maps nothing.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from engine.kinds.text import brief
from engine.work import Packet, Slot

_NONCE_ID = re.compile(r"([a-z][0-9][a-z])-\d{1,7}")
_COUNTED = re.compile(r"((?:[^\W\d]|[ _.:#-]){0,16})(\d{1,6})\.?")

Item = dict[str, Any]


@dataclass(slots=True)
class Mapping:
    """The items of a reply by slot id, and why the others answer no slot."""

    answers: dict[str, list[Item]] = field(default_factory=dict)
    by_position: bool = False
    strangers: list[str] = field(default_factory=list)
    """Ids that no slot of the packet has."""
    code: str = "missing"
    """Why a slot without an item has none: missing, wrong_id, replayed (an answer to another run), or echoed."""


def map_items(items: Sequence[Item], packet: Packet, broken: Sequence[str], *, by_position: bool) -> Mapping:
    """
    Map the items of a reply to the slots of its packet.

    Args:
        items: As they were found, in order.
        packet: The slots that were asked for, with the nonce of their ids.
        broken: Ids of items that began but could not be read.
        by_position: Position may count: where all ids are absent, or exactly in order (1, 2, 3 or item-0, item-1).
    """
    asked = {packet.id_of(slot): slot for slot in packet.slots}
    found = Mapping()
    for item in items:
        name = name_of(item)
        if name is not None and (name in asked or name.lower() in asked):
            found.answers.setdefault(name if name in asked else name.lower(), []).append(item)
        else:
            found.strangers.append(name or "")
    known = bool(found.answers) or any(one in asked for one in broken)
    if by_position and not known and len(items) == len(asked) and _in_order([name_of(item) for item in items], packet):
        found.by_position = True
        found.answers = {name: [item] for name, item in zip(asked, items, strict=True)}
    elif found.strangers:
        found.code = _cause(found.strangers, packet)
    return found


def name_of(item: Item) -> str | None:
    """An item's id as text; None where it has none."""
    identity = item.get("id")
    if isinstance(identity, int) and not isinstance(identity, bool) and abs(identity) < 10**9:
        return str(identity)
    return identity.strip() or None if isinstance(identity, str) else None


def cause_text(found: Mapping, packet: Packet, slot: Slot) -> str:
    """Why a slot has no item, in words that also help the model."""
    match found.code:
        case "wrong_id":
            used = brief(next((name for name in found.strangers if name), ""), 30)
            named = f'used id "{used}"' if used else "gave no id"
            return f'your answer {named}; use "{packet.id_of(slot)}"'
        case "replayed":
            return f'the answer belongs to another request (id "{brief(found.strangers[0], 30)}")'
    return "no item came back for this id"


def _cause(strangers: Sequence[str], packet: Packet) -> str:
    foreign = [match for name in strangers if (match := _NONCE_ID.fullmatch(name))]
    return "replayed" if any(match[1] != packet.nonce for match in foreign) else "wrong_id"


def _in_order(names: Sequence[str | None], packet: Packet) -> bool:
    """No id at all, or one series that counts up by one from 0 or 1, or through the slots' own numbers."""
    given = [name for name in names if name is not None]
    if not given:
        return True
    counted = [match for name in given if not _NONCE_ID.fullmatch(name) and (match := _COUNTED.fullmatch(name))]
    if len(counted) < len(names) or len({match[1] for match in counted}) > 1:
        return False
    numbers = [int(match[2]) for match in counted]
    series = (range(len(numbers)), range(1, len(numbers) + 1), [slot.number for slot in packet.slots])
    return any(numbers == list(one) for one in series)
