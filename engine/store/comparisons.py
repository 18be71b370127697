"""
Comparisons: the same RunSpec run with several Tunings; their runs carry their id.
"""

from __future__ import annotations

from concurrent.futures import Future

from sqlalchemy import Connection, and_, insert, select

from engine.errors import StoreError
from engine.store.access import StorePart
from engine.store.records import NewComparison
from engine.store.tables import comparison, run
from engine.store.views import ComparisonRow

other = run.alias("other")


class Comparisons(StorePart):
    """Comparisons; their runs carry their ids."""

    def create(self, new: NewComparison) -> Future[int]:
        """
        Record a comparison; its runs are created with its id.

        Returns:
            The comparison's id.
        """
        row = {
            "created_at": self._access.clock.wall(),
            "trials": new.trials,
            "note": new.note,
            "spec": new.spec.to_json(),
        }
        arms = [dict(arm) for arm in new.arms]

        def op(conn: Connection) -> int:
            key = conn.execute(insert(comparison), {**row, "arms": arms}).inserted_primary_key
            return int(key[0]) if key else 0

        return self._access.write(op)

    def get(self, comparison_id: int) -> ComparisonRow:
        """
        One comparison.

        Raises:
            StoreError: there is none with this id.
        """
        with self._access.reading() as conn:
            row = conn.execute(select(comparison).where(comparison.c.id == comparison_id)).first()
        if row is None:
            raise StoreError("comparison_unknown", comparison=comparison_id)
        return ComparisonRow.of(row._mapping)

    def waiting_beside(self, run_id: int) -> list[tuple[int, int]]:
        """The queued runs that nobody works on of a run's arm, with its provider: (id, fence), the oldest first."""
        same = (other.c[name] == run.c[name] for name in ("comparison_id", "arm", "provider"))
        free = (other.c.state == "queued", other.c.owner.is_(None), run.c.id == run_id)
        rows = select(other.c.id, other.c.fence).join(run, and_(*same)).where(*free).order_by(other.c.id)
        with self._access.reading() as conn:
            return [(row.id, row.fence) for row in conn.execute(rows)]

    def page(self, limit: int = 50, offset: int = 0) -> list[ComparisonRow]:
        """A page of comparisons, newest first."""
        page = select(comparison).order_by(comparison.c.id.desc()).limit(limit).offset(offset)
        with self._access.reading() as conn:
            return [ComparisonRow.of(row._mapping) for row in conn.execute(page)]
