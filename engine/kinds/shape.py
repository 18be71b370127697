"""
Field types that the kinds share, and how an item is given the shape of its kind.

What a well-shaped draft says is judged by the checks of its kind.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import BeforeValidator, Field, ValidationError
from pydantic_core import ErrorDetails

from engine.kinds.kind import Kind, Problem
from engine.kinds.layout import Beside, layout
from engine.kinds.refusals import refused
from engine.kinds.text import brief, clean
from engine.messages import Message
from engine.work import Content, Flag, Grading


@dataclass(frozen=True, slots=True)
class Checked:
    """The result of a check: the content to store with its flags, or no content and the reason."""

    content: Content | None
    code: str = ""
    detail: str = ""
    flags: tuple[Flag, ...] = ()
    message: Message | None = None
    """The reason for people."""
    grading: Grading | None = None
    """How far it is above its level; None: it was not graded."""

    @classmethod
    def refused(cls, problem: Problem) -> Checked:
        """No content, and why."""
        message = problem.message or Message("said", {"text": problem.detail or problem.code})
        return cls(None, problem.code, problem.detail, message=message)


def word(value: Any) -> Any:
    """One of a few words, whatever its case and the spaces around it."""
    return value.strip().lower() if isinstance(value, str) else value


def _whole(value: Any) -> Any:
    """A number also as "2" or 2.0; anything absurd is left for the strict check to refuse."""
    if isinstance(value, str) and value.isdecimal() and len(value) <= 3:
        return int(value)
    if isinstance(value, float) and value.is_integer() and 0 <= value <= 999:
        return int(value)
    return value


_TITLE = re.compile(
    r"(?:#{1,6} +)?(?P<bold>\*\*)?(?P<label>(?:title|标题|題目|題名|タイトル)\s*[:：]\s*)?(?P<text>.*?)(?(bold)\*\*)",
    re.IGNORECASE,
)


def _unlabelled(value: Any) -> Any:
    """A title without Markdown around it and without its label and the quotes behind that ('Title: "A Busy Day"')."""
    cleaned = clean(value)
    found = _TITLE.fullmatch(cleaned) if isinstance(cleaned, str) else None
    if found is None or not found["text"]:
        return cleaned
    text: str = found["text"]
    return text.strip('"“”') if found["label"] and text[0] in '"“' else text


# The caps keep absurd replies out of the store; real drafts stay far below them.
Passage = Annotated[str, Field(max_length=20_000), BeforeValidator(clean)]
Title = Annotated[str, Field(min_length=1, max_length=300), BeforeValidator(_unlabelled)]
Text = Annotated[str, Field(max_length=2_000), BeforeValidator(clean)]
Spoken = Annotated[str, Field(min_length=1, max_length=2_000), BeforeValidator(clean)]
Texts = Annotated[list[Text], Field(max_length=40)]
Translation = Annotated[list[Text], Field(max_length=200), Beside()]
Readings = Annotated[list[Text], Field(max_length=200), Beside()]
Number = Annotated[int, Field(ge=0, le=999), BeforeValidator(_whole)]
Word = BeforeValidator(word)
_FAULTS = {
    **dict.fromkeys(("model_type", "dict_type"), "object"),
    **dict.fromkeys(("int_type", "int_parsing", "int_from_float", "greater_than_equal", "less_than_equal"), "number"),
    **dict.fromkeys(("too_long", "string_too_long"), "long"),
    "string_type": "text",
    "list_type": "list",
}
"""pydantic's types of errors to our codes."""


def shaped(raw: Mapping[str, Any], kind: Kind) -> Content | Problem:
    """
    Give an item its shape: every string cleaned, fields in their order, unknown fields left out.

    Returns:
        A new Content, or the Problem ("schema", "steps" for a missing part of a draft that has parts, "length" for a
        text past every bound).
    """
    try:
        return kind.fields.model_validate(dict(raw)).model_dump(exclude_unset=True)
    except ValidationError as exc:
        first = exc.errors(include_url=False, include_input=False)[0]
        return _problem(first["loc"], first["type"], _fault(first), kind)


def _fault(error: ErrorDetails) -> Message:
    """What is wrong with a field; in pydantic's words where none of ours fit."""
    if error["type"] == "literal_error":
        return Message("shape.choice", {"choices": brief(error["ctx"]["expected"], 100)})
    code = _FAULTS.get(error["type"])
    return Message(f"shape.{code}") if code else Message("said", {"text": brief(error["msg"], 100)})


def _problem(path: tuple[int | str, ...], fault: str, message: Message, kind: Kind) -> Problem:
    place = brief(".".join(str(part) for part in path), 40)
    gone = fault in ("missing", "string_too_short")
    if fault == "string_too_long" and path[-1] in (kind.body_field, "text", "exemplar"):
        return refused("length", "too_long", place=place)
    parts = {entry.name for entry in layout(kind.fields) if entry.form == "group"}
    if path and path[0] in parts and gone and len(path) <= 2:
        return refused("steps", "missing", place=place)
    if gone:
        return refused("schema", "missing", place=place)
    return refused("schema", "field", place=place, fault=message)
