"""What a model leaves open is brought into the shape of its kind; nothing is invented, and assumptions are reported."""

from __future__ import annotations

from typing import Any

import pytest

from engine.kinds.check import check_item
from engine.work import Flag
from tests.unit.test_kinds_kit import level_of, sample, spec_for


def checked(name: str, item: dict[str, Any]) -> tuple[dict[str, Any] | None, list[Flag]]:
    found = check_item(item, spec_for(name), level_of(name))
    return found.content, [flag for flag in found.flags if flag.severity == "flagged"]


def cloze(**changes: Any) -> dict[str, Any]:
    item = sample("cl-en-03")
    for blank in item["blanks"]:
        blank.update(changes)
    return item


def without(name: str) -> dict[str, Any]:
    item = sample("cl-en-03")
    for blank in item["blanks"]:
        del blank[name]
    return item


@pytest.mark.parametrize("item", [cloze(acceptable=None), without("acceptable"), cloze(acceptable={})])
def test_an_open_list_is_empty(item: dict[str, Any]) -> None:
    """`acceptable` may be null, absent or a table: then there are none."""
    content, flags = checked("cl-en-03", item)
    assert content is not None
    assert ([blank["acceptable"] for blank in content["blanks"]], flags) == ([[]] * len(content["blanks"]), [])


@pytest.mark.parametrize(
    "text", ["about; before; after", "about\nbefore\nafter", "about, before, after", "1. about\n2. before\n3. after"]
)
def test_a_list_as_text_is_a_list(text: str) -> None:
    """Choices written as one text are its items."""
    content, _ = checked("cl-en-03", cloze(distractors=text))
    assert content is not None
    assert content["blanks"][0]["distractors"] == ["about", "before", "after"]


def test_blanks_keyed_by_number_are_a_list() -> None:
    """A table by number holds the same blanks."""
    item = sample("cl-en-03")
    expected, _ = checked("cl-en-03", sample("cl-en-03"))
    item["blanks"] = {str(blank.pop("id")): blank for blank in item["blanks"]}
    assert checked("cl-en-03", item)[0] == expected


@pytest.mark.parametrize("written", ["b{}", "{{{{{}}}}}", "blank {}", "{}"])
def test_the_number_of_a_blank_is_read(written: str) -> None:
    """A blank's id may be written as "b1" or "{{1}}"."""
    item = sample("cl-en-03")
    expected, _ = checked("cl-en-03", sample("cl-en-03"))
    for blank in item["blanks"]:
        blank["id"] = written.format(blank["id"])
    assert checked("cl-en-03", item)[0] == expected


def test_an_unknown_type_of_blank_is_flagged() -> None:
    """The passage is kept, and the flag names the label and what it was read as."""
    content, flags = checked("cl-en-03", cloze(type="preposition"))
    assert content is not None
    assert [flag.code for flag in flags] == ["assumed"]
    assert "preposition" in flags[0].detail


def test_a_label_in_a_list_is_read() -> None:
    """One label in a list is that label; several are none, and flagged."""
    content, flags = checked("cl-en-03", cloze(type=["connector"]))
    assert content is not None and not flags
    content, flags = checked("cl-en-03", cloze(type=["connector", "grammar"]))
    assert content is not None and [flag.code for flag in flags] == ["assumed"]
    assert "connector, grammar" in flags[0].detail


def test_options_that_say_which_one_is_right() -> None:
    """The one option marked as right is the answer, and no distractor of a blank; two that are marked are no answer."""
    expected, _ = checked("cl-en-03", sample("cl-en-03"))
    item = sample("cl-en-03")
    for blank in item["blanks"]:
        wrong = [{"text": text, "correct": False} for text in blank["distractors"]]
        blank["options"] = [{"text": blank.pop("answer"), "correct": True}, *wrong]
        del blank["distractors"]
    assert checked("cl-en-03", item)[0] == expected
    for option in item["blanks"][0]["options"]:
        option["correct"] = True
    assert checked("cl-en-03", item)[0] is None


def test_letters_and_numbers_that_count_a_list_are_left_out() -> None:
    """ "a) but", "b) so" are "but" and "so"; a number that counts nothing is part of its text."""
    expected, _ = checked("cl-en-03", sample("cl-en-03"))
    item = sample("cl-en-03")
    for blank in item["blanks"]:
        blank["distractors"] = [f"{sign}. {text}" for sign, text in zip("ABC", blank["distractors"], strict=True)]
        blank["answer"] = f"{blank['id']}. {blank['answer']}"
    assert checked("cl-en-03", item)[0] == expected
    content, _ = checked("cl-en-03", cloze(distractors=["1.5 m", "2.5 m", "3.5 m"]))
    assert content is not None and content["blanks"][0]["distractors"] == ["1.5 m", "2.5 m", "3.5 m"]


@pytest.mark.parametrize("quotes", ['""', "“”", "「」"])
def test_an_answer_loses_the_quotes_around_it(quotes: str) -> None:
    """The passage holds those that belong to the text."""
    expected, _ = checked("cl-en-03", sample("cl-en-03"))
    item = sample("cl-en-03")
    for blank in item["blanks"]:
        blank["answer"] = f"{quotes[0]}{blank['answer']}{quotes[1]}"
    assert checked("cl-en-03", item)[0] == expected


@pytest.mark.parametrize("written", ['Title: "{}"', "## {}", "**{}**", "标题：{}"])
def test_a_title_loses_its_label(written: str) -> None:
    """A label, its quotes and Markdown around a title are no part of it."""
    item = sample("cl-en-03")
    content, _ = checked("cl-en-03", {**item, "title": written.format(item["title"])})
    assert content is not None and content["title"] == item["title"]


@pytest.mark.parametrize(
    ("change", "field", "value", "flagged"),
    [
        ({"pacing": "normal"}, "pacing", "medium", False),
        ({"pacing": None}, "pacing", "medium", False),
        ({"pacing": "allegro"}, "pacing", "medium", True),
        ({"key_phrases": None}, "key_phrases", [], True),
        ({"tips": None}, "tips", "", False),
    ],
)
def test_open_fields_of_a_script(change: dict[str, Any], field: str, value: Any, flagged: bool) -> None:
    """A pace in other words, and null for a text or a list, are normalised."""
    content, flags = checked("sh-en-03", {**sample("sh-en-03"), **change})
    assert content is not None
    assert (content[field], any(flag.code in ("assumed", "key_phrases") for flag in flags)) == (value, flagged)


def test_roles_and_lines_in_other_forms() -> None:
    """Roles by label, a gender that is null, and lines as "A: text" are the same script."""
    expected, _ = checked("sh-en-03", sample("sh-en-03"))
    item = sample("sh-en-03")
    assert expected is not None
    assert expected["roles"]
    item["lines"] = [f"{line['speaker']}: {line['text']}" for line in item["lines"]]
    item["roles"] = {role["label"]: {"name": role["name"], "gender": None} for role in item["roles"]}
    content, _ = checked("sh-en-03", item)
    assert content is not None
    assert content["lines"] == expected["lines"]
    assert {role["gender"] for role in content["roles"]} == {"unspecified"}
