"""
Draws a draft as its reader gets it: the blocks of its kind -> inert markup, for the Runs and Review screens.

What a model or a person wrote is a text of the markup: HTML, Markdown, LaTeX and image addresses inside a draft are
read as letters, and what is shown is what is stored.
"""

from __future__ import annotations

import hashlib
import re
import string
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dashboard.labels import label
from dashboard.screens.above import NOT_ABOVE, Above
from dashboard.screens.marks import NOWHERE, Marks, pieces
from dashboard.screens.markup import Element, Node, element, html
from dashboard.text import _
from engine.export import ruby
from engine.kinds import Own, kind_of, own_readings, words
from engine.kinds.blocks import Block, Item, Items, Listed, Part, People, Prose, ScriptBlock, Speaker, SpokenLine

CSS = Path(__file__).with_name("card.css").read_text("utf-8")
STYLE = f"<style>{CSS}</style>"

LETTERS = string.ascii_lowercase
RIGHT_TO_LEFT = frozenset({"ar", "fa", "he", "ur"})
_TURN = re.compile(r"^(\s*[^:：\n]{1,24}?\s*[:：]\s*)(.*)$")
_KANA = re.compile(r"[\u3040-\u30ff]")
_HAN = re.compile(r"[\u3400-\u9fff]")


@dataclass(frozen=True, slots=True)
class _Card:
    """What all blocks of a card are drawn with: the language of the text, and what its flags point at."""

    lang: str
    marks: Marks
    above: Above = NOT_ABOVE
    readings: bool = False
    own: Own = ()
    """Corrected readings."""

    def text(self, value: str, place: str = "") -> list[Node]:
        """A text with the marked words of its place, and the words above the level."""
        parts = pieces(value, self.marks.get(place, ()) if place else (), self.lang)
        return [
            node
            for part, on in parts
            for node in ([element("mark", "", self._read(part))] if on else self._graded(part))
        ]

    def remark(self, value: str, place: str) -> list[Node]:
        """A text about the draft, perhaps in another language, with the marked words of its place."""
        return [
            element("mark", "", part) if on else part
            for part, on in pieces(value, self.marks.get(place, ()), self.lang)
        ]

    def _graded(self, text: str) -> list[Node]:
        """A text whose words above the level are marked, with the level as a tooltip."""
        return [
            node
            for part, on in pieces(text, self.above.words, self.lang)
            for node in (
                [element("mark", "dm-above", self._read(part), title=self.above.note)] if on else self._read(part)
            )
        ]

    def _read(self, text: str) -> list[Node]:
        """A text with readings over its characters, where they are asked for; an uncertain one has a question mark."""
        if not self.readings:
            return [text]
        return [
            element("ruby", "", one.text, element("rt", "", one.reading + "?" * one.uncertain))
            if one.reading
            else one.text
            for one in ruby(text, self.lang, self.own)
        ]


def draft_card(
    kind: str,
    lang: str,
    content: Mapping[str, Any],
    *,
    answers: bool = True,
    marks: Marks = NOWHERE,
    above: Above = NOT_ABOVE,
) -> str:
    """The card as HTML for st.html, with its style; see `card`."""
    return STYLE + html(card(kind, lang, content, answers=answers, marks=marks, above=above))


def card(
    kind: str,
    lang: str,
    content: Mapping[str, Any],
    *,
    answers: bool = True,
    marks: Marks = NOWHERE,
    above: Above = NOT_ABOVE,
    readings: bool = False,
) -> Element:
    """
    Lay a draft out for reading.

    Args:
        kind: The name of its kind.
        lang: The language of the text, so that the browser picks its glyphs and its direction.
        content: What the store holds; a field that is missing is left out.
        answers: With the answers of its gaps and questions; False: as the learner gets it.
        marks: What its flags point at.
        above: Its words above the level.
        readings: With pinyin or furigana over the characters.
    """
    title = element("div", "dm-title", element("bdi", "", str(content.get("title", "")), dir=direction(lang)))
    drawn = _Card(lang, marks, above, readings, own_readings(content))
    body = _blocks(kind_of(kind).card(dict(content), answers), drawn)
    return element("article", "dm", title, body, dir=direction(lang), lang=lang)


def direction(lang: str) -> str:
    """The direction of a language's script: a topic or a title in another script does not turn the draft round."""
    return "rtl" if lang in RIGHT_TO_LEFT else "ltr"


def facts(pairs: Iterable[tuple[str, str]]) -> str:
    """Names and values in two columns as HTML for st.html; pairs without a value are left out."""
    return STYLE + html(fact_table(pairs))


def fact_table(pairs: Iterable[tuple[str, str]]) -> Element:
    """Names and values in two columns, each value in its own direction; pairs without a value are left out."""
    rows = (
        element("tr", "", element("th", "", name), element("td", "", element("bdi", "", value)))
        for name, value in pairs
        if value
    )
    return element("table", "dm-facts", rows)


def flag_list(flags: Iterable[tuple[str, str, bool]]) -> list[Node]:
    """Flags one under the other: what each is called, its detail, and whether it is more than a note."""
    return [
        element("div", "dm-flag dm-serious" if serious else "dm-flag", element("b", "", name), detail)
        for name, detail, serious in flags
    ]


def _blocks(blocks: Sequence[Block], card: _Card) -> list[Node]:
    return [node for block in blocks for node in _block(block, card)]


