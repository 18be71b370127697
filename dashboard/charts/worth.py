"""
The charts of what drafts are worth: acceptance by arm, cost against approved drafts per hour, batch size and place.

The caller brings the language (`_`) and the names of the arms.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

import plotly.graph_objects as go

from dashboard.charts.figures import percent
from dashboard.charts.intervals import Dot, interval_dots
from dashboard.charts.panel import Panel
from dashboard.charts.trade import MOST_NAMES, Trade, speed_cost
from engine.compare import (
    ArmReport,
    Group,
    PairResults,
    Share,
    batch_verdict,
    merged,
    not_worse,
    pairs_sentence,
    recommended,
)

Translate = Callable[[str], str]


def worth_panels(arms: Sequence[ArmReport], name: Translate, _: Translate) -> Iterator[Panel]:
    """Every chart of quality that the arms allow, in the order of the page."""
    for panel in (acceptance(arms, name, _), pareto(arms, name, _), sizes(arms, _), places(arms, _)):
        if panel is not None:
            yield panel


def acceptance(arms: Sequence[ArmReport], name: Translate, _: Translate) -> Panel | None:
    """How often each arm's drafts are approved; None where nothing is decided."""
    shares = {arm.name: arm.quality.accepted for arm in arms if arm.quality.accepted.whole}
    if not shares:
        return None
    ranked = sorted(shares.items(), key=lambda pair: -(pair[1].value or 0.0) if pair[1].enough else 1.0)
    good = {arm.name for arm in not_worse(arms)}
    dots = [_dot(name(arm), share, arm in good, _) for arm, share in ranked]
    figure = interval_dots(dots, axis=_("Approved, of the reviewed drafts"))
    words = _("Dot: approved of reviewed; line: its 95 % CI. Green: the best, and those not clearly worse.")
    return Panel("acceptance", _("Which settings are approved?"), words, figure)


def pareto(arms: Sequence[ArmReport], name: Translate, _: Translate) -> Panel | None:
    """Approved drafts per hour against their cost; None below two arms with both."""
    priced = [arm for arm in arms if arm.cost_per_approved is not None and arm.approved_per_h]
    if len(priced) < 2 or not any(arm.cost_per_approved for arm in priced):
        return None
    good = [arm for arm in not_worse(arms) if arm in priced]
    chosen = recommended(arms, None)
    trades = []
    for arm in priced:
        title = name(arm.name) if arm in good else _("{arm} (clearly worse)").format(arm=name(arm.name))
        cost, best = 1000 * (arm.cost_per_approved or 0.0), arm in good and _efficient(arm, good)
        ringed = chosen is not None and chosen.arm == arm.name
        trades.append(Trade(title, arm.approved_per_h or 0.0, cost, best, worse=arm not in good, chosen=ringed))
    figure = speed_cost(
        trades,
        x_axis=_("Cost of 1,000 approved drafts, USD"),
        y_axis=_("Approved drafts per hour"),
        corner=_("many and cheap"),
    )
    words = _("Filled: best trade-offs (Pareto front). Hollow: beaten on both. Cross: clearly approved less often.")
    if len(trades) > MOST_NAMES:
        words = _("{first} {second}").format(first=words, second=_("Of many settings only the best are named."))
    if chosen is not None:
        ring = _("Ring: recommended, {arm}.").format(arm=name(chosen.arm))
        words = _("{first} {second}").format(first=words, second=ring)
    return Panel("worth", _("What does an approved draft cost?"), words, figure)


def sizes(arms: Sequence[ArmReport], _: Translate) -> Panel | None:
    """Quality by batch size; None below two sizes, or where nothing is decided and nothing flagged."""
    groups = merged(arm.quality.by_size for arm in arms)
    found = batch_verdict(groups)
    if found.code == "few" or (found.measure == "flagged" and not any(one.flagged.part for one in groups.values())):
        return None
    names = {size: _("{n} per call").format(n=size) for size in groups}
    clear = found.code != "unclear"
    figure = _quality_dots(groups, names, _, found.measure, found.size if clear else 0)
    words = _("Dot: share; line: its 95 % CI. Under each size: flagged, and drafts/s of one call.")
    if clear:
        words = _("{first} {second}").format(first=_("Green: the size to use."), second=words)
    planned = {arm.tuning.batch_size for arm in arms if not arm.tuning.auto}
    if other := [names[size] for size in groups if size not in planned]:
        elsewhere = _from_elsewhere(arms, _).format(sizes=_(", ").join(other))
        words = _("{first} {second}").format(first=words, second=elsewhere)
    return Panel("sizes", _("Does quality depend on the batch size?"), words, figure)


