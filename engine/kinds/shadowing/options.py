"""
What can be set of a shadowing script: genre, register, number of sentences.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

from engine.kinds.kind import TRANSLATE, Control
from engine.spec import Options, choice, language_field, pair

Genre = Literal["dialogue", "monologue", "news", "lecture"]
Register = Literal["casual", "neutral", "formal"]
SENTENCES = range(3, 21)


@dataclass(frozen=True, slots=True)
class ShadowingOptions(Options):
    """Genre, register and the number of sentences (low, high)."""

    genre: Genre = "dialogue"
    register: Register = "neutral"
    sentences: tuple[int, int] = (6, 10)
    translate_to: str | None = None
    """A BCP-47 tag; None: drafts are not translated."""

    def __post_init__(self) -> None:
        choice("genre", self.genre, get_args(Genre))
        choice("register", self.register, get_args(Register))
        pair("sentences", self.sentences, SENTENCES)
        language_field(self, "translate_to")


CONTROLS = (
    Control("genre", "Genre", {"dialogue": "Dialogue", "monologue": "Monologue", "news": "News", "lecture": "Lecture"}),
    Control("register", "Register", {"casual": "Casual", "neutral": "Neutral", "formal": "Formal"}),
    Control("sentences", "Sentences", bounds=(SENTENCES[0], SENTENCES[-1])),
    TRANSLATE,
)
