"""
The verdict: which arm is fastest and cheapest, and whether the difference is significant. Pure.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

from engine.compare.figures import ArmReport, expense, in_money
from engine.compare.spread import interval, resampled
from engine.messages import Message
from engine.reports.metrics import SUCCESS_TARGET

Code = Literal["real", "unproved", "few_trials"]
SAME_COST = 0.05
"""Costs that differ by less are equal: one decision of twenty moves a cost per approved draft by as much."""


@dataclass(frozen=True, slots=True)
class ComparisonVerdict:
    """
    The fastest arm compared with the second. Arms that lose more than 5 % of their slots count only if fewer than two
    others are left.

    `code` says how sure it is: `real` (the best is faster with certainty), `unproved` (the interval of the ratio holds
    1), `few_trials` (below two each: there is no interval).
    """

    best: str
    second: str
    ratio: float
    """Speed of the best over that of the second, with its 95 % interval."""
    ci_low: float | None
    ci_high: float | None
    real: bool
    """The interval does not hold 1."""
    cheapest: str
    """The arm with the lowest cost per draft, or the fewest tokens if prices are unknown."""
    code: Code


def judge(arms: Sequence[ArmReport], comparison: int) -> ComparisonVerdict | None:
    """
    Compare the fastest arm that fills its slots with the second.

    Args:
        arms: As measured.
        comparison: Its id, which seeds the interval.

    Returns:
        None until two arms have been measured.
    """
    measured = [arm for arm in arms if arm.items_per_s]
    rivals = sorted(reliable(measured), key=lambda arm: arm.items_per_s or 0.0, reverse=True)
    if len(rivals) < 2:
        return None
    best, second = rivals[:2]
    ratio = (best.items_per_s or 0.0) / (second.items_per_s or 1.0)
    low, high = _spread(best, second, comparison, arms)
    real = low is not None and high is not None and not low <= 1 <= high
    code: Code = "real" if real else "unproved"
    cheapest = _cheapest(rivals, in_money(measured))
    if low is None:
        code = "few_trials"
    return ComparisonVerdict(best.name, second.name, ratio, low, high, real, cheapest, code)


def sentence(
    verdict: ComparisonVerdict | None, arms: Sequence[ArmReport] = (), name: Callable[[str], str] = str
) -> Message:
    """
    The verdict as a message: the fastest arm and how sure that is, the cheapest, the arms under 95 % success.

    Args:
        verdict: None: fewer than two arms have been measured.
        arms: As measured, for the cost and the arms that lose drafts; without them neither is named.
        name: What an arm is called.
    """
    if verdict is None:
        return Message("verdict.none")
    values = {"best": name(verdict.best), "second": name(verdict.second), "ratio": verdict.ratio}
    interval = {"low": verdict.ci_low, "high": verdict.ci_high}
    found = Message(f"verdict.{verdict.code}", {**values, **interval})
    if arms:
        found = found.then(_on_cost(verdict, arms, name))
    lossy = [name(arm.name) for arm in arms if is_lossy(arm)]
    return found.then(Message("verdict.lossy", {"arms": lossy})) if lossy else found


def _on_cost(verdict: ComparisonVerdict, arms: Sequence[ArmReport], name: Callable[[str], str]) -> Message:
    alike = _alike(arms)
    if len(alike) > 1 and verdict.cheapest in [arm.name for arm in alike]:
        return Message("verdict.cost_alike", {"arms": [name(arm.name) for arm in alike], "cost": alike[0].cost_a_draft})
    if not in_money(arms):
        return Message("verdict.fewest_tokens", {"arm": name(verdict.cheapest)})
    if verdict.real and verdict.cheapest == verdict.best:
        return Message("verdict.cheapest_too")
    cost = next((arm.cost_a_draft for arm in arms if arm.name == verdict.cheapest), None)
    return Message("verdict.cheapest", {"arm": name(verdict.cheapest), "cost": cost})


def is_lossy(arm: ArmReport) -> bool:
    """Whether the finished trials of an arm lost more than 5 % of their slots."""
    return arm.success_rate is not None and arm.success_rate < SUCCESS_TARGET


def reliable(arms: Sequence[ArmReport]) -> list[ArmReport]:
    """The arms that are not lossy; all of them where fewer than two are not."""
    found = [arm for arm in arms if not is_lossy(arm)]
    return found if len(found) > 1 else list(arms)


def as_cheap(arms: Sequence[ArmReport], cost: Callable[[ArmReport], float | None]) -> list[ArmReport]:
    """The priced arms that cost no more than SAME_COST over the cheapest, which comes first."""
    priced = sorted((arm for arm in arms if cost(arm) is not None), key=lambda arm: cost(arm) or 0.0)
    return [arm for arm in priced if (cost(arm) or 0.0) <= (cost(priced[0]) or 0.0) * (1 + SAME_COST)]


def _cheapest(arms: Sequence[ArmReport], money: bool) -> str:
    """The cheapest arm, in money or in tokens; of arms with the same cost, the fastest."""
    alike = as_cheap(arms, lambda arm: expense(arm, money)) or arms
    return max(alike, key=lambda arm: arm.items_per_s or 0.0).name


def _alike(arms: Sequence[ArmReport]) -> list[ArmReport]:
    """The arms whose drafts are cheapest; empty where prices are unknown."""
    measured = [arm for arm in arms if arm.items_per_s]
    return as_cheap(measured, lambda arm: arm.cost_a_draft) if in_money(measured) else []


def _spread(
    best: ArmReport, second: ArmReport, comparison: int, arms: Sequence[ArmReport]
) -> tuple[float | None, float | None]:
    mine = resampled(best.paces, (comparison, arms.index(best)))
    theirs = resampled(second.paces, (comparison, arms.index(second)))
    return (None, None) if mine is None or theirs is None else interval(mine - theirs)
