"""
A second model's opinions: stored with the call that brought them, read beside the draft.

When an opinion decides by itself is the rule of engine.judge, passed in as `Settlement.decide`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from sqlalchemy import Connection, Row, and_, bindparam, func, insert, literal_column, select, update

from engine.store.decisions import PENDING, next_batch
from engine.store.draft_filter import DRAFTED
from engine.store.records import AutoDecision, NewOpinion, Opinion, Reviewer, Settlement
from engine.store.review_rows import OpinionCounts, OpinionRow, Subject
from engine.store.run_rows import count_if
from engine.store.tables import draft, opinion, review
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
_SUBJECT = ("review", "flagged", "content")


def read_newest_opinions(conn: Connection, draft_ids: Sequence[int]) -> dict[int, OpinionRow]:
    """The newest scored opinion of each draft."""
    newest = (
        select(func.max(opinion.c.id))
        .where(opinion.c.draft.in_(list(draft_ids)), opinion.c.score.is_not(None))
        .group_by(opinion.c.draft)
    )
    rows = conn.execute(select(opinion).where(opinion.c.id.in_(newest.scalar_subquery())))
    return {row.draft: read_opinion(row) for row in rows}


def read_opinion_counts(conn: Connection, run_id: int) -> OpinionCounts:
    """The counts of a run of judgements."""
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
    own = {row.verdict: row.times for row in conn.execute(decided)}
    row = conn.execute(counted).one()
    return OpinionCounts(**row._mapping, approved=own.get("approved", 0), rejected=own.get("rejected", 0))


def read_subjects(conn: Connection, run_id: int, slots: Sequence[int]) -> dict[int, Subject]:
    """Slot number to the draft it is about."""
    about = draft.alias("about")
    rows = (
        select(draft.c.slot, about.c.id, about.c.topic, about.c.level, about.c.content)
        .join(about, and_(about.c.id == draft.c.subject, about.c.state == "drafted", about.c.content.is_not(None)))
        .where(draft.c.run == run_id, draft.c.slot.in_(list(slots)))
    )
    return {row[0]: Subject(*row[1:4], row[4] or {}) for row in conn.execute(rows)}


def store_opinions(conn: Connection, run_id: int, settlement: Settlement, model: str, now: float) -> Settled:
    """
    Store the opinions of one answer, inside the transaction that closes its call.

    Returns:
        The slots that are judged now; a slot that had ended before counts as late.
    """
    at = now if settlement.ended_at is None else settlement.ended_at
    stored = []
    for one in settlement.opinions:
        slot = {"at_run": run_id, "at_slot": one.slot, "new_call": settlement.call, "new_made_at": at}
        if not conn.execute(_JUDGED, {**slot, "new_model": model}).rowcount:
            continue
        stored.append(one.slot)
        row = _merge(conn, run_id, one, model, at)
        if row.score is not None:
            _set_score(conn, row)
            if settlement.decide is not None:
                _decide(conn, row, settlement.decide)
    return Settled(tuple(stored), len(settlement.opinions) - len(stored))


def _merge(conn: Connection, run_id: int, one: NewOpinion, model: str, at: float) -> Row[Any]:
    """Scores and blind solve of one draft share a row, whichever comes first."""
    there = and_(opinion.c.run == run_id, opinion.c.draft == one.draft)
    changed = conn.execute(update(opinion).where(there).values(at=at, **one.values)).rowcount
    if not changed:
        row = {"run": run_id, "draft": one.draft, "model": model, "at": at}
        conn.execute(insert(opinion), {**row, **one.values})
    return conn.execute(select(opinion).where(there)).one()


def _set_score(conn: Connection, row: Row[Any]) -> None:
    """The draft's score is its newest opinion's."""
    newer = and_(opinion.c.draft == row.draft, opinion.c.id > row.id, opinion.c.score.is_not(None))
    if conn.execute(select(opinion.c.id).where(newer).limit(1)).first() is None:
        conn.execute(update(draft).where(draft.c.id == row.draft).values(score=row.score))


def _decide(conn: Connection, row: Row[Any], decide: Callable[[Opinion], AutoDecision | None]) -> None:
    about = conn.execute(select(*(draft.c[name] for name in _SUBJECT)).where(draft.c.id == row.draft)).one()
    if about.review != "pending" or revision(about.content) != row.judged:
        return  # a person decided first, or has changed the text
    decision = decide(Opinion(row.verdict, row.score, about.flagged, row.solved, row.blanks, tuple(row.reasons or ())))
    if decision is None:
        return
    pending = and_(draft.c.id == row.draft, draft.c.review == "pending", DRAFTED)
    if conn.execute(update(draft).where(pending).values(review=decision.verdict)).rowcount:
        decided = {"verdict": decision.verdict, "note": decision.note, "at": row.at, **Reviewer.of(row.model).columns}
        kept = {"draft": row.draft, "run": row.run, "previous": PENDING, "batch": next_batch(conn)}
        conn.execute(insert(review), {**decided, **kept})


def read_opinion(row: Row[Any]) -> OpinionRow:
    """A row of `opinion`."""
    values = dict(row._mapping)
    values |= {name: tuple(values[name] or ()) for name in ("reasons", "solve")}
    return OpinionRow.of({**values, "scores": values["scores"] or {}})
