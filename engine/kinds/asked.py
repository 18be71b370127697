"""
What is asked for in numbers: the length of a draft, and what else its kind counts.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from engine.kinds.kind import Range
from engine.kinds.registry import kind_of
from engine.spec import Lang, Options


@lru_cache(maxsize=256)
def figures(kind: str, lang: Lang, level: int, options: Options | None = None, source: str = "") -> Mapping[str, Range]:
    """
    The fewest and the most of everything that is asked for in numbers, "length" first.

    Args:
        kind: Name of a kind.
        lang: en counts words, ja and zh count characters.
        level: 1 to 6.
        options: Of the kind; None: its defaults.
        source: The passage that the draft is made from, if any.
    """
    found = kind_of(kind)
    settled = found.options() if options is None else options
    if source and found.source is not None and found.source.figures is not None:
        return found.source.figures(lang, level, settled, source)
    return found.figures(lang, level, settled)


def length_range(kind: str, lang: Lang, level: int, options: Options | None = None) -> Range:
    """The shortest and the longest a draft (or its part `Kind.length_of`) should be, in units of `count_units`."""
    return figures(kind, lang, level, options)["length"]
