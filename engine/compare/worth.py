"""
What an arm's approved drafts cost and how many it makes in an hour, its second model included.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from engine.compare.arms import Arm
from engine.compare.figures import MEASURED, ArmReport, drafts_of
from engine.compare.quality import ArmQuality, known_usd, qualities
from engine.spec import RunSpec
from engine.store import RunRow, Store

HOUR_S = 3600


def with_quality(
    store: Store, spec: RunSpec, arms: Sequence[Arm], figures: Sequence[ArmReport], rows: Sequence[RunRow]
) -> tuple[ArmReport, ...]:
    """
    Add the quality of their drafts to the arms: acceptance, flags, cost per approved draft.

    Args:
        store: Where the rows are.
        spec: What every run makes.
        arms: In the order of `figures`.
        figures: As measured so far.
        rows: Runs of equal N, and the reviews by a second model.
    """
    made = [row for row in drafts_of(rows) if row.state in MEASURED]
    reviews = [row for row in rows if row.unit == "judgement"]
    by_arm = {one.name: [row for row in made if row.id in one.runs] for one in figures}
    found = qualities(store, by_arm, reviews)
    worth = [_with(one, arm, found[one.name], by_arm[one.name], spec) for one, arm in zip(figures, arms, strict=True)]
    return tuple(_known(one, by_arm[one.name], reviews) for one in worth)


def _known(one: ArmReport, rows: Sequence[RunRow], reviews: Sequence[RunRow]) -> ArmReport:
    """An arm without the figures that are not known before the second model has ended, or without its price."""
    own = {row.parent_run: row for row in reviews if row.parent_run in one.runs and row.state in MEASURED}
    if one.judge and any(row.totals.drafted and row.id not in own for row in rows):
        return replace(one, cost_a_draft=None, cost_per_approved=None, approved_per_h=None)
    if None in map(known_usd, own.values()):
        return replace(one, cost_a_draft=None, cost_per_approved=None)
    return one


def _with(one: ArmReport, arm: Arm, quality: ArmQuality, rows: Sequence[RunRow], spec: RunSpec) -> ArmReport:
    style = arm.style or spec.style
    model = rows[0].model if rows else arm.model or spec.model
    drafts = sum(pace.drafts for pace in one.paces)
    accepted = quality.accepted.value if quality.accepted.enough else None
    cost = one.cost_a_draft
    if cost is not None and drafts and quality.judge_usd:
        cost += quality.judge_usd / drafts
    wall_s = sum(pace.wall_s for pace in one.paces) + quality.judge_s
    return replace(
        one,
        provider=arm.provider or spec.provider,
        model=model,
        temperature=spec.temperature if arm.temperature is None else arm.temperature,
        judge="" if arm.judge is None else arm.judge.model or arm.judge.provider,
        style=style.ref if style else "",
        quality=quality,
        cost_a_draft=cost,
        cost_per_approved=cost / accepted if cost is not None and accepted else None,
        approved_per_h=HOUR_S * drafts * accepted / wall_s if accepted is not None and wall_s > 0 else None,
    )
