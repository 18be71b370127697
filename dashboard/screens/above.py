"""
The words of a draft that are above its level, for its card.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from dashboard.text import _
from engine.kinds import level_name


@dataclass(frozen=True, slots=True)
class Above:
    """The words above the level, and the tooltip of each."""

    words: tuple[str, ...] = ()
    note: str = ""


NOT_ABOVE = Above()


def above_level(words: Sequence[str], lang: str, level: int) -> Above:
    """The words above a draft's level, with the tooltip that names the level."""
    return Above(tuple(words), _("Above {level}", level=level_name(lang, level))) if words else NOT_ABOVE
