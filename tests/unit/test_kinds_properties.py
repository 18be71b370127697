"""Laws of reading that hold for any text: conservation, no mending, nothing unsafe stored."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import example, given, settings
from hypothesis import strategies as st

from engine.kinds import check_item, count_units, read_reply
from engine.kinds.text import clean
from engine.spec import LANGS
from tests.unit.test_kinds_kit import SAMPLES, level_of, named, packet_for, reply, sample, spec_for

NAME = "cl-zh-04"
SPEC = spec_for(NAME, copies=4)
PACKET = packet_for(SPEC)
IDS = [slot.id for slot in PACKET.slots]

values: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.sampled_from(IDS),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(["id", "passage", "items", *IDS]), inner)
    ),
    max_leaves=12,
)


def conserved(text: str, truncated: bool) -> bool:
    reading = read_reply(text, PACKET, SPEC, truncated=truncated)
    ended = [one.slot for one in (*reading.drafts, *reading.rejections)]
    return sorted(slot.number for slot in ended if slot) == [slot.number for slot in PACKET.slots] and all(ended)


@given(st.text() | values.map(json.dumps), st.booleans())
def test_any_text_ends_every_slot_once(text: str, truncated: bool) -> None:
    """Drafts and rejections together are the packet, whatever came back."""
    assert conserved(text, truncated)


@settings(max_examples=60)
@given(st.data())
def test_a_damaged_reply_ends_every_slot_once(data: st.DataObject) -> None:
    """Cutting, doubling and writing into a good reply never loses or doubles a slot."""
    text = reply(*(named(NAME, identity) for identity in IDS))
    at = data.draw(st.integers(0, len(text)))
    upto = data.draw(st.integers(at, len(text)))
    assert conserved(text[:at] + data.draw(st.text(max_size=5)) + text[upto:], data.draw(st.booleans()))


@settings(max_examples=60)
@given(st.permutations(range(4)), st.sets(st.integers(0, 3)))
def test_what_came_back_is_kept_and_the_rest_is_missing(order: list[int], gone: set[int]) -> None:
    """Order does not matter; exactly the absent ids are missing."""
    reading = read_reply(reply(*(named(NAME, IDS[n]) for n in order if n not in gone)), PACKET, SPEC)
    assert {draft.slot.copy for draft in reading.drafts} == set(range(4)) - gone
    assert {r.slot.copy for r in reading.rejections if r.slot} == gone


@settings(max_examples=80)
@given(st.integers(1, 4000))
def test_a_cut_reply_holds_whole_items_only(cut: int) -> None:
    """Every draft out of a cut reply equals the item as it was written."""
    text = reply(*(named(NAME, identity) for identity in IDS))
    reading = read_reply(text[: max(0, len(text) - cut)], PACKET, SPEC, truncated=True)
    assert all(draft.content == sample(NAME) for draft in reading.drafts)
    assert len(reading.drafts) < 4 or cut < 3, "without the last bracket all items can still be whole"


@settings(max_examples=100)
@given(st.sampled_from(sorted(SAMPLES)), st.data())
def test_an_odd_field_never_raises(name: str, data: st.DataObject) -> None:
    """Any value in any field gives a verdict: content, or a code."""
    item = sample(name)
    item[data.draw(st.sampled_from(sorted(item)))] = data.draw(values)
    checked = check_item(item, spec_for(name), level_of(name))
    assert (checked.content is None) == bool(checked.code)


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(sorted(SAMPLES)))
def test_a_stored_draft_passes_again_unchanged(name: str) -> None:
    """Checking what a check has made changes nothing: text shown = text stored."""
    first = check_item(sample(name), spec_for(name), level_of(name))
    assert first.content is not None
    assert check_item(first.content, spec_for(name), level_of(name)) == first


@given(st.text(alphabet=st.characters()))
@example("\ud83d a\u202eb\u0000\r\n\tc\ufeff e\u0301 \U000e0041\uffff")
def test_cleaned_text_is_safe_and_stays_clean(text: str) -> None:
    """Cleaning twice changes nothing; the result is valid UTF-8 and holds no control or bidi characters."""
    cleaned = clean(text)
    cleaned.encode("utf-8")
    assert clean(cleaned) == cleaned
    assert not any(
        (ord(c) < 32 and c != "\n") or 0x202A <= ord(c) <= 0x202E or 0x2066 <= ord(c) <= 0x2069 for c in cleaned
    )


@given(st.text(), st.text(), st.sampled_from(LANGS))
def test_lengths_add_up(left: str, right: str, lang: Any) -> None:
    """Two texts apart are as long as both."""
    assert count_units(f"{left} \n {right}", lang) == count_units(left, lang) + count_units(right, lang)
