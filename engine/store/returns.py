"""
What an export asks for beside the drafts, and what comes back from one: verdicts, notes and edits made outside.

Whether an edit is a valid draft is decided in kinds; which rows of a file ask for what, in export.reviews.
"""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, insert, or_, select, update

from engine.store.base import Part, chunks
from engine.store.columns import searchable
from engine.store.drafts import narrow
from engine.store.records import EVERY, DraftFilter, Edit
from engine.store.tables import draft, review
from engine.store.views import DraftRow, is_flagged

_EDITED = ("content", "title", "search", "flags", "flagged")


@dataclass(frozen=True, slots=True)
class Returned:
    """What comes back for one draft; None leaves that as it is."""

    before: DraftRow
    """As the one who decides has seen it."""
    edit: Edit | None = None
    verdict: str | None = None
    """pending, approved or rejected."""
    note: str | None = None


class KindsOfDrafts(Part):
    """Kinds of drafts."""

    def kinds(self, chosen: DraftFilter = EVERY) -> tuple[str, ...]:
        """The kinds that the drafts of a filter are of."""
        kinds = select(draft.c.kind).where(*narrow(chosen)).distinct().order_by(draft.c.kind)
        with self._access.reading() as conn:
            return tuple(conn.scalars(kinds))


class Returns(Part):
    """Drafts on their way out and back."""

    def notes(self, draft_ids: Sequence[int]) -> dict[int, str]:
        """The newest note of each draft that stands; an edit without a note leaves the one before it."""
        found: dict[int, str] = {}
        with self._access.reading() as conn:
            for part in chunks(draft_ids):
                rows = select(review.c.draft, review.c.note).where(
                    review.c.draft.in_(list(part)),
                    review.c.undone_at.is_(None),
                    or_(review.c.verdict != "edited", review.c.note != ""),
                )
                found.update((row.draft, row.note) for row in conn.execute(rows.order_by(review.c.id)))
        return found

    def apply_import(self, returned: Returned, who: str = "", at: float | None = None) -> Future[bool]:
        """
        Edit and decide one draft at once, whatever its verdict was; each step can be undone like any other.

        Returns:
            False if the draft is not what it was for the one who decided: nothing is changed.
        """
        now = self._access.clock.wall() if at is None else at
        before, edit = returned.before, returned.edit
        there = (
            draft.c.id == before.id,
            draft.c.state == "drafted",
            draft.c.review == before.review,
            draft.c.content == before.content,
        )

        def op(conn: Connection) -> bool:
            row = conn.execute(select(*(draft.c[name] for name in _EDITED)).where(*there)).first()
            if row is None:
                return False
            steps = list(_steps(returned, dict(row._mapping)))
            conn.execute(insert(review), [{"draft": before.id, "who": who, "at": now, **step} for step in steps])
            after = {} if edit is None else _edited(edit)
            if returned.verdict is not None:
                after["review"] = returned.verdict
            if after:
                conn.execute(update(draft).where(*there).values(**after))
            return True

        return self._access.write(op)


def _steps(returned: Returned, row: dict[str, Any]) -> list[dict[str, Any]]:
    """
    The rows of the history, the note on the last of them.

    They belong to no batch: a batch is taken back to `pending`, and these may have replaced another verdict.
    """
    was = {"review": returned.before.review}
    steps: list[dict[str, Any]] = []
    if returned.edit is not None:
        steps.append({"verdict": "edited", "note": "", "previous": row})
    if returned.verdict is not None:
        steps.append({"verdict": returned.verdict, "note": "", "previous": was})
    elif returned.note is not None:
        steps.append({"verdict": "noted", "note": "", "previous": was})
    if returned.note is not None:
        steps[-1]["note"] = returned.note
    return steps


def _edited(edit: Edit) -> dict[str, Any]:
    return {
        "content": edit.content,
        "title": edit.title,
        "search": searchable(edit.search),
        "flags": [flag.to_json() for flag in edit.flags],
        "flagged": is_flagged(edit.flags),
    }
