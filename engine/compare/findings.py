"""
What a comparison found beside speed: who is approved more often, who is cheapest per approved draft, whether tiering
pays, and which arm to use. Pure.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from engine.compare.figures import ArmReport
from engine.compare.shares import ENOUGH_DECIDED, Difference, difference
from engine.compare.verdict import ComparisonVerdict, as_cheap, is_lossy, reliable
from engine.judge.money import GUIDE
from engine.messages import NOTHING, Message

Name = Callable[[str], str]
WIDE = 0.30
"""A difference in approval whose 95 % interval is wider is provisional."""


@dataclass(frozen=True, slots=True)
class Recommended:
    """The arm to use, and why."""

    arm: str
    why: Message
    by_speed: bool = False
    """Too few drafts are decided to say more than which arm is fast."""


def compared_quality(arms: Sequence[ArmReport]) -> tuple[ArmReport, ArmReport, Difference] | None:
    """
    Two arms to compare, that with the higher acceptance first, and their difference.

    The arm to use and the best of those that are clearly worse than it; where none is, the best arm and one that is
    clearly worse; where no difference is clear, the arm to use and its rival.

    Returns:
        None: fewer than two arms have ENOUGH_DECIDED decided drafts.
    """
    ranked = sorted(_decided(arms), key=_approval, reverse=True)
    if len(ranked) < 2:
        return None
    chosen = recommended(arms, None)
    lead = next((arm for arm in ranked if chosen is not None and arm.name == chosen.arm), ranked[0])
    for best in (lead, ranked[0]):
        for other in ranked[ranked.index(best) + 1 :]:
            delta = difference(best.quality.accepted, other.quality.accepted, len(ranked))
            if delta.sureness == "real":
                return best, other, delta
    return _with_rival(lead, arms)


def _with_rival(arm: ArmReport, arms: Sequence[ArmReport]) -> tuple[ArmReport, ArmReport, Difference]:
    best, other = sorted((_rival(arm, not_worse(arms)), arm), key=_approval, reverse=True)
    return best, other, difference(best.quality.accepted, other.quality.accepted, len(_decided(arms)))


def _rival(arm: ArmReport, arms: Sequence[ArmReport]) -> ArmReport:
    """The best of the other arms; of arms as good as this one, the best that is approved less often, if there is."""
    others = [one for one in arms if one is not arm]
    lower = [one for one in others if _approval(one) < _approval(arm)]
    return _top(lower if lower and _approval(_top(others)) <= _approval(arm) else others)


def quality_sentence(arms: Sequence[ArmReport], name: Name = str) -> Message:
    """Whether an arm is approved more often than another, with the interval of the difference."""
    found = compared_quality(arms)
    if found is None:
        return _few(arms)
    said, chosen = _difference_sentence(*found, name), recommended(arms, None)
    if chosen is not None and chosen.arm not in [arm.name for arm in found[:2]]:
        arm = next(arm for arm in arms if arm.name == chosen.arm)
        said = said.then(_difference_sentence(*_with_rival(arm, arms), name))
    waiting = [name(arm.name) for arm in arms if arm.items_per_s and not arm.quality.accepted.enough]
    return said.then(Message("found.quality_waiting", {"arms": waiting})) if waiting else said


def _difference_sentence(best: ArmReport, other: ArmReport, delta: Difference, name: Name) -> Message:
    values = {"best": name(best.name), "other": name(other.name), "low": 100 * delta.low, "high": 100 * delta.high}
    shares = {"share": best.quality.accepted.value, "other_share": other.quality.accepted.value}
    said = Message(f"found.quality_{delta.sureness}", {**values, **shares})
    return said if delta.sureness == "real" else said.then(_more((best, other)))


def _few(arms: Sequence[ArmReport]) -> Message:
    """Fewer than two arms have enough decided drafts: review them, or make more where all are reviewed."""
    waiting = [arm for arm in arms if arm.items_per_s and not arm.quality.accepted.enough]
    least = {"least": ENOUGH_DECIDED}
    if not _all_reviewed(waiting):
        return Message("found.quality_few", least)
    return Message("found.quality_short", least).then(Message("found.make_more"))


def _more(arms: Sequence[ArmReport]) -> Message:
    """How to learn more about arms: review more of their drafts, or make more where all are reviewed."""
    return Message("found.make_more" if _all_reviewed(arms) else "found.review_more")


def _all_reviewed(arms: Sequence[ArmReport]) -> bool:
    return bool(arms) and all(arm.quality.all_reviewed for arm in arms)


def cost_sentence(arms: Sequence[ArmReport], name: Name = str) -> Message:
    """The arm whose approved drafts cost least, and how many times more the dearest costs."""
    said = _on_costs(sorted(_priced(arms), key=lambda arm: _cost(arm) or 0.0), name)
    unknown: dict[str, list[str]] = {}
    for arm in _decided(arms):
        if _cost(arm) is None:
            unknown.setdefault(_why_unknown(arm), []).append(name(arm.name))
    notes = [Message(f"found.cost_{why}", {"arms": some}) for why, some in unknown.items()]
    if said.code == "found.cost_few" and notes:
        said, *notes = notes
    elif said.code == "found.cost_few":
        said = _few(arms)
    for note in notes:
        said = said.then(note)
    return said


def _why_unknown(arm: ArmReport) -> str:
    """Why the cost per approved draft of an arm with enough decisions is not known."""
    if not arm.quality.accepted.part:
        return "none"
    return "waiting" if arm.approved_per_h is None else "unpriced"


def _on_costs(priced: Sequence[ArmReport], name: Name) -> Message:
    """The costs of some arms, the cheapest first."""
    if len(priced) < 2:
        return Message("found.cost_few", {"least": ENOUGH_DECIDED})
    least, most = priced[0], priced[-1]
    cost, other_cost = least.cost_per_approved or 0.0, most.cost_per_approved or 0.0
    alike = [name(arm.name) for arm in as_cheap(priced, _cost)]
    if len(alike) == len(priced):
        return Message("found.cost_alike", {"cost": cost})
    values = {"arm": alike[0], "arms": alike, "cost": cost, "other": name(most.name), "other_cost": other_cost}
    if not cost:
        return Message("found.cost_free", values)
    code = "cost_near" if len(alike) > 1 else "cost"
    return Message(f"found.{code}", {**values, "ratio": other_cost / cost})


def tiering_sentence(arms: Sequence[ArmReport], name: Name = str) -> Message:
    """What a fast model with a judge saves per approved draft against the judge's model alone at the same settings."""
    pairs = [
        (fast, strong)
        for fast in _priced(arms)
        for strong in _priced(arms)
        if fast.judge and not strong.judge and strong.model == fast.judge and _alike(fast, strong) and _cost(strong)
    ]
    if not pairs:
        return NOTHING
    fast, strong = min(pairs, key=lambda pair: pair[0].cost_per_approved or 0.0)
    saved = 1 - (fast.cost_per_approved or 0.0) / (strong.cost_per_approved or 1.0)
    code = "tiering_kept" if saved >= GUIDE else "tiering_saves" if saved > 0 else "tiering_costs"
    return Message(f"found.{code}", {"arm": name(fast.name), "other": name(strong.name), "share": abs(saved)})


