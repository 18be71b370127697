"""
The Store: one object a process, used from every thread, holding all of the database's rooms.
"""

from __future__ import annotations

import shutil
import statistics
from concurrent.futures import Future
from pathlib import Path
from types import TracebackType
from typing import Self

from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from engine.clock import Clock, RealClock
from engine.store.answers import replay
from engine.store.base import Access, T
from engine.store.clean import Clean
from engine.store.database import check, connect, locate
from engine.store.faults import explain
from engine.store.journal import Journal
from engine.store.parts import Calls, Drafts, Reviews, Runs
from engine.store.settings import Comparisons, Profiles
from engine.store.views import Health
from engine.store.writer import Op, Writer

TOUCHES = 5  # one commit may meet another program's flush
PATIENCE_S = 600.0
"""Time to free a disk; after it a script is told, and what was paid for stays in the journal."""

_TOUCH = text("UPDATE alembic_version SET version_num = version_num")  # one row that is always there


class Store(Clean):
    """
    Everything Draftmill keeps.

    Reads may be called from any thread; they see what was committed. Writes return a Future that is done once the
    write is durable: `.result()` in a thread, `await committed(future)` in a loop.

    Args:
        url: Of the database; see `Store.open` for a path or the default.
        clock: Tells the time of rows whose time is not handed over.
        patience_s: How long the ledger waits for a database that cannot be written.

    Raises:
        StoreError: the database cannot be opened; the message says the way out.
    """

    def __init__(self, url: str, clock: Clock | None = None, *, patience_s: float = PATIENCE_S) -> None:
        database = connect(url)
        journal = Journal(database.where, database.path and database.path.parent)
        self._database = database
        self._writer = Writer(database.writer, journal, replay)
        self._clock = clock or RealClock()
        super().__init__(Access(database, self._writer, self._clock, patience_s))
        self.runs = Runs(self._access)
        self.calls = Calls(self._access)
        self.drafts = Drafts(self._access)
        self.reviews = Reviews(self._access)
        self.comparisons = Comparisons(self._access)
        self.profiles = Profiles(self._access)

    @classmethod
    def open(
        cls, url_or_path: str | Path | None = None, clock: Clock | None = None, *, patience_s: float = PATIENCE_S
    ) -> Self:
        """
        Open a URL or a file; by default $DRAFTMILL_HOME/draftmill.db, made with its folder if need be.

        Raises:
            StoreError: the database cannot be opened; the message says the way out.
        """
        return cls(locate(url_or_path), clock, patience_s=patience_s)

    def __repr__(self) -> str:
        return f"<Store {self.where}, {self._writer!r}>"

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def write(self, op: Op[T]) -> Future[T]:
        """
        Queue a write that none of the parts has; see Writer.write.

        Raises:
            StoreError: the store is closed.
        """
        return self._access.write(op)

    @property
    def where(self) -> str:
        """The file, or the URL without its password."""
        return self._database.where

    @property
    def trouble(self) -> str:
        """Why this process cannot write the database at this moment, and the way out; empty: it can. Runs wait."""
        return self._writer.trouble

    @property
    def bytes(self) -> int:
        """Size of the file and its write-ahead log; 0 where the database is not a file."""
        path = self._database.path
        files = [] if path is None else [path, path.with_name(path.name + "-wal")]
        return sum(file.stat().st_size for file in files if file.exists())

    @property
    def free_bytes(self) -> int | None:
        """Room left on the database's disk; None where it is not a file."""
        path = self._database.path
        return None if path is None else shutil.disk_usage(path.parent).free

    @property
    def commit_ms(self) -> float:
        """What a commit of this process takes, all runs: the median of the newest 64; 0.0 before there are 8."""
        return self._writer.commit_ms

    def health(self) -> Health:
        """
        Check the database and time the smallest durable writes. Takes seconds on a large file.

        Raises:
            StoreError: it cannot be read or written at all.
        """
        try:
            problem = check(self._database)
        except SQLAlchemyError as exc:
            problem = str(explain(exc))
        took_ms = statistics.median(self._touch_ms() for _ in range(TOUCHES))
        return Health(self.where, self.bytes, problem, took_ms, self.free_bytes, self._version())

    def _touch_ms(self) -> float:
        start = self._clock.now()
        self.write(lambda conn: conn.execute(_TOUCH).rowcount).result()
        return (self._clock.now() - start) * 1000

    def _version(self) -> str:
        with self._access.reading() as conn:
            found = conn.dialect.server_version_info or ()
            return f"{conn.dialect.name} {'.'.join(map(str, found))}"

    def close(self) -> None:
        """Write what is waiting and close the database; a second call does nothing."""
        self._writer.close()
        self._database.dispose()
