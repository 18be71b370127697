"""
The fields of a cloze.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from engine.kinds.kind import Fields
from engine.kinds.layout import Table
from engine.kinds.shape import Number, Passage, Text, Texts, Title, Word


class Blank(Fields):
    """One gap of the passage."""

    id: Number
    answer: Text
    acceptable: Texts
    type: Annotated[Literal["connector", "collocation", "grammar", "particle", "vocabulary"], Word]
    hint: Text
    distractors: Texts
    explanation: Text


class Cloze(Fields):
    """A passage with {{1}}, {{2}}, ... and its blanks."""

    title: Title
    passage: Passage
    blanks: Annotated[list[Blank], Field(max_length=60), Table("blank")]
