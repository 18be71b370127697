"""
One item's verdict: refused with a reason, or kept with its flags. Reading a reply and editing a draft both end here.

Order: shape, then what the kind cannot use, then script, words about the task, length. The first reason found is
the one that is told; flags are gathered only for what is kept.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from engine.kinds import alignment, cloze, shadowing
from engine.kinds.ranges import UNITS, count_units, length_range
from engine.kinds.script import script_problem
from engine.kinds.shape import Checked, Problem, shaped
from engine.kinds.text import brief, meta_text
from engine.kinds.words import word_flags
from engine.spec import Lang, RunSpec
from engine.work import Content, Flag

FLAGGED_OFF = 0.10  # kinds.md: 10-45 % off the length is flagged, more is refused
REFUSED_OFF = 0.45


def check_item(content: Mapping[str, Any], spec: RunSpec, level: int) -> Checked:
    """
    Check one item as a reply or an editor gives it; an `id` and unknown fields are left out, rubrics filled in.

    Args:
        content: The item; it is not changed.
        spec: Kind, language and options it was made for.
        level: 1 to 6.

    Returns:
        The content to store with its flags, or no content and the code and detail of the refusal.
    """
    made = shaped(content, spec.kind)
    if isinstance(made, Problem):
        return Checked(None, made.code, made.detail)
    _tidy(made, spec)
    problem = _unusable(made, spec)
    text = "" if problem else body_text(made)
    off, told = (0.0, "") if problem else _off(text, spec, level)
    problem = problem or _unreadable(text, spec.lang)
    if problem is None and off > REFUSED_OFF:
        problem = Problem("length", told)
    if problem is not None:
        return Checked(None, problem.code, problem.detail)
    length = (Flag("length", told),) if off > FLAGGED_OFF else ()
    return Checked(made, flags=(*length, *_flags(made, spec, level), *word_flags(text, spec.lang, level)))


def body_text(content: Content) -> str:
    """
    What the learner reads or speaks: the filled passage, the lines, or the exemplars.

    Args:
        content: As stored, of any kind.
    """
    if "passage" in content:
        return cloze.body(content)
    return shadowing.body(content) if "lines" in content else alignment.body(content)


def _tidy(content: Content, spec: RunSpec) -> None:
    if spec.kind == "cloze":
        cloze.tidy(content)
    elif spec.kind == "shadowing":
        shadowing.tidy(content, spec)
    else:
        alignment.tidy(content, spec.lang)


def _unusable(content: Content, spec: RunSpec) -> Problem | None:
    if spec.kind == "cloze":
        return cloze.problem(content)
    return shadowing.problem(content, spec) if spec.kind == "shadowing" else alignment.problem(content)


def _unreadable(text: str, lang: Lang) -> Problem | None:
    if wrong := script_problem(text, lang):
        return Problem("wrong_script", wrong)
    if meta := meta_text(text):
        return Problem("meta", f"the text speaks about the task: {brief(meta, 40)!r}")
    return None


def _off(text: str, spec: RunSpec, level: int) -> tuple[float, str]:
    """How far outside its range a length is, as a share of the nearer end, and the figures in words."""
    if spec.kind == "alignment":  # six texts: compared with each other, not with a range
        return 0.0, ""
    low, high = length_range(spec.kind, spec.lang, level)
    units = count_units(text, spec.lang)
    off = max((low - units) / low, (units - high) / high, 0.0)
    return off, f"{units} {UNITS[spec.lang]}, asked {low} to {high}"


def _flags(content: Content, spec: RunSpec, level: int) -> Iterable[Flag]:
    if spec.kind == "cloze":
        return cloze.flags(content, spec, level)
    return shadowing.flags(content, spec) if spec.kind == "shadowing" else alignment.flags(content, spec.lang)
