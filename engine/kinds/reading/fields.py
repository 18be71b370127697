"""
The fields of a reading.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from engine.kinds.kind import Fields
from engine.kinds.layout import Asked, Choice, Help, Table
from engine.kinds.loose import AnswerIn, Assume, MayBeAbsent, Named
from engine.kinds.shape import Number, Passage, Readings, Text, Texts, Title, Translation, Word

_TYPES = {
    **dict.fromkeys(("main", "gist", "main point", "主旨", "title"), "main_idea"),
    **dict.fromkeys(("details", "fact", "factual", "literal", "细节"), "detail"),
    **dict.fromkeys(("inferential", "infer", "推断"), "inference"),
    **dict.fromkeys(("vocab", "word", "word meaning", "词汇"), "vocabulary"),
    **dict.fromkeys(("pronoun", "指代"), "reference"),
}
"""Other names of the types of questions."""


class Question(Fields):
    """One question with its options; `answer` is the text of one of them."""

    id: Annotated[Number, Named(("number", "questionid", "index", "no", "n"))]
    type: Annotated[
        Literal["main_idea", "detail", "inference", "vocabulary", "reference"], Word, Assume("detail", _TYPES)
    ]
    question: Annotated[Text, Asked(), Named(("stem", "prompt", "text"))]
    options: Annotated[Texts, Choice(), AnswerIn("answer"), Named(("choices", "alternatives", "answers"))]
    answer: Annotated[Text, Choice(), Named(("correctanswer", "correct", "solution", "key", "correctoption"))]
    explanation: Annotated[Text, Help(own=True), MayBeAbsent(), Named(("explanations", "reason", "rationale"))]


class Reading(Fields):
    """A text and questions about it."""

    title: Title
    text: Annotated[Passage, Named(("passage", "content", "story", "article"))]
    questions: Annotated[list[Question], Field(max_length=20), Table("item", what="question"), Named(("items", "quiz"))]
    translation: Translation = Field(default_factory=list)
    readings: Readings = Field(default_factory=list)
