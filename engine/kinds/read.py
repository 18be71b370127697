"""
From the text of a reply to drafts and rejections: every slot of the packet ends as exactly one of them.

Errors and empty answers are dealt with before; here the text is read tolerantly and each item is judged alone.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from functools import cache, partial
from typing import Any

from engine.kinds.check import body_text, check_item
from engine.kinds.examples import examples
from engine.kinds.registry import kind_of
from engine.kinds.scan import Scan, scan
from engine.kinds.text import brief
from engine.spec import Lang, RunSpec
from engine.work import Content, Draft, Flag, Packet, Rejection, Slot

_MOST_NOTES = 20
Judge = Callable[[Slot, dict[str, Any], list[str]], Draft | Rejection]
_BROKEN = {
    "truncated": "the reply ended inside this item",
    "json": "the item is not valid JSON",
}


@dataclass(frozen=True, slots=True)
class Reading:
    """What a reply brought: drafts and rejections, together one for each slot of the packet; notes for people."""

    drafts: tuple[Draft, ...]
    rejections: tuple[Rejection, ...]
    notes: tuple[str, ...] = ()


def read_reply(text: str, packet: Packet, spec: RunSpec, *, truncated: bool = False) -> Reading:
    """
    Read a reply back; never raises, whatever the text is.

    Args:
        text: The reply's text; reasoning, fences and prose around the JSON are skipped.
        packet: The slots that were asked for; items are mapped by id, never by position, unless all ids are
            unknown and the count is equal: then by position, flagged.
        spec: The run the packet belongs to.
        truncated: The provider says the reply was cut (finish_reason length). Complete items are kept; a last item
            that something closed after the cut is refused.

    Returns:
        Drafts and rejections in the order of the packet. Codes: missing, truncated, json, schema, steps, blanks,
        roles, dialogue, copied, wrong_script, meta, length.
    """
    return read_items(
        text, packet, kind_of(spec.kind).body_field, partial(_judge, spec), truncated=truncated, by_position=True
    )


def read_items(
    text: str, packet: Packet, body_field: str, judge: Judge, *, truncated: bool = False, by_position: bool = False
) -> Reading:
    """
    Read the items of any reply back, one for each slot of a packet.

    Args:
        text: As in `read_reply`.
        packet: As in `read_reply`.
        body_field: The field that makes an object of the reply an item.
        judge: Makes a draft or a rejection of one item; may add to the notes.
        truncated: As in `read_reply`.
        by_position: Where all ids are unknown and the count is equal, go by position, flagged.

    Returns:
        Drafts and rejections in the order of the packet; of several items for one slot the first good one.
    """
    asked = {slot.id: slot for slot in packet.slots}
    found = scan(text, asked, body_field)
    doubtful = found.items.pop() if truncated and found.closed else None
    notes = list(found.notes)
    answers = _by_id(found.items, asked, notes)
    by_position = by_position and _all_strangers(found, answers, asked)
    if by_position:
        notes.append("all ids were unknown: mapped by position")
        answers = {slot.id: [item] for slot, item in zip(packet.slots, found.items, strict=True)}
    if doubtful is not None and (name := _name(doubtful)) is not None:
        found.broken.setdefault(name, "truncated")
    drafts, rejections = [], []
    for slot in packet.slots:
        result = _first_good(slot, answers.get(slot.id, ()), judge, found, notes)
        if isinstance(result, Rejection):
            rejections.append(result)
        else:
            drafts.append(_marked(result) if by_position else result)
    return Reading(tuple(drafts), tuple(rejections), tuple(_bounded(notes)))


def _all_strangers(found: Scan, answers: Collection[str], asked: Collection[str]) -> bool:
    """Whether no id of the reply was asked for and the count is equal: the only case where position counts."""
    known = bool(answers) or any(identity in asked for identity in found.broken)
    return bool(found.items) and not known and len(found.items) == len(asked)


def _by_id(
    items: Sequence[dict[str, Any]], asked: dict[str, Slot], notes: list[str]
) -> dict[str, list[dict[str, Any]]]:
    answers: dict[str, list[dict[str, Any]]] = {}
    for item in items:
        name = _name(item)
        if name in asked:
            answers.setdefault(name, []).append(item)
        elif len(notes) <= _MOST_NOTES:
            notes.append("an item without id" if name is None else f"unknown id {brief(name, 30)}")
    return answers


def _name(item: dict[str, Any]) -> str | None:
    identity = item.get("id")
    return identity.strip() if isinstance(identity, str) else None


def _first_good(
    slot: Slot, items: Sequence[dict[str, Any]], judge: Judge, found: Scan, notes: list[str]
) -> Draft | Rejection:
    """The first good item of a slot; else the first reason."""
    if not items:
        code = found.broken.get(slot.id, "missing")
        return Rejection(slot, code, _BROKEN.get(code, "no item came back for this id"))
    if len(items) > 1:
        notes.append(f"{slot.id} came back {len(items)} times: the first good one is kept")
    results = []
    for item in items[:10]:  # a reply that repeats one id for ever is not worth more
        results.append(judge(slot, item, notes))
        if isinstance(results[-1], Draft):
            return results[-1]
    return results[0]


def _judge(spec: RunSpec, slot: Slot, item: dict[str, Any], notes: list[str]) -> Draft | Rejection:
    checked = check_item(item, spec, slot.level)
    if checked.content is None:
        return Rejection(slot, checked.code, checked.detail)
    if _opening(checked.content) in _example_openings(spec.kind, spec.lang):
        return Rejection(slot, "copied", "this is the worked example of the request; write a new text")
    notes.extend(_left_out(slot, item, spec))
    return Draft(slot, checked.content, checked.flags)


def _opening(content: Content) -> str:
    return body_text(content)[:60]


@cache
def _example_openings(kind: str, lang: Lang) -> frozenset[str]:
    """How the worked examples begin: weak models hand them back under the slot's own id."""
    return frozenset(_opening(one.item) for one in examples(kind, lang))


def _left_out(slot: Slot, item: dict[str, Any], spec: RunSpec) -> Iterator[str]:
    extra = item.keys() - set(kind_of(spec.kind).fields.model_fields) - {"id"}
    if extra:
        yield f"{slot.id}: left out the unknown field {brief(min(extra), 30)}"


def _marked(draft: Draft) -> Draft:
    flag = Flag("unknown_id", "the reply named other ids: mapped by position")
    return Draft(draft.slot, draft.content, (flag, *draft.flags))


def _bounded(notes: list[str]) -> list[str]:
    more = len(notes) - _MOST_NOTES
    return [*notes[:_MOST_NOTES], f"and {more} more"] if more > 0 else notes
