"""Whole drafts in another wrapping are read; reasoning is not; an id that is not the packet's maps nothing."""

from __future__ import annotations

import base64
import html
import json
from dataclasses import replace
from typing import Any

import pytest

from engine.kinds import build_prompt, read_reply
from engine.kinds.reasoning import Mark, Marks
from tests.unit.test_kinds_kit import codes, named, packet_for, reply, sample, spec_for

EN = "cl-en-04"
SPEC = spec_for(EN, copies=3)
PACKET = replace(packet_for(SPEC), nonce="k7q")
IDS = ["k7q-1", "k7q-2", "k7q-3"]
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
    "escaped without its quotes": json.dumps(TEXT)[1:-1],
    "escaped in a fence": f"```json\n{json.dumps(TEXT)[1:-1]}\n```",
    "entities": html.escape(TEXT),
    "signs with a backslash": TEXT.replace(", ", "\\, ", 3).replace("{{", "\\{\\{", 1),
    "JavaScript": repr({"items": GOOD}).replace("[]", "null").replace("'items'", "items"),
    "unquoted names": TEXT.replace('"items":', "items:").replace('"title":', "title:").replace('"blanks":', "blanks:"),
    "comments": TEXT.replace('{"id"', "\n// the next one\n{ /* its id */ " + '"id"'),
    "base64": base64.b64encode(TEXT.encode()).decode(),
    "base64 in lines": base64.encodebytes(TEXT.encode()).decode(),
    "all in draft marks": f"<draft>{TEXT}</draft>",
    "wrappers": json.dumps({"a": {"data": {"output": {"result": {"items": GOOD}}}}}),
    "names in capitals": TEXT.replace('"id":', '"ID":').replace('"passage"', '"Passage"'),
    "no-break spaces": json.dumps({"items": GOOD}, indent=2).replace("  ", "\u00a0 ").replace('": ', '":\u3000'),
    "without its first brace": TEXT[1:],
    "parts as JSON": reply(*({**item, "blanks": json.dumps(item["blanks"])} for item in GOOD)),
    "rows as JSON": reply(*({**item, "blanks": [json.dumps(one) for one in item["blanks"]]} for item in GOOD)),
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
    """An alignment pack whose steps are in a table, a list or a wrapper of their own is whole."""
    name = "al-en-01"
    spec, item = spec_for(name), named(name, "k7q-1")
    steps = {step: item[step] for step in STEPS}
    deeper: Any = {"a table": steps, "a list": [{"step": one, **steps[one]} for one in STEPS]}.get(how)
    made = (
        {"id": item["id"], "pack": {**item}}
        if deeper is None
        else {"id": "k7q-1", "title": item["title"], "steps": deeper}
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
    "a torn closing mark": f"<think>\n{SCRATCH}\n</think\n{TEXT}",
    "a broken scratch": f"<think>{SCRATCH[:700]}</think>{TEXT}",
    "after the answer": f"{TEXT}<think>{SCRATCH}</think>",
    "after the answer, open": f"{TEXT}<think>{SCRATCH}",
    "between items": json.dumps(GOOD[0]) + f"<think>{SCRATCH}</think>" + json.dumps(GOOD[1]) + json.dumps(GOOD[2]),
    "a table of thoughts": json.dumps({"items": GOOD, "reasoning": json.loads(SCRATCH)}),
    "a first draft": json.dumps({"final": GOOD, "first_draft": json.loads(SCRATCH)["items"]}),
    "thoughts of an item": reply(*({"thinking": {**item, "title": "SCRATCH"}, **item} for item in GOOD)),
    "a heading": f"{TEXT}\n### Thinking\n{SCRATCH}\n### Answer\n",
    "headings on the line": f"{TEXT}\n思考：{SCRATCH}\n最终答案：",
    "a draft before": f"<draft>{SCRATCH}</draft>\n{TEXT}",
    "a draft after": f"{TEXT}\n<draft>{SCRATCH}</draft>",
    "round brackets": f"(thinking) {SCRATCH} (/thinking)\n{TEXT}",
    "round brackets after": f"{TEXT}\n(thinking) {SCRATCH} (/thinking)",
    "no marks": f"First version:\n{SCRATCH}\nFinal version:\n{TEXT}",
}


@pytest.mark.parametrize("text", THOUGHT.values(), ids=THOUGHT)
def test_what_is_kept_is_what_the_model_finally_said(text: str) -> None:
    """A version inside reasoning, or before a later one, is never the draft."""
    assert titles(text) == [sample(EN)["title"]] * 3


