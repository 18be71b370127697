"""
Decisions on drafts, and taking them back.

A decision changes a draft only while it is pending and as it was shown, so a stale page, a second key press and a
second reviewer decide nothing twice.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import Future
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, func, insert, literal_column, select, update

from engine.errors import StoreError
from engine.store.base import Part, chunks
from engine.store.columns import searchable
from engine.store.records import Edit, Verdict
from engine.store.tables import draft, review
from engine.store.verdicts import Decision, ReviewRow, ReviewSession
from engine.store.views import is_flagged
from engine.work import revision

_DRAFTED = draft.c.state == literal_column("'drafted'")
_PENDING = draft.c.review == "pending"
_EDITED = ("content", "title", "search", "flags", "flagged")
_BEFORE = {"review": "pending"}


class Review(Part):
    """What people decide."""

    def decide(
        self,
        draft_ids: Sequence[int],
        verdict: Verdict,
        who: str = "",
        note: str = "",
        at: float | None = None,
        *,
        shown: Mapping[int, str] | None = None,
    ) -> Future[list[int]]:
        """
        Approve or reject drafts, however many, as one decision.

        Args:
            draft_ids: The drafts; for a whole filter those `draft_ids` gave when they were counted, so that what comes
                in later is not decided unseen.
            verdict: approved or rejected.
            who: The reviewer.
            note: Why.
            at: When; None: now.
            shown: Draft to the `revision` that was on the screen; one that was edited since is left alone.

        Returns:
            The ids really changed: those that were drafted, pending and as shown.
        """
        now = self._access.clock.wall() if at is None else at
        row = {"verdict": verdict, "who": who, "note": note, "at": now, "previous": _BEFORE}

        def op(conn: Connection) -> list[int]:
            changed: list[int] = []
            for part in chunks(list(dict.fromkeys(draft_ids))):
                same = _as_shown(conn, part, shown or {})
                pending = update(draft).where(draft.c.id.in_(same), _DRAFTED, _PENDING)
                changed += conn.scalars(pending.values(review=verdict).returning(draft.c.id))
            if changed:
                batch = next_batch(conn)
                conn.execute(insert(review), [{**row, "draft": one, "batch": batch} for one in sorted(changed)])
            return sorted(changed)

        return self._access.write(op)

    def annotate(self, draft_id: int, note: str) -> Future[bool]:
        """Give the newest standing decision on a draft its reason; False when there is none."""

        def op(conn: Connection) -> bool:
            ids = _newest_of(conn, [draft_id])
            return (
                bool(ids) and conn.execute(update(review).where(review.c.id == ids[0]).values(note=note)).rowcount > 0
            )

        return self._access.write(op)

    def edit(
        self, edit: Edit, who: str = "", note: str = "", at: float | None = None, *, shown: str | None = None
    ) -> Future[None]:
        """
        Replace a draft's content; its review state stays.

        Args:
            edit: The new content.
            who: The reviewer.
            note: Why.
            at: When; None: now.
            shown: The `revision` that was edited; None: not checked.

        Raises:
            StoreError: (in the future) there is no such draft, or somebody else changed it since it was shown.
        """
        now = self._access.clock.wall() if at is None else at
        row = {"draft": edit.draft, "verdict": "edited", "who": who, "note": note, "at": now}
        there = (draft.c.id == edit.draft, _DRAFTED)
        after = {
            "content": edit.content,
            "title": edit.title,
            "search": searchable(edit.search),
            "flags": [flag.to_json() for flag in edit.flags],
            "flagged": is_flagged(edit.flags),
        }

        def op(conn: Connection) -> None:
            before = conn.execute(select(*(draft.c[name] for name in _EDITED)).where(*there)).first()
            if before is None:
                raise StoreError("draft_unknown", draft=edit.draft)
            if shown is not None and revision(before.content or {}) != shown:
                raise StoreError("draft_changed", draft=edit.draft)
            conn.execute(insert(review), {**row, "previous": dict(before._mapping), "batch": next_batch(conn)})
            conn.execute(update(draft).where(*there).values(**after))

        return self._access.write(op)

    def undo(
        self,
        reviews: Sequence[int] = (),
        *,
        drafts: Sequence[int] = (),
        last: int = 0,
        batch: int | None = None,
        at: float | None = None,
    ) -> Future[list[int]]:
        """
        Take back decisions and edits: each draft is exactly what it was before.

        Args:
            reviews: Their ids.
            drafts: Or the drafts whose newest one is taken back.
            last: Or how many of the newest ones.
            batch: Or the whole of one decision, however many drafts it was on.
            at: When; None: now.

        Returns:
            The drafts restored. A decision that a newer one stands on is left: undo that one first.
        """
        now = self._access.clock.wall() if at is None else at

        def op(conn: Connection) -> list[int]:
            restored = {*_take_back_all(conn, batch, now)} if batch is not None else set[int]()
            ids = [*reviews, *_newest_of(conn, drafts), *_newest(conn, last), *_edits(conn, batch)]
            backs = [_take_back(conn, review_id, now) for review_id in sorted(set(ids), reverse=True)]
            return sorted(restored | {draft_id for draft_id in backs if draft_id is not None})

        return self._access.write(op)

    def history(self, draft_id: int | None = None, limit: int = 50) -> list[ReviewRow]:
        """The newest decisions and edits, of one draft or of all."""
        names = ("id", "draft", "verdict", "who", "note", "at", "undone_at")
        rows = select(*(review.c[name] for name in names)).order_by(review.c.id.desc()).limit(limit)
        if draft_id is not None:
            rows = rows.where(review.c.draft == draft_id)
        with self._access.reading() as conn:
            return [ReviewRow(*row) for row in conn.execute(rows)]

    def last_decision(self, who: str) -> Decision | None:
        """What a reviewer decided or edited last and has not taken back."""
        ours = (review.c.who == who, review.c.undone_at.is_(None))
        with self._access.reading() as conn:
            batch = conn.execute(select(func.max(review.c.batch)).where(*ours)).scalar()
            sums = (func.max(review.c.verdict), func.count(), func.min(review.c.draft))
            row = conn.execute(select(*sums).where(review.c.batch == batch, *ours)).one()
        return None if batch is None else Decision(batch, *row)

    def session(self, who: str, since: float) -> ReviewSession:
        """What a reviewer has decided since a time; edits and what was taken back are not counted."""
        sums = (func.count(), func.count(review.c.batch.distinct()), func.min(review.c.at), func.max(review.c.at))
        ours = select(*sums).where(
            review.c.who == who, review.c.undone_at.is_(None), review.c.verdict != "edited", review.c.at >= since
        )
        with self._access.reading() as conn:
            return ReviewSession(*conn.execute(ours).one())


def _as_shown(conn: Connection, ids: Sequence[int], shown: Mapping[int, str]) -> list[int]:
    """Those that were not edited since they were shown; one whose revision is not given counts as such."""
    checked = [draft_id for draft_id in ids if draft_id in shown]
    if not checked:
        return list(ids)
    rows = conn.execute(select(draft.c.id, draft.c.content).where(draft.c.id.in_(checked)))
    changed = {row.id for row in rows if revision(row.content or {}) != shown[row.id]}
    return [draft_id for draft_id in ids if draft_id not in changed]


def next_batch(conn: Connection) -> int:
    """The id that the next row of `review` will have; nobody else writes while this transaction is open."""
    return int(conn.execute(select(func.coalesce(func.max(review.c.id), 0) + 1)).scalar_one())


def _standing(*conditions: ColumnElement[bool]) -> Select[Any]:
    return select(review).where(review.c.undone_at.is_(None), *conditions).order_by(review.c.id.desc())


def _newest(conn: Connection, last: int) -> list[int]:
    return [row.id for row in conn.execute(_standing().limit(last))] if last > 0 else []


def _newest_of(conn: Connection, drafts: Sequence[int]) -> list[int]:
    found = (conn.execute(_standing(review.c.draft == draft_id).limit(1)).first() for draft_id in drafts)
    return [row.id for row in found if row is not None]


def _edits(conn: Connection, batch: int | None) -> list[int]:
    if batch is None:
        return []
    return [row.id for row in conn.execute(_standing(review.c.batch == batch, review.c.verdict == "edited"))]


def _take_back(conn: Connection, review_id: int, now: float) -> int | None:
    row = conn.execute(_standing(review.c.id == review_id)).first()
    if row is None or conn.execute(_standing(review.c.draft == row.draft, review.c.id > review_id)).first():
        return None
    there = update(draft).where(draft.c.id == row.draft, draft.c.content.is_not(None))  # a cleaned one has none
    if not conn.execute(there.values(**row.previous)).rowcount:
        return None
    conn.execute(update(review).where(review.c.id == review_id).values(undone_at=now))
    return int(row.draft)


def _take_back_all(conn: Connection, batch: int, now: float) -> list[int]:
    """Every verdict of a decision by two statements: what it replaced was `pending`, always."""
    newer = review.alias("newer")
    covered = select(newer.c.id).where(
        newer.c.draft == review.c.draft, newer.c.id > review.c.id, newer.c.undone_at.is_(None)
    )
    there = select(draft.c.id).where(
        draft.c.id == review.c.draft, draft.c.content.is_not(None)
    )  # cleaned ones have none
    standing = (review.c.batch == batch, review.c.undone_at.is_(None), review.c.verdict != "edited")
    free = (*standing, ~covered.exists(), there.exists())
    these = select(review.c.draft).where(*free)
    restored = list(conn.scalars(update(draft).where(draft.c.id.in_(these)).values(**_BEFORE).returning(draft.c.id)))
    conn.execute(update(review).where(*free).values(undone_at=now))
    return restored