def _from_elsewhere(arms: Sequence[ArmReport], _: Translate) -> str:
    """Where batch sizes come from that no settings have."""
    if any(arm.tuning.auto for arm in arms):
        return _("No settings have {sizes}: such calls come from Auto, last calls and retries.")
    return _("No settings have {sizes}: such calls are last calls or retries.")


def places(arms: Sequence[ArmReport], _: Translate) -> Panel | None:
    """Quality by place in the packet; None below two places, or where nothing is decided and nothing flagged."""
    groups = {place: one for place, one in merged(arm.quality.by_place for arm in arms).items() if one.drafts >= 5}
    decided = sum(one.accepted.enough for one in groups.values()) > 1
    if len(groups) < 2 or not (decided or any(one.flagged.part for one in groups.values())):
        return None
    names = {place: _("place {n}").format(n=place) for place in groups}
    figure = _quality_dots(groups, names, _, "accepted" if decided else "flagged", 0)
    words = _("Drafts by their place in the reply: a model that tires gets worse towards the end.")
    return Panel("places", _("Do the last drafts of a reply get worse?"), words, figure)


def win_shares(found: PairResults, name: Translate, _: Translate) -> Panel:
    """How often each arm won its blind pairs; with three arms or more also its strength."""
    several, preferred = len(found.arms) > 2, pairs_sentence(found).code == "found.pairs_real"
    dots = []
    for arm in found.arms:
        low, high = arm.interval
        strength = " · " + _("strength {share}").format(share=percent(arm.strength)) if several else ""
        words = _("{won} of {n}").format(won=arm.won.part, n=arm.won.whole) + strength
        dots.append(Dot(name(arm.name), arm.won.value, low, high, words, preferred and arm is found.arms[0]))
    figure = interval_dots(dots, axis=_("Won, of the pairs with a winner"), middle=0.5)
    sentence = _("Dot: won, of the pairs with a winner; line: its 95 % CI. Right of the middle: preferred.")
    if several:
        ties = _("Strength: Bradley-Terry; ties count half.")
        sentence = _("{first} {second}").format(first=sentence, second=ties)
    return Panel("pairs", _("Which drafts are preferred?"), sentence, figure)


def _dot(name: str, share: Share, good: bool, _: Translate) -> Dot:
    low, high = share.interval
    if not share.enough:
        return Dot(name, None, low, high, _("not enough yet ({n} reviewed)").format(n=share.whole))
    words = _("{n} of {all}").format(n=share.part, all=share.whole)
    return Dot(name, share.value, low, high, words, good)


def _quality_dots(
    groups: Mapping[int, Group], names: Mapping[int, str], _: Translate, measure: str, best: int
) -> go.Figure:
    dots = []
    for key, one in groups.items():
        flagged = Share(one.flagged.whole - one.flagged.part, one.flagged.whole)
        share = one.accepted if measure == "accepted" else flagged
        low, high = share.interval
        known = measure == "flagged" or share.enough
        few = "" if known else _("not enough yet ({n} reviewed)").format(n=share.whole) + " · "
        dots.append(Dot(names[key], share.value if known else None, low, high, few + _beside(one, _), key == best))
    axis = _("Approved, of the reviewed drafts") if measure == "accepted" else _("Drafts without a flag")
    return interval_dots(dots, axis=axis)


def _beside(one: Group, _: Translate) -> str:
    parts = [_("flagged {share}").format(share=percent(one.flagged.value or 0))]
    if one.repeated.part:
        parts.append(_("repeated {share}").format(share=percent(one.repeated.value)))
    if one.drafts_per_call_s:
        parts.append(_("{rate}/s").format(rate=f"{one.drafts_per_call_s:.2f}"))
    return " · ".join(parts)


def _efficient(arm: ArmReport, arms: Sequence[ArmReport]) -> bool:
    """Whether no other arm makes more approved drafts per hour for less."""
    pairs = [(other.approved_per_h or 0.0, other.cost_per_approved or 0.0) for other in arms if other is not arm]
    speed, cost = arm.approved_per_h or 0.0, arm.cost_per_approved or 0.0
    return not any(s >= speed and c <= cost and (s, c) != (speed, cost) for s, c in pairs)
