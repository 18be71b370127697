"""
Moodle XML: a cloze question a draft, its gaps as menus of the answer and its distractors, the explanation as feedback.

Moodle reads a gap twice: once for the signs `{ } ~ # = % \\`, which therefore stand as entities, and once as HTML.
"""

from __future__ import annotations

import re
from html import escape
from typing import BinaryIO

from engine.export.choices import choices
from engine.export.selection import Blank, Selection, gapped
from engine.export.words import KIND_NAMES, LANG_NAMES, level_name
from engine.store import DraftRow

_SIGNS = {ord(sign): f"&#{ord(sign)};" for sign in "{}~#=%\\/\"'&<>"}
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
        out.write(_xml(_question(marked.draft)))
    out.write(b"</quiz>\n")


def _question(draft: DraftRow) -> str:
    passage = gapped(draft.content, _html, lambda number, blank: _gap(draft, number, blank))
    body = f'<p lang="{draft.lang}">{passage}</p>'
    return (
        f'<question type="cloze"><name><text>{_text(draft.title)}</text></name>'
        f'<questiontext format="html"><text>{_text(body)}</text>'
        f'</questiontext><generalfeedback format="html"><text></text></generalfeedback><penalty>0.3333333</penalty>'
        f"<hidden>0</hidden><idnumber>draftmill-{draft.id}-{draft.fingerprint[:12]}</idnumber></question>"
    )


def _category(draft: DraftRow) -> str:
    lang = LANG_NAMES.get(draft.lang, draft.lang)  # type: ignore[call-overload]
    return f"$course$/Draftmill/{lang} {KIND_NAMES[draft.kind]} {level_name(draft.level, draft.lang)}".replace(
        " / ", "-"
    )


def _gap(draft: DraftRow, number: int, blank: Blank) -> str:
    """A menu where there is something to choose; else a field that takes every right answer."""
    why = f"#{_twice(blank['explanation'])}" if blank["explanation"] else ""
    offered = choices(draft, number, blank)
    if offered:
        marked = (f"{'=' * (text == blank['answer'])}{_twice(text)}{why}" for text in offered)
        return "{1:MULTICHOICE:" + "~".join(marked) + "}"
    right = dict.fromkeys([blank["answer"], *blank["acceptable"]])
    return "{1:SHORTANSWER:" + "~".join(f"={_once(text)}{why}" for text in right) + "}"


def _html(text: str) -> str:
    return escape(text, quote=False).replace("{", "&#123;").replace("}", "&#125;").replace("\n", "<br>")


def _once(text: str) -> str:
    """A typed answer: Moodle takes the entities away and compares letters."""
    return text.replace("\n", " ").translate(_SIGNS)


def _twice(text: str) -> str:
    """A choice or a feedback: Moodle takes the entities away and shows what is left as HTML."""
    return _once(escape(text, quote=False))


def _text(text: str) -> str:
    return escape(text, quote=False)


def _xml(line: str) -> bytes:
    return _NOT_XML.sub("", line).encode() + b"\n"
