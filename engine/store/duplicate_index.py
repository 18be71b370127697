"""
Drafts that may be alike, found by the short hashes they share. How alike they are is measured by kinds.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from sqlalchemy import Dialect, Select, bindparam, func, literal_column, select, union_all

from engine.kinds import NEWEST, SINGLE, THREES, WORTH_MEASURING, weight
from engine.store.base import Part
from engine.store.tables import draft, shingle
from engine.store.verdicts import Alike

MOST = 6
"""Drafts measured against a new one."""
_PLACES = {1: [f"single{place}" for place in range(SINGLE)], 2: [f"three{place}" for place in range(THREES)]}
"""Names of a sketch's hashes in the statement, by their weight."""


def _found() -> Select[tuple[int, int, int]]:
    """One statement, built once: the newest drafts of each hash, those that share most first."""
    pages = [
        select(shingle.c.draft, literal_column(str(counts)).label("weight"))
        .where(shingle.c.hash == bindparam(place, -1))
        .order_by(shingle.c.draft.desc())
        .limit(literal_column(str(NEWEST[counts])))
        .subquery()
        for counts, places in _PLACES.items()
        for place in places
    ]
    every = union_all(*(select(page.c.draft, page.c.weight) for page in pages)).subquery()
    shared = func.sum(every.c.weight)
    most = (
        select(every.c.draft, shared.label("shared"))
        .group_by(every.c.draft)
        .having(shared >= WORTH_MEASURING)
        .order_by(shared.desc(), every.c.draft.desc())
        .limit(MOST)
        .subquery()
    )
    named = select(draft.c.id, draft.c.run, draft.c.slot).join(most, draft.c.id == most.c.draft)
    return named.order_by(most.c.shared.desc(), draft.c.id.desc())


_FOUND = _found()
_SHOWN = [draft.c[name] for name in ("id", "slot", "title", "content")]


@lru_cache(maxsize=4)
def _compiled(dialect: Dialect) -> tuple[str, dict[str, int], list[str]]:
    """The driver's own text, its values and their order, none where they go by name: it saves 0.1 ms a draft."""
    compiled = _FOUND.compile(dialect=dialect)
    return str(compiled), dict(compiled.params), list(compiled.positiontup or ()) if compiled.positional else []


def _named(hashes: Sequence[int], counts: int) -> dict[str, int]:
    return dict(zip(_PLACES[counts], (one for one in hashes if weight(one) == counts), strict=False))


class DuplicateIndex(Part):
    """What drafts alike are found by."""

    def similar(self, hashes: Sequence[int]) -> list[tuple[int, int, int]]:
        """
        Stored drafts that share enough of these hashes to be measured, those that share most first; at most six.

        Args:
            hashes: As kinds.sketch gives them.

        Returns:
            Of each its id, its run and its slot.
        """
        statement, values, order = _compiled(self._access.database.reader.dialect)
        values = {**values, **_named(hashes, 1), **_named(hashes, 2)}
        with self._access.cursor() as cursor:
            cursor.execute(statement, tuple(values[name] for name in order) if order else values)
            return list(cursor.fetchall())

    def texts(self, draft_ids: Sequence[int]) -> list[Alike]:
        """The text of these drafts, of those that have one."""
        there = select(*_SHOWN).where(draft.c.id.in_(list(draft_ids)), draft.c.state == literal_column("'drafted'"))
        with self._access.reading() as conn:
            return [Alike(*row) for row in conn.execute(there) if row.content]
