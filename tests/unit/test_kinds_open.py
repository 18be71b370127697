"""Fields in other names, spellings and forms are the same draft; what is missing is empty and flagged."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest

from engine.kinds import read_reply
from engine.kinds.check import check_item
from tests.unit.test_kinds_kit import level_of, named, packet_for, reply, sample, spec_for

CLOZE, SCRIPT, PACK = "cl-en-01", "sh-en-01", "al-en-01"
Item = dict[str, Any]


def checked(name: str, item: Item) -> tuple[Item | None, set[str]]:
    found = check_item(item, spec_for(name), level_of(name))
    return found.content, {flag.code for flag in found.flags if flag.severity == "flagged"}


def blanks(change: Callable[[Item], Item]) -> Item:
    item = sample(CLOZE)
    return {**item, "blanks": [change(blank) for blank in item["blanks"]]}


def without(row: Item, name: str) -> Item:
    return {key: value for key, value in row.items() if key != name}


def renamed(row: Item, name: str, other: str) -> Item:
    return {other if key == name else key: value for key, value in row.items()}


SAME: dict[str, Item] = {
    **{
        f"acceptable {none!r}": blanks(lambda blank, none=none: {**blank, "acceptable": none})  # type: ignore[misc]
        for none in ("", "none", "N/A", "-", "无", False, {}, [None], [""], [[]], ["None"], 0)
    },
    **{
        f"distractors with {sign!r}": blanks(
            lambda blank, sign=sign: {**blank, "distractors": sign.join(blank["distractors"])}
        )  # type: ignore[misc]
        for sign in (" / ", "|", ",", "、", "\n- ")
    },
    "distractors with reasons": blanks(
        lambda blank: {**blank, "distractors": [{"text": one, "why": "no"} for one in blank["distractors"]]}
    ),
    "distractors by letter": blanks(
        lambda blank: {**blank, "distractors": dict(zip("abc", blank["distractors"], strict=True))}
    ),
    "a hint by language": blanks(lambda blank: {**blank, "hint": {"zh": blank["hint"]}}),
    "texts in lists": blanks(
        lambda blank: {**blank, "answer": [blank["answer"]], "explanation": [blank["explanation"]]}
    ),
    "no numbers": blanks(lambda blank: without(blank, "id")),
    "null for numbers": blanks(lambda blank: {**blank, "id": None}),
    "numbers from 0": blanks(lambda blank: {**blank, "id": blank["id"] - 1}),
    "another name of the number": blanks(lambda blank: renamed(blank, "id", "blank_id")),
    "another name of the answer": blanks(lambda blank: renamed(blank, "answer", "correct_answer")),
    "capitals": {
        key.title(): value for key, value in blanks(lambda blank: {k.upper(): v for k, v in blank.items()}).items()
    },
    "by placeholder": {
        **sample(CLOZE),
        "blanks": {f"{{{{{blank['id']}}}}}": without(blank, "id") for blank in sample(CLOZE)["blanks"]},
    },
    "a list in a table": {**sample(CLOZE), "blanks": {"items": sample(CLOZE)["blanks"]}},
    "a list in a list": {**sample(CLOZE), "blanks": [sample(CLOZE)["blanks"]]},
    "a table each": blanks(lambda blank: {"blank": blank}),
    "a key each": blanks(lambda blank: {str(blank["id"]): without(blank, "id")}),
    "a text in a table": {**sample(CLOZE), "passage": {"text": sample(CLOZE)["passage"]}},
}


@pytest.mark.parametrize("item", SAME.values(), ids=SAME)
def test_a_cloze_in_another_form_is_the_same(item: Item) -> None:
    """No text of a draft depends on the names and the form of its fields."""
    assert checked(CLOZE, item) == checked(CLOZE, sample(CLOZE))


NOTATIONS = (
    "{%d}", "[%d]", "[[%d]]", "<%d>", "<<%d>>", "__%d__", "___%d___", "(%d)", "__(%d)__", "{{blank%d}}", "{{b_%d}}",
    "{{#%d}}", "{{{%d}}}", "${%d}", "\\{\\{%d\\}\\}", "【%d】", "{{%d:}}",
)  # fmt: skip


@pytest.mark.parametrize("notation", NOTATIONS)
def test_a_placeholder_in_another_notation_is_read(notation: str) -> None:
    """Where each blank has exactly one placeholder of one notation nothing is guessed."""
    item = sample(CLOZE)
    item["passage"] = re.sub(r"\{\{(\d+)\}\}", lambda found: notation % int(found[1]), item["passage"])
    assert checked(CLOZE, item) == checked(CLOZE, sample(CLOZE))


def test_a_gap_that_holds_its_answer_is_a_gap() -> None:
    """{{1: answer}} is {{1}} where the answer is the blank's own, and refused where it is not."""
    item = sample(CLOZE)
    answers = {str(blank["id"]): blank["answer"] for blank in item["blanks"]}
    item["passage"] = re.sub(
        r"\{\{(\d+)\}\}", lambda found: f"{{{{{found[1]}: {answers[found[1]]}}}}}", item["passage"]
    )
    assert checked(CLOZE, item) == checked(CLOZE, sample(CLOZE))
    wrong = {**item, "blanks": [{**blank, "answer": "x"} for blank in item["blanks"]]}
    assert checked(CLOZE, wrong)[0] is None


