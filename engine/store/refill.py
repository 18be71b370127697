"""
Rejected drafts whose slots are to be asked for again: which they are, and what stands in their place.

A rejected draft stays as it is; the slot of another run names it in `refills`, at most one slot for each draft.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from sqlalchemy import ColumnElement, Connection, and_, bindparam, func, literal_column, select, update

from engine.errors import StoreError
from engine.store.base import Part, chunks
from engine.store.drafts import narrow
from engine.store.records import EVERY, DraftFilter
from engine.store.tables import draft
from engine.work import Slot

_again = draft.alias("again")
_PUT = (
    update(draft)
    .where(draft.c.run == bindparam("at_run"), draft.c.slot == bindparam("at_slot"))
    .values(refills=bindparam("in_place_of"))
)


def _waiting() -> ColumnElement[bool]:
    """Rejected, and not asked for again."""
    asked = select(_again.c.id).where(_again.c.refills == draft.c.id).exists()
    return and_(draft.c.state == literal_column("'drafted'"), draft.c.review == "rejected", ~asked)


class Refills(Part):
    """Rejected drafts that nothing stands in the place of yet."""

    def refillable(self, chosen: DraftFilter = EVERY) -> dict[int, int]:
        """How many of these drafts are rejected and not asked for again, run by run."""
        rows = select(draft.c.run, func.count()).where(*narrow(chosen, review=False), _waiting())
        with self._access.reading() as conn:
            return {row[0]: row[1] for row in conn.execute(rows.group_by(draft.c.run).order_by(draft.c.run))}

    def rejected_slots(self, chosen: DraftFilter) -> dict[int, Slot]:
        """Those drafts' ids and their slots, in the order of the slots."""
        columns = (draft.c.id, draft.c.slot, draft.c.topic, draft.c.level, draft.c.copy)
        rows = select(*columns).where(*narrow(chosen, review=False), _waiting()).order_by(draft.c.run, draft.c.slot)
        with self._access.reading() as conn:
            return {row[0]: Slot(*row[1:]) for row in conn.execute(rows)}

    def next_copies(self, kind: str, lang: str, topics: Iterable[str]) -> dict[tuple[str, int], int]:
        """Topic and level to the first copy number that no slot of the library has had."""
        keys = (draft.c.topic, draft.c.level)
        ours = select(*keys, func.max(draft.c.copy) + 1).where(draft.c.kind == kind, draft.c.lang == lang)
        found: dict[tuple[str, int], int] = {}
        with self._access.reading() as conn:
            for part in chunks(sorted(set(topics))):
                rows = conn.execute(ours.where(draft.c.topic.in_(list(part))).group_by(*keys))
                found |= {(row[0], row[1]): row[2] for row in rows}
        return found


def replace_rejected(conn: Connection, run_id: int, refills: Mapping[int, int]) -> None:
    """
    Put a run's slots (by number) in the place of rejected drafts.

    Raises:
        StoreError: a draft is asked for again already, or no longer rejected.
    """
    if not refills:
        return
    if _count(conn, list(refills.values())) != len(refills):
        raise StoreError("drafts_regenerated")
    conn.execute(_PUT, [{"at_run": run_id, "at_slot": slot, "in_place_of": one} for slot, one in refills.items()])


def _count(conn: Connection, drafts: Sequence[int]) -> int:
    return sum(
        conn.execute(select(func.count()).select_from(draft).where(draft.c.id.in_(list(part)), _waiting())).scalar_one()
        for part in chunks(drafts)
    )
