"""
A text of the user's, as a file or as pasted: read, named and cut, before it is stored.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import PurePath

from engine.errors import SpecError
from engine.kinds.passages import Passage, cut_passages
from engine.kinds.text import brief, clean
from engine.messages import Message
from engine.spec import Lang, text_digest
from engine.spec.sources import Source
from engine.spec.texts import read_text_file

LONGEST_NAME = 80


@dataclass(frozen=True, slots=True)
class OwnText:
    """A text with its passages."""

    name: str
    lang: Lang
    passages: tuple[Passage, ...]
    notes: tuple[Message, ...] = ()
    """What was left out or assumed while it was read."""

    @property
    def digest(self) -> str:
        """The same for the same words, however they are wrapped."""
        return text_digest("".join("".join(one.body.split()) for one in self.passages))

    @property
    def usable(self) -> tuple[Passage, ...]:
        """The passages that drafts can be made from."""
        return tuple(one for one in self.passages if one.problem is None)


@dataclass(frozen=True, slots=True)
class Candidate:
    """A passage that may be chosen for a run."""

    source: Source
    lang: str
    units: int
    problem: Message | None = None
    """Why no draft can be made from it."""
    used: bool = True

    @property
    def usable(self) -> bool:
        """Whether drafts are made from it."""
        return self.used and self.problem is None


def read_own_text(body: bytes, file: str, lang: Lang, name: str = "") -> OwnText:
    """
    Read and cut a text.

    Args:
        body: The file, or the pasted text in UTF-8.
        file: The name of the file; empty: it was pasted.
        lang: The language it must be in.
        name: What it is called; empty: as the file, or as its first words.

    Raises:
        SpecError: it cannot be read, is in another language, is too short, or no passage of it can be used.
    """
    read = read_text_file(body, file, lang)
    passages = tuple(_without_doubles(cut_passages(read.text, lang, name or file)))
    made = OwnText(_name(name, file, passages[0].body), lang, passages, read.notes)
    if not made.usable:
        first = next(one.problem for one in passages if one.problem)
        raise SpecError("text", made.name, "text_unusable", problem=first)
    return made


def _name(name: str, file: str, text: str) -> str:
    given = " ".join(str(clean(name)).split())
    if name and not 0 < len(given) <= LONGEST_NAME:
        raise SpecError("name", name, "text_name", most=LONGEST_NAME)
    return given or brief(PurePath(file).stem, LONGEST_NAME) or brief(text, 30)


def _without_doubles(passages: Iterable[Passage]) -> Iterable[Passage]:
    seen: dict[str, int] = {}
    for one in passages:
        first = seen.setdefault(text_digest(one.body), one.number)
        yield one if first == one.number else replace(one, problem=Message("passage_twice", {"first": first}))
