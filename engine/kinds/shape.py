"""
The three shapes of a draft: fields, types and order, as the reply, the store and the exports have them.

A shape is built once, when the room is opened. What a well-shaped draft says is judged by the checks of its kind.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Literal, NotRequired

from pydantic import BeforeValidator, Field, TypeAdapter, ValidationError
from typing_extensions import TypedDict  # pydantic asks for this one before Python 3.12

from engine.kinds.text import brief, clean
from engine.spec import Kind
from engine.work import Content, Flag

STEPS = ("D1", "D2", "T3", "W4", "T5", "W6")
RUBRIC_FIELDS = ("fluency", "relevance", "style", "length")
BLANK_TYPES = ("connector", "collocation", "grammar", "particle", "vocabulary")


@dataclass(frozen=True, slots=True)
class Problem:
    """Why an item is refused: one short word, and a sentence for people and for the next prompt."""

    code: str
    detail: str


@dataclass(frozen=True, slots=True)
class Checked:
    """What a check came to: the content to store with its flags, or no content and the reason."""

    content: Content | None
    code: str = ""
    detail: str = ""
    flags: tuple[Flag, ...] = ()


def _word(value: Any) -> Any:
    return value.strip().lower() if isinstance(value, str) else value


def _whole(value: Any) -> Any:
    """A blank's number also as "2" or 2.0; anything absurd is left for the strict check to refuse."""
    if isinstance(value, str) and value.isdecimal() and len(value) <= 3:
        return int(value)
    if isinstance(value, float) and value.is_integer() and 0 <= value <= 999:
        return int(value)
    return value


# The caps keep absurd replies out of the store; real drafts stay far below them.
_Passage = Annotated[str, Field(max_length=20_000), BeforeValidator(clean)]
_Title = Annotated[str, Field(min_length=1, max_length=300), BeforeValidator(clean)]
_Text = Annotated[str, Field(max_length=2_000), BeforeValidator(clean)]
_Texts = Annotated[list[_Text], Field(max_length=40)]
_Number = Annotated[int, Field(ge=0, le=999), BeforeValidator(_whole)]
_BlankType = Literal["connector", "collocation", "grammar", "particle", "vocabulary"]
_Gender = Literal["male", "female", "unspecified"]
_Pacing = Literal["slow", "medium", "fast"]


class Blank(TypedDict):
    """One gap of a cloze passage."""

    id: _Number
    answer: _Text
    acceptable: _Texts
    type: Annotated[_BlankType, BeforeValidator(_word)]
    hint: _Text
    distractors: _Texts
    explanation: _Text


class Cloze(TypedDict):
    """A passage with {{1}}, {{2}}, ... and its blanks."""

    title: _Title
    passage: _Passage
    blanks: Annotated[list[Blank], Field(max_length=60)]


class Role(TypedDict):
    """One speaker."""

    label: _Text
    name: _Text
    gender: Annotated[_Gender, BeforeValidator(_word)]


class Line(TypedDict):
    """One line to repeat; `speaker` is a role's label, "" without roles."""

    speaker: _Text
    text: Annotated[str, Field(min_length=1, max_length=2_000), BeforeValidator(clean)]


class Shadowing(TypedDict):
    """A script to speak along with."""

    title: _Title
    roles: Annotated[list[Role], Field(max_length=20)]
    lines: Annotated[list[Line], Field(min_length=1, max_length=120)]
    key_phrases: _Texts
    pacing: Annotated[_Pacing, BeforeValidator(_word)]
    tips: _Text


class _Step(TypedDict):
    title: _Title
    prompt: Annotated[str, Field(min_length=1, max_length=2_000), BeforeValidator(clean)]
    exemplar: Annotated[str, Field(min_length=1, max_length=10_000), BeforeValidator(clean)]


class Talk(_Step):
    """D1, D2, T3."""

    key_phrases: _Texts
    patterns: _Texts
    hints: _Texts


class ShortWriting(_Step):
    """W4."""

    checklist: _Texts
    rubric: NotRequired[Any]


class EmailTask(_Step):
    """T5."""

    templates: _Texts
    rubric: NotRequired[Any]


class LongWriting(_Step):
    """W6."""

    outline: _Texts
    rubric: NotRequired[Any]


class Alignment(TypedDict):
    """Six steps around one situation."""

    title: _Title
    D1: Talk
    D2: Talk
    T3: Talk
    W4: ShortWriting
    T5: EmailTask
    W6: LongWriting


_ADAPTERS: dict[Kind, TypeAdapter[Any]] = {
    "cloze": TypeAdapter(Cloze),
    "shadowing": TypeAdapter(Shadowing),
    "alignment": TypeAdapter(Alignment),
}
FIELDS: dict[Kind, tuple[str, ...]] = {
    "cloze": ("title", "passage", "blanks"),
    "shadowing": ("title", "roles", "lines", "key_phrases", "pacing", "tips"),
    "alignment": ("title", *STEPS),
}


def shaped(raw: Mapping[str, Any], kind: Kind) -> Content | Problem:
    """
    Give an item its shape: every string cleaned, fields in their order, unknown fields left out.

    Returns:
        A new Content, or the Problem ("schema", "steps" for a missing part of an alignment pack, "length" for a
        text past every bound).
    """
    try:
        content: Content = _ADAPTERS[kind].validate_python(dict(raw), strict=True)
    except ValidationError as exc:
        first = exc.errors(include_url=False, include_context=False, include_input=False)[0]
        return _problem(first["loc"], first["type"], first["msg"], kind)
    return content


def _problem(path: tuple[int | str, ...], fault: str, message: str, kind: Kind) -> Problem:
    place = brief(".".join(str(part) for part in path), 40)
    gone = fault in ("missing", "string_too_short")
    if fault == "string_too_long" and path[-1] in ("passage", "text", "exemplar"):
        return Problem("length", f"{place} is far too long")
    if kind == "alignment" and path and path[0] in STEPS and gone and len(path) <= 2:
        return Problem("steps", f"{place} is missing")
    return Problem("schema", f"{place} is missing" if gone else f"{place}: {brief(message, 100)}")
