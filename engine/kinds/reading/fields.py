"""
The fields of a reading.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from engine.kinds.kind import Fields
from engine.kinds.layout import Choice, Help, Table
from engine.kinds.shape import Number, Passage, Text, Texts, Title, Word


class Question(Fields):
    """One question with its options; `answer` is the text of one of them."""

    id: Number
    type: Annotated[Literal["main_idea", "detail", "inference", "vocabulary", "reference"], Word]
    question: Text
    options: Annotated[Texts, Choice()]
    answer: Annotated[Text, Choice()]
    explanation: Annotated[Text, Help(own=True)]


class Reading(Fields):
    """A text and questions about it."""

    title: Title
    text: Passage
    questions: Annotated[list[Question], Field(max_length=20), Table("item", what="question")]
