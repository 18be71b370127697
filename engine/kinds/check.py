"""
Checks one item of a reply or an edit: refused with a reason, or kept with its flags.

Order: shape, then what the kind cannot use, then script, words about the task, length. The first reason found is the
one reported; flags are gathered only for what is kept.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any

from engine.kinds.asked import length_range
from engine.kinds.blocks import READINGS
from engine.kinds.flags import flag
from engine.kinds.grading import grade
from engine.kinds.kind import Kind, Problem
from engine.kinds.level_words import level_flags
from engine.kinds.loose import Assumed, loosened
from engine.kinds.readings.corrected import readings_problem, without_readings
from engine.kinds.registry import kind_of, kind_with
from engine.kinds.shape import Checked, shaped
from engine.kinds.soundness import soundness_flags, unreadable
from engine.kinds.translation import translation_flags, with_translation
from engine.kinds.units import UNITS, count_units
from engine.messages import Message, as_text
from engine.spec import RunSpec
from engine.work import Content, Flag

FLAGGED_OFF = 0.10  # kinds.md: 10-45 % off the length is flagged, more is refused
REFUSED_OFF = 0.45


def check_item(
    content: Mapping[str, Any], spec: RunSpec, level: int, source: str = "", *, topic: str = "", by_hand: bool = False
) -> Checked:
    """
    Check one item of a reply or an editor: unknown fields and an `id` are dropped, computed fields filled in.

    Args:
        content: The item; it is not changed.
        spec: Of its run.
        level: 1 to 6.
        source: The passage it was made from; empty: none. A kind that keeps the passage is compared with it.
        topic: Its words never count as above the level.
        by_hand: A person edited it: the words of the passage may differ.

    Returns:
        The content to store with its flags and its share of words above the level, or the refusal without content.
    """
    kind = kind_of(spec.kind)
    given = content if by_hand and content.get(READINGS) else without_readings(content)
    raw, assumed = loosened(with_translation(given, kind, spec.options), kind.fields)
    made = shaped(raw, kind)
    if isinstance(made, Problem):
        return Checked.refused(made)
    kind.tidy(made, spec)
    kept = kind.source.kept if source and kind.source else None
    problem = kind.problem(made, spec) or (kept(made, source, spec.lang) if kept and not by_hand else None)
    text = "" if problem else kind.body(made)
    off, figures = (0.0, {}) if problem or kept else _off(text, kind, spec, level)
    problem = problem or unreadable(text, spec.lang) or _far_off(off, figures)
    problem = problem or readings_problem(made, kind, spec.lang)
    if problem is not None:
        return Checked.refused(problem)
    flags = [flag("length", **figures)] if off > FLAGGED_OFF else []
    flags += [*_assumed_flags(assumed), *kind.flags(made, spec, level)]
    flags += [*soundness_flags(made, text, kind, spec), *translation_flags(made, kind, spec)]
    grading = grade(made, kind, spec.lang, level, topic, _known(spec))
    return Checked(made, flags=(*flags, *level_flags(grading, spec, level)), grading=grading)


def body_text(content: Content) -> str:
    """
    What the learner reads or speaks, such as a passage with its blanks filled.

    Args:
        content: As stored, of any kind.
    """
    return kind_with(content).body(content)


def _known(spec: RunSpec) -> str:
    """The words that count as within the level: those of the run's word lists."""
    return _joined(tuple(one.text for one in (spec.known_words, spec.words) if one))


@lru_cache(maxsize=16)
def _joined(lists: tuple[str, ...]) -> str:
    """The same string for the same lists: the hash of a long one is computed once, not for each draft."""
    return "\n".join(lists)


def _assumed_flags(assumed: Iterable[Assumed]) -> list[Flag]:
    """A flag for each label, once: a model that uses its own word uses it in every row."""
    distinct = {(one.given, one.used): one for one in assumed}.values()
    return [flag("assumed", at=one.at, given=one.given, used=one.used) for one in distinct]


def _far_off(off: float, figures: dict[str, Any]) -> Problem | None:
    """The refusal of a length that is too far outside its range."""
    if off <= REFUSED_OFF:
        return None
    message = Message("draft.length", figures)
    return Problem("length", as_text(message), message)


def _off(text: str, kind: Kind, spec: RunSpec, level: int) -> tuple[float, dict[str, Any]]:
    """How far outside its range a length is, as a share of the nearer end, and the figures."""
    if kind.length_of:  # several texts: the kind compares them with each other
        return 0.0, {}
    low, high = length_range(spec.kind, spec.lang, level, spec.options)
    units = count_units(text, spec.lang)
    off = max((low - units) / low, (units - high) / high, 0.0)
    return off, {"count": units, "unit": UNITS[spec.lang], "low": low, "high": high}
