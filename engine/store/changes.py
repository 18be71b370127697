"""
What changed while a run went on: its limits as they were learned, its Tuning as `auto` chose it.

Why a change is made is the business of learn and of the run; what it looks like, of the charts.
"""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import Future

from sqlalchemy import Connection, insert, select

from engine.store.base import Part
from engine.store.tables import change
from engine.store.views import ChangeRow

_SHOWN = [change.c[name] for name in ("at", "what", "before", "after", "why")]


class Changes(Part):
    """Changes of limits and Tuning, run by run."""

    def add_changes(self, run_id: int, changes: Sequence[ChangeRow]) -> Future[None]:
        """
        Keep changes of a run, in one transaction.

        Raises:
            StoreError: (in the future) there is no such run.
        """
        rows = [
            {
                "run": run_id,
                "at": one.at,
                "what": one.what,
                "before": dict(one.before),
                "after": dict(one.after),
                "why": one.why,
            }
            for one in changes
        ]

        def op(conn: Connection) -> None:
            if rows:
                conn.execute(insert(change), rows)

        return self._access.write(op)

    def changes(self, run_id: int) -> list[ChangeRow]:
        """The changes of a run, the oldest first; those of one moment in the order they were added."""
        ours = select(*_SHOWN).where(change.c.run == run_id).order_by(change.c.at, change.c.id)
        with self._access.reading() as conn:
            return [ChangeRow(**row._mapping) for row in conn.execute(ours)]
