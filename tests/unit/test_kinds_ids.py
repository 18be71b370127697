"""Which slot an item of a reply is for: by its id, its topic or its place, and never by a guess."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from engine.kinds import read_reply
from engine.spec import RunSpec
from engine.work import nonce_of
from tests.unit.test_kinds_kit import codes, level_of, named, packet_for, reply
from tests.unit.test_kinds_wrapping import EN, GOOD, IDS, PACKET, SPEC, ids, titles


@pytest.mark.parametrize("levels", [(4,), (3, 4)])
def test_an_item_that_repeats_what_another_slot_asks_for_is_refused(levels: tuple[int, ...]) -> None:
    """Ids that were swapped are known by the topic, or the level of one topic, that an item repeats."""
    spec = replace(SPEC, levels=levels, topics=("Campus", "Sports")[: 3 - len(levels)], per_combo=1)
    packet = replace(packet_for(spec), nonce="k7q")
    right, wrong = packet.slots, packet.slots[::-1]
    items = [
        {**named(EN, packet.id_of(slot)), "topic": other.topic, "level": other.level}
        for slot, other in zip(right, wrong, strict=True)
    ]
    reading = read_reply(reply(*items), packet, spec)
    assert not reading.drafts and {one.code for one in reading.rejections} == {"wrong_id"}


IN_ORDER = {
    "absent": ids(None, None, None),
    "from 0": ids(0, 1, 2),
    "from 1": ids("1", "2", "3"),
    "prefixed": ids("item-0", "item-1", "item-2"),
    "from s1": ids("s1", "s2", "s3"),
}


@pytest.mark.parametrize("text", IN_ORDER.values(), ids=IN_ORDER)
def test_absent_and_counted_ids_map_by_position_with_a_flag(text: str) -> None:
    """Where ids are absent or exactly in order, position counts, and every draft says so."""
    drafts = read_reply(text, PACKET, SPEC).drafts
    assert len(drafts) == 3 and all("unknown_id" in codes(draft.flags) for draft in drafts)


DECORATED: dict[str, Callable[[str], Any]] = {
    "underscore": lambda one: one.replace("-", "_"),
    "no dash": lambda one: one.replace("-", ""),
    "long dash": lambda one: one.replace("-", "\u2013"),
    "upper case": str.upper,
    "zeros": lambda one: one.replace("-", "-0"),
    "words": lambda one: f"Item {one}: Campus (A2).",
    "hash": lambda one: f"#{one}",
    "list": lambda one: [one],
    "table": lambda one: {"id": one},
}


def backwards(change: Callable[[dict[str, Any], str], dict[str, Any]]) -> str:
    """The three items in the opposite order, each with its own title."""
    made = [{**item, "title": f"Draft {item['id']}"} for item in GOOD]
    return reply(*(change({k: v for k, v in one.items() if k != "id"}, one["id"]) for one in reversed(made)))


@pytest.mark.parametrize("decorated", DECORATED.values(), ids=DECORATED)
def test_an_id_is_known_however_it_is_decorated(decorated: Callable[[str], Any]) -> None:
    """The nonce says which slot is meant, whatever is around it."""
    assert titles(backwards(lambda item, one: {"id": decorated(one), **item})) == [f"Draft {one}" for one in IDS]


@pytest.mark.parametrize("name", ["ID", "item_id", "slot", "_id", "ref"])
def test_an_id_is_known_in_another_field(name: str) -> None:
    """Position never counts where an id is somewhere else."""
    assert titles(backwards(lambda item, one: {name: one, **item})) == [f"Draft {one}" for one in IDS]
    assert titles(backwards(lambda item, one: {"meta": {name: one}, **item})) == [f"Draft {one}" for one in IDS]


@pytest.mark.parametrize(("names", "kept"), [("000", [0]), ("002", [0, 2]), ("022", [0, 2]), ("011", [0, 1])])
def test_an_id_that_is_repeated_fills_its_own_place_alone(names: str, kept: list[int]) -> None:
    """A model that copies an id writes about the next topic under it: that slot is asked for again."""
    items = [{**named(EN, IDS[int(name)]), "title": f"At {place}"} for place, name in enumerate(names)]
    reading = read_reply(reply(*items), PACKET, SPEC)
    assert [(draft.slot.number, draft.content["title"]) for draft in reading.drafts] == [(n, f"At {n}") for n in kept]


def test_a_topic_that_is_another_slots_refuses_the_item() -> None:
    """An item that repeats its topic is believed about it, before its id and before its position."""
    spec = RunSpec("cloze", "en", (level_of(EN),), ("Campus", "Food", "Sports"))
    packet = replace(packet_for(spec), nonce="k7q")
    for names in (IDS, [1, 2, 3], [None, None, None]):
        asked = zip(names, ("Food", "Campus", "Sports"), strict=True)
        items = [{**named(EN, "x"), "id": name, "topic": topic} for name, topic in asked]
        assert {draft.slot.number for draft in read_reply(reply(*items), packet, spec).drafts} <= {2}


STRANGE = {
    "another order": (ids("2", 0, "1"), "wrong_id"),
    "doubled": (ids("1", 1, "01"), "wrong_id"),
    "backwards": (ids(3, 2, 1), "wrong_id"),
    "some absent": (ids(None, 2, 3), "wrong_id"),
    "mixed prefixes": (ids("a1", "b2", "c3"), "wrong_id"),
    "names": (ids("Campus", "Sports", "Food"), "wrong_id"),
    "counted from zero": (ids("k7q-0", "k7q-1", "k7q-2"), "wrong_id"),
    "counted from two": (ids("k7q-2", "k7q-3", "k7q-4"), "wrong_id"),
    "another packet": (ids("k7q-4", "k7q-5", "k7q-6"), "wrong_id"),
    "another run": (ids("m2c-0", "m2c-1", "m2c-2"), "replayed"),
    "fewer": (ids(1, 2), "wrong_id"),
}


@pytest.mark.parametrize(("text", "code"), STRANGE.values(), ids=STRANGE)
def test_foreign_ids_map_nothing(text: str, code: str) -> None:
    """No draft lands under a topic it was not asked for, and the reason says which id came."""
    reading = read_reply(text, PACKET, SPEC)
    assert not reading.drafts and [one.code for one in reading.rejections] == [code] * 3


def test_a_wrong_id_is_told_with_the_right_one() -> None:
    """The reason that is sent with the next request helps the model."""
    assert [one.detail for one in read_reply(ids("cat", "dog", "cow"), PACKET, SPEC).rejections][:1] == [
        'your answer used id "cat"; use "k7q-1"'
    ]


def test_a_nonce_is_short_stable_and_of_one_run() -> None:
    """A run asks under the same ids after a restart; another run, or the same number elsewhere, under others."""
    one = nonce_of(1, 1_790_000_000.25)
    assert one == nonce_of(1, 1_790_000_000.25) and len(one) == 3
    assert len({nonce_of(run, 1_790_000_000.0 + run) for run in range(200)}) > 180
