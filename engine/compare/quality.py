"""
What the drafts of each arm were worth: refused, flagged, scored, approved, and the minutes that took. From rows.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from statistics import fmean

from engine.compare.shares import NO_SHARE, Share
from engine.reports.second_model import spent_usd
from engine.store import MadeDraft, PacketCount, ReviewTime, RunRow, Store

MOST_GAP_S = 300.0
"""A longer time between two decisions of one reviewer counts as five minutes."""
REPEATS = ("duplicate", "similar", "repetition")
"""Codes of flags and refusals that say a draft repeats itself or another one."""


@dataclass(frozen=True, slots=True)
class Group:
    """Drafts of one batch size or place in the packet."""

    accepted: Share = NO_SHARE
    """Approved of decided."""
    flagged: Share = NO_SHARE
    repeated: Share = NO_SHARE
    """Of the drafts, and of the items refused as repetitions."""
    kept: Share = NO_SHARE
    """Of the items asked for; empty by place."""
    call_s: float = 0.0

    @property
    def drafts(self) -> int:
        """Drafts made."""
        return self.flagged.whole

    @property
    def drafts_per_call_s(self) -> float | None:
        """Items kept in a second of one call; None without a timed call."""
        return self.kept.part / self.call_s if self.call_s > 0 else None


@dataclass(frozen=True, slots=True)
class ArmQuality:
    """The drafts of an arm's finished trials."""

    accepted: Share = NO_SHARE
    """Approved of decided, by people and by the rule of a second model."""
    flagged: Share = NO_SHARE
    flags: Mapping[str, int] = field(default_factory=dict)
    """Code to drafts, notes included, the most first."""
    refused: Share = NO_SHARE
    """Items refused, of those asked for."""
    score: float | None = None
    """The mean of the second model's scores, 0..5."""
    scored: int = 0
    above: float | None = None
    """The mean share of words above the level; None: no draft was graded."""
    by_size: Mapping[int, Group] = field(default_factory=dict)
    by_place: Mapping[int, Group] = field(default_factory=dict)
    approved_by_people: int = 0
    review_s: float = 0.0
    """Seconds that people took."""
    judge_usd: float = 0.0
    judge_s: float = 0.0
    """What the second model cost, and how long its runs took."""

    @property
    def all_reviewed(self) -> bool:
        """Whether every draft is decided, so that only more drafts can tell more."""
        return 0 < self.flagged.whole <= self.accepted.whole

    @property
    def minutes_per_approved(self) -> float | None:
        """A person's minutes for each draft a person approved; None without one."""
        return self.review_s / 60 / self.approved_by_people if self.approved_by_people else None


NO_QUALITY = ArmQuality()


def qualities(store: Store, by_arm: Mapping[str, Sequence[RunRow]], reviews: Sequence[RunRow]) -> dict[str, ArmQuality]:
    """
    Measure the drafts of each arm.

    Args:
        store: Where the rows are.
        by_arm: Arm to its finished runs.
        reviews: The runs of a second model.
    """
    arm_of = {row.id: name for name, rows in by_arm.items() for row in rows}
    runs = list(arm_of)
    drafts, packets = store.arms.drafts(runs), store.arms.packets(runs)
    times = store.arms.review_times(runs, MOST_GAP_S)
    return {
        name: measured(
            [one for one in drafts if arm_of[one.run] == name],
            [one for one in packets if arm_of[one.run] == name],
            [one for one in times if arm_of[one.run] == name],
            [row for row in reviews if arm_of.get(row.parent_run or 0) == name],
        )
        for name in by_arm
    }


def measured(
    drafts: Sequence[MadeDraft],
    packets: Sequence[PacketCount],
    times: Sequence[ReviewTime] = (),
    reviews: Sequence[RunRow] = (),
) -> ArmQuality:
    """The figures of one arm. Pure."""
    whole, scores = group(drafts), [one.score for one in drafts if one.score is not None]
    graded = [one.above_share for one in drafts if one.above_share is not None]
    flags = Counter(code for one in drafts for code in set(one.flags))
    asked, refused = sum(one.asked for one in packets), sum(sum(one.refused.values()) for one in packets)
    spans = [(row.totals.first_sent_at, row.totals.last_ended_at) for row in reviews]
    return ArmQuality(
        accepted=whole.accepted,
        flagged=whole.flagged,
        flags=dict(flags.most_common()),
        refused=Share(refused, asked),
        score=fmean(scores) if scores else None,
        scored=len(scores),
        above=fmean(graded) if graded else None,
        by_size=by_size(drafts, packets),
        by_place={place: group(some) for place, some in _split(drafts, "place").items() if place},
        approved_by_people=sum(one.approved for one in times),
        review_s=sum(one.seconds for one in times),
        judge_usd=sum(row.totals.cost_usd for row in reviews),
        judge_s=sum(last - first for first, last in spans if first is not None and last is not None),
    )


def known_usd(row: RunRow) -> float | None:
    """What a run cost; None where its price is not known."""
    return spent_usd(row.totals, price_known=bool(row.limits.get("price_known", True)))


def group(drafts: Sequence[MadeDraft], packets: Sequence[PacketCount] = ()) -> Group:
    """Some drafts as one group, with the calls that brought them. Pure."""
    approved = sum(one.review == "approved" for one in drafts)
    rejected = sum(one.review == "rejected" for one in drafts)
    again = sum(not set(REPEATS).isdisjoint(one.flags) for one in drafts)
    refused = sum(one.refused.get(code, 0) for one in packets for code in REPEATS)
    return Group(
        Share(approved, approved + rejected),
        Share(sum(one.flagged for one in drafts), len(drafts)),
        Share(again + refused, len(drafts) + refused),
        Share(sum(one.kept for one in packets), sum(one.asked for one in packets)),
        sum(one.call_s for one in packets),
    )


def by_size(drafts: Sequence[MadeDraft], packets: Sequence[PacketCount]) -> dict[int, Group]:
    """Drafts by the number of items their call asked for, the smallest first. Pure."""
    made = _split(drafts, "asked")
    sizes = sorted({one.size for one in packets} | (set(made) - {0}))
    return {size: group(made.get(size, []), [one for one in packets if one.size == size]) for size in sizes}


def merged(groups: Iterable[Mapping[int, Group]]) -> dict[int, Group]:
    """The groups of several arms as one. Pure."""
    found: dict[int, Group] = {}
    for some in groups:
        for key, one in some.items():
            before = found.get(key, Group())
            shares = {name: getattr(before, name).plus(getattr(one, name)) for name in _SHARES}
            found[key] = Group(**shares, call_s=before.call_s + one.call_s)
    return dict(sorted(found.items()))


_SHARES = ("accepted", "flagged", "repeated", "kept")


def _split(drafts: Sequence[MadeDraft], name: str) -> dict[int, list[MadeDraft]]:
    found: dict[int, list[MadeDraft]] = {}
    for one in drafts:
        found.setdefault(getattr(one, name), []).append(one)
    return dict(sorted(found.items()))
