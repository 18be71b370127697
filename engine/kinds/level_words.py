"""
The words above a draft's level, as a flag for the reviewer and as the reason for asking again.
"""

from __future__ import annotations

from collections.abc import Iterator

from engine.kinds.flags import flag
from engine.messages import Message
from engine.spec import LANGS, LEVEL_NAMES, RunSpec
from engine.work import Flag, Grading

NAMED = 10
"""Words that a flag, and the request to write again, name."""
CODE = "above_level"
"""The flag's code; `level_words` is that of rows of version 0.1."""


def level_name(lang: str, level: int) -> str:
    """A level as its language calls it: B1, N3, HSK 4."""
    return LEVEL_NAMES[level].split(" / ")[LANGS.index(lang)]


def level_flags(grading: Grading | None, spec: RunSpec, level: int) -> Iterator[Flag]:
    """A flag or a note when too many words are above the level, as the run's `level_check` says."""
    severity = spec.level_check.severity(grading.share) if grading else ""
    if grading and severity:
        values = _values(grading, spec, level)
        yield flag(CODE, severity, **values)


def too_hard(grading: Grading, spec: RunSpec, level: int) -> Message:
    """Why a draft is asked for again, with its ten hardest words."""
    return Message("refused.above_level", _values(grading, spec, level))


def _values(grading: Grading, spec: RunSpec, level: int) -> dict[str, object]:
    words = list(grading.words[:NAMED])
    return {"share": round(grading.share * 100), "name": level_name(spec.lang, level), "words": words}
