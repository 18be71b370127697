"""Whole drafts in another wrapping are read; reasoning is not; an id that is not the packet's maps nothing."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from engine.kinds import build_prompt, read_reply
from engine.work import nonce_of
from tests.unit.test_kinds_kit import codes, named, packet_for, reply, sample, spec_for

EN = "cl-en-04"
SPEC = spec_for(EN, copies=3)
PACKET = replace(packet_for(SPEC), nonce="k7q")
IDS = ["k7q-0", "k7q-1", "k7q-2"]
GOOD = [named(EN, one) for one in IDS]
TEXT = reply(*GOOD)
SCRATCH = reply(*({**item, "title": "SCRATCH"} for item in GOOD))


def titles(text: str, **how: bool) -> list[str]:
    return [draft.content["title"] for draft in read_reply(text, PACKET, SPEC, **how).drafts]


def refused(text: str) -> list[str]:
    return [one.code for one in read_reply(text, PACKET, SPEC).rejections]


def ids(*names: Any) -> str:
    return reply(*({**named(EN, "x"), "id": name} for name in names))


WRAPPED = {
    "encoded twice": json.dumps(TEXT),
    "encoded three times": json.dumps(json.dumps(TEXT)),
    "encoded and fenced": f"```json\n{json.dumps(TEXT)}\n```",
    "the list as a string": json.dumps({"items": json.dumps(GOOD)}),
    "items as strings": json.dumps({"items": [json.dumps(item) for item in GOOD]}),
    "the envelope as a string": json.dumps({"output": TEXT}),
    "by id, as strings": json.dumps({item["id"]: json.dumps(item) for item in GOOD}),
    "Python": repr({"items": GOOD}),
    "Python in a fence": f"```python\nresult = {{'items': {GOOD!r}}}\n```",
    "a Python list": repr(GOOD),
    "Python's None": TEXT.replace('"hint"', '"more": None, "hint"'),
    "apostrophes": TEXT.replace("'", "\\'"),
    "upper-case ids": TEXT.replace("k7q-", "K7Q-"),
    "nested": reply(*({"id": item["id"], "cloze": {k: v for k, v in item.items() if k != "id"}} for item in GOOD)),
}


@pytest.mark.parametrize("text", WRAPPED.values(), ids=WRAPPED)
def test_a_whole_draft_in_another_wrapping_is_read(text: str) -> None:
    """No character of a draft depends on how the items are wrapped."""
    reading = read_reply(text, PACKET, SPEC)
    assert [draft.content for draft in reading.drafts] == [sample(EN)] * 3
    assert all("unknown_id" not in codes(draft.flags) for draft in reading.drafts)


def test_a_cut_python_literal_completes_nothing() -> None:
    """What ends inside is not completed, in whatever notation."""
    assert titles(repr({"items": GOOD})[:-40], truncated=True) == []


def test_an_escaped_backslash_before_an_apostrophe_stays() -> None:
    r"""\\' is a backslash and an apostrophe."""
    item = {**GOOD[0], "title": "It\\'s"}
    assert titles(reply(item, *GOOD[1:]))[0] == "It\\'s"


STEPS = ("D1", "D2", "T3", "W4", "T5", "W6")


@pytest.mark.parametrize("how", ["a table", "a list", "a wrapper"])
def test_steps_one_level_deeper_are_read(how: str) -> None:
    """An alignment pack whose steps stand in a table, a list or a wrapper of their own is whole."""
    name = "al-en-01"
    spec, item = spec_for(name), named(name, "k7q-0")
    steps = {step: item[step] for step in STEPS}
    deeper: Any = {"a table": steps, "a list": [{"step": one, **steps[one]} for one in STEPS]}.get(how)
    made = (
        {"id": item["id"], "pack": {**item}}
        if deeper is None
        else {"id": "k7q-0", "title": item["title"], "steps": deeper}
    )
    reading = read_reply(reply(made), replace(packet_for(spec), nonce="k7q"), spec)
    assert [draft.content for draft in reading.drafts] == [sample(name)]


