"""
Draws a draft as its reader gets it: the blocks of its kind -> inert HTML, for the Runs and Review screens.

Everything a model or a person wrote goes through `_text`, which escapes it: HTML, Markdown, LaTeX and image addresses
inside a draft are read as letters, and what is shown is what is stored. The screens hand the result to st.html.
"""

from __future__ import annotations

import hashlib
import re
import string
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Any

from dashboard.labels import label
from dashboard.screens.marks import NOWHERE, Marks, pieces
from dashboard.text import _
from engine.kinds import kind_of, words
from engine.kinds.blocks import Block, Item, Items, Line, Listed, Part, People, Person, Prose, Script

STYLE = f"<style>{Path(__file__).with_name('card.css').read_text('utf-8')}</style>"

LETTERS = string.ascii_lowercase
_TURN = re.compile(r"^(\s*[^:：\n]{1,24}?\s*[:：]\s*)(.*)$")
_KANA = re.compile(r"[\u3040-\u30ff]")
_HAN = re.compile(r"[\u3400-\u9fff]")


@dataclass(frozen=True, slots=True)
class _Card:
    """What all blocks of a card are drawn with: the language of the text, and what its flags point at."""

    lang: str
    marks: Marks

    def text(self, value: str, place: str = "") -> str:
        """A text with the marked words of its place."""
        return _marked(value, self.marks.get(place, ()) if place else (), self.lang)


def draft_card(
    kind: str, lang: str, content: Mapping[str, Any], *, answers: bool = True, marks: Marks = NOWHERE
) -> str:
    """
    Lay a draft out for reading.

    Args:
        kind: The name of its kind.
        lang: The language of the text, so that the browser picks its glyphs.
        content: What the store holds; a field that is missing is left out.
        answers: With the answers of its gaps and questions; False: as the learner gets it.
        marks: What its flags point at.

    Returns:
        HTML in which every piece of content is escaped.
    """
    body = _blocks(kind_of(kind).card(dict(content), answers), _Card(lang, marks))
    title = f'<div class="dm-title">{_text(content.get("title", ""))}</div>'
    return f'{STYLE}<article class="dm" dir="auto" lang="{escape(lang)}">{title}{body}</article>'


def facts(pairs: Iterable[tuple[str, str]]) -> str:
    """Names and values in two columns, every one of them escaped; pairs without a value are left out."""
    rows = "".join(f"<tr><th>{_text(name)}</th><td>{_text(value)}</td></tr>" for name, value in pairs if value)
    return f'{STYLE}<table class="dm-facts">{rows}</table>'


def flag_list(flags: Iterable[tuple[str, str, bool]]) -> str:
    """Flags one under the other: what each is called, its detail, and whether it is more than a note."""
    return STYLE + "".join(
        f'<div class="dm-flag{" dm-serious" if serious else ""}"><b>{_text(name)}</b>{_text(detail)}</div>'
        for name, detail, serious in flags
    )


def _blocks(blocks: Sequence[Block], card: _Card) -> str:
    return "".join(_block(block, card) for block in blocks)


def _block(block: Block, card: _Card) -> str:
    if isinstance(block, Prose):
        return _prose(block, card)
    if isinstance(block, Items):
        listed = "".join(_item(item, card, solved=block.solved) for item in block.items)
        return f'<div class="dm-blanks">{listed}</div>'
    if isinstance(block, Script):
        lines = "".join(_line(number, line, card) for number, line in enumerate(block.lines, 1))
        return f'<div class="dm-lines">{lines}</div>'
    if isinstance(block, Listed):
        return _listed(block, card)
    if isinstance(block, People):
        return "".join(map(_person, block.people))
    return _part(block, card) if isinstance(block, Part) else ""


def _prose(prose: Prose, card: _Card) -> str:
    if prose.prompt:
        return f'<div class="dm-prompt">{"".join(_text(piece) for piece in prose.pieces)}</div>'
    body = "".join(
        _gap(piece, filled=prose.filled)
        if isinstance(piece, Item)
        else _dialogue(piece, prose.place, card)
        if prose.dialogue
        else card.text(piece, prose.place)
        for piece in prose.pieces
    )
    return f'<div class="dm-body">{body}</div>'


def _gap(item: Item, *, filled: bool) -> str:
    answer = _text(item.answer) if filled else ""
    number = f'<span class="dm-n">{_text(item.id)}</span>'
    return f'<span class="dm-gap{" dm-full" if filled else ""}">{number}{answer}</span>'


