"""
The fields of a cloze.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from engine.kinds.kind import Fields
from engine.kinds.layout import Choice, Help, Table
from engine.kinds.loose import Assume, MayBeAbsent
from engine.kinds.shape import Number, Passage, Text, Texts, Title, Word

_TYPES = {"conjunction": "connector", "connective": "connector", "phrase": "collocation", "idiom": "collocation"}
"""Other names of the types of blanks."""


class Blank(Fields):
    """One gap of the passage."""

    id: Number
    answer: Annotated[Text, Choice()]
    acceptable: Annotated[Texts, Choice(), MayBeAbsent()]
    type: Annotated[
        Literal["connector", "collocation", "grammar", "particle", "vocabulary"], Word, Assume("vocabulary", _TYPES)
    ]
    hint: Annotated[Text, Help()]
    distractors: Annotated[Texts, Choice()]
    explanation: Annotated[Text, Help(own=True)]


class Cloze(Fields):
    """A passage with {{1}}, {{2}}, ... and its blanks."""

    title: Title
    passage: Passage
    blanks: Annotated[list[Blank], Field(max_length=60), Table("blank")]
