"""
The Store: one object per process, used from every thread; its parts read and write one subject each.
"""

from __future__ import annotations

import logging
import shutil
import statistics
from concurrent.futures import Future
from pathlib import Path
from types import TracebackType
from typing import Self

from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from engine.clock import Clock, RealClock
from engine.messages import NOTHING, Message
from engine.store.access import Access, T
from engine.store.answers import replay
from engine.store.arm_rows import ArmRows
from engine.store.calls import Calls
from engine.store.clean import Cleanup, CleanupResult, clean, count_cleanable, vacuum
from engine.store.comparisons import Comparisons
from engine.store.database import Database, check, connect, is_current, locate
from engine.store.drafts import Drafts
from engine.store.events import Events
from engine.store.faults import explain
from engine.store.gates import Gates
from engine.store.journal import Journal
from engine.store.library import Library
from engine.store.mark import DatabaseMark, held_by, loss
from engine.store.offers import Offers
from engine.store.overlap import Overlaps
from engine.store.pairs import Pairs
from engine.store.postgresql import size_bytes
from engine.store.profiles import Profiles
from engine.store.quality_rows import QualityRows
from engine.store.requests import Requests
from engine.store.reviews import Reviews
from engine.store.run_list import RunList
from engine.store.runs import Runs
from engine.store.saved_filters import SavedFilters
from engine.store.shares import Shares
from engine.store.spend_rows import SpendRows
from engine.store.texts import Texts
from engine.store.views import Health
from engine.store.write_jobs import Op
from engine.store.writer import WriterThread

log = logging.getLogger(__name__)

TOUCHES = 5  # one commit may coincide with another program's flush
PATIENCE_S = 600.0
"""Time to free a disk; after it a write fails, and paid answers stay in the journal."""

_TOUCH = text("UPDATE alembic_version SET version_num = version_num")  # one row that is always there


