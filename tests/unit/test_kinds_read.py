"""Reading replies back: every slot ends once, strings are never repaired, neighbours never pay."""

from __future__ import annotations

import json
import time
from collections.abc import Callable

import pytest

from engine.kinds import build_prompt, read_reply
from engine.kinds.examples import examples
from engine.messages import Message
from tests.unit.test_kinds_kit import SAMPLES, codes, named, packet_for, reply, sample, spec_for

EN = "cl-en-04"
SPEC = spec_for(EN, copies=3)
PACKET = packet_for(SPEC)
GOOD = [named(EN, f"s{number}") for number in range(3)]
TEXT = reply(*GOOD)


def kept(text: str, **how: bool) -> list[str]:
    return [draft.slot.id for draft in read_reply(text, PACKET, SPEC, **how).drafts]


def refused(text: str, **how: bool) -> dict[str, str]:
    return {r.slot.id: r.code for r in read_reply(text, PACKET, SPEC, **how).rejections if r.slot}


@pytest.mark.parametrize("name", SAMPLES)
def test_every_sample_comes_back_as_a_draft(name: str) -> None:
    """A good item becomes a draft whose content is the item without its id."""
    spec = spec_for(name)
    reading = read_reply(reply(named(name, "s0")), packet_for(spec), spec)
    assert [draft.content for draft in reading.drafts] == [sample(name)] and not reading.rejections


@pytest.mark.parametrize(
    "text",
    [
        TEXT,
        "\ufeff" + TEXT,
        f"```json\n{TEXT}\n```",
        f'Sure! Here is {{the}} JSON you "asked" for:\n\n{TEXT}\n\nLet me know {{if}} it helps.',
        f'<think>First {{"items":[{{"id":"s0"}}]}} maybe</think>\n{TEXT}',
        f"I think about s0 and {{so on}}</think>{TEXT}",
        json.dumps(GOOD),
        json.dumps({"items": GOOD}, indent=2),
        json.dumps({"result": {"drafts": GOOD}}),
        json.dumps({item["id"]: {k: v for k, v in item.items() if k != "id"} for item in GOOD}),
        json.dumps({"items": {item["id"]: item for item in GOOD}}),
        "\n".join(json.dumps(item) for item in GOOD),
        TEXT.replace("]}]}", "],},],}").replace('"}', '",}'),
        TEXT[:-2] + ",]}",
        build_prompt(SPEC, PACKET).user + TEXT,
        TEXT + " " * 5000,
    ],
    ids=str.split("plain bom fence prose think orphan array pretty wrapper keyed inner lines commas comma echo spaces"),
)
def test_wrapping_around_the_items_costs_nothing(text: str) -> None:
    """However the items are wrapped, all of them are read."""
    assert kept(text) == ["s0", "s1", "s2"]


def test_one_bare_item_is_read() -> None:
    """An item without an envelope is an item."""
    assert kept(json.dumps(GOOD[1])) == ["s1"]


def test_items_are_mapped_by_id_not_by_place() -> None:
    """A permuted reply fills the slots that its ids name."""
    changed = {**GOOD[2], "title": "The last one"}
    reading = read_reply(reply(changed, GOOD[0], GOOD[1]), PACKET, SPEC)
    assert [draft.content["title"] for draft in reading.drafts] == [GOOD[0]["title"], GOOD[1]["title"], "The last one"]


def test_fewer_items_leave_the_other_slots_missing() -> None:
    """A slot that did not come back is a rejection of its own."""
    assert refused(reply(GOOD[1])) == {"s0": "missing", "s2": "missing"}


def test_a_doubled_id_keeps_the_last() -> None:
    """Of two good items under one id the last one is what the model finally said, and it is noted."""
    reading = read_reply(reply(GOOD[0], {**GOOD[0], "title": "Second"}, *GOOD[1:]), PACKET, SPEC)
    assert reading.drafts[0].content["title"] == "Second" and "2 times" in str(reading.notes[0])


