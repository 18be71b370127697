"""
Readings that a reviewer corrected: lines "十分=じゅっぷん" in a field of the draft. They win over the dictionary's.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from engine.kinds.blocks import READINGS, texts
from engine.kinds.kind import Kind, Problem
from engine.kinds.readings import PACKAGES, Own
from engine.kinds.refusals import refused
from engine.kinds.text import brief
from engine.kinds.units import HAN
from engine.work import Content

_LINE = re.compile(r"\s*([^=＝]{1,40}?)\s*[=＝]\s*([^=＝]{1,80}?)\s*")
_SPELLED = {
    "ja": re.compile("[\u3041-\u3096\u30a1-\u30faー・ ]+"),
    "zh": re.compile("[A-Za-z\u00c0-\u024f\u0300-\u036f'’ 1-5]+"),
}
_EXAMPLES = {"ja": "十分=じゅっぷん", "zh": "还书=huán shū"}


def own_readings(content: Mapping[str, Any]) -> Own:
    """The corrected readings of a draft: (text, reading)."""
    found = map(_LINE.fullmatch, texts(content.get(READINGS)))
    return tuple((line[1], line[2]) for line in found if line)


def without_readings(raw: Mapping[str, Any]) -> dict[str, Any]:
    """An item without the field, as a model has to write it, and as it is stored where nothing is corrected."""
    return {name: value for name, value in raw.items() if name != READINGS}


def still_fitting(lines: Any, content: Content, kind: Kind) -> list[str]:
    """Of corrected readings those whose text occurs in a changed draft."""
    said = "\n".join(_shown(content, kind))
    return [line for line in texts(lines) if (found := _LINE.fullmatch(line)) and found[1] in said]


def readings_problem(content: Content, kind: Kind, lang: str) -> Problem | None:
    """Why a corrected reading cannot be used: its form, its letters, or a text that the draft does not have."""
    if lang not in PACKAGES:
        return None
    said = "\n".join(_shown(content, kind))
    for line in texts(content.get(READINGS)):
        found = _LINE.fullmatch(line)
        if found is None or not HAN.search(found[1]) or not _SPELLED[lang].fullmatch(found[2]):
            return refused("readings", "reading_form", line=brief(line, 40), example=_EXAMPLES[lang])
        if found[1] not in said:
            return refused("readings", "reading_unused", text=found[1])
    return None


def _shown(content: Content, kind: Kind) -> list[str]:
    """The texts of a draft that readings are shown over, blanks filled."""
    return [kind.body(content), *_strings(without_readings(content))]


def _strings(value: Any) -> list[str]:
    if isinstance(value, str):
        return [value]
    parts = value.values() if isinstance(value, Mapping) else value if isinstance(value, list | tuple) else ()
    return [text for part in parts for text in _strings(part)]
