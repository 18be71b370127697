"""
A second model's opinions: filed with the call that brought them, read back beside the draft.

When an opinion decides by itself is said by engine.judge.opinion; what it is asked, by second_model.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from sqlalchemy import Connection, Row, and_, bindparam, func, insert, literal_column, select, update

from engine.kinds import kind_of
from engine.store.base import Part
from engine.store.records import Filed, Judged, Settlement, Verdict
from engine.store.review import next_batch
from engine.store.tables import draft, opinion, review
from engine.store.totals import count_if
from engine.store.verdicts import OpinionCounts, OpinionRow, Subject
from engine.store.views import Settled
from engine.work import revision

_JUDGED = (
    update(draft)
    .where(draft.c.run == bindparam("at_run"), draft.c.slot == bindparam("at_slot"), draft.c.state == "planned")
    .values(
        state=literal_column("'judged'"),
        source=literal_column("'call'"),
        **{name: bindparam(f"new_{name}", type_=draft.c[name].type) for name in ("call", "made_at", "model")},
    )
)
_SUBJECT = ("kind", "state", "review", "flagged", "content")


class Opinions(Part):
    """What second models think of drafts."""

    def opinions(self, draft_ids: Sequence[int]) -> dict[int, OpinionRow]:
        """The newest scored opinion of each draft; drafts without one are left out."""
        newest = (
            select(func.max(opinion.c.id))
            .where(opinion.c.draft.in_(list(draft_ids)), opinion.c.score.is_not(None))
            .group_by(opinion.c.draft)
        )
        with self._access.reading() as conn:
            rows = conn.execute(select(opinion).where(opinion.c.id.in_(newest.scalar_subquery())))
            return {row.draft: _opinion_row(row) for row in rows}

    def run_opinions(self, run_id: int, limit: int = 50, offset: int = 0) -> list[OpinionRow]:
        """A page of a review's opinions, the lowest scores first."""
        scored = select(opinion).where(opinion.c.run == run_id).order_by(opinion.c.score, opinion.c.id)
        with self._access.reading() as conn:
            return [_opinion_row(row) for row in conn.execute(scored.limit(limit).offset(offset))]

    def opinion_counts(self, run_id: int) -> OpinionCounts:
        """What a review has come to so far."""
        sums = {
            "drafts": func.count(),
            **{name: count_if(opinion.c.verdict == name) for name in ("ok", "fix", "reject")},
            "repairs": count_if(opinion.c.repair.is_not(None)),
            "score": func.avg(opinion.c.score),
            "solved": func.coalesce(func.sum(opinion.c.solved), 0),
            "blanks": func.coalesce(func.sum(opinion.c.blanks), 0),
        }
        counted = select(*(column.label(name) for name, column in sums.items())).where(opinion.c.run == run_id)
        decided = (
            select(review.c.verdict, func.count().label("times"))
            .join(opinion, opinion.c.draft == review.c.draft)
            .where(opinion.c.run == run_id, review.c.run == run_id, review.c.undone_at.is_(None))
            .group_by(review.c.verdict)
        )
        with self._access.reading() as conn:
            own = {row.verdict: row.times for row in conn.execute(decided)}
            row = conn.execute(counted).one()
        return OpinionCounts(**row._mapping, approved=own.get("approved", 0), rejected=own.get("rejected", 0))

    def subjects(self, run_id: int, slots: Sequence[int]) -> dict[int, Subject]:
        """Slot number to the draft it is about; a draft that is there no more is left out."""
        about = draft.alias("about")
        rows = (
            select(draft.c.slot, about.c.id, about.c.topic, about.c.level, about.c.content)
            .join(about, and_(about.c.id == draft.c.subject, about.c.state == "drafted", about.c.content.is_not(None)))
            .where(draft.c.run == run_id, draft.c.slot.in_(list(slots)))
        )
        with self._access.reading() as conn:
            return {row[0]: Subject(*row[1:4], row[4] or {}) for row in conn.execute(rows)}

    def reviewable(self, run_id: int, *, flagged: bool = False) -> list[tuple[int, str, int]]:
        """(id, topic, level) of a run's drafts that nobody has rejected, in order; with `flagged`, only those."""
        chosen = [draft.c.run == run_id, draft.c.state == literal_column("'drafted'"), draft.c.review != "rejected"]
        if flagged:
            chosen.append(draft.c.flagged.is_(True))
        with self._access.reading() as conn:
            rows = conn.execute(select(draft.c.id, draft.c.topic, draft.c.level).where(*chosen).order_by(draft.c.slot))
            return [(row.id, row.topic, row.level) for row in rows]


