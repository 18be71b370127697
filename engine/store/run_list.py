"""
Runs as a table: filtered, sorted and counted; their tags, notes and archive; deleting a run's drafts.

Deleting keeps the run's row and its calls: what was spent is never forgotten. Everything else of the run goes.
"""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Literal

from sqlalchemy import ColumnElement, Connection, Select, and_, case, delete, func, or_, select, update

from engine.errors import StoreError, UnknownRun
from engine.store.access import StorePart, same
from engine.store.draft_tables import opinion, overlap, shingle
from engine.store.records import FILLED
from engine.store.run_rows import count_if, read_runs
from engine.store.tables import call, change, draft, reply, review, run
from engine.store.views import RunRow

RunOrder = Literal["newest", "oldest", "largest", "dearest", "least_reviewed"]
ENDED = ("done", "incomplete", "cancelled")
MOST_TAGS = 20


@dataclass(frozen=True, slots=True)
class RunFilter:
    """Which runs of the table; deleted ones are never among them."""

    text: str = ""
    """In the topics, the provider, the model, a tag or the note; or the number of a run."""
    states: Sequence[str] | None = None
    kind: str | None = None
    model: str | None = None
    archived: bool = False
    folded: bool = True
    """Only top-level runs: no regenerations and no reviews of another run; the newest run of each comparison."""


@dataclass(frozen=True, slots=True)
class Deletion:
    """What deleting a run takes away; its calls and their cost stay."""

    drafts: int
    pending: int
    approved: int
    reviews: int
    """Runs of a second model about these drafts, deleted with them."""


class RunList(StorePart):
    """Reads and writes of the table of runs."""

    def page(self, chosen: RunFilter, limit: int, offset: int = 0, order: RunOrder = "newest") -> list[RunRow]:
        """A page of the runs of a filter, in an order."""
        ids = _chosen(chosen).order_by(*_order(order)).limit(limit).offset(offset)
        with self._access.reading() as conn:
            found = list(conn.scalars(ids))
            rows = {row.id: row for row in read_runs(conn, select(run.c.id).where(run.c.id.in_(found)))}
        return [rows[one] for one in found]

    def counts(self, chosen: RunFilter) -> dict[str, int]:
        """How many runs of a filter are in each state."""
        rows = select(run.c.state, func.count().label("n")).where(run.c.id.in_(_chosen(chosen))).group_by(run.c.state)
        with self._access.reading() as conn:
            return {row.state: row.n for row in conn.execute(rows)}

    def models(self) -> list[str]:
        """Every model that a run asked for, in order."""
        with self._access.reading() as conn:
            return list(conn.scalars(select(run.c.model).distinct().order_by(run.c.model)))

    def parts(self, runs: Sequence[int]) -> dict[int, list[int]]:
        """The runs that regenerate or review each of these, oldest first."""
        rows = select(run.c.parent_run, run.c.id).where(run.c.parent_run.in_(list(runs)), run.c.deleted_at.is_(None))
        found: dict[int, list[int]] = {}
        with self._access.reading() as conn:
            for parent, child in conn.execute(rows.order_by(run.c.id)):
                found.setdefault(int(parent), []).append(child)
        return found

    def describe(self, run_id: int, tags: Sequence[str], remark: str) -> Future[None]:
        """Set the tags and the note of a run; at most MOST_TAGS tags, each once, without blank ones."""
        kept = list(dict.fromkeys(tag.strip() for tag in tags if tag.strip()))[:MOST_TAGS]
        return self._set(run_id, tags=kept, remark=remark.strip())

    def archive(self, run_id: int, archived: bool = True) -> Future[None]:
        """Put a run into the archive, or take it out."""
        return self._set(run_id, archived=archived)

    def deletion(self, run_id: int) -> Deletion:
        """What deleting a run would take away."""
        filled = draft.c.state.in_(FILLED)
        sums = select(
            count_if(filled),
            count_if(and_(filled, draft.c.review == "pending")),
            count_if(and_(filled, draft.c.review == "approved")),
        ).where(draft.c.run == run_id)
        with self._access.reading() as conn:
            drafts, pending, approved = conn.execute(sums).one()
            return Deletion(int(drafts), int(pending), int(approved), len(_reviews(conn, run_id)))

    def delete(self, run_id: int, *, approved: bool = False) -> Future[None]:
        """
        Delete the drafts of an ended run, their reviews and raw replies; the run's row and its calls stay.

        Args:
            run_id: The run.
            approved: Also if some of its drafts are approved.

        Raises:
            UnknownRun: (in the future) no run has this id.
            StoreError: (in the future) the run is still open; or some drafts are approved and `approved` is False.
        """
        at = self._access.clock.wall()
        return self._access.write(lambda conn: _delete(conn, run_id, approved, at))

    def _set(self, run_id: int, **values: object) -> Future[None]:
        def op(conn: Connection) -> None:
            if not conn.execute(update(run).where(run.c.id == run_id).values(**values)).rowcount:
                raise UnknownRun(run_id)

        return self._access.write(op)


