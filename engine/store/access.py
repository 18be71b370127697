"""
What every part of the store shares: the open database, the writer and the clock.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import Future
from contextlib import closing, contextmanager
from typing import TypeVar

from sqlalchemy import ColumnElement, Connection, FromClause
from sqlalchemy.engine.interfaces import DBAPICursor
from sqlalchemy.exc import SQLAlchemyError

from engine.clock import Clock
from engine.store.database import Database
from engine.store.faults import explain
from engine.store.write_jobs import Op, Paid
from engine.store.writer import WriterThread

T = TypeVar("T")
V = TypeVar("V")

CHUNK = 5_000
"""Most values in one IN (...); SQLite takes 32,766."""


class Access:
    """
    Reads on a connection of their own; writes go through the one writer.

    Args:
        database: The open database.
        writer: Its one writer.
        clock: Gives the time of rows whose time is not passed in.
        patience_s: How long a write of the ledger waits for a database that cannot be written.
    """

    def __init__(self, database: Database, writer: WriterThread, clock: Clock, patience_s: float) -> None:
        self.database = database
        self.clock = clock
        self._writer = writer
        self._patience_s = patience_s

    def now(self, at: float | None = None) -> float:
        """The time of a row, in unix seconds: `at`, or now."""
        return self.clock.wall() if at is None else at

    def write(self, op: Op[T]) -> Future[T]:
        """
        Queue an op; see Writer.write.

        Raises:
            StoreError: the store is closed.
        """
        return self._writer.write(op)

    def write_patiently(self, op: Op[T], paid: Paid | None = None, *, within_s: float = 0.0) -> Future[T]:
        """Queue an op of the ledger: it waits while the database cannot be written, so no further call is sent."""
        return self._writer.write(op, self._patience_s, paid, within_s=within_s)

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A connection that sees one moment of the database and cannot write."""
        try:
            with self.database.reader.connect() as conn:
                yield conn
        except SQLAlchemyError as exc:
            raise explain(exc) from exc

    @contextmanager
    def cursor(self) -> Iterator[DBAPICursor]:
        """The driver's own cursor, for a query that takes less time than a transaction around it."""
        reader = self.database.reader
        try:
            with closing(reader.raw_connection()) as conn, closing(conn.cursor()) as cursor:
                yield cursor
        except (SQLAlchemyError, reader.dialect.loaded_dbapi.Error) as exc:
            raise explain(exc) from exc


class StorePart:
    """A part of the store: the reads and writes of one subject."""

    def __init__(self, access: Access) -> None:
        self._access = access


def same(table: FromClause, **values: object) -> list[ColumnElement[bool]]:
    """Conditions: the columns of a table hold these values."""
    return [table.c[name] == value for name, value in values.items()]


def chunks(values: Sequence[V], size: int = CHUNK) -> Iterator[Sequence[V]]:
    """Cut a sequence into pieces of at most `size`."""
    return (values[start : start + size] for start in range(0, len(values), size))
