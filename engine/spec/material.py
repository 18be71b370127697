"""
What a team brings to a run: word lists and style notes, each in a numbered version that never changes.

A run holds them whole, so that its record says what was sent. They are made and kept in the library (review.library).
"""

from __future__ import annotations

import hashlib
import json
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from functools import lru_cache
from typing import Any

from engine.errors import SpecError
from engine.messages import Message
from engine.spec.bounds import whole

MOST_NOTE = 2_000
MOST_EXAMPLES = 3
MOST_WORDS = 20_000
LONGEST_WORD = 80
TARGET_WORDS = range(1, 11)
"""Words that one draft is asked to use."""
BLANK_MARK = "{{"
"""Marks a blank in a passage; in a style note a model would copy it."""
_NAME = re.compile(r"\w(?:[\w .-]{0,38}\w)?")
_BIDI = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


@dataclass(frozen=True, slots=True)
class WordList:
    """
    A version of a word list.

    Raises:
        SpecError: it has no word, or its name cannot be used.
    """

    name: str
    version: int
    text: str
    """One word per line, each once."""

    def __post_init__(self) -> None:
        check_name("words", self.name)
        if not self.words:
            raise SpecError("words", "", "words_many", most=MOST_WORDS)

    @property
    def ref(self) -> str:
        """The version by name: "unit5@2"."""
        return f"{self.name}@{self.version}"

    @property
    def words(self) -> tuple[str, ...]:
        """The words, in order."""
        return _words(self.text)

    def share(self, slot: int, count: int) -> tuple[str, ...]:
        """
        The words of a slot, so that the slots of a run use all words equally often.

        Args:
            slot: Its number within the run.
            count: How many words; at most all of them.
        """
        words = self.words
        first = slot * count
        return tuple(words[(first + place) % len(words)] for place in range(min(count, len(words))))


@dataclass(frozen=True, slots=True)
class StyleExample:
    """An approved draft that shows the style."""

    draft: int
    """Its number in the library it comes from."""
    topic: str
    level: int
    content: str
    """As stored, as JSON."""
    options: str = "{}"
    """The options it was made with, as JSON."""


@dataclass(frozen=True, slots=True)
class StyleNote:
    """
    A version of a style note with its examples, for one kind and language.

    Raises:
        SpecError: the note is too long or holds what must not be in a prompt, or there are too many examples.
    """

    name: str
    version: int
    note: str
    examples: tuple[StyleExample, ...] = ()

    def __post_init__(self) -> None:
        check_name("style", self.name)
        check_note(self.note)
        if len(self.examples) > MOST_EXAMPLES:
            raise SpecError("examples", len(self.examples), "choose_whole", low=0, high=MOST_EXAMPLES)
        if not self.note and not self.examples:
            raise SpecError("note", "", "note_empty")

    @property
    def ref(self) -> str:
        """The version by name: "house@3"."""
        return f"{self.name}@{self.version}"


def check_name(field: str, name: str) -> None:
    """
    Check the name of a word list or a style note.

    Raises:
        SpecError: it is not 1 to 40 letters, digits, spaces, dots, - and _.
    """
    if not isinstance(name, str) or not _NAME.fullmatch(name):
        raise SpecError(field, name, "material_name")


def check_note(note: str) -> None:
    """
    Check a style note.

    Raises:
        SpecError: it is longer than 2,000 characters, or holds {{, a control, bidi or other invisible character.
    """
    if len(note) > MOST_NOTE:
        raise SpecError("note", Message("characters_counted", {"n": len(note)}), "note_long", most=MOST_NOTE)
    if BLANK_MARK in note:
        raise SpecError("note", note[max(0, note.index(BLANK_MARK) - 20) :][:50], "note_braces")
    for number, line in enumerate(note.split("\n"), 1):
        if odd := odd_character(line) or _unseen(line):
            raise SpecError("note", f"U+{ord(odd):04X}", "note_control", line=number)


def check_target(words: WordList | None, count: int, kind: str, *, blank: bool, has_blanks: bool) -> None:
    """
    Check how many words of a list a draft uses, and whether they can be its blanks.

    Raises:
        SpecError: more than the list has, or than 10; or there is nothing to blank.
    """
    most = TARGET_WORDS[-1] if words is None else min(TARGET_WORDS[-1], len(words.words))
    whole("target_words", count, range(1, most + 1))
    if blank and not has_blanks:
        raise SpecError("blank_words", True, "blank_words_kind", kind=kind)
    if blank and words is None:
        raise SpecError("blank_words", True, "blank_words_list")


def odd_character(text: str) -> str:
    """The first control, bidi or unpaired surrogate character of a text; "" where there is none."""
    return next((char for char in text if unicodedata.category(char) in ("Cc", "Cs") or char in _BIDI), "")


def _unseen(line: str) -> str:
    """The first character that nobody sees and a model reads; those that join letters and emoji are fine."""
    unseen = (char for char in line if unicodedata.category(char) in ("Cf", "Zl", "Zp") and char not in "\u200c\u200d")
    return next(unseen, "")


def split_ref(ref: str) -> tuple[str, int | None]:
    """
    "house@3" as a name and a version; "house" is the newest version (None).

    Raises:
        SpecError: what follows the @ is not a number.
    """
    name, at, version = ref.strip().rpartition("@")
    if not at:
        return version, None
    if not version.isascii() or not version.isdecimal() or len(version) > 9:
        raise SpecError("version", ref, "material_version")
    return name, int(version)


def word_list_from_json(raw: Mapping[str, Any] | None) -> WordList | None:
    """Read what `asdict` wrote; None is None."""
    return None if raw is None else WordList(**raw)


def style_from_json(raw: Mapping[str, Any] | None) -> StyleNote | None:
    """Read what `asdict` wrote; None is None."""
    if raw is None:
        return None
    return StyleNote(**{**raw, "examples": tuple(StyleExample(**one) for one in raw["examples"])})


@lru_cache(maxsize=64)
def material_mark(material: WordList | StyleNote) -> str:
    """What a version is known by in a fingerprint: its name, number and a hash of its content."""
    content = hashlib.sha256(json.dumps(asdict(material), sort_keys=True).encode("ascii")).hexdigest()[:16]
    return f"{material.ref} {content}"


@lru_cache(maxsize=64)
def _words(text: str) -> tuple[str, ...]:
    return tuple(line for line in text.split("\n") if line)
