"""
Reads the text of a reply into drafts and rejections: every slot of the packet ends as exactly one of them.

Errors and empty answers are handled before; here the text is read tolerantly and each item is judged alone.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from engine.kinds.check import check_item
from engine.kinds.copied import is_copied
from engine.kinds.flags import flag
from engine.kinds.language import says_nothing
from engine.kinds.layout import Entry, layout
from engine.kinds.mapping import Mapping, cause_of, map_items, name_of
from engine.kinds.notes import bounded, notes_on_ids
from engine.kinds.reasoning import answer_in_open_thoughts, without_reasoning
from engine.kinds.registry import kind_of
from engine.kinds.scan import Scan, scan
from engine.kinds.text import brief, fold
from engine.messages import Message
from engine.spec import RunSpec
from engine.work import Draft, Packet, Rejection, Slot

_LABELS = ("step", "id", "name", "key", "type", "label", "code")
"""Fields in which a part of a draft may name itself."""
Judge = Callable[[Slot, dict[str, Any], list[Message]], Draft | Rejection]
_BROKEN = {"truncated": "item_truncated", "json": "item_json", "echoed": "echoed", "refusal": "in_prose"}
_NO_TITLES = ("title", "untitled", "no title", "标题", "无题", "タイトル", "無題")
_MOST_VERSIONS = 10  # a reply that repeats one id for ever is not worth more
_REFUSAL = re.compile(
    r"\b(?:I(?:\'m| am) (?:sorry|unable|not able)|I (?:can\'?t|cannot|can not|won\'t|must decline)|as an AI)\b"
    r"|抱歉|对不起|无法(?:提供|完成|满足|生成)|申し訳|お応えできません|できかねます",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class ParsedReply:
    """What a reply brought: drafts and rejections, one for each slot of the packet; notes on what was not used."""

    drafts: tuple[Draft, ...]
    rejections: tuple[Rejection, ...]
    notes: tuple[Message, ...] = ()


def read_reply(text: str, packet: Packet, spec: RunSpec, *, truncated: bool = False) -> ParsedReply:
    """
    Read a reply back; never raises, whatever the text is.

    Args:
        text: The reply's text; reasoning, fences and prose around the JSON are skipped.
        packet: The slots that were asked for; items are mapped by id, and by position, flagged, only where ids are
            absent or exactly in order.
        spec: The run the packet belongs to.
        truncated: The provider says the reply was cut (finish_reason length). Complete items are kept; a last item
            that something closed after the cut is refused.

    Returns:
        Drafts and rejections in the order of the packet. Codes: missing, wrong_id, replayed, echoed,
        refusal, truncated, json, copied, and those of the kind's checks.
    """
    return read_items(
        text, packet, kind_of(spec.kind).body_field, partial(_judge, spec), truncated=truncated, by_position=True
    )


def read_items(
    text: str, packet: Packet, body_field: str, judge: Judge, *, truncated: bool = False, by_position: bool = False
) -> ParsedReply:
    """
    Read the items of any reply back, one for each slot of a packet.

    Args:
        text: As in `read_reply`.
        packet: As in `read_reply`.
        body_field: The field that makes an object of the reply an item.
        judge: Makes a draft or a rejection of one item; may add to the notes.
        truncated: As in `read_reply`.
        by_position: Position may count where ids are absent or exactly in order.

    Returns:
        Drafts and rejections in the order of the packet; of several items for one slot the last good one.
    """
    asked = {packet.id_of(slot): slot for slot in packet.slots}
    found = scan(text, asked, body_field)
    is_open = not truncated and not found.items and (tail := answer_in_open_thoughts(text)) != ""
    if is_open:
        found = scan(tail, asked, body_field)
    doubtful = found.items.pop() if truncated and found.closed else None
    echoed = [item for item in found.items if _is_echo(item, body_field)]
    items = [item for item in found.items if not _is_echo(item, body_field)]
    mapping = map_items(items, packet, tuple(found.broken), by_position=by_position)
    if doubtful is not None and (name := name_of(doubtful, packet)) is not None:
        found.broken.setdefault(name, "truncated")
    if not items and not found.broken:
        mapping.code = "echoed" if echoed else _code_of_prose(text, truncated)
        mapping.is_empty = True
    notes = [*found.notes, *notes_on_ids(mapping)]
    reply = _Reply(packet, mapping, found, judge, notes)
    results = [_result(slot, reply) for slot in packet.slots]
    assumed = [code for code, is_so in (("unknown_id", mapping.by_position), ("open_thoughts", is_open)) if is_so]
    drafts = tuple(_marked(one, assumed) for one in results if isinstance(one, Draft))
    return ParsedReply(drafts, tuple(one for one in results if isinstance(one, Rejection)), bounded(notes))


@dataclass(frozen=True, slots=True)
class _Reply:
    """One reply taken apart."""

    packet: Packet
    mapping: Mapping
    found: Scan
    judge: Judge
    notes: list[Message]


def _is_echo(item: dict[str, Any], body_field: str) -> bool:
    """Whether an item is the request's own, handed back."""
    return item.keys() >= {"id", "topic", "level"} and not {"title", body_field} & item.keys()


def _code_of_prose(text: str, truncated: bool) -> str:
    if truncated:
        return "truncated"
    return "refusal" if _REFUSAL.search(without_reasoning(text)[:600]) else "missing"


