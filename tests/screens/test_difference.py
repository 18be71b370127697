"""The difference of two contents: complete, exact and inert."""

from __future__ import annotations

import re
from html import unescape
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.screens.card import STYLE
from dashboard.screens.difference import difference, leaves

OLD = re.compile(r'<span class="dm-old">(.*?)</span>', re.DOTALL)
NEW = re.compile(r'<span class="dm-new">(.*?)</span>', re.DOTALL)
CELL = re.compile(r"<td>(.*?)</td>", re.DOTALL)
TEXTS = st.text("ab <&>'{}1 好。", max_size=30)


def cell(before: str, after: str) -> str:
    """The one changed field's HTML."""
    shown = difference({"title": before}, {"title": after}, "en").removeprefix(STYLE)
    return CELL.findall(shown)[0]


@given(TEXTS, TEXTS)
def test_both_texts_can_be_read_from_the_difference(before: str, after: str) -> None:
    """Without what came it is the old text, without what went the new one."""
    if before == after:
        return
    html = cell(before, after)
    assert unescape(OLD.sub(r"\1", NEW.sub("", html))) == before
    assert unescape(NEW.sub(r"\1", OLD.sub("", html))) == after


@given(TEXTS, TEXTS)
def test_text_is_never_markup(before: str, after: str) -> None:
    """Besides our own marks there is no tag."""
    if before != after:
        assert "<" not in re.sub(r'</?span( class="dm-(old|new)")?>', "", cell(before, after))


def test_a_field_that_came_is_marked_whole() -> None:
    """A new field is all new, one that went all old."""
    assert NEW.findall(difference({}, {"tips": "Slowly"}, "en")) == ["Slowly"]
    assert OLD.findall(difference({"tips": "Slowly"}, {}, "en")) == ["Slowly"]


def test_a_gap_changes_as_a_whole() -> None:
    """A placeholder is one word: its number alone is not marked."""
    assert cell("He {{1}} it", "He {{2}} it") == (
        'He <span class="dm-old">{{1}}</span><span class="dm-new">{{2}}</span> it'
    )


def test_chinese_changes_by_the_character() -> None:
    """Where words have no spaces one character is marked."""
    assert OLD.findall(cell("我们去学校", "我们去医校")) == ["学"]


def test_an_unchanged_field_is_not_shown() -> None:
    """Only fields that differ have a row."""
    shown = difference({"title": "a", "tips": "same"}, {"title": "b", "tips": "same"}, "en")
    assert shown.count("<tr>") == 1 and "tips" not in shown.removeprefix(STYLE)


@pytest.mark.parametrize(
    ("content", "paths"),
    [
        ({"title": "t"}, ["title"]),
        ({"blanks": [{"hint": "h"}, {"hint": "i"}]}, ["blanks 1 hint", "blanks 2 hint"]),
        ({"D1": {"key_phrases": ["a", "b"]}}, ["D1 key_phrases 1", "D1 key_phrases 2"]),
        ({"blanks": []}, []),
        ({"id": 7, "none": None}, ["id", "none"]),
    ],
)
def test_every_leaf_has_its_path(content: dict[str, Any], paths: list[str]) -> None:
    """A text is named by the way to it, items counted from 1."""
    assert [path for path, _ in leaves(content)] == paths
