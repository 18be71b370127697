"""
An alignment pack as its reader gets it: on the card, on a worksheet and as Anki notes.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from engine.kinds.alignment.fields import STEPS
from engine.kinds.blocks import Block, Listed, Note, Part, Prose, Sheet, Writing, texts
from engine.work import Content

_LISTS = ("key_phrases", "patterns", "hints", "checklist", "templates", "outline")
_FRONT = ("key_phrases", "patterns", "hints", "checklist", "outline", "templates")


def card(content: Content, _answers: bool) -> list[Block]:
    """The six steps: prompt, model text, lists and rubric."""
    steps = ((step, content[step]) for step in STEPS if isinstance(content.get(step), Mapping))
    return [Part(step, str(part.get("title", "")), list(_on_card(step, part))) for step, part in steps]


def sheet(content: Content) -> Sheet:
    """The prompts with space to write; the key has the model texts."""
    parts = [Part(step, content[step]["title"], [*_task(content[step]), Writing()]) for step in STEPS]
    return Sheet(parts, [Part(step, "", [Prose((content[step]["exemplar"],))]) for step in STEPS])


def notes(content: Content) -> list[Note]:
    """A note a step: the prompt in front, the model text behind."""
    return [_note(step, content[step]) for step in STEPS]


def _on_card(step: str, part: Mapping[str, Any]) -> Iterator[Block]:
    yield Prose((str(part.get("prompt", "")),), prompt=True)
    yield Prose((str(part.get("exemplar", "")),), place=step, dialogue=True)
    for name in _LISTS:
        yield Listed(name, texts(part.get(name)), place=f"{step} phrases" if name == "key_phrases" else "")
    yield _rubric(part.get("rubric"))


def _rubric(rubric: object) -> Listed:
    if isinstance(rubric, Mapping):
        return Listed("rubric", tuple(map(str, rubric.values())), labels=tuple(map(str, rubric)))
    return Listed("rubric", texts(rubric))


def _task(part: Mapping[str, Any]) -> Iterator[Block]:
    yield Prose((part["prompt"],))
    yield from (Listed(name, texts(part.get(name))) for name in _LISTS)


def _note(step: str, part: Mapping[str, Any]) -> Note:
    front: list[Block] = [Prose((part["prompt"],)), *(Listed(name, texts(part.get(name))) for name in _FRONT)]
    rubric = part.get("rubric") or {}
    return Note(front, [Prose((part["exemplar"],)), Listed("rubric", tuple(rubric.values()))], step, part["title"])
