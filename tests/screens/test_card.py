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

from dashboard.screens.card import STYLE, draft_card, facts, notes_lang
from dashboard.screens.difference import difference
from dashboard.screens.marks import marks_of, pieces
from engine.reports import Flag

SAMPLES = json.loads((Path(__file__).parents[1] / "unit" / "test_kinds_samples.json").read_text("utf-8"))
OURS = {"article", "bdi", "div", "span", "section", "table", "tr", "th", "td", "mark", "b"}


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
    assert page.count("<style>") == page.count(STYLE) == 1
    seen = Tags(page.replace(STYLE, ""))
    assert {tag for tag, _names in seen.tags} <= OURS
    assert set().union(*(names for _tag, names in seen.tags)) <= {"class", "dir", "lang"}
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
    assert_inert(difference({"a": text, "b": [text]}, {"a": text + "x", "c": {"d": text}}, "en"))


@given(st.text(), st.lists(st.text()), st.sampled_from(["en", "ja", "zh"]))
def test_marking_loses_nothing(text: str, words: list[str], lang: str) -> None:
    """Whatever is marked, the pieces make up the text."""
    assert "".join(part for part, _on in pieces(text, words, lang)) == text


BLANK = {"id": 1, "answer": "orange", "type": "vocabulary", "hint": "an Orange fruit", "acceptable": ["lime"]}
CLOZE = {
    "title": "T",
    "passage": "I ate an {{1}}. The oranges and the orange <juice>.",
    "blanks": [{**BLANK, "distractors": ["apple", "Apple", "lime"], "explanation": "why"}],
}


@pytest.mark.parametrize(
    ("flag", "marked"),
    [
        (Flag("answer_visible", "blank 1", values={"blanks": [1]}), ["orange"]),
        (Flag("hint_leak", "blank 1", values={"blanks": [1]}), ["Orange"]),
        (Flag("distractor", "blank 1", values={"blanks": [1]}), ["apple", "Apple", "lime"]),
        (Flag("markup", "the passage holds markup", "note"), ["&lt;juice&gt;"]),
        (Flag("answer_visible", "blanks 2, 3", values={"blanks": [2, 3]}), []),
        (Flag("length", "60 words, asked 80 to 140"), []),
        (Flag("nobody_knows", "what this is"), []),
    ],
)
def test_a_flag_points_at_its_words(flag: Flag, marked: list[str]) -> None:
    """The word that leaks, the hint that tells, the distractors that clash are marked, and nothing else."""
    page = draft_card("cloze", "en", CLOZE, marks=marks_of(CLOZE, [flag]))
    assert re.findall("<mark>(.*?)</mark>", page) == marked
    assert_inert(page)


def test_flags_of_the_other_kinds_point_too() -> None:
    """A label inside a line, a phrase that is not spoken, a step that is too short."""
    spoken = {
        "lines": [{"speaker": "A", "text": "B: hi"}, {"speaker": "B", "text": "so"}],
        "key_phrases": ["hi", "bye"],
    }
    flags = [Flag("speaker_label", "line 1", values={"line": 1}), Flag("key_phrases", "1 of 2 key phrases")]
    page = draft_card("shadowing", "en", spoken, marks=marks_of(spoken, flags))
    assert re.findall("<mark>(.*?)</mark>", page) == ["B: hi", "bye"]
    pack = {"D1": {"title": "Hi", "exemplar": "A: x\nB: y", "key_phrases": ["so long", "y"]}, "D2": {"exemplar": "z"}}
    flags = [
        Flag("key_phrases", "D1: so long", values={"step": "D1", "phrases": ["so long"]}),
        Flag("step_length", "D2 (1) is shorter", values={"step": "D2"}),
    ]
    page = draft_card("alignment", "en", pack, marks=marks_of(pack, flags))
    assert re.findall("<mark>(.*?)</mark>", page) == ["so long", "z"]


def test_a_learner_sees_gaps_and_no_answers() -> None:
    """Without its answers a cloze text tells none: not in the passage, not by the order of the choices."""
    hidden = draft_card("cloze", "en", {**CLOZE, "passage": "I ate an {{1}}."}, answers=False)
    assert "why" not in hidden
    assert "dm-right" not in hidden.replace(STYLE, "")
    assert hidden.count("orange") == 1, "among the choices"
    assert draft_card("cloze", "en", CLOZE).count("dm-full") > hidden.count("dm-full")


@pytest.mark.parametrize(
    ("text", "lang"),
    [
        ("因为后面是名词。", "zh"),
        ("「は」是提示主题的助词。", "zh"),
        ("あとに名詞がくるから。", "ja"),
        ("a noun", "en"),
    ],
)
def test_notes_are_read_in_their_own_script(text: str, lang: str) -> None:
    """An explanation in Chinese inside a Japanese draft has Chinese glyphs."""
    assert notes_lang(text) == lang


def test_beacons_are_letters() -> None:
    """An image, a script and a formula inside a draft are shown as they are written."""
    bait = '<img src="https://example.test/x.png" onerror="alert(1)"> ![](https://example.test/y.png) $x^2$ :red[z]'
    seen = assert_inert(draft_card("cloze", "en", {"title": bait, "passage": bait, "blanks": []}))
    assert seen.text.count(bait) == 2