def _chosen(chosen: RunFilter) -> Select[int]:
    ids = select(run.c.id).where(run.c.deleted_at.is_(None), run.c.archived.is_(chosen.archived))
    if chosen.folded:
        ids = ids.where(run.c.parent_run.is_(None), or_(run.c.comparison_id.is_(None), run.c.id.in_(_NEWEST)))
    if chosen.states is not None:
        ids = ids.where(run.c.state.in_(list(chosen.states)))
    for column, value in ((run.c.kind, chosen.kind), (run.c.model, chosen.model)):
        if value is not None:
            ids = ids.where(column == value)
    for word in chosen.text.split():
        ids = ids.where(_says(word))
    return ids


_part = run.alias("part")
_NEWEST = select(func.max(_part.c.id)).where(_part.c.comparison_id.is_not(None)).group_by(_part.c.comparison_id)
"""The newest run of each comparison."""


def _says(word: str) -> ColumnElement[bool]:
    columns = (run.c.spec, run.c.provider, run.c.model, run.c.tags, run.c.remark)
    found = [func.lower(column).contains(word.lower(), autoescape=True) for column in columns]
    return or_(*found, run.c.id == int(word)) if word.isdecimal() and len(word) < 10 else or_(*found)


def _order(order: RunOrder) -> Sequence[ColumnElement[object]]:
    cost = select(func.sum(call.c.cost_usd)).where(call.c.run == run.c.id).correlate(run).scalar_subquery()
    decided = func.avg(case((draft.c.review == "pending", 0.0), else_=1.0))
    reviewed = select(decided).where(draft.c.run == run.c.id, draft.c.state == "drafted").correlate(run)
    share = func.coalesce(reviewed.scalar_subquery(), 1.0)
    first: dict[RunOrder, Sequence[ColumnElement[object]]] = {
        "newest": (),
        "oldest": (run.c.id.asc(),),
        "largest": (run.c.planned.desc(),),
        "dearest": (func.coalesce(cost, 0.0).desc(),),
        "least_reviewed": (share.asc(),),
    }
    return (*first[order], run.c.id.desc())


def _reviews(conn: Connection, run_id: int) -> list[int]:
    there = same(run, parent_run=run_id, purpose="review")
    return list(conn.scalars(select(run.c.id).where(*there, run.c.deleted_at.is_(None))))


def _delete(conn: Connection, run_id: int, approved: bool, at: float) -> None:
    reviews = _reviews(conn, run_id)
    states = {row.id: row.state for row in conn.execute(_states([run_id, *reviews]))}
    if run_id not in states:
        raise UnknownRun(run_id)
    if still := next((one for one, state in states.items() if state not in ENDED), None):
        raise StoreError("run_open", run=still)
    kept = select(func.count()).where(draft.c.run == run_id, draft.c.review == "approved")
    if (count := conn.execute(kept).scalar_one()) and not approved:
        raise StoreError("run_has_approved", run=run_id, count=count)
    for one in (*reviews, run_id):
        _empty(conn, one, at)


def _states(runs: Sequence[int]) -> Select[int, str]:
    return select(run.c.id, run.c.state).where(run.c.id.in_(runs))


def _empty(conn: Connection, run_id: int, at: float) -> None:
    own = select(draft.c.id).where(draft.c.run == run_id)
    conn.execute(update(draft).where(draft.c.origin.in_(own)).values(origin=None))
    conn.execute(update(draft).where(draft.c.refills.in_(own)).values(refills=None))
    for table in (review, opinion, overlap, shingle):
        conn.execute(delete(table).where(table.c.draft.in_(own)))
    conn.execute(delete(opinion).where(opinion.c.run == run_id))
    conn.execute(delete(draft).where(draft.c.run == run_id))
    conn.execute(delete(reply).where(reply.c.call.in_(select(call.c.id).where(call.c.run == run_id))))
    conn.execute(delete(change).where(change.c.run == run_id))
    conn.execute(update(run).where(run.c.id == run_id).values(deleted_at=at, planned=0))