@pytest.mark.parametrize("passage", ["It is {1} and [2].", "It is [1] and [1] and [2].", "It is ____ and ____."])
def test_a_gap_that_is_not_certain_stays_refused(passage: str) -> None:
    """Notations are not mixed, doubled placeholders are not counted, and gaps without numbers are not numbered."""
    item = sample(CLOZE)
    assert checked(CLOZE, {**item, "passage": passage, "blanks": item["blanks"][:2]})[0] is None


@pytest.mark.parametrize(
    ("name", "code"),
    [("hint", "help_missing"), ("explanation", "help_missing"), ("distractors", "distractor_count")],
)
def test_a_field_that_is_absent_is_empty_and_flagged(name: str, code: str) -> None:
    """A passage is kept when a model leaves a remark out; the reviewer sees a flag."""
    content, flags = checked(CLOZE, blanks(lambda blank: without(blank, name)))
    assert content is not None and not content["blanks"][0][name] and flags == {code}


@pytest.mark.parametrize("title", [None, "", " ", "...", "Untitled", "Title"])
def test_a_missing_title_is_the_topic(title: str | None) -> None:
    """A draft without a title is kept under its topic, flagged."""
    spec = spec_for(CLOZE)
    found = read_reply(reply({**named(CLOZE, "s0"), "title": title}), packet_for(spec), spec).drafts[0]
    assert found.content["title"] == "Daily life" and [flag.code for flag in found.flags] == ["title_missing"]


def script(change: Callable[[Item], Item]) -> Item:
    return change(sample(SCRIPT))


def lines(change: Callable[[str, str, str], Any]) -> Item:
    item = sample(SCRIPT)
    names = {role["label"]: role["name"] for role in item["roles"]}
    return {**item, "lines": [change(one["speaker"], one["text"], names[one["speaker"]]) for one in item["lines"]]}


SAME_SCRIPT: dict[str, Item] = {
    "pairs": lines(lambda label, text, _: [label, text]),
    "a table each": lines(lambda label, text, _: {label: text}),
    "other names": lines(lambda label, text, _: {"role": label, "line": text}),
    "more other names": lines(lambda label, text, _: {"name": label, "content": text}),
    "names for labels": lines(lambda _, text, name: {"speaker": name, "text": text}),
    "small letters": lines(lambda label, text, _: {"speaker": label.lower(), "text": text}),
    "colons": lines(lambda label, text, _: {"speaker": f"{label}:", "text": text}),
    "Speaker A": lines(lambda label, text, _: {"speaker": f"Speaker {label}", "text": text}),
    "A (name)": lines(lambda label, text, name: {"speaker": f"{label} ({name})", "text": text}),
    "one text": {**sample(SCRIPT), "lines": "\n".join(lines(lambda label, text, _: f"{label}: {text}")["lines"])},
    "key phrases with meanings": {
        **sample(SCRIPT),
        "key_phrases": dict.fromkeys(sample(SCRIPT)["key_phrases"], "意思"),
    },
    "key phrases in tables": {
        **sample(SCRIPT),
        "key_phrases": [{"phrase": one, "meaning": "x"} for one in sample(SCRIPT)["key_phrases"]],
    },
    "keyPhrases": renamed(sample(SCRIPT), "key_phrases", "keyPhrases"),
    "Key Phrases": renamed(sample(SCRIPT), "key_phrases", "Key Phrases"),
    "tips in a list": {**sample(SCRIPT), "tips": [sample(SCRIPT)["tips"]]},
    "roles by speaker": {
        **sample(SCRIPT),
        "roles": [renamed(role, "label", "speaker") for role in sample(SCRIPT)["roles"]],
    },
}


@pytest.mark.parametrize("item", SAME_SCRIPT.values(), ids=SAME_SCRIPT)
def test_a_script_in_another_form_is_the_same(item: Item) -> None:
    """Speakers are known by label and name, lines by their place."""
    assert checked(SCRIPT, item) == checked(SCRIPT, sample(SCRIPT))


def test_a_script_without_tips_is_flagged() -> None:
    """An empty remark is one that the reviewer has to write."""
    assert "help_missing" in checked(SCRIPT, without(sample(SCRIPT), "tips"))[1]


STEPS = ("D1", "D2", "T3", "W4", "T5", "W6")


