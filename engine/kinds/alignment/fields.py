"""
The fields of an alignment pack.
"""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BeforeValidator, Field

from engine.kinds.kind import Fields
from engine.kinds.layout import Asked, Help
from engine.kinds.loose import MayBeAbsent, Named
from engine.kinds.shape import Readings, Spoken, Texts, Title
from engine.kinds.text import clean

STEPS = ("D1", "D2", "T3", "W4", "T5", "W6")
RUBRIC_FIELDS = ("fluency", "relevance", "style", "length")
Exemplar = Annotated[str, Field(min_length=1, max_length=10_000), BeforeValidator(clean)]


class Step(Fields):
    """What every step has."""

    title: Title
    prompt: Annotated[Spoken, Asked(), Named(("task", "instruction", "instructions"))]
    exemplar: Annotated[Exemplar, Named(("example", "modelanswer", "sample", "model", "dialogue", "text"))]


class Talk(Step):
    """D1, D2, T3."""

    key_phrases: Annotated[Texts, MayBeAbsent(), Named(("phrases",))]
    patterns: Annotated[Texts, MayBeAbsent()]
    hints: Annotated[Texts, Help(), MayBeAbsent()]


class ShortWriting(Step):
    """W4."""

    checklist: Annotated[Texts, Help(), MayBeAbsent()]
    rubric: Any = None


class EmailTask(Step):
    """T5."""

    templates: Annotated[Texts, Help(), MayBeAbsent()]
    rubric: Any = None


class LongWriting(Step):
    """W6."""

    outline: Annotated[Texts, Help(), MayBeAbsent()]
    rubric: Any = None


class Alignment(Fields):
    """Six steps around one situation."""

    title: Title
    D1: Talk
    D2: Talk
    T3: Talk
    W4: ShortWriting
    T5: EmailTask
    W6: LongWriting
    readings: Readings = Field(default_factory=list)
