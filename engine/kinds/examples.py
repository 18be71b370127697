"""
The worked examples of the prompts: short drafts written for Draftmill, in examples.json in each kind's folder.

A test puts each through the checks of its kind.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from engine.kinds.registry import kind_of
from engine.spec import Lang


@dataclass(frozen=True, slots=True)
class Example:
    """One worked example; `item` has the id it was "asked" under, which no slot ever has."""

    topic: str
    level: int
    options: dict[str, Any]
    """The options it was written for, where they are not the kind's defaults."""
    item: dict[str, Any]


def examples(kind: str, lang: Lang) -> tuple[Example, ...]:
    """The worked examples of a kind and language, in the order they are shown. Do not change them."""
    return _load(kind_of(kind).folder / "examples.json").get(lang, ())


@cache
def _load(file: Path) -> dict[str, tuple[Example, ...]]:
    raw = json.loads(file.read_text(encoding="utf-8"))
    return {
        lang: tuple(Example(one["topic"], one["level"], one.get("options", {}), one["item"]) for one in ones)
        for lang, ones in raw.items()
    }
