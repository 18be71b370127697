"""
What a second model answered, item by item: scores with their verdict, or the blanks it solved.

A bad item is a Rejection and asked for again like a bad draft. A proposed repair must pass the kind's own checks, or it
is not offered; the opinion is kept.
"""

from __future__ import annotations

from typing import Any

from engine.judge.opinion import ASPECTS, SCORES, VERDICTS
from engine.kinds import Gap, brief, check_item, fold, kind_of
from engine.kinds.blocks import TRANSLATION
from engine.kinds.readings.corrected import without_readings
from engine.messages import Message
from engine.spec import RunSpec
from engine.store import Subject
from engine.work import Draft, Rejection, Slot, revision

MOST_REASONS = 5
MOST_REASON = 300


def read_scores(spec: RunSpec, about: Subject, slot: Slot, item: dict[str, Any]) -> Draft | Rejection:
    """
    One entry of "reviews".

    Returns:
        A Draft whose content is the opinion's columns, or why the entry cannot be used (code `opinion`).
    """
    scores = _scores(item.get("s"))
    if scores is None:
        return _unusable(slot, "scores", count=len(ASPECTS), most=SCORES[-1])
    verdict = str(item.get("v", "")).strip().lower()
    if verdict not in VERDICTS:
        return _unusable(slot, "verdict", choices=", ".join(VERDICTS))
    reasons = _reasons(item.get("reasons"))
    if verdict != "ok" and not reasons:
        return _unusable(slot, "verdict_reasons", verdict=verdict)
    repair = item.get("repair") if verdict != "ok" else None
    opinion = {
        "judged": revision(about.content),
        "verdict": verdict,
        "scores": scores,
        "score": float(min(scores.values())),
        "reasons": reasons,
        "repair": _repair(spec, about, repair) if isinstance(repair, dict) else None,
    }
    return Draft(slot, opinion)


def _unusable(slot: Slot, sentence: str, **values: Any) -> Rejection:
    return Rejection.because(slot, "opinion", Message(f"refused.{sentence}", values))


def read_solved(spec: RunSpec, about: Subject, slot: Slot, item: dict[str, Any]) -> Draft | Rejection:
    """
    One entry of "solutions", compared with the key.

    Returns:
        A Draft whose content is the opinion's columns, or why the entry cannot be used (code `opinion`).
    """
    blind = kind_of(spec.kind).blind
    answers, gaps = item.get("a"), blind.gaps(about.content) if blind else ()
    if not isinstance(answers, list) or len(answers) != len(gaps) or not all(isinstance(one, str) for one in answers):
        return _unusable(slot, "answers", count=len(gaps))
    solve = [
        {"id": gap.id, "said": brief(one, 80), "right": _is_right(gap, one)}
        for gap, one in zip(gaps, answers, strict=True)
    ]
    return Draft(slot, {"solve": solve, "solved": sum(one["right"] for one in solve), "blanks": len(gaps)})


def _scores(raw: Any) -> dict[str, int] | None:
    if not isinstance(raw, list) or len(raw) != len(ASPECTS):
        return None
    if any(isinstance(one, bool) or not isinstance(one, int | float) or one not in SCORES for one in raw):
        return None
    return {aspect: int(one) for aspect, one in zip(ASPECTS, raw, strict=True)}


def _reasons(raw: Any) -> list[str]:
    given = [raw] if isinstance(raw, str) else raw if isinstance(raw, list) else []
    reasons = [brief(one, MOST_REASON) for one in given[:MOST_REASONS] if isinstance(one, str)]
    return [one for one in reasons if one]


def _repair(spec: RunSpec, about: Subject, raw: dict[str, Any]) -> dict[str, Any] | None:
    """The repair as it would be stored; None where it breaks a rule or changes nothing."""
    kept = {name: about.content[name] for name in (TRANSLATION,) if name in about.content}
    checked = check_item({**raw, **kept}, spec, about.level, spec.source_of(about.topic))
    if checked.content is None or revision(checked.content) == revision(without_readings(about.content)):
        return None
    return checked.content


def _is_right(gap: Gap, answer: str) -> bool:
    return fold(answer) in {fold(right) for right in (gap.answer, *gap.acceptable)}
