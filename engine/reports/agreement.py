"""
How often two people who do not see each other's decision decide the same. Pure, but for the one read.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from engine.store import DraftFilter, QualityFilter, Store
from engine.store.quality_rows import VotesRow

ENOUGH_DOUBLE = 10
"""Drafts decided by two before a figure of their agreement is shown."""


@dataclass(frozen=True, slots=True)
class Agreement:
    """Drafts that two people or more decided blind."""

    drafts: int = 0
    same: float | None = None
    """The share with equal decisions; None below ENOUGH_DOUBLE drafts, as for `alpha`."""
    alpha: float | None = None
    """Krippendorff's, nominal: 1.0 full agreement, 0.0 no more than by chance; None too where all decided the same."""
    disagreed: int = 0
    """Of them, those with different decisions that are not settled yet."""


def agreement_of(store: Store, chosen: QualityFilter) -> Agreement:
    """The agreement on the drafts chosen."""
    differ = DraftFilter(kind=chosen.kind, lang=chosen.lang, model=chosen.model, overlap="disagreed")
    return agreement(store.quality.votes(chosen), store.drafts.count(differ))


def agreement(rows: Sequence[VotesRow], disagreed: int = 0) -> Agreement:
    """The agreement in some rows of votes."""
    drafts = sum(row.drafts for row in rows)
    if drafts < ENOUGH_DOUBLE:
        return Agreement(drafts, disagreed=disagreed)
    same = sum(row.drafts for row in rows if not (row.approved and row.rejected)) / drafts
    units = [(row.approved, row.rejected) for row in rows for _ in range(row.drafts)]
    return Agreement(drafts, same, krippendorff_alpha(units), disagreed)


def krippendorff_alpha(units: Iterable[Sequence[int]]) -> float | None:
    """
    Krippendorff's alpha for nominal data, any number of observers and missing values.

    Args:
        units: For each unit, how many observers chose each category; a unit with fewer than two is left out.

    Returns:
        1 - observed / expected disagreement; None where nothing can disagree: no pair of values, or one category only.
    """
    paired = [unit for unit in units if sum(unit) >= 2]
    totals = [sum(category) for category in zip(*paired, strict=True)]
    values = sum(totals)
    expected = values * values - sum(total * total for total in totals)
    if not expected:
        return None
    observed = sum((sum(unit) ** 2 - sum(one * one for one in unit)) / (sum(unit) - 1) for unit in paired)
    return 1.0 - float((values - 1) * observed / expected)
