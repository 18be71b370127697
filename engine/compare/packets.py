"""
The guide's "3 to 5 drafts per call balance quality and speed", checked with the drafts of a comparison. Pure.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from engine.compare.quality import Group
from engine.compare.shares import ENOUGH_DECIDED, Share, difference
from engine.messages import Message

BALANCED = range(3, 6)
"""The guide's batch sizes."""
LEAST_DRAFTS = 20
"""Drafts of a size before its flags are compared."""
CLEARLY_FASTER = 1.05
LOWER = 0.05
"""A share that is lower by more is not called good while the difference is not proved."""

Measure = Literal["accepted", "flagged"]
Ruling = Literal["holds", "larger", "smaller", "unclear", "few"]


@dataclass(frozen=True, slots=True)
class BatchVerdict:
    """The batch size to use, and whether it is one of the guide's."""

    code: Ruling
    """
    `holds`: the best size is 3 to 5. `unclear`: another has a share that is higher by more than LOWER, and that may be
    chance. `few`: fewer than two sizes have enough drafts.
    """
    size: int = 0
    measure: Measure = "accepted"
    """What quality was measured by: acceptance, or the share that is not flagged where too few are decided."""
    share: float = 0.0
    """Of the size: accepted, or not flagged."""
    other: int = 0
    """The size it is compared with: the next larger one, else the next smaller one; if `unclear`, the best."""
    other_share: float = 0.0
    rate: float = 0.0
    other_rate: float = 0.0
    """Drafts per second of one call."""
    by_chance: bool = False
    """The other size has the better share, and that may be chance."""
    all_reviewed: bool = False
    """Every draft of both sizes is decided."""


def batch_verdict(sizes: Mapping[int, Group]) -> BatchVerdict:
    """
    The fastest size whose drafts are not clearly worse than those of the best size.

    Args:
        sizes: Batch size to the drafts of all arms.
    """
    for measure in ("accepted", "flagged"):
        shares = {size: _share(one, measure) for size, one in sizes.items() if _enough(one, measure)}
        if len(shares) > 1:
            return _chosen(sizes, shares, measure)
    return BatchVerdict("few")


def batch_sentence(verdict: BatchVerdict) -> Message:
    """The verdict as a message."""
    if verdict.code == "few":
        return Message("found.batch_few", {"least": ENOUGH_DECIDED})
    names = ("size", "share", "rate", "other", "other_share", "other_rate")
    values = {name: getattr(verdict, name) for name in names}
    sizes = Message("found.batch_sizes", {**values, "measure": Message(f"measure.{verdict.measure}")})
    said = Message(f"found.batch_{verdict.code}", {"sizes": sizes})
    if verdict.by_chance:
        said = said.then(Message("found.batch_chance"))
    if verdict.code != "unclear":
        return said
    made = verdict.all_reviewed or verdict.measure == "flagged"
    return said.then(Message("found.make_more" if made else "found.review_more"))


def _chosen(sizes: Mapping[int, Group], shares: Mapping[int, Share], measure: Measure) -> BatchVerdict:
    best = max(shares.values(), key=lambda share: share.value or 0.0)
    good = [size for size, share in shares.items() if difference(best, share).sureness != "real"]
    speeds = {size: sizes[size].drafts_per_call_s or 0.0 for size in good}
    fastest = max(speeds.values())
    size = min(size for size in good if speeds[size] * CLEARLY_FASTER >= fastest)
    code: Ruling = "holds" if size in BALANCED else "larger" if size > BALANCED[-1] else "smaller"
    larger = [one for one in shares if one > size]
    other = min(larger) if larger else max(one for one in shares if one < size)
    if (best.value or 0.0) - (shares[size].value or 0.0) > LOWER:
        code, other = "unclear", next(one for one, share in shares.items() if share is best)
    rates = [sizes[one].drafts_per_call_s or 0.0 for one in (size, other)]
    values = [shares[one].value or 0.0 for one in (size, other)]
    by_chance = values[1] > values[0] and difference(shares[other], shares[size]).sureness != "real"
    reviewed = all(0 < sizes[one].drafts <= sizes[one].accepted.whole for one in (size, other))
    return BatchVerdict(code, size, measure, values[0], other, values[1], rates[0], rates[1], by_chance, reviewed)


def _share(one: Group, measure: Measure) -> Share:
    return one.accepted if measure == "accepted" else Share(one.flagged.whole - one.flagged.part, one.flagged.whole)


def _enough(one: Group, measure: Measure) -> bool:
    return one.accepted.enough if measure == "accepted" else one.drafts >= LEAST_DRAFTS
