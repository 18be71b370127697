"""
The outbox of the webhook: a row for each run that ended or paused, stored in the transaction that ended it.

A process claims a row, sends it, and says so; the row of a process that died meanwhile is due again after HOLD_S.
"""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, delete, func, insert, select, update

from engine.process import lease_now
from engine.store.access import StorePart
from engine.store.lease_clock import lease_time
from engine.store.tables import event

HOLD_S = 120.0
MOST_TRIES = 8
FRESH_S = 86_400.0
"""What is older is not sent any more."""
KEPT_S = 7 * FRESH_S


@dataclass(frozen=True, slots=True)
class EventRow:
    """A run ended or paused."""

    id: int
    run: int
    state: str
    reason_code: str
    at: float
    tries: int
    """This one included."""


class Events(StorePart):
    """Reads and writes of the events for the webhook."""

    def any_due(self) -> bool:
        """Whether something is to be sent now."""
        with self._access.reading() as conn:
            return conn.execute(select(event.c.id).where(*_due(lease_now())).limit(1)).first() is not None

    def claim(self) -> Future[EventRow | None]:
        """Take the oldest event that is due: no other process sends it for HOLD_S. None: nothing is due."""
        return self._access.write(lambda conn: _claim(conn, lease_now()))

    def sent(self, event_id: int) -> Future[None]:
        """Say that an event was received."""
        return self._change(event_id, {"sent_at": lease_time(lease_now())})

    def postpone(self, event_id: int, wait_s: float) -> Future[None]:
        """Try an event again later."""
        return self._change(event_id, {"due_at": lease_time(lease_now()) + wait_s})

    def waiting(self) -> int:
        """How many events are not sent yet, those that were given up not counted."""
        with self._access.reading() as conn:
            return conn.execute(select(func.count()).where(*_unsent(lease_now()))).scalar_one()

    def _change(self, event_id: int, values: Mapping[str, Any]) -> Future[None]:
        def op(conn: Connection) -> None:
            conn.execute(update(event).where(event.c.id == event_id).values(**values))

        return self._access.write(op)


def add_event(conn: Connection, run_id: int, state: str, reason_code: str, at: float) -> None:
    """Store that a run ended or paused; forget what was stored a week ago."""
    conn.execute(delete(event).where(event.c.at < at - KEPT_S))
    conn.execute(insert(event), {"run": run_id, "state": state, "reason_code": reason_code, "at": at, "due_at": at})


def _claim(conn: Connection, at: float) -> EventRow | None:
    columns = (event.c[name] for name in ("id", "run", "state", "reason_code", "at", "tries"))
    first = select(*columns).where(*_due(at)).order_by(event.c.id).limit(1).with_for_update(skip_locked=True)
    row = conn.execute(first).first()
    if row is None:
        return None
    held = {"due_at": lease_time(at) + HOLD_S, "tries": row.tries + 1}
    conn.execute(update(event).where(event.c.id == row.id).values(**held))
    return EventRow(**{**row._mapping, "tries": row.tries + 1})


def _unsent(at: float) -> tuple[ColumnElement[bool], ...]:
    return event.c.sent_at.is_(None), event.c.tries < MOST_TRIES, event.c.at > lease_time(at) - FRESH_S


def _due(at: float) -> tuple[ColumnElement[bool], ...]:
    return *_unsent(at), event.c.due_at <= lease_time(at)