def test_a_doubled_id_skips_a_bad_first() -> None:
    """A bad item does not stand in the way of a good one under the same id."""
    assert kept(reply({"id": "s0", "passage": "too short"}, *GOOD)) == ["s0", "s1", "s2"]
    assert kept(reply(*GOOD, {"id": "s0", "passage": "too short"})) == ["s0", "s1", "s2"]


def test_unknown_ids_are_dropped_and_noted() -> None:
    """An id nobody asked for fills no slot."""
    reading = read_reply(reply(*GOOD, named(EN, "s99")), PACKET, SPEC)
    assert len(reading.drafts) == 3 and reading.notes == (Message("read.unknown_id", {"id": "s99"}),)


def test_all_ids_unknown_and_the_count_equal_maps_by_position() -> None:
    """Only then position counts, and every draft says so."""
    items = [{**named(EN, f"item-{n}"), "title": f"Title {n}"} for n in range(3)]
    reading = read_reply(reply(*items), PACKET, SPEC)
    assert [draft.content["title"] for draft in reading.drafts] == ["Title 0", "Title 1", "Title 2"]
    assert all("unknown_id" in codes(draft.flags) for draft in reading.drafts)


def test_unknown_ids_with_another_count_fill_nothing() -> None:
    """Two strangers for three slots cannot be mapped."""
    assert set(refused(reply(named(EN, "a"), named(EN, "b"))).values()) == {"wrong_id"}


def test_a_broken_item_with_a_known_id_forbids_position() -> None:
    """Where one id was right, a stranger is no answer to it."""
    spec = spec_for(EN)
    text = reply({"id": "s0", "title": "BREAK"}, named(EN, "x")).replace('"BREAK"', '"BREAK" oops')
    reading = read_reply(text, packet_for(spec), spec)
    assert [r.code for r in reading.rejections] == ["json"]


def test_a_truncated_last_item_is_refused() -> None:
    """The items before the cut are kept, the one it hits is not repaired."""
    for cut in range(len(TEXT) - 1300, len(TEXT) - 3, 37):
        assert kept(TEXT[:cut], truncated=True) == ["s0", "s1"]
        assert refused(TEXT[:cut], truncated=True) == {"s2": "truncated"}


def test_a_last_item_closed_after_a_cut_is_refused() -> None:
    """When the provider says it cut the reply, a neatly closed end was repaired by another program."""
    assert refused(TEXT, truncated=True) == {"s2": "truncated"}
    assert kept(TEXT + "\n\n\n", truncated=True) == ["s0", "s1", "s2"], "here only the white space was cut"


def test_a_broken_item_costs_no_neighbour() -> None:
    """JSON that breaks inside one item loses that item alone."""
    text = reply(GOOD[0], {**GOOD[1], "title": "BREAK"}, GOOD[2]).replace('"BREAK"', '"BREAK" oops')
    assert kept(text) == ["s0", "s2"] and refused(text) == {"s1": "json"}


def test_strings_are_never_repaired() -> None:
    """An unescaped quote inside a passage refuses the item instead of cutting the passage."""
    text = TEXT.replace("Many office workers", 'Many "office" workers', 1)
    assert refused(text) == {"s0": "json"}


def test_a_comma_before_a_bracket_inside_a_string_stays() -> None:
    """Only punctuation outside strings is overlooked."""
    item = {**GOOD[0], "title": "Lists [a, b, ] and {c, }"}
    reading = read_reply(reply(item, *GOOD[1:])[:-2] + ",],}", PACKET, SPEC)
    assert reading.drafts[0].content["title"] == "Lists [a, b, ] and {c, }"


def test_unknown_fields_are_left_out_and_noted() -> None:
    """What is stored has the fields of kinds.md and no others."""
    reading = read_reply(reply({**GOOD[0], "level": 3}, *GOOD[1:]), PACKET, SPEC)
    assert reading.drafts[0].content == sample(EN) and reading.notes == (
        Message("read.unknown_field", {"id": "s0", "field": "level"}),
    )


def test_control_characters_surrogates_and_overrides_are_cleaned() -> None:
    """What is stored can be stored, shown and exported: raw or escaped, nothing unsafe is left."""
    dirty = TEXT.replace("Many office", "Many\x00\x1b \\u202eoffice\\ud83d\\u0007\ud800", 1)
    reading = read_reply(dirty, PACKET, SPEC)
    assert reading.drafts[0].content["passage"].startswith("Many office workers")
    json.dumps([draft.content for draft in reading.drafts], ensure_ascii=False).encode("utf-8")