def _alike(one: ArmReport, other: ArmReport) -> bool:
    """Whether two arms differ in their models only."""
    return (one.tuning, one.temperature, one.style) == (other.tuning, other.temperature, other.style)


def recommended(arms: Sequence[ArmReport], verdict: ComparisonVerdict | None, name: Name = str) -> Recommended | None:
    """
    The arm to use.

    Of the arms that are not likely to be approved less often than the best, and whose approved drafts cost as little as
    those of the cheapest (within SAME_COST), the one with the most approved drafts per hour; without enough decisions,
    or an approved draft, the fastest. Arms that lose more than 5 % of their slots count only if fewer than
    two others are left. None: fewer than two arms are measured.
    """
    decided = reliable(_decided(arms))
    if len(decided) < 2 or not _approval(_top(decided)):
        if verdict is None:
            return None
        return Recommended(
            verdict.best, _fastest(verdict, arms, name) if len(decided) < 2 else Message("use.none"), True
        )
    good = [arm for arm in _close(decided, 2) if _approval(arm)]
    affordable = as_cheap(good, _cost) if len(_priced(good)) == len(good) else good
    chosen = max(affordable, key=lambda arm: arm.approved_per_h or 0.0)
    why = _why(chosen, good, decided, name)
    if is_lossy(chosen):
        why = why.then(Message("verdict.lossy", {"arms": [name(chosen.name)]}))
    if _provisional(chosen, good):
        why = why.then(Message("use.provisional_made" if _all_reviewed(good) else "use.provisional"))
    return Recommended(chosen.name, why)


