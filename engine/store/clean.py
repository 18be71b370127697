"""
Cleaning: old raw answers, rejected drafts and cancelled runs, and the disk space they free.

Cleaning takes content, never a count: a rejected draft keeps its row, its title and its verdict, so the sums of its run
do not change and the cache does not reuse it. The ledger is never shortened.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import ColumnElement, Connection, Select, and_, delete, exists, func, literal_column, select, update

from engine.errors import StoreError
from engine.store.access import Access
from engine.store.faults import BUSY_S, explain
from engine.store.records import LIVE, OPEN
from engine.store.tables import call, change, draft, event, reply, request, review, run

CLEANED = "cleaned"
"""The reason of a draft whose content was cleaned away."""
_ROW_BYTES = 200  # a slot without content: its row and its places in five indexes, measured on 100,000 of them


@dataclass(frozen=True, slots=True)
class Cleanup:
    """What to clean: each kind of thing only when it is named, and only what is older than a time."""

    before: float
    """Unix seconds."""
    raw: bool = False
    """Raw answers of calls that are settled."""
    rejected: bool = False
    """The content of drafts that were rejected before then."""
    cancelled: bool = False
    """Cancelled runs with neither a draft nor a call."""


@dataclass(frozen=True, slots=True)
class CleanupResult:
    """What was cleaned, or would be; bytes are those of the contents."""

    replies: int = 0
    reply_bytes: int = 0
    drafts: int = 0
    draft_bytes: int = 0
    runs: int = 0
    slots: int = 0
    """Of the runs."""
    run_bytes: int = 0

    @property
    def bytes(self) -> int:
        """The sum of the parts."""
        return self.reply_bytes + self.draft_bytes + self.run_bytes


def clean(conn: Connection, cleanup: Cleanup) -> CleanupResult:
    """Delete what a Cleanup names; see `Store.clean`."""
    result = count_cleanable(conn, cleanup)
    if cleanup.raw:
        conn.execute(delete(reply).where(reply.c.call.in_(_old_calls(cleanup.before))))
    if cleanup.rejected:
        _empty(conn, cleanup.before)
    if cleanup.cancelled:
        _remove(conn, list(conn.scalars(_idle_runs(cleanup.before))))
    return result


def vacuum(access: Access) -> int:
    """Make the database's file smaller; see `Store.vacuum`."""
    path = access.database.path
    if path is None:
        return 0
    with access.reading() as conn:
        running = conn.scalars(select(run.c.id).where(run.c.state == "running").limit(1)).first()
    if running is not None:
        raise StoreError("clean_later", run=running)
    before = _size(path)
    try:
        with closing(sqlite3.connect(path, timeout=BUSY_S, isolation_level=None)) as connection:
            connection.execute("VACUUM")
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    except sqlite3.Error as exc:
        raise explain(exc) from exc
    return max(0, before - _size(path))


def count_cleanable(conn: Connection, cleanup: Cleanup) -> CleanupResult:
    """What `clean` would delete now."""
    replies = drafts = runs = (0, 0)
    slots = 0
    if cleanup.raw:
        sums = select(func.count(), func.coalesce(func.sum(func.length(reply.c.body)), 0))
        replies = _pair(conn, sums.where(reply.c.call.in_(_old_calls(cleanup.before))))
    if cleanup.rejected:
        long = func.length(draft.c.content) + func.length(draft.c.search) + func.length(draft.c.flags)
        sums = select(func.count(), func.coalesce(func.sum(long), 0))
        drafts = _pair(conn, sums.where(*_old_rejected(cleanup.before)))
    if cleanup.cancelled:
        own = draft.c.run.in_(_idle_runs(cleanup.before))
        slots, letters = _pair(
            conn, select(func.count(), func.coalesce(func.sum(func.length(draft.c.topic)), 0)).where(own)
        )
        count = select(func.count()).select_from(_idle_runs(cleanup.before).subquery())
        runs = (int(conn.execute(count).scalar_one()), slots * _ROW_BYTES + letters)
    return CleanupResult(*replies, *drafts, runs[0], slots, runs[1])


def _pair(conn: Connection, sums: Select[int, int]) -> tuple[int, int]:
    count, size = conn.execute(sums).one()
    return int(count), int(size)


def _old_calls(before: float) -> Select[int]:
    settled = and_(call.c.ended_at < before, call.c.outcome.not_in(OPEN))
    return select(call.c.id).join(run, run.c.id == call.c.run).where(settled, run.c.state.not_in(LIVE))


def _old_rejected(before: float) -> Sequence[ColumnElement[bool]]:
    """Drafts rejected before a time; where the time of the rejection is unknown, made before it."""
    twin = draft.alias("twin")
    said = select(func.max(review.c.at)).where(review.c.draft == draft.c.id, review.c.undone_at.is_(None))
    return (
        draft.c.state == literal_column("'drafted'"),
        draft.c.review == "rejected",
        draft.c.content.is_not(None),
        func.coalesce(said.scalar_subquery(), draft.c.made_at) < before,
        draft.c.id.not_in(select(twin.c.origin).where(twin.c.origin.is_not(None))),
        draft.c.run.in_(select(run.c.id).where(run.c.state.not_in(LIVE))),
    )


def _idle_runs(before: float) -> Select[int]:
    """Cancelled before then, without a draft, without a call, and nothing refers to them."""
    made = select(draft.c.id).where(draft.c.run == run.c.id, draft.c.state == "drafted")
    child = run.alias("child")
    return select(run.c.id).where(
        run.c.state == "cancelled",
        func.coalesce(run.c.ended_at, run.c.created_at) < before,
        run.c.comparison_id.is_(None),
        ~exists(made.correlate(run)),
        ~exists(select(call.c.id).where(call.c.run == run.c.id).correlate(run)),
        ~exists(select(child.c.id).where(child.c.parent_run == run.c.id).correlate(run)),
    )


def _empty(conn: Connection, before: float) -> None:
    """Take the content out of rejected drafts; what an edit had replaced goes, too."""
    ids = list(conn.scalars(select(draft.c.id).where(*_old_rejected(before))))
    for start in range(0, len(ids), 500):
        part = ids[start : start + 500]
        conn.execute(delete(review).where(review.c.draft.in_(part), review.c.verdict == "edited"))
        emptied = update(draft).where(draft.c.id.in_(part))
        conn.execute(emptied.values(content=None, flags=None, search="", reason=CLEANED))


def _remove(conn: Connection, runs: Sequence[int]) -> None:
    for run_id in runs:
        conn.execute(delete(draft).where(draft.c.run == run_id))
        for table in (change, event, request):
            conn.execute(delete(table).where(table.c.run == run_id))
        conn.execute(delete(run).where(run.c.id == run_id))


def _size(path: Path) -> int:
    files = (path, path.with_name(path.name + "-wal"))
    return sum(file.stat().st_size for file in files if file.exists())