def steps(change: Callable[[Item], Item]) -> Item:
    return {name: change(part) if name in STEPS else part for name, part in sample(PACK).items()}


SAME_PACK: dict[str, Item] = {
    "exemplars in lines": steps(lambda step: {**step, "exemplar": step["exemplar"].split("\n")}),
    "turns in tables": steps(
        lambda step: {
            **step,
            "exemplar": [
                dict(zip(("speaker", "text"), one.split(": ", 1), strict=False)) for one in step["exemplar"].split("\n")
            ],
        }
    ),
    "small letters": {name.lower(): part for name, part in sample(PACK).items()},
    "names with titles": {f"{name} step" if name in STEPS else name: part for name, part in sample(PACK).items()},
    "hints as a text": steps(
        lambda step: {**step, **({"hints": "- " + "\n- ".join(step["hints"])} if "hints" in step else {})}
    ),
}


@pytest.mark.parametrize("item", SAME_PACK.values(), ids=SAME_PACK)
def test_a_pack_in_another_form_is_the_same(item: Item) -> None:
    """Steps are known by their names, turns by their lines."""
    assert checked(PACK, item) == checked(PACK, sample(PACK))


def test_a_pack_with_one_prompt_for_several_steps_is_flagged() -> None:
    """Six steps ask for six things."""
    content, flags = checked(PACK, steps(lambda step: {**step, "prompt": sample(PACK)["D1"]["prompt"]}))
    assert content is not None and flags == {"same_prompt"}


def test_letters_are_no_key_phrases() -> None:
    """ "A" is in every dialogue, and is no phrase."""
    content, flags = checked(
        PACK, steps(lambda step: {**step, **({"key_phrases": ["A"]} if "patterns" in step else {})})
    )
    assert content is not None and flags == {"key_phrases"}


@pytest.mark.parametrize("wrong", [["a", "b", "c"], ["option 1", "option 2", "option 3"], ["Choice A", "x y", "z"]])
def test_what_holds_the_place_of_a_distractor_is_flagged(wrong: list[str]) -> None:
    """A learner cannot choose between labels."""
    content, flags = checked(CLOZE, blanks(lambda blank: {**blank, "distractors": wrong}))
    assert content is not None and flags - {"above_level"} == {"distractor"}


def test_a_text_of_few_words_is_refused() -> None:
    """The same words over and over, without a sentence that is repeated."""
    item = sample(CLOZE)
    marks = " ".join("{{" + str(blank["id"]) + "}}" for blank in item["blanks"])
    said = ". ".join("so and the " * number for number in range(3, 12))
    assert check_item({**item, "passage": f"{said} {marks}."}, spec_for(CLOZE), level_of(CLOZE)).code == "repetition"


def test_a_pack_without_hints_is_flagged() -> None:
    """A list of help that is left out is empty, and the reviewer sees a flag."""
    content, flags = checked(PACK, {**sample(PACK), "D1": without(sample(PACK)["D1"], "hints")})
    assert content is not None and flags == {"help_missing"}


def test_a_step_without_a_title_is_flagged() -> None:
    """Dots are no title."""
    content, flags = checked(PACK, {**sample(PACK), "T3": {**sample(PACK)["T3"], "title": "..."}})
    assert content is not None and flags == {"help_missing"}


def listed(change: Callable[[list[Item]], list[Item]] = list) -> Any:
    """The pack's reading when its steps come in a list without labels."""
    item, spec = named(PACK, "s0"), spec_for(PACK)
    steps = change([item.pop(name) for name in ("D1", "D2", "T3", "W4", "T5", "W6")])
    return read_reply(reply({**item, "steps": steps}), packet_for(spec), spec)


def test_steps_without_labels_are_read_in_order() -> None:
    """As many as the kind has, each with the fields of its own step, or numbered in order; the reviewer sees a flag."""
    numbered = listed(lambda steps: [{"step": number, **step} for number, step in enumerate(steps, 1)])
    for found in (listed(), numbered):
        assert found.drafts[0].flags[0].code == "steps_in_order"
        assert {**found.drafts[0].content} == checked(PACK, sample(PACK))[0]


def test_steps_that_are_not_certain_stay_refused() -> None:
    """One too few, another order, other numbers."""
    for change in (
        lambda steps: steps[:5],
        lambda steps: [*steps[:3], steps[5], *steps[3:5]],
        lambda steps: [{"step": 6 - number, **step} for number, step in enumerate(steps)],
    ):
        assert not listed(change).drafts


def test_answers_of_a_blank_may_stand_in_a_list_of_one() -> None:
    """A model that writes "answers": ["x"] means the answer."""
    item = blanks(lambda blank: {**without(blank, "answer"), "answers": [blank["answer"]]})
    assert checked(CLOZE, item) == checked(CLOZE, sample(CLOZE))
