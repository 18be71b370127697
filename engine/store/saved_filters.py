"""
Filters of the Review page that a person has named.
"""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import Future
from dataclasses import dataclass

from sqlalchemy import Connection, delete, func, insert, select

from engine.errors import StoreError
from engine.store.access import StorePart
from engine.store.records import Reviewer
from engine.store.tables import saved_filter

MOST_FILTERS = 50
"""Of one person."""
LONGEST_FILTER_NAME = 60


@dataclass(frozen=True, slots=True)
class SavedFilter:
    """A filter and its name."""

    name: str
    query: Mapping[str, str]
    """Field to value, as the address of the page has them."""


class SavedFilters(StorePart):
    """Reads and writes of saved filters; each person has their own."""

    def all(self, who: Reviewer) -> list[SavedFilter]:
        """The filters of a person, by name."""
        rows = select(saved_filter.c.name, saved_filter.c.query).where(saved_filter.c.reviewer == who.id)
        with self._access.reading() as conn:
            return [SavedFilter(row.name, row.query or {}) for row in conn.execute(rows.order_by(saved_filter.c.name))]

    def save(self, who: Reviewer, name: str, query: Mapping[str, str]) -> Future[None]:
        """
        Save a filter under a name; one of the same name is replaced.

        Raises:
            StoreError: the name is empty; or (in the future) the person has MOST_FILTERS others.
        """
        kept = name.strip()[:LONGEST_FILTER_NAME]
        if not kept:
            raise StoreError("filter_unnamed")
        row = {"reviewer": who.id, "name": kept, "query": dict(query), "saved_at": self._access.clock.wall()}

        def op(conn: Connection) -> None:
            _delete(conn, who, kept)
            count = select(func.count()).where(saved_filter.c.reviewer == who.id)
            if conn.execute(count).scalar_one() >= MOST_FILTERS:
                raise StoreError("filters_full", most=MOST_FILTERS)
            conn.execute(insert(saved_filter), row)

        return self._access.write(op)

    def delete(self, who: Reviewer, name: str) -> Future[None]:
        """Delete a filter of a person; nothing happens where there is none."""
        return self._access.write(lambda conn: _delete(conn, who, name))


def _delete(conn: Connection, who: Reviewer, name: str) -> None:
    conn.execute(delete(saved_filter).where(saved_filter.c.reviewer == who.id, saved_filter.c.name == name))
