"""
Moodle XML: a text with gaps as menus, or a question with choices; the explanation is the feedback.

Moodle reads a gap twice: once for the signs `{ } ~ # = % \\`, which are written as entities, and once as HTML.
"""

from __future__ import annotations

import re
from html import escape
from typing import BinaryIO

from engine.export.cards import level_tags
from engine.export.choices import choices
from engine.export.replaced import replacer
from engine.export.selection import Selection
from engine.export.words import LANG_NAMES, kind_name, level_name, word
from engine.kinds import kind_of
from engine.kinds.blocks import TRANSLATION, Item, QuizQuestion, texts
from engine.store import DraftRow

_SIGNS = {"\n": " ", **{sign: f"&#{ord(sign)};" for sign in "{}~#=%\\/\"'&<>"}}
_once = replacer(_SIGNS)
"""A typed answer: Moodle takes the entities away and compares letters."""
_twice = replacer({sign: _once(escape(sign, quote=False)) for sign in _SIGNS})
"""A choice or a feedback: Moodle takes the entities away and shows what is left as HTML."""
_html = replacer({"&": "&amp;", "<": "&lt;", ">": "&gt;", "{": "&#123;", "}": "&#125;", "\n": "<br>"})
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def write(selection: Selection, out: BinaryIO) -> None:
    """The quiz, each draft under the category of its language and level."""
    out.write(b'<?xml version="1.0" encoding="UTF-8"?>\n<quiz>\n')
    category = ""
    for marked in selection.drafts:
        wanted = _category(marked.draft)
        if wanted != category:
            category = wanted
            out.write(_xml(f'<question type="category"><category><text>{_text(wanted)}</text></category></question>'))
        out.write(_xml(_questions(marked.draft)))
    out.write(b"</quiz>\n")


def _questions(draft: DraftRow) -> str:
    quiz = kind_of(draft.kind).quiz
    asked = quiz(draft.content) if quiz else ()
    return "".join(_question(draft, one) for one in asked)


def _question(draft: DraftRow, asked: QuizQuestion) -> str:
    text = "".join(_gap(draft, piece) if isinstance(piece, Item) else _html(piece) for piece in asked.text.pieces)
    body, number = f'<p lang="{draft.lang}">{text}</p>', ""
    if asked.item is not None:
        body += f'<p lang="{draft.lang}"><b>{_html(asked.item.text)}</b></p>'
        number = f" {asked.item.number}"
    suffix = number.replace(" ", "-")
    tags = "".join(f"<tag><text>{_text(tag)}</text></tag>" for tag in level_tags(draft))
    return (
        f'<question type="{"multichoice" if asked.item else "cloze"}">'
        f"<name><text>{_text(draft.title + number)}</text></name>"
        f'<questiontext format="html"><text>{_text(body)}</text>'
        f'</questiontext><generalfeedback format="html"><text>{_text(_translation(draft))}</text></generalfeedback>'
        f"<penalty>0.3333333</penalty>"
        f"<hidden>0</hidden><idnumber>draftmill-{draft.id}-{draft.fingerprint[:12]}{suffix}</idnumber>"
        f"{_answers(draft, asked.item) if asked.item else ''}<tags>{tags}</tags></question>"
    )


def _translation(draft: DraftRow) -> str:
    """What is shown after the answer: the translation of the draft, if it has one."""
    lines = "".join(f"<p>{_html(text)}</p>" for text in texts(draft.content.get(TRANSLATION)))
    return f"<p><b>{word(TRANSLATION, draft.lang)}</b></p>{lines}" if lines else ""


def _answers(draft: DraftRow, item: Item) -> str:
    """The choices of one question; Moodle shuffles them, and shows the explanation with each."""
    why = f'<feedback format="html"><text>{_text(_html(item.why))}</text></feedback>' if item.why else ""
    choice = "".join(
        f'<answer fraction="{100 if text == item.answer else 0}" format="html">'
        f"<text>{_text(_html(text))}</text>{why}</answer>"
        for text in choices(draft, item)
    )
    return f"<single>true</single><shuffleanswers>true</shuffleanswers><answernumbering>abc</answernumbering>{choice}"


def _category(draft: DraftRow) -> str:
    lang = LANG_NAMES.get(draft.lang, draft.lang)  # type: ignore[call-overload]
    return f"$course$/Draftmill/{lang} {kind_name(draft.kind)} {level_name(draft.level, draft.lang)}".replace(
        " / ", "-"
    )


def _gap(draft: DraftRow, item: Item) -> str:
    """A menu where there is something to choose; else a field that takes every right answer."""
    why = f"#{_twice(item.why)}" if item.why else ""
    offered = choices(draft, item)
    if offered:
        marked = (f"{'=' * (text == item.answer)}{_twice(text)}{why}" for text in offered)
        return "{1:MULTICHOICE:" + "~".join(marked) + "}"
    right = dict.fromkeys([item.answer, *item.acceptable])
    return "{1:SHORTANSWER:" + "~".join(f"={_once(text)}{why}" for text in right) + "}"


def _text(text: str) -> str:
    return escape(text, quote=False)


def _xml(line: str) -> bytes:
    kept = line if line.isprintable() else _NOT_XML.sub("", line)  # most are, and then nothing has to be searched
    return kept.encode() + b"\n"
