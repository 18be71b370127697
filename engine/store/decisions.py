"""
The statements behind decisions: decide drafts, edit one, undo.

A decision changes a draft only while its text and its review state are as they were shown, so a stale page, a second
key press and a second reviewer never decide twice.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, func, insert, select, update

from engine.errors import StoreError
from engine.store.access import chunks
from engine.store.columns import graded, searchable
from engine.store.draft_filter import DRAFTED
from engine.store.overlap import awaited, count_votes, withdraw
from engine.store.records import Edit, Reviewer
from engine.store.tables import draft, review
from engine.store.views import is_flagged
from engine.work import revision

EDITED = ("content", "title", "search", "flags", "flagged", "above_share", "above_words")
"""The columns of a draft that an edit replaces."""
PENDING = {"review": "pending"}
"""What a decision usually replaces; kept in `review.previous`."""


def decide_drafts(
    conn: Connection, ids: Sequence[int], shown: Mapping[int, str], was: str, decided: Mapping[str, Any]
) -> list[int]:
    """
    Decide the drafts among these that are as they were shown.

    Args:
        conn: A transaction.
        ids: The drafts.
        shown: Draft to the revision that was shown; a draft that is not in it is not checked.
        was: The review state that was shown.
        decided: verdict, who, reviewer, note and at of the rows of `review`.

    Returns:
        The drafts decided; for one that two people decide it is the person's vote (see `overlap`).
    """
    changed: list[int] = []
    voted: set[int] = set()
    for part in chunks(list(dict.fromkeys(ids))):
        same = _as_shown(conn, part, shown)
        blind = awaited(conn, same) if was == "pending" else set()
        voted |= blind
        there = update(draft).where(draft.c.id.in_([one for one in same if one not in blind]))
        there = there.where(DRAFTED, draft.c.review == was).values(review=decided["verdict"])
        changed += conn.scalars(there.returning(draft.c.id))
        withdraw(conn, list(blind), decided["reviewer"], decided["at"])
    if both := sorted([*changed, *voted]):
        row = {**decided, "previous": {"review": was}, "batch": next_batch(conn)}
        conn.execute(insert(review), [{**row, "draft": one, "blind": one in voted} for one in both])
    count_votes(conn, voted)
    return both


def note_draft(conn: Connection, draft_id: int, noted: Mapping[str, Any]) -> bool:
    """Comment on a draft whatever its review state; False when there is no such draft."""
    state = conn.execute(select(draft.c.review).where(draft.c.id == draft_id, DRAFTED)).scalar()
    if state is None:
        return False
    row = {**noted, "draft": draft_id, "verdict": "noted", "previous": {"review": state}, "batch": next_batch(conn)}
    conn.execute(insert(review), row)
    return True


def edit_draft(conn: Connection, edit: Edit, shown: str | None, decided: Mapping[str, Any]) -> None:
    """Replace a draft's content and keep what it replaces; see `Reviews.edit`."""
    there = (draft.c.id == edit.draft, DRAFTED)
    before = conn.execute(select(*(draft.c[name] for name in EDITED)).where(*there)).first()
    if before is None:
        raise StoreError("draft_unknown", draft=edit.draft)
    if shown is not None and revision(before.content or {}) != shown:
        raise StoreError("draft_changed", draft=edit.draft)
    kept = {"draft": edit.draft, "previous": dict(before._mapping), "batch": next_batch(conn)}
    conn.execute(insert(review), {**decided, **kept})
    conn.execute(update(draft).where(*there).values(**edited(edit)))


def edited(edit: Edit) -> dict[str, Any]:
    """The columns of a draft after an edit."""
    return {
        "content": edit.content,
        "title": edit.title,
        "search": searchable(edit.search),
        "flags": [asdict(flag) for flag in edit.flags],
        "flagged": is_flagged(edit.flags),
        **graded(edit.grading),
    }


def annotate_newest(conn: Connection, draft_id: int, note: str, by: Reviewer | None) -> bool:
    """Set the note of the newest decision on a draft; False when there is none, or it is not by this person."""
    ours = () if by is None else (review.c.reviewer == by.id,)
    ids = newest_of(conn, [draft_id], *ours)
    return bool(ids) and conn.execute(update(review).where(review.c.id == ids[0]).values(note=note)).rowcount > 0


def _as_shown(conn: Connection, ids: Sequence[int], shown: Mapping[int, str]) -> list[int]:
    """The drafts not edited since they were shown; a draft without a revision is not checked."""
    checked = [draft_id for draft_id in ids if draft_id in shown]
    if not checked:
        return list(ids)
    rows = conn.execute(select(draft.c.id, draft.c.content).where(draft.c.id.in_(checked)))
    changed = {row.id for row in rows if revision(row.content or {}) != shown[row.id]}
    return [draft_id for draft_id in ids if draft_id not in changed]


def next_batch(conn: Connection) -> int:
    """The id of the next row of `review`; nobody else writes while this transaction is open."""
    return int(conn.execute(select(func.coalesce(func.max(review.c.id), 0) + 1)).scalar_one())


def _not_undone(*conditions: ColumnElement[bool]) -> Select[Any]:
    return select(review).where(review.c.undone_at.is_(None), *conditions).order_by(review.c.id.desc())


def newest(conn: Connection, last: int) -> list[int]:
    """The newest decisions and edits that are not undone."""
    return [row.id for row in conn.execute(_not_undone().limit(last))] if last > 0 else []


def newest_of(conn: Connection, drafts: Sequence[int], *conditions: ColumnElement[bool]) -> list[int]:
    """The newest one of each draft."""
    found = (conn.execute(_not_undone(review.c.draft == one, *conditions).limit(1)).first() for one in drafts)
    return [row.id for row in found if row is not None]


def edits_of(conn: Connection, batch: int | None) -> list[int]:
    """The edits of a batch."""
    if batch is None:
        return []
    return [row.id for row in conn.execute(_not_undone(review.c.batch == batch, review.c.verdict == "edited"))]


def undo_one(conn: Connection, review_id: int, now: float) -> int | None:
    """Undo a decision or edit; returns its draft, or None when a newer one comes first or the draft was cleaned."""
    row = conn.execute(_not_undone(review.c.id == review_id)).first()
    if row is None or conn.execute(_not_undone(review.c.draft == row.draft, review.c.id > review_id)).first():
        return None
    there = update(draft).where(draft.c.id == row.draft, draft.c.content.is_not(None))  # None: it was cleaned
    if not conn.execute(there.values(**row.previous)).rowcount:
        return None
    conn.execute(update(review).where(review.c.id == review_id).values(undone_at=now))
    return int(row.draft)


def undo_batch(conn: Connection, batch: int, now: float) -> list[int]:
    """Undo all verdicts and comments of a batch: all of them had replaced the same review state."""
    newer = review.alias("newer")
    covered = select(newer.c.id).where(
        newer.c.draft == review.c.draft, newer.c.id > review.c.id, newer.c.undone_at.is_(None)
    )
    there = select(draft.c.id).where(draft.c.id == review.c.draft, draft.c.content.is_not(None))  # None: it was cleaned
    not_undone = (review.c.batch == batch, review.c.undone_at.is_(None), review.c.verdict != "edited")
    free = (*not_undone, ~covered.exists(), there.exists())
    first = conn.execute(select(review.c.previous).where(review.c.batch == batch).limit(1)).scalar() or PENDING
    these = update(draft).where(draft.c.id.in_(select(review.c.draft).where(*free)))
    restored = list(conn.scalars(these.values(review=first.get("review", "pending")).returning(draft.c.id)))
    conn.execute(update(review).where(*free).values(undone_at=now))
    return restored
