"""
The fields of a shadowing script.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from engine.kinds.kind import Fields
from engine.kinds.layout import Help, Script
from engine.kinds.loose import Assume, MayBeAbsent, Named
from engine.kinds.shape import Readings, Spoken, Text, Texts, Title, Translation, Word

_GENDERS = {
    **dict.fromkeys(("m", "man", "boy", "男", "男性"), "male"),
    **dict.fromkeys(("f", "w", "woman", "girl", "女", "女性"), "female"),
    **dict.fromkeys(("neutral", "none", "any", "unknown", "n/a", "-"), "unspecified"),
}
_PACES = {
    **dict.fromkeys(("normal", "moderate", "natural", "average", "中"), "medium"),
    **dict.fromkeys(("慢", "slowly"), "slow"),
    **dict.fromkeys(("快", "quick"), "fast"),
}
"""Other names of the choices."""


class Role(Fields):
    """One speaker."""

    label: Annotated[Text, Named(("speaker", "id", "role", "letter")), MayBeAbsent()]
    name: Annotated[Text, MayBeAbsent()]
    gender: Annotated[Literal["male", "female", "unspecified"], Word, Assume("unspecified", _GENDERS)]


class Line(Fields):
    """One line to repeat; `speaker` is a role's label, "" without roles."""

    speaker: Annotated[Text, Named(("role", "label", "name", "who", "character")), MayBeAbsent()]
    text: Annotated[Spoken, Named(("line", "content", "utterance", "sentence", "says"))]


class Shadowing(Fields):
    """A script to speak along with."""

    title: Title
    roles: Annotated[list[Role], Field(max_length=20), Named(("speakers", "characters")), MayBeAbsent()]
    lines: Annotated[
        list[Line], Field(min_length=1, max_length=120), Script("roles"), Named(("dialogue", "script", "turns"))
    ]
    key_phrases: Annotated[Texts, MayBeAbsent(), Named(("phrases", "keyphrase"))]
    pacing: Annotated[Literal["slow", "medium", "fast"], Word, Assume("medium", _PACES)]
    tips: Annotated[Text, Help(), MayBeAbsent(), Named(("tip", "advice", "pronunciationtips"))]
    translation: Translation = Field(default_factory=list)
    readings: Readings = Field(default_factory=list)
