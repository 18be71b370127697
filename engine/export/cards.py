"""
Drafts as Anki notes: real cloze notes, and basic notes whose front asks and whose back answers.

A field is HTML in which everything a draft says is only text. The same notes go into a package (anki) and into a text
file (anki_text); a note's guid is the draft's, so that a second import changes it instead of doubling it.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass

from engine.errors import ExportError
from engine.export.choices import lettered
from engine.export.columns import above_level
from engine.export.furigana import bracketed, with_furigana
from engine.export.replaced import replacer
from engine.export.words import LANG_NAMES, kind_name, level_name, word
from engine.kinds import kind_of
from engine.kinds.blocks import Block, Instruction, Item, Items, Listed, Note, Prose, ScriptBlock
from engine.kinds.readings.corrected import own_readings
from engine.store import DraftRow

# A browser reads these, and Anki those before it: {{c1::..}}, [sound:..], [latex].
_HTML = {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#x27;", "\n": "<br>", "\t": " "}
_MARKS = {sign: f"&#{ord(sign)};" for sign in "{}[]"}
_CLOZE = re.compile(r"\{\{c(\d+)::.+?\}\}", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Card:
    """A note before Anki has it: its kind of note, its deck, and its two fields of HTML."""

    guid: str
    cloze: bool
    title: str
    front: str
    """For a cloze note the text with its {{c1::answer::hint}}."""
    back: str
    deck: str
    tags: tuple[str, ...]


def cards(draft: DraftRow, line: str = "", *, readings: bool = False) -> Iterator[Card]:
    """
    The notes of a draft.

    Args:
        draft: Its row.
        line: The last line of each back: who wrote, checked and approved it.
        readings: Texts of the draft are written as Anki's furigana, 漢字[かんじ].

    Raises:
        ExportError: a note with gaps would hold none; Anki would make no card of it and say nothing.
    """
    kind, own = kind_of(draft.kind), own_readings(draft.content)
    for note in kind.notes(draft.content):
        sides = [with_furigana(side, draft.lang, own) if readings else side for side in (note.front, note.back)]
        front = "".join(_draw(draft, block, gaps=kind.gap_notes) for block in sides[0])
        if kind.gap_notes:
            _check_gaps(draft, note, front)
        back = "".join(_draw(draft, block) for block in sides[1])
        front, back = (bracketed(front), bracketed(back)) if readings else (front, back)
        back += f"<div><small>{html(line)}</small></div>" if line else ""
        heading = f"{draft.title} {note.part} {note.title}".strip() if note.part else draft.title
        yield Card(_guid(draft, note.part), kind.gap_notes, html(heading), front, back, deck(draft), tags(draft))


def _check_gaps(draft: DraftRow, note: Note, front: str) -> None:
    asked = [item.number for block in note.back if isinstance(block, Items) for item in block.items]
    if not asked or set(map(int, _CLOZE.findall(front))) != set(asked):
        raise ExportError("note_without_gaps", draft=draft.id, wanted=len(asked))


def _draw(draft: DraftRow, block: Block, *, gaps: bool = False) -> str:
    """A block as HTML; with `gaps`, a text as Anki's clozes."""
    if isinstance(block, Prose):
        text = "".join(_gap(piece) if isinstance(piece, Item) else html(piece) for piece in block.pieces)
        return text if gaps else f"<div>{text}</div>"
    if isinstance(block, Instruction):
        return f"<div><i>{html(word(block.word, draft.lang))}</i></div>"
    if isinstance(block, Items):
        draw = _answered if block.solved else _asked
        return "".join(draw(draft, item) for item in block.items)
    if isinstance(block, ScriptBlock):
        return "".join(
            f"<div>{f'<b>{html(one.name)}</b> ' if one.name else ''}{html(one.text)}</div>" for one in block.lines
        )
    return _listed(draft, block) if isinstance(block, Listed) else ""


def _asked(draft: DraftRow, item: Item) -> str:
    offered = "".join(f"<div>{sign}) {html(text)}</div>" for sign, text in lettered(draft, item))
    return f"<div><b>{html(item.text)}</b></div>{offered}"


def _answered(draft: DraftRow, item: Item) -> str:
    parts = [f": {html(item.why)}"] if item.why else []
    for name, others in (("acceptable", item.acceptable), ("distractors", item.wrong)):
        if others:
            parts.append(f" <i>({html(word(name, draft.lang))}: {html(', '.join(others))})</i>")
    return f"<div><b>{item.number} {html(item.answer)}</b>{''.join(parts)}</div>"


def _listed(draft: DraftRow, block: Listed) -> str:
    shown = [html(word(text, draft.lang) if block.words else text) for text in block.texts if text]
    points = "".join(f"<li>{text}</li>" for text in shown)
    return f"<div><b>{html(word(block.name, draft.lang))}</b><ul>{points}</ul></div>" if shown else ""


html = replacer({**_HTML, **_MARKS})
"""A text as HTML that says it and does nothing."""
_inside = replacer({**_HTML, **_MARKS, ":": "&#58;"})


def _gap(item: Item) -> str:
    hint = f"::{_inside(item.hint)}" if item.hint else ""
    return f"{{{{c{item.number}::{_inside(item.answer)}{hint}}}}}"


def deck(draft: DraftRow) -> str:
    """The deck of a draft's notes: one for each language, kind and level."""
    lang = LANG_NAMES.get(draft.lang, draft.lang)  # type: ignore[call-overload]
    return f"Draftmill::{lang}::{kind_name(draft.kind)}::L{draft.level} {level_name(draft.level, draft.lang)}"


def tags(draft: DraftRow) -> tuple[str, ...]:
    """The tags of a note; a tag holds no space, and no colon in its parts."""
    topic = re.sub(r"[\s\x00-\x1f\u3000:：\"'*_]+", "_", draft.topic).strip("_")
    found = [f"kind::{draft.kind}", f"lang::{draft.lang}"]
    return ("draftmill", *found, *([f"topic::{topic}"] if topic else []), *level_tags(draft))


def level_tags(draft: DraftRow) -> tuple[str, ...]:
    """A tag with the level, and one with the share of words above it where the draft was graded."""
    share = above_level(draft)
    return (f"level::L{draft.level}", *([f"above_level::{share}%"] if share else []))


def _guid(draft: DraftRow, step: str) -> str:
    """The same draft always has the same one, and no draft of another database has it."""
    facts = (draft.id, draft.run, draft.slot, draft.fingerprint, draft.made_at, step)
    return hashlib.sha256(repr(facts).encode()).hexdigest()[:20]