THOUGHT = {
    "tags": f"<think>{SCRATCH}</think>{TEXT}",
    "after words": f"Okay.\n<think>\n{SCRATCH}\n</think>\n{TEXT}",
    "upper case": f"<THINKING>{SCRATCH}</THINKING>{TEXT}",
    "an attribute": f'<think time="3">{SCRATCH}</think>{TEXT}',
    "brackets": f"[THINK]{SCRATCH}[/THINK]{TEXT}",
    "channels": f"<|channel|>analysis<|message|>{SCRATCH}<|end|><|start|>assistant<|channel|>final<|message|>{TEXT}",
    "commentary": f"<|channel|>commentary<|message|>{SCRATCH}<|channel|>final<|message|>{TEXT}",
    "channels without tokens": f"analysisTry {SCRATCH}. Done.assistantfinal{TEXT}",
    "one-sided channels": f"<|channel>thought\n{SCRATCH}<channel|>{TEXT}",
    "tokens": f"<|begin_of_thought|>{SCRATCH}<|end_of_thought|><|begin_of_solution|>{TEXT}<|end_of_solution|>",
    "Kimi": f"◁think▷{SCRATCH}◁/think▷{TEXT}",
    "an orphan": f"Try {SCRATCH}</think>{TEXT}",
    "twice": f"<think>{SCRATCH}</think>So: <think>{SCRATCH}</think>{TEXT}",
    "a broken scratch": f"<think>{SCRATCH[:700]}</think>{TEXT}",
    "after the answer": f"{TEXT}<think>{SCRATCH}</think>",
    "after the answer, open": f"{TEXT}<think>{SCRATCH}",
    "between items": json.dumps(GOOD[0]) + f"<think>{SCRATCH}</think>" + json.dumps(GOOD[1]) + json.dumps(GOOD[2]),
    "no marks": f"First version:\n{SCRATCH}\nFinal version:\n{TEXT}",
}


@pytest.mark.parametrize("text", THOUGHT.values(), ids=THOUGHT)
def test_what_is_kept_is_what_the_model_finally_said(text: str) -> None:
    """A version inside reasoning, or before a later one, is never the draft."""
    assert titles(text) == [sample(EN)["title"]] * 3


def test_reasoning_without_an_answer_is_no_draft() -> None:
    """Thoughts that never end hold no answer."""
    assert refused(f"<think>{SCRATCH}") == ["missing"] * 3
    assert titles(f"{SCRATCH}</think>I cannot do that.") == []


def test_a_draft_may_speak_about_a_tag() -> None:
    """A mark inside a string of a draft is text."""
    item = {**GOOD[0], "title": "The <think> tag, [THINK] and </think>"}
    assert titles(reply(item, *GOOD[1:]))[0] == item["title"]


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


STRANGE = {
    "another order": (ids("2", 0, "1"), "wrong_id"),
    "doubled": (ids("1", 1, "01"), "wrong_id"),
    "backwards": (ids(3, 2, 1), "wrong_id"),
    "some absent": (ids(None, 2, 3), "wrong_id"),
    "mixed prefixes": (ids("a1", "b2", "c3"), "wrong_id"),
    "names": (ids("Campus", "Sports", "Food"), "wrong_id"),
    "another packet": (ids("k7q-3", "k7q-4", "k7q-5"), "wrong_id"),
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
        'your answer used id "cat"; use "k7q-0"'
    ]


def test_one_cause_one_code() -> None:
    """An echoed request, a refusal in prose and an empty list are different causes."""
    assert refused(build_prompt(SPEC, PACKET).user) == ["echoed"] * 3
    assert refused("I'm sorry, but I can't help with that.") == ["refusal"] * 3
    assert refused("抱歉，我无法提供这些内容。") == ["refusal"] * 3
    assert refused('{"items": []}') == ["missing"] * 3


def test_a_nonce_is_short_stable_and_of_one_run() -> None:
    """A run asks under the same ids after a restart; another run, or the same number elsewhere, under others."""
    one = nonce_of(1, 1_790_000_000.25)
    assert one == nonce_of(1, 1_790_000_000.25) and len(one) == 3
    assert len({nonce_of(run, 1_790_000_000.0 + run) for run in range(200)}) > 180
