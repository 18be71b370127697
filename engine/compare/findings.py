"""
What a comparison found beside speed: who is approved more often, who is cheapest per approved draft, whether tiering
pays, and which arm to use. Pure.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from engine.compare.figures import ALIKE, ArmReport
from engine.compare.shares import ENOUGH_DECIDED, Difference, difference
from engine.compare.verdict import ComparisonVerdict
from engine.judge.money import GUIDE
from engine.messages import NOTHING, Message

Name = Callable[[str], str]


@dataclass(frozen=True, slots=True)
class Recommended:
    """The arm to use, and why."""

    arm: str
    why: Message
    by_speed: bool = False
    """Too few drafts are decided to say more than which arm is fast."""


def compared_quality(arms: Sequence[ArmReport]) -> tuple[ArmReport, ArmReport, Difference] | None:
    """
    The arm that is approved most often, the one to compare it with, and their difference.

    The other is the best of those that are clearly worse; where none is, the second.

    Returns:
        None: fewer than two arms have ENOUGH_DECIDED decided drafts.
    """
    ranked = sorted(_decided(arms), key=lambda arm: arm.quality.accepted.value or 0.0, reverse=True)
    if len(ranked) < 2:
        return None
    best, others = ranked[0], ranked[1:]
    differences = [(other, difference(best.quality.accepted, other.quality.accepted)) for other in others]
    real = [pair for pair in differences if pair[1].sureness == "real"]
    other, delta = (real or differences)[0]
    return best, other, delta


def quality_sentence(arms: Sequence[ArmReport], name: Name = str) -> Message:
    """Whether an arm is approved more often than another, with the interval of the difference."""
    found = compared_quality(arms)
    if found is None:
        return Message("found.quality_few", {"least": ENOUGH_DECIDED})
    best, other, delta = found
    values = {"best": name(best.name), "other": name(other.name), "low": 100 * delta.low, "high": 100 * delta.high}
    shares = {"share": best.quality.accepted.value, "other_share": other.quality.accepted.value}
    said = Message(f"found.quality_{delta.sureness}", {**values, **shares})
    waiting = [name(arm.name) for arm in arms if arm.items_per_s and not arm.quality.accepted.enough]
    return said.then(Message("found.quality_waiting", {"arms": waiting})) if waiting else said


def cost_sentence(arms: Sequence[ArmReport], name: Name = str) -> Message:
    """The arm whose approved drafts cost least, and how many times more the dearest costs."""
    priced = sorted(_priced(arms), key=lambda arm: arm.cost_per_approved or 0.0)
    if len(priced) < 2:
        free = [arm for arm in arms if arm.items_per_s and not arm.cost_a_draft]
        return Message(
            "found.cost_unpriced" if free and _decided(arms) else "found.cost_few", {"least": ENOUGH_DECIDED}
        )
    least, most = priced[0], priced[-1]
    cost, other_cost = least.cost_per_approved or 0.0, most.cost_per_approved or 0.0
    if cost and other_cost / cost < 1 + ALIKE:
        return Message("found.cost_alike", {"cost": cost})
    values = {"arm": name(least.name), "cost": cost, "other": name(most.name), "other_cost": other_cost}
    return Message("found.cost", {**values, "ratio": other_cost / cost if cost else 0.0})


def tiering_sentence(arms: Sequence[ArmReport], name: Name = str) -> Message:
    """What a fast model with a judge saves per approved draft against the judge's model alone; else empty."""
    pairs = [
        (fast, strong)
        for fast in _priced(arms)
        for strong in _priced(arms)
        if fast.judge and not strong.judge and strong.model == fast.judge
    ]
    if not pairs:
        return NOTHING
    fast, strong = min(pairs, key=lambda pair: pair[0].cost_per_approved or 0.0)
    saved = 1 - (fast.cost_per_approved or 0.0) / (strong.cost_per_approved or 1.0)
    code = "tiering_kept" if saved >= GUIDE else "tiering_saves" if saved > 0 else "tiering_costs"
    return Message(f"found.{code}", {"arm": name(fast.name), "other": name(strong.name), "share": abs(saved)})


def recommended(arms: Sequence[ArmReport], verdict: ComparisonVerdict | None, name: Name = str) -> Recommended | None:
    """
    The arm to use: of those that are not approved clearly less often than the best, the cheapest per approved draft;
    without enough decisions, the fastest that fills its slots. None: fewer than two arms are measured.
    """
    decided = _decided(arms)
    if len(decided) < 2:
        best = verdict.best if verdict else next((arm.name for arm in arms if arm.items_per_s), "")
        return (
            Recommended(best, Message("use.speed", {"arm": name(best), "least": ENOUGH_DECIDED}), True)
            if best
            else None
        )
    top = max(decided, key=lambda arm: arm.quality.accepted.value or 0.0)
    good = not_worse(decided)
    priced = _priced(good)
    if not priced:
        chosen = max(good, key=lambda arm: arm.approved_per_h or 0.0)
        return Recommended(chosen.name, Message("use.fast_good", {"arm": name(chosen.name), **_share(chosen)}))
    chosen = min(priced, key=lambda arm: arm.cost_per_approved or 0.0)
    values: dict[str, object] = {"arm": name(chosen.name), "cost": chosen.cost_per_approved, **_share(chosen)}
    cheapest = min(_priced(decided), key=lambda arm: arm.cost_per_approved or 0.0)
    if chosen.name != cheapest.name:
        return Recommended(chosen.name, Message("use.better", {**values, "other": name(cheapest.name)}))
    if chosen is top:
        return Recommended(chosen.name, Message("use.best", values))
    leader = {"top": name(top.name), "top_share": top.quality.accepted.value}
    return Recommended(chosen.name, Message("use.cheap_good", {**values, **leader}))


def not_worse(arms: Sequence[ArmReport]) -> list[ArmReport]:
    """The arms with enough decisions that are not approved clearly less often than the best of them."""
    decided = _decided(arms)
    if not decided:
        return []
    top = max(decided, key=lambda arm: arm.quality.accepted.value or 0.0)
    share = top.quality.accepted
    return [arm for arm in decided if arm is top or difference(share, arm.quality.accepted).sureness != "real"]


def _share(arm: ArmReport) -> dict[str, float | None]:
    return {"share": arm.quality.accepted.value}


def _decided(arms: Sequence[ArmReport]) -> list[ArmReport]:
    return [arm for arm in arms if arm.items_per_s and arm.quality.accepted.enough]


def _priced(arms: Sequence[ArmReport]) -> list[ArmReport]:
    return [arm for arm in arms if arm.cost_per_approved]
