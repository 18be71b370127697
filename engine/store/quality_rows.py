"""
Sums for the Quality page: decisions about drafts, why they were rejected, who decided. Read-only.

Everything is grouped in SQL; a page of 100,000 drafts is a few hundred rows here. Shares and intervals are computed in
reports.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy import (
    ColumnElement,
    Select,
    String,
    and_,
    case,
    cast,
    func,
    literal,
    or_,
    select,
    type_coerce,
)

from engine.store.above_rows import read_above
from engine.store.access import StorePart
from engine.store.columns import to_json
from engine.store.draft_filter import DRAFTED
from engine.store.notes import REASONS
from engine.store.overlap import visible, votes_by_draft
from engine.store.run_rows import count_if
from engine.store.tables import draft, review, run

Axis = Literal["kind", "lang", "level", "topic", "model", "run"]
"""What drafts are grouped by."""
NO_REASON, OTHER_REASON, SECOND_MODEL = "", "other", "second_model"
"""Rejections without a reason, with one in words, and those by the rule of a second model."""
BREAK_S = 300.0
"""A longer time between two decisions is a break, not work."""


@dataclass(frozen=True, slots=True)
class QualityFilter:
    """Which drafts; None: any. Times are those at which their runs were created, in unix seconds."""

    model: str | None = None
    kind: str | None = None
    lang: str | None = None
    since: float | None = None
    until: float | None = None
    """Runs created before it."""
    style: str | None = None
    """The version of the style note: "house@3"; empty: runs without one."""


@dataclass(frozen=True, slots=True)
class QualityRow:
    """Drafts with the same values of some axes."""

    values: tuple[str, ...]
    """In the order of the axes asked for."""
    drafts: int
    approved: int
    rejected: int
    flagged: int


@dataclass(frozen=True, slots=True)
class ScoreRow:
    """Drafts with one score of a second model, rounded down to a whole number."""

    score: int
    drafts: int
    approved: int
    rejected: int


@dataclass(frozen=True, slots=True)
class ReviewerRow:
    """The decisions of one person that are not undone."""

    reviewer: str
    """The identity."""
    who: str
    """The name that is shown."""
    approved: int
    rejected: int
    timed: int
    """Decisions made within BREAK_S of the person's one before."""
    timed_s: float
    """The seconds those took."""


@dataclass(frozen=True, slots=True)
class AgreementRow:
    """Drafts that two people decided, whoever came first; each person's last decision counts."""

    reviewer: str
    other: str
    """Their identities."""
    drafts: int
    same: int


@dataclass(frozen=True, slots=True)
class VotesRow:
    """Drafts of the blind overlap on which so many people voted so."""

    approved: int
    rejected: int
    drafts: int


