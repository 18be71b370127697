"""
The parts that a card, a worksheet, a note or a question is described with. A kind lists them; screens and files draw
each sort in their own way.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

TRANSLATION = "translation"
"""The field of a translation, a text for each line or sentence."""
READINGS = "readings"
"""The field of readings that a reviewer corrected, "text=reading" each."""


@dataclass(frozen=True, slots=True)
class Item:
    """One thing to fill in or to answer, with its key."""

    id: int | str
    number: int
    """Its place in reading order, from 1."""
    answer: str
    wrong: tuple[str, ...] = ()
    acceptable: tuple[str, ...] = ()
    hint: str = ""
    why: str = ""
    text: str = ""
    """The question; "" for a gap in a text."""
    type: str = ""


Piece = str | Item


@dataclass(frozen=True, slots=True)
class Prose:
    """A text, with gaps where there are items in it; `place` is where a flag may mark words."""

    pieces: tuple[Piece, ...]
    place: str = ""
    filled: bool = False
    """Gaps are shown with their answers."""
    prompt: bool = False
    """It is an instruction to the learner, not part of the text."""
    dialogue: bool = False
    """It may be a dialogue with "A: text" lines."""


@dataclass(frozen=True, slots=True)
class Items:
    """The items of a draft, one under the other; solved: with their key."""

    items: tuple[Item, ...]
    solved: bool = False


@dataclass(frozen=True, slots=True)
class SpokenLine:
    """One spoken line; `name` is who speaks, `label` how the script calls the speaker ("" for one voice)."""

    text: str
    label: str = ""
    name: str = ""
    side: int = 0
    """0 or 1: two speakers have two sides."""


@dataclass(frozen=True, slots=True)
class ScriptBlock:
    """Spoken lines."""

    lines: tuple[SpokenLine, ...]


@dataclass(frozen=True, slots=True)
class Listed:
    """Short texts under a name, which is a word of the kind; `labels` are words before each text."""

    name: str
    texts: tuple[str, ...]
    place: str = ""
    labels: tuple[str, ...] = ()
    words: bool = False
    """The texts are words of the kind themselves, to be translated."""
    note: bool = False
    """It speaks about the text, perhaps in another language."""
    folded: bool = False
    """On the screen it is closed at first."""


@dataclass(frozen=True, slots=True)
class Speaker:
    """A speaker."""

    label: str
    name: str
    about: str
    """A word of the kind."""


@dataclass(frozen=True, slots=True)
class People:
    """The speakers of a script."""

    people: tuple[Speaker, ...]


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a draft with a sign, which is a word of the kind, and a title of its own."""

    sign: str
    title: str
    blocks: Sequence[Block]


@dataclass(frozen=True, slots=True)
class Instruction:
    """What the learner should do: a printed word of the kind."""

    word: str


@dataclass(frozen=True, slots=True)
class Writing:
    """Space to write in."""


Block = Prose | Items | ScriptBlock | Listed | People | Part | Instruction | Writing


@dataclass(frozen=True, slots=True)
class Sheet:
    """A draft on a worksheet: what the learner gets, and its part of the key (empty: none)."""

    exercise: Sequence[Block]
    key: Sequence[Block] = ()


@dataclass(frozen=True, slots=True)
class Note:
    """An Anki note."""

    front: Sequence[Block]
    back: Sequence[Block]
    part: str = ""
    """Tells the notes of a draft apart; "" where there is one."""
    title: str = ""
    """Stands behind the draft's own title and the part."""


@dataclass(frozen=True, slots=True)
class QuizQuestion:
    """A question of a quiz: a text with gaps, or one item with a text before it."""

    text: Prose
    item: Item | None = None


@dataclass(frozen=True, slots=True)
class Speech:
    """A draft for voices: the pace, and who says what with which voice."""

    pacing: str
    lines: Sequence[tuple[str, str, str]]
    """(speaker, gender, text)."""


def translation(content: Mapping[str, Any]) -> list[Block]:
    """The translation of a draft; none where it has none."""
    found = texts(content.get(TRANSLATION))
    return [Listed(TRANSLATION, found, note=True, folded=True)] if found else []


def texts(value: Any) -> tuple[str, ...]:
    """A field that should be a list of texts, as texts."""
    if isinstance(value, list | tuple):
        return tuple(map(str, value))
    return () if value in (None, "") else (str(value),)
