"""
Notes on how a reply was read: what was assumed, and what of it was not used. They are stored with the call.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from engine.kinds.mapping import Mapping
from engine.kinds.text import brief
from engine.messages import Message

TEMPLATES = {
    "read.by_position": "No usable ids in the reply: its items were assigned in order.",
    "read.unknown_id": "An item under the unknown id {id} was not used.",
    "read.no_id": "An item without an id was not used.",
    "read.one_each": "The ids of several items were mixed up: from now on a call asks for one.",
    "read.repeated": "{id} came back {count} times: the last good version was kept.",
    "read.unknown_field": "{id}: the unknown field {field} was left out.",
    "read.cut": "Only the first {most:,} of {count:,} characters were read.",
    "read.broken": "The reply is too broken to be read to its end.",
    "read.more": "{count} more notes.",
}
ZH = {
    "No usable ids in the reply: its items were assigned in order.": "回复没有可用的编号，各项按顺序对应。",
    "An item under the unknown id {id} was not used.": "编号 {id} 不在请求中，该项未采用。",
    "An item without an id was not used.": "有一项没有编号，未采用。",
    "The ids of several items were mixed up: from now on a call asks for one.": (
        "多项内容的编号混乱，之后每次调用只要一项。"
    ),
    "{id} came back {count} times: the last good version was kept.": "{id} 出现了 {count} 次，保留最后一个合格的版本。",
    "{id}: the unknown field {field} was left out.": "{id}：未知字段 {field} 已略去。",
    "Only the first {most:,} of {count:,} characters were read.": "只读取了 {count:,} 个字符中的前 {most:,} 个。",
    "The reply is too broken to be read to its end.": "回复的格式损坏严重，未能读到末尾。",
    "{count} more notes.": "另有 {count} 条说明。",
}
MOST = 20


def notes_on_ids(mapping: Mapping) -> Iterator[Message]:
    """What ids were assumed or unknown."""
    if mapping.by_position:
        yield Message("read.by_position")
        return
    for name in mapping.strangers[: MOST + 1]:
        yield Message("read.unknown_id", {"id": brief(name, 30)}) if name else Message("read.no_id")


def bounded(notes: Sequence[Message]) -> tuple[Message, ...]:
    """The first notes, and how many more there are."""
    more = len(notes) - MOST
    return (*notes[:MOST], Message("read.more", {"count": more})) if more > 0 else tuple(notes)
