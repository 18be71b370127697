"""The pure rooms of the desk: the address, the fields of the form, the difference of two contents."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from dashboard.screens.difference import difference
from dashboard.screens.review.address import FIELDS, SCORES, TABS, read
from dashboard.screens.review.fields import fields_of, rebuilt
from engine import DraftFilter

SAMPLES = json.loads((Path(__file__).parents[1] / "unit" / "test_kinds_samples.json").read_text("utf-8"))


def test_an_address_is_a_filter() -> None:
    """Ids and numbers of the address narrow the desk; the tab and the view are no filters."""
    params = {
        "tab": "flagged",
        "view": "table",
        "kind": "cloze",
        "level": "2",
        "run": "7",
        "q": " two words ",
        "score": "high",
    }
    wanted, unknown = read(params)
    assert (unknown, wanted.tab, wanted.view, wanted.order) == ([], "flagged", "table", "flagged")
    every = DraftFilter(kind="cloze", level=2, run=7, text="two words", score=SCORES["high"])
    assert wanted.every == every
    assert wanted.chosen == DraftFilter(**{**_values(every), "review": "pending", "flagged": True})
    assert read({"tab": "all"})[0].pending == DraftFilter(review="pending")
    assert read({})[0].chosen == DraftFilter(review="pending")
    assert read({"score": "none"})[0].every == DraftFilter(scored=False)


def _values(chosen: DraftFilter) -> dict[str, Any]:
    return {name: getattr(chosen, name) for name in DraftFilter.__slots__}


@pytest.mark.parametrize("name", [*FIELDS, "tab", "view"])
@pytest.mark.parametrize("value", ["x" * 600, "-1", "' OR 1=1", "\ud800", "٣", "1" * 30, "None"])
def test_any_address_is_read(name: str, value: str) -> None:
    """Whatever is in an address, it is a filter or named as unknown; never an error."""
    wanted, unknown = read({name: value})
    assert isinstance(wanted.chosen, DraftFilter)
    assert wanted.tab in TABS
    assert (wanted.filters == ()) == bool(unknown) or name in ("tab", "view")


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: sample["spec"]["id"])
def test_a_form_left_alone_changes_nothing(sample: dict[str, Any]) -> None:
    """The fields of a draft, put together again, are the draft."""
    content = {name: value for name, value in sample["item"].items() if name != "id"}
    assert rebuilt(content, {field.path: field.value for field in fields_of(content)}) == content


def test_what_is_written_lands_in_its_place() -> None:
    """One field changes one part; lists are a line each, a script's line has its speaker."""
    content = {
        "title": "T",
        "roles": [{"label": "A", "name": "Ann", "gender": "female"}, {"label": "B", "name": "Bo", "gender": "male"}],
        "lines": [{"speaker": "A", "text": "hi"}],
        "key_phrases": ["hi"],
    }
    values = {field.path: field.value for field in fields_of(content)}
    values |= {
        ("lines",): "A: at 9:30?\n\nB：yes\nno speaker",
        ("key_phrases",): " one \n\ntwo",
        ("roles", 1, "name"): "Bob",
    }
    made = rebuilt(content, values)
    assert made["lines"] == [
        {"speaker": "A", "text": "at 9:30?"},
        {"speaker": "B", "text": "yes"},
        {"speaker": "", "text": "no speaker"},
    ]
    assert (made["key_phrases"], made["roles"][1]["name"], made["title"]) == (["one", "two"], "Bob", "T")
    assert content["lines"] == [{"speaker": "A", "text": "hi"}]


def test_a_line_without_roles_has_no_speaker() -> None:
    """In a monologue what is before a colon is said, too."""
    content = {"roles": [], "lines": [{"speaker": "", "text": "Remember: be kind."}]}
    assert rebuilt(content, {field.path: field.value for field in fields_of(content)}) == content


def test_a_gap_taken_out_goes_with_its_answer() -> None:
    """Without its placeholder and its answer a blank is gone; without one of the two it is for the checks to refuse."""
    blanks = [{"id": number, "answer": "x", "hint": ""} for number in (1, 2, 3)]
    content = {"passage": "{{1}} {{2}} {{3}}", "blanks": blanks}
    values = {field.path: field.value for field in fields_of(content)}
    values |= {("passage",): "{{1}} {{3}}", ("blanks", 1, "answer"): "", ("blanks", 2, "answer"): ""}
    assert [blank["id"] for blank in rebuilt(content, values)["blanks"]] == [1, 3]


def test_a_difference_tells_what_went_and_what_came() -> None:
    """Only what differs is shown, word by word; nothing when nothing does."""
    before = {"title": "A red bus", "blanks": [{"id": 1, "hint": "same"}]}
    shown = difference(before, {**before, "title": "A blue bus"}, "en")
    assert '<span class="dm-old">red</span><span class="dm-new">blue</span>' in shown
    assert "same" not in shown
    assert difference(before, dict(before), "en") == ""
