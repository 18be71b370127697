"""
The gates: one row per provider key with what all processes have started. Only in a database on a server.

A gate has a connection of its own, so that a start never waits for a commit of the ledger. Its commits are not forced
to the disk: a crash of the server may lose half a second of starts.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from typing import Any

from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import SQLAlchemyError

from engine.store.access import Access, StorePart, T
from engine.store.columns import to_json
from engine.store.faults import explain
from engine.store.postgresql import open_engine

_LOCKED = text(
    "WITH locked AS MATERIALIZED (SELECT state FROM gate WHERE name = :name FOR UPDATE) "
    "SELECT state, CAST(extract(epoch FROM clock_timestamp()) AS double precision) FROM locked"
)
_MAKE = text("INSERT INTO gate (name) VALUES (:name) ON CONFLICT DO NOTHING")
_PUT = text("UPDATE gate SET state = :state WHERE name = :name")


class Gates(StorePart):
    """Changes of gates, one at a time in all processes."""

    def __init__(self, access: Access) -> None:
        super().__init__(access)
        self._lock = threading.Lock()
        self._engine: Engine | None = None

    def change(self, name: str, decide: Callable[[dict[str, Any] | None, float], tuple[dict[str, Any], T]]) -> T:
        """
        Change a gate, in the calling thread: 1 ms or more.

        Args:
            name: The gate.
            decide: Takes its value (None: new) and the server's clock, in unix seconds; returns the new value and a
                result. It may be done twice.

        Returns:
            The result of `decide`.

        Raises:
            StoreError: the database cannot be written now.
        """
        try:
            with self._connections().begin() as conn:
                state, now = self._read(conn, name)
                changed, result = decide(state, now)
                conn.execute(_PUT, {"name": name, "state": to_json(changed)})
        except SQLAlchemyError as exc:
            raise explain(exc) from exc
        return result

    def close(self) -> None:
        """Close the connections."""
        if self._engine is not None:
            self._engine.dispose()

    def _read(self, conn: Connection, name: str) -> tuple[dict[str, Any] | None, float]:
        row = conn.execute(_LOCKED, {"name": name}).first()
        if row is None:
            conn.execute(_MAKE, {"name": name})
            row = conn.execute(_LOCKED, {"name": name}).one()
        return row[0] and json.loads(row[0]), float(row[1])

    def _connections(self) -> Engine:
        with self._lock:
            if self._engine is None:
                self._engine = open_engine(self._access.database.url, writes=True, durable=False)
            return self._engine
