"""The draft card: whatever a draft holds, the page only reads it."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.screens.card import draft_card, facts

SAMPLES = json.loads((Path(__file__).parents[1] / "unit" / "test_kinds_samples.json").read_text("utf-8"))
OURS = {"article", "div", "span", "section", "table", "tr", "th", "td"}


class Tags(HTMLParser):
    """Collects the tags and the text of a page."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, set[str]]] = []
        self.text = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, {name for name, _value in attrs}))

    def handle_data(self, data: str) -> None:
        self.text += data


def assert_inert(page: str) -> Tags:
    seen = Tags(page)
    assert {tag for tag, _names in seen.tags} <= OURS
    assert set().union(*(names for _tag, names in seen.tags)) <= {"style", "dir", "lang"}
    return seen


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: sample["spec"]["id"])
def test_every_kind_is_laid_out_whole(sample: dict[str, Any]) -> None:
    """All the readable text of a draft is on its card."""
    item = sample["item"]
    seen = assert_inert(draft_card(sample["spec"]["kind"], sample["spec"]["lang"], item))
    texts = [item.get("passage", ""), *(line["text"] for line in item.get("lines", []))]
    texts += [step["exemplar"] for step in item.values() if isinstance(step, dict)]
    assert item["title"] in seen.text
    assert all(part in seen.text for text in texts for part in re.split(r"\{\{\d+\}\}", text))


@given(st.text())
def test_hostile_text_stays_text(text: str) -> None:
    """No tag, attribute or style comes out of a draft's own words."""
    blank = {"id": 1, "answer": text, "type": text, "hint": text, "distractors": [text], "explanation": text}
    assert_inert(draft_card("cloze", "en", {"title": text, "passage": f"{{{{1}}}} {text}", "blanks": [blank]}))
    line = {"speaker": text, "text": text}
    assert_inert(draft_card("shadowing", "ja", {"title": text, "lines": [line], "key_phrases": [text], "tips": text}))
    assert_inert(facts([(text, text)]))


def test_beacons_are_letters() -> None:
    """An image, a script and a formula inside a draft are shown as they are written."""
    bait = '<img src="https://example.test/x.png" onerror="alert(1)"> ![](https://example.test/y.png) $x^2$ :red[z]'
    seen = assert_inert(draft_card("cloze", "en", {"title": bait, "passage": bait, "blanks": []}))
    assert seen.text.count(bait) == 2
