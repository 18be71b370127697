"""
Decisions on drafts, and taking them back.

A decision changes a draft only while it is pending, so a stale page or a second key press decides nothing twice.
"""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import Future
from dataclasses import asdict
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, insert, literal_column, select, update

from engine.errors import StoreError
from engine.store.base import Base, chunks
from engine.store.columns import searchable
from engine.store.records import Edit, Verdict
from engine.store.tables import draft, review
from engine.store.views import ReviewRow, is_flagged

_DRAFTED = draft.c.state == literal_column("'drafted'")
_EDITED = ("content", "title", "search", "flags", "flagged")


class Review(Base):
    """What people decide."""

    def decide(
        self, draft_ids: Sequence[int], verdict: Verdict, who: str = "", note: str = "", at: float | None = None
    ) -> Future[list[int]]:
        """
        Approve or reject drafts.

        Returns:
            The ids really changed: those that were drafted and pending.
        """
        now = self._clock.wall() if at is None else at
        row = {"verdict": verdict, "who": who, "note": note, "at": now, "previous": {"review": "pending"}}

        def op(conn: Connection) -> list[int]:
            changed: list[int] = []
            for part in chunks(list(dict.fromkeys(draft_ids))):
                pending = update(draft).where(draft.c.id.in_(list(part)), _DRAFTED, draft.c.review == "pending")
                changed += conn.scalars(pending.values(review=verdict).returning(draft.c.id))
            if changed:
                conn.execute(insert(review), [{**row, "draft": draft_id} for draft_id in changed])
            return sorted(changed)

        return self.write(op)

    def edit(self, edit: Edit, who: str = "", note: str = "", at: float | None = None) -> Future[None]:
        """
        Replace a draft's content; its review state stays.

        Raises:
            StoreError: (in the future) there is no such draft.
        """
        now = self._clock.wall() if at is None else at
        row = {"draft": edit.draft, "verdict": "edited", "who": who, "note": note, "at": now}
        there = (draft.c.id == edit.draft, _DRAFTED)
        after = {
            "content": edit.content,
            "title": edit.title,
            "search": searchable(edit.search),
            "flags": [asdict(flag) for flag in edit.flags],
            "flagged": is_flagged(edit.flags),
        }

        def op(conn: Connection) -> None:
            before = conn.execute(select(*(draft.c[name] for name in _EDITED)).where(*there)).first()
            if before is None:
                raise StoreError(f"there is no draft {edit.draft} to edit; open the review page again")
            conn.execute(insert(review), {**row, "previous": dict(before._mapping)})
            conn.execute(update(draft).where(*there).values(**after))

        return self.write(op)

    def undo(
        self, reviews: Sequence[int] = (), *, drafts: Sequence[int] = (), last: int = 0, at: float | None = None
    ) -> Future[list[int]]:
        """
        Take back decisions and edits: each draft is exactly what it was before.

        Args:
            reviews: Their ids.
            drafts: Or the drafts whose newest one is taken back.
            last: Or how many of the newest ones.
            at: When; None: now.

        Returns:
            The drafts restored. A decision that a newer one stands on is left: undo that one first.
        """
        now = self._clock.wall() if at is None else at

        def op(conn: Connection) -> list[int]:
            ids = [*reviews, *_newest_of(conn, drafts), *_newest(conn, last)]
            restored = [_take_back(conn, review_id, now) for review_id in sorted(set(ids), reverse=True)]
            return sorted({draft_id for draft_id in restored if draft_id is not None})

        return self.write(op)

    def reviews(self, draft_id: int | None = None, limit: int = 50) -> list[ReviewRow]:
        """The newest decisions and edits, of one draft or of all."""
        names = ("id", "draft", "verdict", "who", "note", "at", "undone_at")
        rows = select(*(review.c[name] for name in names)).order_by(review.c.id.desc()).limit(limit)
        if draft_id is not None:
            rows = rows.where(review.c.draft == draft_id)
        with self._reading() as conn:
            return [ReviewRow(*row) for row in conn.execute(rows)]


def _standing(*conditions: ColumnElement[bool]) -> Select[Any]:
    return select(review).where(review.c.undone_at.is_(None), *conditions).order_by(review.c.id.desc())


def _newest(conn: Connection, last: int) -> list[int]:
    return [row.id for row in conn.execute(_standing().limit(last))] if last > 0 else []


def _newest_of(conn: Connection, drafts: Sequence[int]) -> list[int]:
    found = (conn.execute(_standing(review.c.draft == draft_id).limit(1)).first() for draft_id in drafts)
    return [row.id for row in found if row is not None]


def _take_back(conn: Connection, review_id: int, now: float) -> int | None:
    row = conn.execute(_standing(review.c.id == review_id)).first()
    if row is None or conn.execute(_standing(review.c.draft == row.draft, review.c.id > review_id)).first():
        return None
    there = update(draft).where(draft.c.id == row.draft, draft.c.content.is_not(None))  # a cleaned one has none
    if not conn.execute(there.values(**row.previous)).rowcount:
        return None
    conn.execute(update(review).where(review.c.id == review_id).values(undone_at=now))
    return int(row.draft)
