"""
Drafts as Anki notes: real cloze notes, and basic notes whose front asks and whose back answers.

A field is HTML in which everything a draft says is only text. The same notes go into a package (anki) and into a text
file (anki_text); a note's guid is the draft's, so that a second import changes it instead of doubling it.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from html import escape
from typing import Any

from engine.errors import ExportError
from engine.export.selection import Blank, gapped, numbered, speakers
from engine.export.words import KIND_NAMES, LANG_NAMES, level_name, word
from engine.kinds.alignment.fields import STEPS
from engine.store import DraftRow

# Anki reads these in a field before the browser does: {{c1::..}}, [sound:..], [latex].
_MARKS = {ord(sign): f"&#{ord(sign)};" for sign in "{}[]"}
_INSIDE = {**_MARKS, ord(":"): "&#58;"}
_CLOZE = re.compile(r"\{\{c(\d+)::.+?\}\}", re.DOTALL)
_LISTS = ("key_phrases", "patterns", "hints", "checklist", "templates", "outline")
_FRONT = ("key_phrases", "patterns", "hints", "checklist", "outline", "templates")


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


def cards(draft: DraftRow) -> Iterator[Card]:
    """
    The notes of a draft: one for a cloze or a script, six for an alignment pack.

    Raises:
        ExportError: a cloze note would hold no valid cloze; Anki would make no card of it and say nothing.
    """
    make = {"cloze": _cloze, "shadowing": _shadowing, "alignment": _alignment}[draft.kind]
    yield from make(draft)


def cloze_text(draft: DraftRow) -> str:
    """A passage with Anki's clozes, numbered in reading order."""
    return gapped(draft.content, html, _gap)


def html(text: str) -> str:
    """A text as HTML that says it and does nothing."""
    return escape(text, quote=True).translate(_MARKS).replace("\n", "<br>").replace("\t", " ")


def _gap(number: int, blank: Blank) -> str:
    hint = f"::{_inside(blank['hint'])}" if blank["hint"] else ""
    return f"{{{{c{number}::{_inside(blank['answer'])}{hint}}}}}"


def _inside(text: str) -> str:
    return escape(text, quote=True).translate(_INSIDE).replace("\n", "<br>").replace("\t", " ")


def _cloze(draft: DraftRow) -> Iterator[Card]:
    text, wanted = cloze_text(draft), len(draft.content["blanks"])
    if not wanted or {int(found) for found in _CLOZE.findall(text)} != set(range(1, wanted + 1)):
        raise ExportError("cloze_blanks_lost", draft=draft.id, wanted=wanted)
    behind = "".join(f"<div><b>{number} {html(blank['answer'])}</b>{_told(draft, blank)}</div>"
                     for number, blank in numbered(draft.content))  # fmt: skip
    yield _card(draft, "", True, text, behind)


def _told(draft: DraftRow, blank: Blank) -> str:
    parts = [f": {html(blank['explanation'])}"] if blank["explanation"] else []
    for name in ("acceptable", "distractors"):
        if blank[name]:
            parts.append(f" <i>({html(word(name, draft.lang))}: {html(', '.join(blank[name]))})</i>")
    return "".join(parts)


def _shadowing(draft: DraftRow) -> Iterator[Card]:
    content, roles = draft.content, speakers(draft.content)
    ask = f"<div><i>{html(word('shadow', draft.lang))}</i></div>"
    who = [f"{role['label']} {role['name']}".strip() for role in content["roles"]]
    front = ask + _listed(draft, "roles", who) + _listed(draft, "key_phrases", content["key_phrases"])
    lines = []
    for line in content["lines"]:
        role = roles.get(line["speaker"], {})
        name = role.get("name") or line["speaker"]
        lines.append(f"<div>{f'<b>{html(name)}</b> ' if name else ''}{html(line['text'])}</div>")
    pace = _listed(draft, "pacing", [word(content["pacing"], draft.lang)])
    tips = _listed(draft, "tips", [content["tips"]])
    yield _card(draft, "", False, front, "".join(lines) + pace + tips)


def _alignment(draft: DraftRow) -> Iterator[Card]:
    for step in STEPS:
        part: dict[str, Any] = draft.content[step]
        front = f"<div>{html(part['prompt'])}</div>" + "".join(
            _listed(draft, name, part.get(name, ())) for name in _FRONT
        )
        back = f"<div>{html(part['exemplar'])}</div>"
        rubric = part.get("rubric") or {}
        yield _card(draft, step, False, front, back + _listed(draft, "rubric", rubric.values()), part["title"])


def _card(draft: DraftRow, step: str, cloze: bool, front: str, back: str, title: str = "") -> Card:
    heading = f"{draft.title} {step} {title}".strip() if step else draft.title
    return Card(_guid(draft, step), cloze, html(heading), front, back, deck(draft), tags(draft))


def _listed(draft: DraftRow, name: str, items: Iterable[str]) -> str:
    shown = [html(item) for item in items if item]
    points = "".join(f"<li>{item}</li>" for item in shown)
    return f"<div><b>{html(word(name, draft.lang))}</b><ul>{points}</ul></div>" if shown else ""


def deck(draft: DraftRow) -> str:
    """The deck of a draft's notes: one for each language, kind and level."""
    lang = LANG_NAMES.get(draft.lang, draft.lang)  # type: ignore[call-overload]
    return f"Draftmill::{lang}::{KIND_NAMES[draft.kind]}::L{draft.level} {level_name(draft.level, draft.lang)}"


def tags(draft: DraftRow) -> tuple[str, ...]:
    """What the notes are found by; a tag holds no space and no colon of its own."""
    topic = re.sub(r"[\s\x00-\x1f\u3000:：\"'*_]+", "_", draft.topic).strip("_")
    found = [f"kind::{draft.kind}", f"lang::{draft.lang}", f"level::L{draft.level}"]
    return ("draftmill", *found, *([f"topic::{topic}"] if topic else []))


def _guid(draft: DraftRow, step: str) -> str:
    """The same draft always has the same one, and no draft of another database has it."""
    facts = (draft.id, draft.run, draft.slot, draft.fingerprint, draft.made_at, step)
    return hashlib.sha256(repr(facts).encode()).hexdigest()[:20]
