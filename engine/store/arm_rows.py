"""
Facts about the runs of a comparison: reviews of their drafts, their calls by batch size, the time of review.

Read-only. The shares and intervals are computed in compare.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Select, and_, case, func, select

from engine.store.access import StorePart
from engine.store.draft_filter import DRAFTED
from engine.store.overlap import visible
from engine.store.records import ANSWERED
from engine.store.run_rows import count_if
from engine.store.tables import call, draft, review

MOST_DRAFTS = 100_000
"""The newest drafts that are looked at."""


@dataclass(frozen=True, slots=True)
class MadeDraft:
    """A draft of one run."""

    run: int
    slot: int
    review: str
    flagged: bool
    flags: tuple[str, ...]
    """Codes, notes included."""
    score: float | None
    """The second model's; None: not scored."""
    asked: int
    """Items asked for in the call that brought it; 0: it came from the cache."""
    place: int
    """Its place in that call's packet, from 1; 0: not known."""
    id: int = 0
    above_share: float | None = None
    """Of its words, those above its level; None: not graded."""


@dataclass(frozen=True, slots=True)
class PacketCount:
    """The answered calls of one run that asked for the same number of items."""

    run: int
    size: int
    calls: int = 0
    asked: int = 0
    kept: int = 0
    call_s: float = 0.0
    """Seconds of all of them together."""
    refused: dict[str, int] = field(default_factory=dict)
    """Items refused, by code."""


@dataclass(frozen=True, slots=True)
class ReviewTime:
    """The decisions of people on the drafts of one run."""

    run: int
    decided: int
    approved: int
    seconds: float
    """From each reviewer's decision before, capped; a reviewer's first decision has no time."""


class ArmRows(StorePart):
    """Reads facts about runs, for any comparison."""

    def drafts(self, runs: Sequence[int]) -> list[MadeDraft]:
        """The drafts of some runs, the newest first."""
        names = ("id", "run", "slot", "review", "flagged", "flags", "score", "above_share")
        rows = (
            select(*(draft.c[name] for name in names), call.c.asked, call.c.slots)
            .join(call, call.c.id == draft.c.call, isouter=True)
            .where(DRAFTED, draft.c.run.in_(list(runs)))
            .order_by(draft.c.id.desc())
            .limit(MOST_DRAFTS)
        )
        with self._access.reading() as conn:
            return [_made(row._mapping) for row in conn.execute(rows)]

    def packets(self, runs: Sequence[int]) -> list[PacketCount]:
        """The answered calls of some runs by the number of items asked for."""
        answered = (call.c.run.in_(list(runs)), call.c.outcome.in_(ANSWERED))
        took = func.sum(call.c.ended_at - call.c.sent_at)
        sums = (func.count(), func.sum(call.c.asked), func.sum(call.c.kept), func.coalesce(took, 0.0))
        keys = (call.c.run, call.c.asked)
        rows = select(*keys, *sums).where(*answered).group_by(*keys)
        lost = select(*keys, call.c.refused).where(*answered, call.c.kept < call.c.asked)
        with self._access.reading() as conn:
            counts = {(row[0], row[1]): PacketCount(*row) for row in conn.execute(rows)}
            for run_id, size, refused in conn.execute(lost):
                codes = counts[run_id, size].refused
                for code, number in (refused or {}).items():
                    codes[code] = codes.get(code, 0) + number
        return list(counts.values())

    def review_times(self, runs: Sequence[int], cap_s: float) -> list[ReviewTime]:
        """
        How long people took for the drafts of some runs.

        Args:
            runs: Their ids.
            cap_s: A longer time between two decisions of one person counts as this one.
        """
        with self._access.reading() as conn:
            first = conn.execute(_first_decision(runs)).scalar()
            return [] if first is None else [ReviewTime(*row) for row in conn.execute(_times(runs, first, cap_s))]


def _made(row: Any) -> MadeDraft:
    slots = list(row["slots"] or ())
    place = slots.index(row["slot"]) + 1 if row["slot"] in slots else 0
    codes = tuple(flag["code"] for flag in row["flags"] or ())
    names = ("id", "run", "slot", "review", "flagged", "score", "above_share")
    return MadeDraft(**{name: row[name] for name in names}, flags=codes, asked=row["asked"] or 0, place=place)


def _by_people() -> tuple[Any, ...]:
    return review.c.verdict.in_(("approved", "rejected")), review.c.undone_at.is_(None), review.c.run.is_(None)


def _first_decision(runs: Sequence[int]) -> Select[Any]:
    own = (draft.c.run.in_(list(runs)), *_by_people())
    return select(func.min(review.c.at)).join(draft, draft.c.id == review.c.draft).where(*own)


def _times(runs: Sequence[int], first: float, cap_s: float) -> Select[Any]:
    """The window is over all decisions of each person, so that work on other runs in between is not counted here."""
    before = func.lag(review.c.at).over(partition_by=review.c.reviewer, order_by=(review.c.at, review.c.id))
    columns = (review.c.draft, review.c.verdict, (review.c.at - before).label("gap"), visible(None).label("seen"))
    each = select(*columns).where(*_by_people(), review.c.at >= first - cap_s).subquery("each")
    capped = case((each.c.gap > cap_s, cap_s), else_=func.coalesce(each.c.gap, 0.0))
    sums = (func.count(), count_if(and_(each.c.seen, each.c.verdict == "approved")), func.sum(capped))
    rows = select(draft.c.run, *sums).select_from(each).join(draft, draft.c.id == each.c.draft)
    return rows.where(draft.c.run.in_(list(runs))).group_by(draft.c.run)
