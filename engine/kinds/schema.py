"""
The strict JSON schema of a reply, for providers that enforce one.

Only type, enum, min/maxItems and minimum/maximum: the words every strict mode knows. The schema of a kind and its
options never changes with the packet, for providers compile and keep each one they have seen.
"""

from __future__ import annotations

from functools import cache
from typing import Any

from engine.kinds.shape import BLANK_TYPES
from engine.spec import BATCH_SIZE, BLANKS, Kind, Options, ShadowingOptions

_TEXT = {"type": "string"}


@cache
def reply_schema(kind: Kind, options: Options) -> dict[str, Any]:
    """
    The schema of `{"items": [...]}`; rubrics are not asked for.

    Returns:
        One shared object per kind and options: to be sent, not changed.
    """
    item = {"cloze": _cloze, "shadowing": _shadowing, "alignment": _alignment}[kind](options)
    return _object(items=_list(item, 1, BATCH_SIZE[-1]))


def _cloze(_: Options) -> dict[str, Any]:
    blank = _object(
        id={"type": "integer", "minimum": 1, "maximum": BLANKS[-1]},
        answer=_TEXT,
        acceptable=_list(_TEXT, 0, 6),
        type={"type": "string", "enum": list(BLANK_TYPES)},
        hint=_TEXT,
        distractors=_list(_TEXT, 3, 3),
        explanation=_TEXT,
    )
    return _object(id=_TEXT, title=_TEXT, passage=_TEXT, blanks=_list(blank, 1, BLANKS[-1]))


def _shadowing(options: Options) -> dict[str, Any]:
    dialogue = not isinstance(options, ShadowingOptions) or options.genre == "dialogue"
    gender = {"type": "string", "enum": ["male", "female", "unspecified"]}
    role = _object(label=_TEXT, name=_TEXT, gender=gender)
    return _object(
        id=_TEXT,
        title=_TEXT,
        roles=_list(role, 2, 3) if dialogue else _list(role, 0, 0),
        lines=_list(_object(speaker=_TEXT, text=_TEXT), 3, 40),
        key_phrases=_list(_TEXT, 3, 6),
        pacing={"type": "string", "enum": ["slow", "medium", "fast"]},
        tips=_TEXT,
    )


def _alignment(_: Options) -> dict[str, Any]:
    step = {"title": _TEXT, "prompt": _TEXT, "exemplar": _TEXT}
    talk = _object(**step, key_phrases=_list(_TEXT, 3, 6), patterns=_list(_TEXT, 2, 3), hints=_list(_TEXT, 2, 3))
    return _object(
        id=_TEXT,
        title=_TEXT,
        D1=talk,
        D2=talk,
        T3=talk,
        W4=_object(**step, checklist=_list(_TEXT, 3, 4)),
        T5=_object(**step, templates=_list(_TEXT, 2, 3)),
        W6=_object(**step, outline=_list(_TEXT, 3, 5)),
    )


def _object(**properties: Any) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


def _list(items: dict[str, Any], low: int, high: int) -> dict[str, Any]:
    return {"type": "array", "items": items, "minItems": low, "maxItems": high}