class QualityRows(StorePart):
    """Reads sums of drafts and decisions."""

    def groups(self, chosen: QualityFilter, by: Sequence[Axis], only: Sequence[str] | None = None) -> list[QualityRow]:
        """
        Drafts by the values of some axes, in no order.

        Args:
            chosen: Which drafts.
            by: The axes; none: all drafts as one group.
            only: Values of the last axis; None: any.
        """
        keys = [_run if name == "run" else draft.c[name] for name in by]
        sums = (func.count(), *_decided(), count_if(draft.c.flagged.is_(True)))
        rows = select(*keys, *sums).where(*_conditions(chosen)).group_by(*keys)
        if only is not None:
            rows = rows.where(cast(keys[-1], String).in_(list(only)))
        with self._access.reading() as conn:
            return [QualityRow(tuple(map(str, row[: len(keys)])), *row[len(keys) :]) for row in conn.execute(rows)]

    def prompt_versions(self) -> dict[int, int]:
        """The prompt version of each run; 0: it was not recorded."""
        with self._access.reading() as conn:
            return {row.id: row.prompt_version for row in conn.execute(select(run.c.id, run.c.prompt_version))}

    def made_at(self) -> dict[int, float]:
        """When each run was created, in unix seconds."""
        with self._access.reading() as conn:
            return {row.id: row.created_at for row in conn.execute(select(run.c.id, run.c.created_at))}

    def flags(self, chosen: QualityFilter, codes: Sequence[str]) -> dict[str, int]:
        """How many drafts have each of these flags, notes included; a flag that none has is left out."""
        if not codes:
            return {}
        counts = [count_if(_has_flag(code)).label(f"n{at}") for at, code in enumerate(codes)]
        with self._access.reading() as conn:
            row = conn.execute(select(*counts).where(*_conditions(chosen), _flags().contains('"code"'))).one()
        return {code: count for code, count in zip(codes, row, strict=True) if count}

    def above(self, chosen: QualityFilter) -> dict[str, int]:
        """Drafts by their share of words above the level; see `read_above`."""
        with self._access.reading() as conn:
            return read_above(conn, *_conditions(chosen))

    def scores(self, chosen: QualityFilter) -> list[ScoreRow]:
        """Drafts by the score that a second model gave, the lowest first."""
        score = func.floor(draft.c.score).label("whole")
        scored = select(score, func.count(), *_decided()).where(*_conditions(chosen), draft.c.score.is_not(None))
        with self._access.reading() as conn:
            return [ScoreRow(int(row[0]), *row[1:]) for row in conn.execute(scored.group_by(score).order_by(score))]

    def reasons(self, chosen: QualityFilter) -> dict[str, int]:
        """Rejected drafts by the reason of the newest rejection: one of REASONS, or one of those above."""
        rejections = (review.c.verdict == "rejected", review.c.undone_at.is_(None))
        last = func.max(review.c.id).label("id")
        newest = select(review.c.draft, last).where(*rejections).group_by(review.c.draft).subquery("newest")
        note = review.c.note
        reason = case(
            (review.c.run.is_not(None), literal(SECOND_MODEL)),
            (note == "", literal(NO_REASON)),
            *((or_(note == code, note.like(f"{code}:%")), literal(code)) for code in REASONS),  # as notes.split_note
            else_=literal(OTHER_REASON),
        ).label("reason")
        rows = (
            select(reason, func.count())
            .select_from(newest)
            .join(review, review.c.id == newest.c.id)
            .join(draft, draft.c.id == newest.c.draft)
            .where(draft.c.review == "rejected", *_conditions(chosen))
            .group_by(reason)
        )
        with self._access.reading() as conn:
            return {row[0]: row[1] for row in conn.execute(rows)}

    def reviewers(self, chosen: QualityFilter) -> list[ReviewerRow]:
        """
        People by the number of drafts they decided, the most first; a second model's rule is nobody.

        Decisions that a second reviewer must not see yet count as time only.
        """
        before = func.lag(review.c.at).over(partition_by=review.c.reviewer, order_by=review.c.at)
        gap = (review.c.at - before).label("gap")
        columns = (review.c.reviewer, review.c.who, review.c.verdict, gap, visible(None).label("seen"))
        decisions: Select[Any] = select(*columns).where(*_by_people())
        if chosen != QualityFilter():
            decisions = decisions.join(draft, draft.c.id == review.c.draft).where(*_conditions(chosen))
        each = decisions.subquery("each")
        worked = and_(each.c.gap > 0.0, each.c.gap <= BREAK_S)  # drafts decided together are one decision
        rows = select(
            each.c.reviewer,
            func.max(each.c.who),
            count_if(and_(each.c.seen, each.c.verdict == "approved")),
            count_if(and_(each.c.seen, each.c.verdict == "rejected")),
            count_if(worked),
            func.coalesce(func.sum(case((worked, each.c.gap), else_=0.0)), 0.0),
        ).group_by(each.c.reviewer)
        rows = rows.order_by(func.count().desc(), each.c.reviewer)
        with self._access.reading() as conn:
            return [ReviewerRow(*row) for row in conn.execute(rows)]

    def votes(self, chosen: QualityFilter) -> list[VotesRow]:
        """Drafts that two people or more decided without seeing each other's decision, by what they decided."""
        each = votes_by_draft(*_conditions(chosen)).subquery("each")
        keys = (each.c.approved, each.c.rejected)
        with self._access.reading() as conn:
            return [VotesRow(*row) for row in conn.execute(select(*keys, func.count()).group_by(*keys).order_by(*keys))]

    def agreement(self, chosen: QualityFilter) -> list[AgreementRow]:
        """How often two people gave the same verdict on one draft."""
        twice = select(review.c.draft).where(*_by_people()).group_by(review.c.draft)
        twice = twice.having(func.min(review.c.reviewer) < func.max(review.c.reviewer))
        keys = (review.c.draft, review.c.reviewer)
        words = select(*keys, func.max(review.c.id).label("id")).where(*_by_people(), review.c.draft.in_(twice))
        last = words.group_by(*keys).cte("last")
        other_last, one, other = last.alias("other_last"), review.alias("one"), review.alias("other")
        both = and_(other_last.c.draft == last.c.draft, other_last.c.reviewer > last.c.reviewer)
        rows = (
            select(last.c.reviewer, other_last.c.reviewer, func.count(), count_if(one.c.verdict == other.c.verdict))
            .select_from(last)
            .join(other_last, both)
            .join(one, one.c.id == last.c.id)
            .join(other, other.c.id == other_last.c.id)
            .join(draft, draft.c.id == last.c.draft)
            .where(*_conditions(chosen))
            .group_by(last.c.reviewer, other_last.c.reviewer)
            .order_by(func.count().desc(), last.c.reviewer, other_last.c.reviewer)
        )
        with self._access.reading() as conn:
            return [AgreementRow(*row) for row in conn.execute(rows)]


def _conditions(chosen: QualityFilter) -> list[ColumnElement[bool]]:
    names = ("model", "kind", "lang")
    conditions = [DRAFTED, *(draft.c[name] == value for name in names if (value := getattr(chosen, name)) is not None)]
    runs = select(run.c.id)
    if chosen.since is not None:
        runs = runs.where(run.c.created_at >= chosen.since)
    if chosen.until is not None:
        runs = runs.where(run.c.created_at < chosen.until)
    if chosen.style is not None:
        runs = runs.where(run.c.style == chosen.style)
    by_run = any(one is not None for one in (chosen.since, chosen.until, chosen.style))
    return [*conditions, _run.in_(runs)] if by_run else conditions


# The plus keeps SQLite from an index of runs, which does not hold every column needed: the review's index does.
_run = draft.c.run + 0


def _decided() -> tuple[ColumnElement[int], ColumnElement[int]]:
    return count_if(draft.c.review == "approved"), count_if(draft.c.review == "rejected")


def _flags() -> ColumnElement[str]:
    return type_coerce(draft.c.flags, String)


def _has_flag(code: str) -> ColumnElement[bool]:
    return _flags().contains(f'"code":{to_json(code)},', autoescape=True)


def _by_people() -> tuple[ColumnElement[bool], ...]:
    verdicts = review.c.verdict.in_(("approved", "rejected"))
    return verdicts, review.c.undone_at.is_(None), review.c.run.is_(None)
