"""
Advice on drafts that were made and are not good: rejected by a person, scored low by a second model, flagged.
"""

from __future__ import annotations

from engine.reports.advice.facts import Advice, Evidence, Facts, QualityFacts
from engine.reports.metrics import wilson

ENOUGH_DRAFTS = 20
"""Drafts on each side before two shares are compared."""
MOST_BAD = 0.30  # of the drafts; the lower end of the interval must be above it


def lower_quality(facts: Facts) -> Advice | None:
    """A smaller batch gave clearly better drafts: their 95 % intervals do not overlap."""
    batch, here = facts.tuning.batch_size, facts.quality.get(facts.tuning.batch_size)
    if here is None or facts.tuning.auto:
        return None
    for other in sorted((size for size in facts.quality if size < batch), reverse=True):
        for measure, (bad, total) in here.measures.items():
            good, of = facts.quality[other].measures[measure]
            if min(total, of) >= ENOUGH_DRAFTS and wilson(bad, total)[0] > wilson(good, of)[1]:
                shares = {"share": bad / total, "other_share": good / of}
                evidence: Evidence = {"measure": measure, "batch_size": batch, "other": other, **shares}
                return Advice("lower_quality", evidence, settings={"batch_size": other})
    return None


def low_quality(facts: Facts) -> Advice | None:
    """Over 30 % of this run's drafts are bad, and nothing says that a smaller batch was better."""
    found = _worst(facts.own)
    if found is None or lower_quality(facts) is not None:
        return None
    measure, bad, total = found
    batch = facts.tuning.batch_size
    tried = any(size < batch and one.drafts >= ENOUGH_DRAFTS for size, one in facts.quality.items())
    may_help = batch > 1 and not tried and not facts.tuning.auto
    evidence: Evidence = {"measure": measure, "bad": bad, "total": total, "share": bad / total, "batch_size": batch}
    settings: dict[str, int | float] = {"batch_size": batch // 2} if may_help else {}
    return Advice("low_quality", evidence, severity="hint", settings=settings)


def _worst(own: QualityFacts) -> tuple[str, int, int] | None:
    for measure, (bad, total) in own.measures.items():
        if total >= ENOUGH_DRAFTS and wilson(bad, total)[0] > MOST_BAD:
            return measure, bad, total
    return None
