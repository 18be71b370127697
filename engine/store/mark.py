"""
What the database held when it was last written, in a small file beside it.

The newest writes of SQLite are in its write-ahead log. Where that is removed or emptied after a crash they are gone,
and nothing in the database says so; this file does.
"""

from __future__ import annotations

import json
import logging
import os
import time
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import SQLAlchemyError

from engine.clock import clock_time
from engine.messages import NOTHING, Message

log = logging.getLogger(__name__)

INTERVAL_S = 0.25
"""Between two marks of a busy database: one costs some 30 us, and is not forced to the disk."""
_BYTES = 200
_NEWEST = (
    "SELECT (SELECT created_at FROM run ORDER BY id LIMIT 1), (SELECT max(id) FROM run), (SELECT max(id) FROM call), "
    "(SELECT max(call) FROM reply)"
)


@dataclass(frozen=True, slots=True)
class Held:
    """The newest rows of a database: highest numbers of a run, of a call and of a call with an answer."""

    first: float | None
    """When its first run was planned: another database has another."""
    runs: int
    calls: int
    answers: int
    at: float
    """When this was true, unix seconds."""


class DatabaseMark:
    """
    The file of one database. Not thread-safe: it is the writer's.

    Args:
        database: The database's file; None: it is not a file, and there is nothing to mark.
    """

    def __init__(self, database: Path | None) -> None:
        self._path = database and database.with_name(f"{database.name}-mark")
        self._file = -1
        self._next_at = 0.0
        self._held: Held | None = None
        self._is_stale = False

    def read(self) -> Held | None:
        """What the file says; None where it is missing or not readable."""
        try:
            return Held(**json.loads(self._path.read_bytes())) if self._path else None
        except (OSError, ValueError, TypeError):
            return None

    def look(self, conn: Connection) -> None:
        """Note what the database will hold after this transaction, at most every quarter of a second."""
        self._is_stale = True
        self._held = held_by(conn) if self._path and time.monotonic() >= self._next_at else None

    def write(self) -> None:
        """Write down what was noted: it is committed. Where that fails a loss is not noticed, that is all."""
        if self._held is None or self._path is None:
            return
        self._next_at, self._is_stale = time.monotonic() + INTERVAL_S, False
        try:
            if self._file < 0:
                self._file = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o600)
            os.lseek(self._file, 0, os.SEEK_SET)
            os.write(self._file, json.dumps(asdict(self._held)).encode().ljust(_BYTES))
        except OSError as error:
            log.info("no mark at %s: %s", self._path, error.strerror, extra={"action": "mark_failed"})

    def close(self, database: Engine) -> None:
        """Write down what the database holds when this process leaves it; the file stays."""
        if self._path and self._is_stale:
            with suppress(SQLAlchemyError), database.connect() as conn:
                self._held = held_by(conn)
                self.write()
        if self._file >= 0:
            os.close(self._file)
        self._file = -1


def held_by(conn: Connection) -> Held:
    """What a database holds now."""
    cursor = conn.connection.cursor()  # the driver's own: this is done while calls wait
    cursor.execute(_NEWEST)
    first, runs, calls, answers = cursor.fetchone() or (None, 0, 0, 0)
    return Held(first, runs or 0, calls or 0, answers or 0, time.time())


def loss(before: Held | None, now: Held) -> Message:
    """
    What a database has lost since it was last written; NOTHING where it lost nothing, or is another database.

    Args:
        before: What its mark says; None: there is no mark.
        now: What it holds.
    """
    if before is None or now.first not in (None, before.first):
        return NOTHING
    runs = max(0, before.runs - now.runs)
    calls = max(0, before.calls - now.calls, before.answers - now.answers)
    if not runs and not calls:
        return NOTHING
    return Message("db_lost", {"runs": runs, "calls": calls, "time": clock_time(before.at, now.at)})