MARKS = [
    ("<plan>", "</plan>"),
    ("<antThinking>", "</antThinking>"),
    ("<inner_monologue>", "</inner_monologue>"),
    ("<self_reflection>", "</self_reflection>"),
    ("<longcat_think>", "</longcat_think>"),
    ("<思考>", "</思考>"),
    ("<think>", "<think/>"),
    ("&lt;think&gt;", "&lt;/think&gt;"),
    ("[THOUGHT]", "[/THOUGHT]"),
    ("[thinking]", "[/thinking]"),
    ("<|thinking|>", "<|/thinking|>"),
    ("<|START_THINKING|>", "<|END_THINKING|>"),
    ("<|begin▁of▁thought|>", "<|end▁of▁thought|>"),
    ("<｜thought｜>", "<｜/thought｜>"),
    ("<unused94>thought\n", "<unused95>"),
    ("<|im_start|>think\n", "<|im_end|>"),
    ("```thinking\n", "\n```\n"),
    ("<details><summary>Thinking</summary>", "</details>"),
    ("<!--", "-->"),
    ("*Thinking:* ", "\n\n*Answer:* "),
    ("**Reasoning**\n", "\n**Final answer**\n"),
]


@pytest.mark.parametrize(("opened", "closed"), MARKS, ids=[opened.strip() for opened, _ in MARKS])
def test_reasoning_is_left_out_wherever_it_stands(opened: str, closed: str) -> None:
    """Before the answer, behind it, and where the answer lacks an item that the thoughts have."""
    thought = f"{opened}{SCRATCH}{closed}"
    assert titles(thought + TEXT) == titles(f"{TEXT}\n{thought}") == [sample(EN)["title"]] * 3
    assert titles(thought + reply(*GOOD[:2])) == [sample(EN)["title"]] * 2


def test_a_heading_alone_hides_no_answer() -> None:
    """A heading of thoughts hides nothing where no heading of an answer follows."""
    assert titles(f"Thinking: easy.\n{TEXT}") == [sample(EN)["title"]] * 3


def test_reasoning_without_an_answer_is_no_draft() -> None:
    """Thoughts that never end hold no answer."""
    assert refused(f"<think>{SCRATCH}") == ["missing"] * 3
    assert titles(f"{SCRATCH}</think>I cannot do that.") == []


@pytest.mark.parametrize("text", [TEXT, f"```json\n{TEXT}\n```\n", f"{SCRATCH}\n\nBetter:\n\n{TEXT}"])
def test_an_answer_behind_thoughts_that_never_end_is_flagged(text: str) -> None:
    """It is read where it is a paragraph of its own that ends the reply, and never where the reply was cut off."""
    reading = read_reply(f"<think>\nShort texts, then.\n\n{text}", PACKET, SPEC)
    assert [draft.content["title"] for draft in reading.drafts] == [sample(EN)["title"]] * 3
    assert all("open_thoughts" in codes(draft.flags) for draft in reading.drafts)
    assert titles(f"<think>\nShort texts.\n\n{text}", truncated=True) == []
    assert titles(f"<think>\nShort texts.\n\n{text}\nNo, they are too short.") == []


def test_a_draft_may_speak_about_a_tag() -> None:
    """A mark inside a string of a draft is text."""
    item = {**GOOD[0], "title": "The <think> tag, [THINK] and </think>"}
    assert titles(reply(item, *GOOD[1:]))[0] == item["title"]


def test_one_cause_one_code() -> None:
    """An echoed request, a refusal in prose and an empty list are different causes."""
    assert refused(build_prompt(SPEC, PACKET).user) == ["echoed"] * 3
    assert refused("I'm sorry, but I can't help with that.") == ["refusal"] * 3
    assert refused("抱歉，我无法提供这些内容。") == ["refusal"] * 3
    assert refused('{"items": []}') == ["missing"] * 3


@pytest.mark.parametrize("before", [990, 1000])
def test_a_mark_behind_a_place_is_found_when_it_is_asked_for(before: int) -> None:
    """Reasoning that begins at a place or behind it is none before it, and is found whole afterwards."""
    marks = Marks("a" * 1000 + "<think>b</think>" + "c" * 1000 + "</think>d")
    assert marks.after(0, before) is None
    assert [marks.after(0, 1001), marks.after(0)] == [Mark(1000, 1016)] * 2
    assert marks.after(1016, 2016) is None
    assert marks.after(1016) == Mark(2016, 2024, orphan=True)