def file_opinions(conn: Connection, run_id: int, settlement: Settlement, model: str, now: float) -> Settled:
    """
    Store what one answer of a review brought, inside the transaction that closes its call.

    Returns:
        The slots judged now; those that had ended before count as late.
    """
    at = now if settlement.ended_at is None else settlement.ended_at
    stored = []
    for one in settlement.opinions:
        slot = {"at_run": run_id, "at_slot": one.slot, "new_call": settlement.call, "new_made_at": at}
        if conn.execute(_JUDGED, {**slot, "new_model": model}).rowcount:
            stored.append(one.slot)
            _weigh(conn, _keep(conn, run_id, one, model, at), settlement)
    return Settled(tuple(stored), len(settlement.opinions) - len(stored))


def _keep(conn: Connection, run_id: int, one: Filed, model: str, at: float) -> Row[Any]:
    """Scores and blind solve of one draft share a row, whichever comes first."""
    there = and_(opinion.c.run == run_id, opinion.c.draft == one.draft)
    changed = conn.execute(update(opinion).where(there).values(at=at, **one.values)).rowcount
    if not changed:
        row = {"run": run_id, "draft": one.draft, "model": model, "at": at}
        conn.execute(insert(opinion), {**row, **one.values})
    return conn.execute(select(opinion).where(there)).one()


def _weigh(conn: Connection, row: Row[Any], settlement: Settlement) -> None:
    """The draft's score is its newest opinion's; a whole opinion may decide, where thresholds say so."""
    if row.score is None:
        return
    newer = and_(opinion.c.draft == row.draft, opinion.c.id > row.id, opinion.c.score.is_not(None))
    if conn.execute(select(opinion.c.id).where(newer).limit(1)).first() is None:
        conn.execute(update(draft).where(draft.c.id == row.draft).values(score=row.score))
    if settlement.decide is not None:
        _decide(conn, row, settlement.decide)


def _decide(conn: Connection, row: Row[Any], decide: Callable[[Judged], Verdict | None]) -> None:
    about = conn.execute(select(*(draft.c[name] for name in _SUBJECT)).where(draft.c.id == row.draft)).one()
    whole = kind_of(about.kind).blind is None or row.solved is not None
    if not whole or about.review != "pending" or revision(about.content) != row.judged:
        return  # a person was quicker, or has changed the text it was about
    verdict = decide(Judged(row.verdict, row.score, about.flagged, row.solved or 0, row.blanks or 0))
    if verdict is None:
        return
    pending = and_(draft.c.id == row.draft, draft.c.review == "pending", draft.c.state == literal_column("'drafted'"))
    if conn.execute(update(draft).where(pending).values(review=verdict)).rowcount:
        note = "; ".join(row.reasons or ()) or f"lowest score {row.score:g}"
        decided = {"draft": row.draft, "verdict": verdict, "who": row.model, "note": note, "at": row.at}
        conn.execute(
            insert(review), {**decided, "run": row.run, "previous": {"review": "pending"}, "batch": next_batch(conn)}
        )


def _opinion_row(row: Row[Any]) -> OpinionRow:
    values = dict(row._mapping)
    values |= {name: tuple(values[name] or ()) for name in ("reasons", "solve")}
    return OpinionRow(**{**values, "scores": values["scores"] or {}})