class Store:
    """
    Everything Draftmill keeps: `runs`, `run_list`, `calls`, `drafts`, `reviews`, `comparisons`, `pairs`, `overlaps`,
    `profiles`, `saved_filters`, `texts` and the `library`; `quality`, `arms` and `spend` only read; `gates` and
    `offers` are for several processes.

    Reads may be called from any thread; they see what was committed. Writes return a Future that is done once the
    write is durable: `.result()` in a thread, `await committed(future)` in a loop.

    Args:
        url: Of the database; see `Store.open` for a path or the default.
        clock: Gives the time of rows whose time is not passed in.
        patience_s: How long the ledger waits for a database that cannot be written.
        create: Make a database file that is missing.

    Raises:
        StoreError: the database cannot be opened; the message says what to do.
    """

    def __init__(
        self, url: str, clock: Clock | None = None, *, patience_s: float = PATIENCE_S, create: bool = True
    ) -> None:
        database = connect(url, create=create)
        self._journal = Journal(database.where, database.path and database.path.parent)
        self._database = database
        mark = DatabaseMark(database.path)
        self.loss = _loss(database, mark)
        """What a lost write-ahead log has cost since the database was last written; NOTHING: nothing is known."""
        self._writer = WriterThread(database.writer, self._journal, replay, place=lambda: database.place, mark=mark)
        self._clock = clock or RealClock()
        self._access = Access(database, self._writer, self._clock, patience_s)
        self.runs = Runs(self._access)
        self.run_list = RunList(self._access)
        self.calls = Calls(self._access)
        self.drafts = Drafts(self._access)
        self.reviews = Reviews(self._access)
        self.comparisons = Comparisons(self._access)
        self.profiles = Profiles(self._access)
        self.saved_filters = SavedFilters(self._access)
        self.texts = Texts(self._access)
        self.library = Library(self._access)
        self.quality = QualityRows(self._access)
        self.arms = ArmRows(self._access)
        self.pairs = Pairs(self._access)
        self.overlaps = Overlaps(self._access)
        self.spend = SpendRows(self._access)
        self.gates = Gates(self._access)
        self.offers = Offers(self._access)
        self.shares = Shares(self._access)
        self.requests = Requests(self._access)
        self.events = Events(self._access)

    @classmethod
    def open(
        cls,
        url_or_path: str | Path | None = None,
        clock: Clock | None = None,
        *,
        patience_s: float = PATIENCE_S,
        create: bool = True,
    ) -> Self:
        """
        Open a URL or a file; by default DRAFTMILL_DATABASE or draftmill.db in the data folder, made if it is missing.

        Raises:
            StoreError: the database cannot be opened, or is missing and may not be made (`create`).
        """
        return cls(locate(url_or_path), clock, patience_s=patience_s, create=create)

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
    def is_file(self) -> bool:
        """Whether the database is a file; else it is on a server."""
        return self._database.path is not None

    @property
    def is_new(self) -> bool:
        """Whether the file was made when it was opened."""
        return self._database.is_new

    @property
    def trouble(self) -> str:
        """Why this process cannot write the database now, and what to do; empty: it can. Runs wait meanwhile."""
        return str(self.trouble_message)

    @property
    def trouble_message(self) -> Message:
        """The same as a message; NOTHING: it can be written."""
        return self._writer.trouble

    @property
    def bytes(self) -> int:
        """Size of the file and its write-ahead log, or of the database on its server."""
        path = self._database.path
        if path is None:
            with self._access.reading() as conn:
                return size_bytes(conn)
        files = [path, path.with_name(path.name + "-wal")]
        return sum(file.stat().st_size for file in files if file.exists())

    @property
    def free_bytes(self) -> int | None:
        """Free bytes on the database's disk; None where it is not a file."""
        path = self._database.path
        return None if path is None else shutil.disk_usage(path.parent).free

    @property
    def commit_ms(self) -> float:
        """Median time of this process's newest 64 commits, in ms; 0.0 before there are 8."""
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
        return Health(
            where=self.where,
            bytes=self.bytes,
            problem=problem,
            write_ms=took_ms,
            free_bytes=self.free_bytes,
            version=self._version(),
            loss=self.loss,
            unmatched=self._journal.unmatched(),
        )

    def is_ready(self) -> bool:
        """Whether the database can be read and has the tables of this release."""
        try:
            return is_current(self._database.reader)
        except SQLAlchemyError:
            return False

    def cleanable(self, cleanup: Cleanup) -> CleanupResult:
        """What `clean` would delete now: nothing is changed."""
        with self._access.reading() as conn:
            return count_cleanable(conn, cleanup)

    def clean(self, cleanup: Cleanup) -> Future[CleanupResult]:
        """
        Clean, in one transaction; `vacuum` then makes the file smaller.

        Never deleted: approved and pending drafts, a draft that another one is a copy of, anything of a run that has
        not ended (queued, running or paused), and the ledger.

        Returns:
            What was cleaned.
        """
        return self.write(lambda conn: clean(conn, cleanup))

    def vacuum(self) -> int:
        """
        Give the space that was cleaned back to the disk: about a second for 200 MB; needs as much free disk.

        Returns:
            By how many bytes the file is smaller; 0 where the database is not a file.

        Raises:
            StoreError: a run is at work, which would have to wait; or another program has locked the file.
        """
        return vacuum(self._access)

    def _touch_ms(self) -> float:
        start = self._clock.now()
        self.write(lambda conn: conn.execute(_TOUCH).rowcount).result()
        return (self._clock.now() - start) * 1000

    def _version(self) -> str:
        with self._access.reading() as conn:
            found = conn.dialect.server_version_info or ()
            return f"{conn.dialect.name} {'.'.join(map(str, found))}"

    def close(self) -> None:
        """Write what waits and close the database; a second call does nothing."""
        self._writer.close()
        self.gates.close()
        self._database.dispose()


def _loss(database: Database, mark: DatabaseMark) -> Message:
    before = None if database.is_new else mark.read()
    if before is None:
        return NOTHING
    with database.reader.connect() as conn:
        found = loss(before, held_by(conn))
    if found is not NOTHING:
        log.error("%s: %s", database.where, found, extra={"action": "writes_lost"})
    return found