def _fastest(verdict: ComparisonVerdict, arms: Sequence[ArmReport], name: Name) -> Message:
    """The fastest arm, until drafts are reviewed."""
    said = Message("use.speed" if verdict.real else "use.speed_unproved", {"arm": name(verdict.best)})
    few = _few(arms)
    return said.then(few if few.code == "found.quality_short" else Message("use.review", {"least": ENOUGH_DECIDED}))


def _why(chosen: ArmReport, good: Sequence[ArmReport], decided: Sequence[ArmReport], name: Name) -> Message:
    """Why an arm is recommended: its approval, its cost, and its pace where another is as cheap."""
    values: dict[str, object] = {"arm": name(chosen.name), "cost": chosen.cost_per_approved, **_share(chosen)}
    if len(_priced(good)) < len(good) or not any(map(_cost, good)):
        return Message("use.fast_good", values)
    cheapest, least = (min(_priced(arms), key=lambda arm: _cost(arm) or 0.0) for arms in (decided, good))
    if cheapest not in good:
        values["other"] = name(cheapest.name)
        likely = cheapest in not_worse(decided)
        return (
            Message("use.likely", values).then(_more((chosen, cheapest))) if likely else Message("use.better", values)
        )
    close = not_worse(decided)
    if len(close) == 1:
        return Message("use.best", values)
    rival = _rival(chosen, close)
    values |= {"top": name(rival.name), "top_share": rival.quality.accepted.value}
    if chosen is least:
        return Message("use.cheap_good", values)
    approval = Message("use.not_fewer", values)
    ratio = (chosen.approved_per_h or 0.0) / (least.approved_per_h or chosen.approved_per_h or 1.0)
    other = {"other": name(least.name), "other_cost": least.cost_per_approved}
    return approval.then(Message("use.as_cheap", {**values, **other, "ratio": ratio}))


def _provisional(chosen: ArmReport, good: Sequence[ArmReport]) -> bool:
    """Whether too few drafts are decided to trust that the arm is about as good as the best, or the best."""
    top = _top(good)
    rival = top if chosen is not top else max((arm for arm in good if arm is not top), key=_approval, default=None)
    if rival is None:
        return False
    delta = difference(rival.quality.accepted, chosen.quality.accepted)
    return delta.high - delta.low > WIDE


def not_worse(arms: Sequence[ArmReport]) -> list[ArmReport]:
    """The arms with enough decisions that are not approved clearly less often than the best of them."""
    decided = _decided(arms)
    return _close(decided, len(decided))


def _close(decided: Sequence[ArmReport], among: int) -> list[ArmReport]:
    """The arms whose difference to the best is not real; `among` 2: also those that are likely worse are left out."""
    if not decided:
        return []
    top = _top(decided)
    share = top.quality.accepted
    differences = {arm.name: difference(share, arm.quality.accepted, among) for arm in decided}
    return [arm for arm in decided if arm is top or differences[arm.name].sureness != "real"]


def _top(arms: Sequence[ArmReport]) -> ArmReport:
    return max(arms, key=_approval)


def _approval(arm: ArmReport) -> float:
    return arm.quality.accepted.value or 0.0


def _cost(arm: ArmReport) -> float | None:
    return arm.cost_per_approved


def _share(arm: ArmReport) -> dict[str, float | None]:
    return {"share": arm.quality.accepted.value}


def _decided(arms: Sequence[ArmReport]) -> list[ArmReport]:
    return [arm for arm in arms if arm.items_per_s and arm.quality.accepted.enough]


def _priced(arms: Sequence[ArmReport]) -> list[ArmReport]:
    return [arm for arm in arms if arm.items_per_s and arm.cost_per_approved is not None]
