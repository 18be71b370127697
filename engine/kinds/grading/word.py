"""
A word with its level, as the languages give it.
"""

from __future__ import annotations

from typing import NamedTuple


class Word(NamedTuple):
    """A graded word of a text."""

    text: str
    level: float
    """On the scale of its language's list."""
    size: int = 1
    """What it counts for: ja and zh count characters."""