def _item(item: Item, card: _Card, *, solved: bool) -> str:
    head = f'<span class="dm-no">{_text(item.id)}</span><span class="dm-type">{_text(_word(item.type))}</span>'
    asked = f'<div class="dm-steptitle">{card.text(item.text, f"question {item.id}")}</div>' if item.text else ""
    more = _row(_("Hint"), card.text(item.hint, f"hint {item.id}"), notes_lang(item.hint))
    if solved:
        more += _row(_("Also right"), _text(", ".join(item.acceptable)), card.lang)
        more += _row(_("Explanation"), _text(item.why), notes_lang(item.why))
    choices = _choices(item, card, solved=solved)
    return f'<div class="dm-blank"><div class="dm-head">{head}</div>{asked}{choices}{more}</div>'


def _choices(item: Item, card: _Card, *, solved: bool) -> str:
    """The answer among the wrong ones: in an order that tells nothing, and stays the same at every drawing."""
    right, wrong = (item.answer, True), [(text, False) for text in item.wrong]
    mixed = sorted([right, *wrong], key=lambda choice: hashlib.sha256(choice[0].encode("utf-8", "replace")).digest())
    shown = [right, *wrong] if solved else mixed
    signs = [f"{letter}) " if item.text else "" for letter in LETTERS]  # of a question; a gap has only its number
    drawn = "".join(
        _choice(sign, text, is_right, item, card, solved=solved)
        for sign, (text, is_right) in zip(signs, shown, strict=False)
    )
    return f'<div class="dm-choices">{drawn}</div>'


def _choice(sign: str, text: str, right: bool, item: Item, card: _Card, *, solved: bool) -> str:
    inner = _text(text) if right else card.text(text, f"distractors {item.id}")
    return f'<span class="dm-choice{" dm-right" if right and solved else ""}">{sign}{inner}</span>'


def _row(name: str, inner: str, lang: str) -> str:
    if not inner:
        return ""
    return f'<div class="dm-line"><span class="dm-label">{escape(name)}</span><span lang="{lang}">{inner}</span></div>'


def _line(number: int, line: Line, card: _Card) -> str:
    text = card.text(line.text, f"line {number}")
    if not line.label:
        return f'<div class="dm-say"><span class="dm-n">{number}</span>{text}</div>'
    who = f'<span class="dm-who">{_text(line.label)}</span>'
    place = " dm-right-side" if line.side else ""
    return f'<div class="dm-say dm-turn{place}">{who}<span class="dm-bubble">{text}</span></div>'


def _person(person: Person) -> str:
    about = " · ".join(_text(part) for part in (person.name, _word(person.about)) if part)
    return f'<span class="dm-chip"><b>{_text(person.label)}</b> {about}</span>'


def _part(part: Part, card: _Card) -> str:
    head = f'<span class="dm-no">{_text(part.sign)}</span><span class="dm-type">{_text(_word(part.sign))}</span>'
    title = f'<div class="dm-steptitle">{_text(part.title)}</div>'
    return f'<section class="dm-step"><div class="dm-head">{head}</div>{title}{_blocks(part.blocks, card)}</section>'


def _dialogue(text: str, place: str, card: _Card) -> str:
    """A dialogue with its speakers set apart, any other text as it is."""
    turns = [_TURN.match(line) for line in text.split("\n")]
    if len(turns) < 2 or not all(turns):
        return card.text(text, place)
    return "".join(
        f'<div class="dm-turn"><span class="dm-who">{_text(turn[1])}</span>'
        f"<span>{card.text(turn[2], place)}\n</span></div>"
        for turn in turns
        if turn
    )


def _listed(block: Listed, card: _Card) -> str:
    names = [f"{_word(one)}: " for one in block.labels] or [""] * len(block.texts)
    shown = [
        (name, _word(text) if block.words else text) for name, text in zip(names, block.texts, strict=True) if text
    ]
    if not shown:
        return ""
    head = f'<div class="dm-sub">{_text(_word(block.name))}</div>'
    if block.note:
        text = "\n".join(text for _name, text in shown)
        return f'{head}<div lang="{notes_lang(text)}">{_text(text)}</div>'
    chips = (f'<span class="dm-chip">{_text(name)}{card.text(text, block.place)}</span>' for name, text in shown)
    return f"{head}<div>{''.join(chips)}</div>"


def _word(name: str) -> str:
    """A word of a kind in the reader's language."""
    return label(words(), name)


def notes_lang(text: str) -> str:
    """The language a hint or an explanation is in, by its script: ja, zh or en; Chinese that quotes Japanese is zh."""
    kana, han = len(_KANA.findall(text)), len(_HAN.findall(text))
    if kana > 0.4 * (kana + han):
        return "ja"
    return "zh" if han else "en"


def _marked(text: str, marked: Sequence[str], lang: str) -> str:
    return "".join(f"<mark>{_text(part)}</mark>" if on else _text(part) for part, on in pieces(text, marked, lang))


def _text(value: object) -> str:
    """The one way content reaches the page: escaped, so that it can only be read."""
    return escape(str(value), quote=True)