def _result(slot: Slot, reply: _Reply) -> Draft | Rejection:
    """The last good item of a slot: a model that thinks aloud corrects itself; else why the last one is refused."""
    name = reply.packet.id_of(slot)
    items = reply.mapping.answers.get(name, [])
    if not items:
        return _no_item(slot, name, reply)
    if len(items) > 1:
        reply.notes.append(Message("read.repeated", {"id": name, "count": len(items)}))
    refused: Rejection | None = None
    for item in items[: -_MOST_VERSIONS - 1 : -1]:
        result = reply.judge(slot, item, reply.notes)
        if isinstance(result, Draft):
            return result
        refused = refused or result
    assert refused is not None
    return refused


def _no_item(slot: Slot, name: str, reply: _Reply) -> Rejection:
    code = reply.found.broken.get(name, reply.mapping.code)
    broken = _BROKEN.get(code)
    said = Message(f"refused.{broken}") if broken else cause_of(reply.mapping, reply.packet, slot)
    return Rejection.because(slot, code, said)


def _judge(spec: RunSpec, slot: Slot, item: dict[str, Any], notes: list[Message]) -> Draft | Rejection:
    entries = layout(kind_of(spec.kind).fields)
    item, in_order = _ordered(item, [entry for entry in entries if entry.form == "group"])
    item = _flattened(item, {entry.name for entry in entries})
    untitled = not _has_title(item)
    titled = {**item, "title": slot.topic} if untitled else item
    checked = check_item(titled, spec, slot.level, spec.source_of(slot.topic), topic=slot.topic)
    if checked.content is None:
        return Rejection(slot, checked.code, checked.detail, checked.message)
    if is_copied(checked.content, spec.kind, spec.lang, spec.style):
        return Rejection.because(slot, "copied", Message("refused.example"))
    notes.extend(_left_out(slot, item, spec))
    flags = [flag("title_missing")] if untitled else []
    flags += [flag("steps_in_order", names=in_order)] if in_order else []
    return Draft(slot, checked.content, (*flags, *checked.flags), checked.grading)


def _has_title(item: dict[str, Any]) -> bool:
    titles = [str(value or "") for name, value in item.items() if name.lower() == "title"]
    return any(not says_nothing(text) and fold(text) not in _NO_TITLES for text in titles)


def _flattened(item: dict[str, Any], names: set[str]) -> dict[str, Any]:
    """An item whose fields stand one level deeper ({"id", "steps": {"D1", ...}}), brought up; else the item itself."""
    flat = item
    for name, part in item.items():
        inner = _by_name(part, names) if name not in names else {}
        if len(inner.keys() & names) > 1 or (inner.keys() & names and not names & flat.keys()):
            flat = {**{key: value for key, value in flat.items() if key != name}, **inner, **_own(flat, names)}
    return flat


def _ordered(item: dict[str, Any], groups: Sequence[Entry]) -> tuple[dict[str, Any], list[str]]:
    """An item whose parts come in a list without labels, with each under its name, and the names; else the item."""
    names = [entry.name for entry in groups]
    if len(names) < 2 or item.keys() & set(names):
        return item, []
    for name, rows in item.items():
        if not isinstance(rows, list) or len(rows) != len(names):
            continue
        if all(map(_may_be, rows, groups)) and _counts_up(rows):
            others = {other: part for other, part in item.items() if other != name}
            return {**others, **dict(zip(names, rows, strict=True))}, names
    return item, []


def _may_be(row: Any, group: Entry) -> bool:
    """Whether an object has the fields of a part, whole, and none that no part of its kind has."""
    own = {entry.name for entry in group.parts}
    needed = {entry.name for entry in group.parts if entry.asked}
    return isinstance(row, dict) and needed <= row.keys() and row.keys() - set(_LABELS) <= own


def _counts_up(rows: Sequence[Any]) -> bool:
    """Whether the labels of a list, if there are any, are 1, 2, 3 and so on."""
    labels = [next((row[name] for name in _LABELS if name in row), None) for row in rows]
    return all(label is None for label in labels) or labels == list(range(1, len(rows) + 1))


def _own(item: dict[str, Any], names: set[str]) -> dict[str, Any]:
    return {name: part for name, part in item.items() if name in names or name == "id"}


def _by_name(part: Any, names: set[str]) -> dict[str, Any]:
    """A wrapper's fields; a list of parts that each name their step ({"step": "D1", ...}) is one, too."""
    if isinstance(part, dict):
        return part
    if not isinstance(part, list) or not all(isinstance(one, dict) for one in part):
        return {}
    labelled = ((one.get(label), one) for one in part for label in _LABELS)
    return {name: one for name, one in labelled if isinstance(name, str) and name in names}


def _left_out(slot: Slot, item: dict[str, Any], spec: RunSpec) -> Iterator[Message]:
    extra = item.keys() - set(kind_of(spec.kind).fields.model_fields) - {"id"}
    if extra:
        yield Message(
            "read.unknown_field", {"id": brief(str(item.get("id", slot.id)), 30), "field": brief(min(extra), 30)}
        )


def _marked(draft: Draft, codes: Sequence[str]) -> Draft:
    return replace(draft, flags=(*map(flag, codes), *draft.flags)) if codes else draft