def _block(block: Block, card: _Card) -> list[Node]:
    if isinstance(block, Prose):
        return [_prose(block, card)]
    if isinstance(block, Items):
        return [element("div", "dm-blanks", [_item(item, card, solved=block.solved) for item in block.items])]
    if isinstance(block, ScriptBlock):
        return [element("div", "dm-lines", [_line(number, line, card) for number, line in enumerate(block.lines, 1)])]
    if isinstance(block, Listed):
        return _listed(block, card)
    if isinstance(block, People):
        return list(map(_person, block.people))
    return [_part(block, card)] if isinstance(block, Part) else []


def _prose(prose: Prose, card: _Card) -> Element:
    if prose.prompt:
        return element("div", "dm-prompt", *(card.text(str(piece)) for piece in prose.pieces))
    body: list[Node] = []
    for piece in prose.pieces:
        if isinstance(piece, Item):
            body.append(_gap(piece, card, filled=prose.filled))
        else:
            body += _dialogue(piece, prose.place, card) if prose.dialogue else card.text(piece, prose.place)
    return element("div", "dm-body", body)


def _gap(item: Item, card: _Card, *, filled: bool) -> Element:
    answer = card.text(str(item.answer)) if filled else []
    return element("span", "dm-gap dm-full" if filled else "dm-gap", element("span", "dm-n", str(item.id)), answer)


def _item(item: Item, card: _Card, *, solved: bool) -> Element:
    rows = [*_row(_("Hint"), card.remark(item.hint, f"hint {item.id}"), notes_lang(item.hint))]
    if solved:
        rows += _row(_("Also right"), [", ".join(item.acceptable)], card.lang)
        rows += _row(_("Explanation"), [item.why], notes_lang(item.why))
    asked = [element("div", "dm-steptitle", card.text(item.text, f"question {item.id}"))] if item.text else []
    head = _head(str(item.id), _word(item.type))
    return element("div", "dm-blank", head, asked, _choices(item, card, solved=solved), rows)


def _head(sign: str, word: str) -> Element:
    return element("div", "dm-head", element("span", "dm-no", sign), element("span", "dm-type", word))


def _choices(item: Item, card: _Card, *, solved: bool) -> Element:
    """The answer among the wrong ones: in an order that tells nothing, and stays the same at every drawing."""
    right, wrong = (item.answer, True), [(text, False) for text in item.wrong]
    mixed = sorted([right, *wrong], key=lambda choice: hashlib.sha256(choice[0].encode("utf-8", "replace")).digest())
    shown = [right, *wrong] if solved else mixed
    signs = [f"{letter}) " if item.text else "" for letter in LETTERS]  # of a question; a gap has only its number
    drawn = (
        _choice(sign, text, is_right, item, card, solved=solved)
        for sign, (text, is_right) in zip(signs, shown, strict=False)
    )
    return element("div", "dm-choices", drawn)


def _choice(sign: str, text: str, right: bool, item: Item, card: _Card, *, solved: bool) -> Element:
    inner = card.text(text, "" if right else f"distractors {item.id}")
    return element("span", "dm-choice dm-right" if right and solved else "dm-choice", sign, inner)


def _row(name: str, inner: list[Node], lang: str) -> list[Node]:
    if not any(inner):
        return []
    return [element("div", "dm-line", element("span", "dm-label", name), element("span", "", inner, lang=lang))]


def _line(number: int, line: SpokenLine, card: _Card) -> Element:
    text = card.text(line.text, f"line {number}")
    if not line.label:
        return element("div", "dm-say", element("span", "dm-n", str(number)), text)
    css = "dm-say dm-turn dm-right-side" if line.side else "dm-say dm-turn"
    return element("div", css, element("span", "dm-who", line.label), element("span", "dm-bubble", text))


def _person(person: Speaker) -> Element:
    about = " · ".join(part for part in (person.name, _word(person.about)) if part)
    return element("span", "dm-chip", element("b", "", person.label), f" {about}")


def _part(part: Part, card: _Card) -> Element:
    title = element("div", "dm-steptitle", part.title)
    return element("section", "dm-step", _head(part.sign, _word(part.sign)), title, _blocks(part.blocks, card))


def _dialogue(text: str, place: str, card: _Card) -> list[Node]:
    """A dialogue with its speakers set apart, any other text as it is."""
    turns = [_TURN.match(line) for line in text.split("\n")]
    if len(turns) < 2 or not all(turns):
        return card.text(text, place)
    return [
        element(
            "div",
            "dm-turn",
            element("span", "dm-who", turn[1]),
            element("span", "", card.text(turn[2], place), "\n"),
        )
        for turn in turns
        if turn
    ]


def _listed(block: Listed, card: _Card) -> list[Node]:
    names = [f"{_word(one)}: " for one in block.labels] or [""] * len(block.texts)
    shown = [
        (name, _word(text) if block.words else text) for name, text in zip(names, block.texts, strict=True) if text
    ]
    if not shown:
        return []
    head = element("div", "dm-sub", _word(block.name))
    if block.folded:
        rows = [element("div", "", text, lang=notes_lang(text)) for _name, text in shown]
        return [element("details", "dm-fold", element("summary", "dm-sub", _word(block.name)), *rows)]
    if block.note:
        text = "\n".join(text for _name, text in shown)
        return [head, element("div", "", text, lang=notes_lang(text))]
    return [
        head,
        element("div", "", (element("span", "dm-chip", name, card.text(text, block.place)) for name, text in shown)),
    ]


def _word(name: str) -> str:
    """A word of a kind in the reader's language."""
    return label(words(), name)


def notes_lang(text: str) -> str:
    """The language a hint or an explanation is in, by its script: ja, zh or en; Chinese that quotes Japanese is zh."""
    kana, han = len(_KANA.findall(text)), len(_HAN.findall(text))
    if kana > 0.4 * (kana + han):
        return "ja"
    return "zh" if han else "en"
