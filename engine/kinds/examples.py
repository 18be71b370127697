"""
The worked examples of the prompts: short drafts written for Draftmill, one a kind and language, two for shadowing.

The texts stand in examples.json beside this file; a test puts each through the room's own checks.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from engine.spec import Genre, Kind, Lang


@dataclass(frozen=True, slots=True)
class Example:
    """One worked example; `item` has the id it was "asked" under, which no slot ever has."""

    topic: str
    level: int
    genre: Genre | None
    item: dict[str, Any]


def examples(kind: Kind, lang: Lang) -> tuple[Example, ...]:
    """The worked examples of a kind and language, in the order they are shown. Do not change them."""
    return _load()[f"{kind}-{lang}"]


@cache
def _load() -> dict[str, tuple[Example, ...]]:
    raw = json.loads(Path(__file__).with_name("examples.json").read_text(encoding="utf-8"))
    return {
        name: tuple(Example(one["topic"], one["level"], one.get("genre"), one["item"]) for one in ones)
        for name, ones in raw.items()
    }
