"""
Which item of a reply answers which slot: by id, and by position only where ids are absent or exactly in order.

A draft under a foreign topic is worse than a missing one: an id of another packet or another run maps nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from engine.kinds.text import brief, fold
from engine.messages import Message
from engine.work import Packet, Slot

_NONCE_ID = re.compile(r"([a-z][0-9][a-z])[-_ ]?\d{1,7}", re.IGNORECASE)
_LONGEST_ID = 60
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
    is_empty: bool = False
    """The reply held no item at all, and none that was broken."""


def map_items(items: Sequence[Item], packet: Packet, broken: tuple[str, ...], *, by_position: bool) -> Mapping:
    """
    Map the items of a reply to the slots of its packet.

    Args:
        items: As they were found, in order.
        packet: The slots that were asked for, with the nonce of their ids.
        broken: Ids of items that began but could not be read.
        by_position: Position may count: where all ids are absent, or exactly in order (1, 2, 3 or item-0, item-1).
    """
    asked = {packet.id_of(slot): slot for slot in packet.slots}
    names = [name_of(item, packet) for item in items]
    found = Mapping()
    for place, (name, item) in enumerate(zip(names, items, strict=True)):
        if (
            name in asked
            and not _is_misplaced(place, names, list(asked))
            and not _is_swapped(item, asked[name], packet)
        ):
            found.answers.setdefault(name, []).append(item)
        else:
            found.strangers.append(name or "")
    if _is_shifted(names, list(asked), packet.nonce):
        found.answers, found.strangers = {}, [name or "" for name in names]
    known = bool(found.answers) or any(one in asked for one in broken + tuple(filter(None, names)))
    if by_position and not known and _fits(items, names, packet):
        found.by_position = True
        found.answers = {name: [item] for name, item in zip(asked, items, strict=True)}
    elif found.strangers:
        found.code = _cause(found.strangers, packet)
    return found


def name_of(item: Item, packet: Packet) -> str | None:
    """
    An item's id as text; None where it has none.

    An id of this run is known by its nonce, whatever its field and decoration ("Item K7Q_04.").
    """
    identity = item.get("id")
    if packet.nonce and (own := _own_id(item, packet.nonce)) is not None:
        return own
    if isinstance(identity, int) and not isinstance(identity, bool) and abs(identity) < 10**9:
        return str(identity)
    return identity.strip() or None if isinstance(identity, str) else None


def _own_id(item: Item, nonce: str) -> str | None:
    """The one id of the run that the short texts of an item hold; None where they hold none, or several."""
    pattern = re.compile(rf"(?<![a-z0-9]){nonce}[\s_\-‐‑–—－.:#]{{0,3}}(\d{{1,7}})(?!\d)", re.IGNORECASE)
    found = {f"{nonce}-{int(number)}" for text in _short_texts(item) for number in pattern.findall(text)}
    return found.pop() if len(found) == 1 else None


def _short_texts(item: Item) -> Iterator[str]:
    """The id, and other texts that are short enough to be one; also inside a part that is no list of rows."""
    for name, value in item.items():
        parts = value.values() if isinstance(value, dict) else value if isinstance(value, list) else (value,)
        if name == "id" or not isinstance(value, list):
            yield from (part for part in parts if isinstance(part, str) and len(part) <= _LONGEST_ID)


def _is_misplaced(place: int, names: Sequence[str | None], asked: Sequence[str]) -> bool:
    """Whether an item repeats the id of another place while its own is missing: it answers the missing one, or none."""
    if len(names) != len(asked) or asked[place] in names:
        return False
    right = asked.index(str(names[place]))
    return right != place and names[right] == names[place]


def _is_shifted(names: Sequence[str | None], asked: Sequence[str], nonce: str) -> bool:
    """Whether a reply counts the ids of the run from another start: each is the same number of places off."""
    own = [int(name.rpartition("-")[2]) for name in names if name is not None and name.startswith(f"{nonce}-")]
    if not nonce or len(asked) < 2 or not len(own) == len(names) == len(asked):
        return False
    off = {one - int(name.rpartition("-")[2]) for one, name in zip(own, asked, strict=True)}
    return len(off) == 1 and off != {0}


def _is_about_another(item: Item, slot: Slot) -> bool:
    """Whether an item repeats a topic, and it is not the slot's."""
    topic = item.get("topic")
    return isinstance(topic, str) and bool(topic.strip()) and fold(topic) != fold(slot.topic)


def _is_swapped(item: Item, slot: Slot, packet: Packet) -> bool:
    """
    Whether an item repeats the topic of another slot of the packet, or the level of another slot of its topic; a topic
    in other words proves nothing.
    """
    if _is_about_another(item, slot):
        return fold(item["topic"]) in {fold(one.topic) for one in packet.slots}
    level = item.get("level")
    levels = {str(one.level) for one in packet.slots if fold(one.topic) == fold(slot.topic)}
    return isinstance(level, int | str) and str(level) != str(slot.level) and str(level) in levels


def _fits(items: Sequence[Item], names: Sequence[str | None], packet: Packet) -> bool:
    """Whether position may count: as many items as slots, no ids or ids in order, no topic of another slot."""
    if len(items) != len(packet.slots) or not _in_order(names, packet):
        return False
    return not any(_is_about_another(item, slot) for item, slot in zip(items, packet.slots, strict=True))


def cause_of(found: Mapping, packet: Packet, slot: Slot) -> Message:
    """Why a slot has no item, in words that also help the model."""
    used = brief(next((name for name in found.strangers if name), ""), 30)
    asked = packet.id_of(slot)
    match found.code:
        case "wrong_id" if used in {packet.id_of(one) for one in packet.slots}:
            return Message("refused.mixed_ids", {"id": asked})
        case "wrong_id" if used:
            return Message("refused.wrong_id", {"used": used, "id": asked})
        case "wrong_id":
            return Message("refused.no_id", {"id": asked})
        case "replayed":
            return Message("refused.replayed", {"used": used})
    return Message("refused.no_json" if found.is_empty else "refused.no_item")


def _cause(strangers: Sequence[str], packet: Packet) -> str:
    foreign = [match for name in strangers if (match := _NONCE_ID.fullmatch(name))]
    return "replayed" if any(match[1].lower() != packet.nonce for match in foreign) else "wrong_id"


def _in_order(names: Sequence[str | None], packet: Packet) -> bool:
    """No id at all, or one series that counts up by one from 0 or 1, or through the slots' own numbers."""
    given = [name for name in names if name is not None]
    if not given:
        return True
    counted = [match for name in given if not _NONCE_ID.fullmatch(name) and (match := _COUNTED.fullmatch(name))]
    if len(counted) < len(names) or len({match[1] for match in counted}) > 1:
        return False
    numbers = [int(match[2]) for match in counted]
    series = (range(len(numbers)), range(1, len(numbers) + 1), [packet.number_of(slot) for slot in packet.slots])
    return any(numbers == list(one) for one in series)
