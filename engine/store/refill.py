"""
Regenerating rejected drafts: which were not regenerated yet, and the slots that replace them.

A rejected draft stays as it is; the slot of another run names it in `refills`, at most one slot for each draft.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy import ColumnElement, Connection, and_, bindparam, func, literal_column, select, update

from engine.errors import StoreError
from engine.store.access import chunks, same
from engine.store.tables import draft

_again = draft.alias("again")
_PUT = (
    update(draft)
    .where(draft.c.run == bindparam("at_run"), draft.c.slot == bindparam("at_slot"))
    .values(refills=bindparam("in_place_of"))
)


def not_regenerated() -> ColumnElement[bool]:
    """Rejected drafts that no slot replaces."""
    asked = select(_again.c.id).where(_again.c.refills == draft.c.id).exists()
    return and_(draft.c.state == literal_column("'drafted'"), draft.c.review == "rejected", ~asked)


def read_next_copies(conn: Connection, kind: str, lang: str, topics: Sequence[str]) -> dict[tuple[str, int], int]:
    """(topic, level) to the first copy number that no slot of the library has."""
    keys = (draft.c.topic, draft.c.level)
    ours = (*same(draft, kind=kind, lang=lang), draft.c.topic.in_(list(topics)))
    rows = conn.execute(select(*keys, func.max(draft.c.copy) + 1).where(*ours).group_by(*keys))
    return {(row[0], row[1]): row[2] for row in rows}


def replace_rejected(conn: Connection, run_id: int, refills: Mapping[int, int]) -> None:
    """
    Record which rejected draft each slot (by number) of a run replaces.

    Raises:
        StoreError: a draft was regenerated already, or is no longer rejected.
    """
    if not refills:
        return
    if _count(conn, list(refills.values())) != len(refills):
        raise StoreError("drafts_regenerated")
    conn.execute(_PUT, [{"at_run": run_id, "at_slot": slot, "in_place_of": one} for slot, one in refills.items()])


def _count(conn: Connection, drafts: Sequence[int]) -> int:
    found = select(func.count()).select_from(draft).where(not_regenerated())
    return sum(conn.execute(found.where(draft.c.id.in_(list(part)))).scalar_one() for part in chunks(drafts))
