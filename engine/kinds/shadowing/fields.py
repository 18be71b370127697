"""
The fields of a shadowing script.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from engine.kinds.kind import Fields
from engine.kinds.layout import Script
from engine.kinds.shape import Spoken, Text, Texts, Title, Word


class Role(Fields):
    """One speaker."""

    label: Text
    name: Text
    gender: Annotated[Literal["male", "female", "unspecified"], Word]


class Line(Fields):
    """One line to repeat; `speaker` is a role's label, "" without roles."""

    speaker: Text
    text: Spoken


class Shadowing(Fields):
    """A script to speak along with."""

    title: Title
    roles: Annotated[list[Role], Field(max_length=20)]
    lines: Annotated[list[Line], Field(min_length=1, max_length=120), Script("roles")]
    key_phrases: Texts
    pacing: Annotated[Literal["slow", "medium", "fast"], Word]
    tips: Text
