"""
The fields of a cloze.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from engine.kinds.kind import Fields
from engine.kinds.layout import Choice, Help, Table
from engine.kinds.loose import AnswerIn, Assume, MayBeAbsent, Named
from engine.kinds.shape import Number, Passage, Readings, Text, Texts, Title, Translation, Word

_TYPES = {"conjunction": "connector", "connective": "connector", "phrase": "collocation", "idiom": "collocation"}
"""Other names of the types of blanks."""


class Blank(Fields):
    """One gap of the passage."""

    id: Annotated[Number, Named(("number", "blank", "blankid", "index", "no", "n", "gap", "position"))]
    answer: Annotated[Text, Choice(), Named(("correctanswer", "correct", "solution", "key", "word", "answers"))]
    acceptable: Annotated[
        Texts, Choice(), MayBeAbsent(in_words=True), Named(("alternatives", "acceptableanswers", "alsoacceptable"))
    ]
    type: Annotated[
        Literal["connector", "collocation", "grammar", "particle", "vocabulary"], Word, Assume("vocabulary", _TYPES)
    ]
    hint: Annotated[Text, Help(), MayBeAbsent(), Named(("hints", "clue"))]
    distractors: Annotated[
        Texts,
        Choice(),
        MayBeAbsent(),
        AnswerIn("answer", is_apart=True),
        Named(("wronganswers", "incorrect", "choices", "options")),
    ]
    explanation: Annotated[Text, Help(own=True), MayBeAbsent(), Named(("explanations", "reason", "rationale"))]


class Cloze(Fields):
    """A passage with {{1}}, {{2}}, ... and its blanks."""

    title: Title
    passage: Annotated[Passage, Named(("text", "content", "story"))]
    blanks: Annotated[list[Blank], Field(max_length=60), Table("blank"), Named(("gaps", "answers", "questions"))]
    translation: Translation = Field(default_factory=list)
    readings: Readings = Field(default_factory=list)
