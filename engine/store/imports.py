"""
Applying a reviewed file to one draft: its verdict, its note and its edit, made outside Draftmill.

Whether an edit is a valid draft is decided in kinds; which rows of a file ask for what, in export.reviews.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, insert, select, update

from engine.store.decisions import EDITED, edited
from engine.store.records import ImportedReview, Reviewer
from engine.store.tables import draft, review


def apply_review(conn: Connection, imported: ImportedReview, who: Reviewer, now: float) -> bool:
    """Edit and decide one draft; see `Reviews.apply_import`."""
    before = imported.before
    there = (
        draft.c.id == before.id,
        draft.c.state == "drafted",
        draft.c.review == before.review,
        draft.c.content == before.content,
    )
    row = conn.execute(select(*(draft.c[name] for name in EDITED)).where(*there)).first()
    if row is None:
        return False
    steps = steps_of(imported, dict(row._mapping))
    conn.execute(insert(review), [{"draft": before.id, "at": now, **who.columns, **step} for step in steps])
    if after := _after(imported):
        conn.execute(update(draft).where(*there).values(**after))
    return True


def _after(imported: ImportedReview) -> dict[str, Any]:
    verdict = {} if imported.verdict is None else {"review": imported.verdict}
    return verdict if imported.edit is None else {**edited(imported.edit), **verdict}


def steps_of(imported: ImportedReview, row: dict[str, Any]) -> list[dict[str, Any]]:
    """
    The rows of the draft's history, the note on the last of them.

    They belong to no batch: undoing a batch sets drafts to `pending`, and these rows may replace another verdict.

    Args:
        imported: What to change.
        row: The columns of the draft that an edit replaces.
    """
    was = {"review": imported.before.review}
    steps: list[dict[str, Any]] = []
    if imported.edit is not None:
        steps.append({"verdict": "edited", "note": "", "previous": row})
    if imported.verdict is not None:
        steps.append({"verdict": imported.verdict, "note": "", "previous": was})
    elif imported.note is not None:
        steps.append({"verdict": "noted", "note": "", "previous": was})
    if imported.note is not None:
        steps[-1]["note"] = imported.note
    return steps