def test_text_is_stored_as_nfc() -> None:
    """Composed and decomposed letters are the same text."""
    spec, item = spec_for("cl-en-03"), named("cl-en-03", "s0")
    text = json.dumps({"items": [item]}, ensure_ascii=False).replace("café", "cafe\u0301")
    assert "café" in read_reply(text, packet_for(spec), spec).drafts[0].content["passage"]


def test_the_worked_example_is_no_draft() -> None:
    """A model that hands the example back under the slot's id is refused."""
    example = examples("cloze", "en")[0].item
    assert refused(reply({**example, "id": "s0"}, *GOOD[1:])) == {"s0": "copied"}


HOSTILE = {
    "empty": "",
    "spaces": " \n" * 9,
    "null": "null",
    "html": "<html><body>Login</body></html>",
    "braces": '{"' * 200_000,
    "nested": '{"a":' * 100_000,
    "lists": "[" * 500_000,
    "envelopes": '{"items":[' * 50_000,
    "half items": '{"id":"s0","passage":"x",' * 20_000,
    "digits": '{"id":"s0","x":' + "9" * 500_000 + "}",
    "doubles": '{"items":[' + '{"id":"s0","passage":"x"},' * 20_000 + "]}",
    "strangers": '{"items":[' + '{"id":"z","passage":"x"},' * 20_000 + "]}",
    "thoughts": "<think></think>" * 50_000,
    "tags": reply({**GOOD[0], "passage": "<a [your" * 2_000}),
    "long": reply({**GOOD[0], "passage": "word " * 150_000}),
    "blanks": reply({**GOOD[0], "passage": "{{1}}" * 3_000, "blanks": [{"id": 1}] * 50_000}),
    "infinite": reply(GOOD[0]).replace('"id":1,', '"id":1e999,'),
    "not a number": reply(GOOD[0]).replace('"id":1,', '"id":NaN,'),
    "wrong types": reply({"id": "s0", "passage": 7, "title": None, "blanks": {"a": []}}),
    "deep id": '{"passage":"x","id":' + '{"y":[' * 300 + "1" + "]}" * 300 + "}",
    "deep title": '{"id":"s0","passage":"x","title":' + "[" * 600 + "]" * 600 + ',"blanks":[]}',
    "surrogates": "\ud800" * 10_000 + '{"id":"\udfff","passage":"\ud800"}',
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
@pytest.mark.parametrize("truncated", [False, True])
def test_hostile_text_is_refused_in_bounded_time(text: str, truncated: bool) -> None:
    """Whatever came back, each slot ends once and no reply takes a second."""
    started = time.thread_time()
    reading = read_reply(text, PACKET, SPEC, truncated=truncated)
    assert not reading.drafts and [r.slot for r in reading.rejections] == list(PACKET.slots)
    assert len(reading.notes) <= 21 and time.thread_time() - started < 1.0


def test_deep_nesting_in_one_item_costs_no_neighbour() -> None:
    """A field nested thousands deep refuses its item; the next one is still read."""
    deep = TEXT.replace('"id":"s1",', '"id":"s1","x":' + '{"y":' * 5_000 + "1" + "}" * 5_000 + ",", 1)
    assert kept(deep) == ["s0", "s2"] and refused(deep) == {"s1": "json"}


def test_reading_one_cloze_item_is_cheap() -> None:
    """One item costs under a millisecond of CPU at best, so that hundreds of calls can be in flight."""
    spec = spec_for(EN)
    packet, text = packet_for(spec), reply(named(EN, "s0"))
    read_reply(text, packet, spec)
    assert min(timed(lambda: read_reply(text, packet, spec)) for _ in range(200)) < 0.001, "0.4 ms on an idle machine"


def timed(work: Callable[[], object]) -> float:
    """Seconds of CPU of one call."""
    started = time.thread_time()
    work()
    return time.thread_time() - started
