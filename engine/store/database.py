"""
Opening a database: where it is, how its connections are set, whether it is sound and of this version.

It has two SQLAlchemy engines: `writer` with one connection that takes the write lock at once (BEGIN IMMEDIATE),
`reader` with connections that cannot write.
"""

from __future__ import annotations

import math
import os
import re
import sqlite3
import time
from contextlib import closing
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from sqlalchemy import Connection, Engine, create_engine, event, inspect, text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import SQLAlchemyError

from engine.errors import StoreError
from engine.process import data_folder
from engine.store.faults import BUSY_S, explain, is_locked
from engine.store.postgresql import BACKEND, open_engine, with_driver
from engine.store.prepared import DriverCursor

DATABASE_ENV = "DRAFTMILL_DATABASE"
QUICK_CHECK_BYTES = 256 * 2**20
"""A larger file is not checked at every start: a cold disk would keep the user waiting for seconds (docs/store.md)."""

_WAL_TRIES = 100
_REVISIONS = Path(__file__).parent / "migrations" / "versions"


@dataclass(frozen=True, slots=True)
class Database:
    """An open database, at the newest schema."""

    url: URL
    writer: Engine
    reader: Engine
    is_new: bool = False
    """Its file was made when it was opened."""

    @property
    def path(self) -> Path | None:
        """The file of an SQLite database."""
        return _file_of(self.url)

    @property
    def where(self) -> str:
        """The file, or the URL without its password."""
        return str(self.path or self.url.render_as_string(hide_password=True))

    @property
    def place(self) -> tuple[int, int] | None:
        """Device and inode of the file at the database's path; None where there is none."""
        try:
            found = self.path.stat() if self.path else None
        except OSError:
            return None
        return (found.st_dev, found.st_ino) if found and found.st_ino else None

    def dispose(self) -> None:
        """Close every connection."""
        self.reader.dispose()
        self.writer.dispose()


def locate(url_or_path: str | Path | None) -> str:
    """
    The URL of a database named by a URL, a path, or nothing: DRAFTMILL_DATABASE, else a file in the data folder.

    Raises:
        StoreError: the path has no name for a file, or is meant from a current folder that was deleted.
    """
    url_or_path = url_or_path or os.environ.get(DATABASE_ENV) or data_folder() / "draftmill.db"
    if isinstance(url_or_path, str) and ("://" in url_or_path or re.match(r"(postgres|sqlite)\w*:", url_or_path)):
        return url_or_path
    try:
        path = Path(url_or_path).expanduser().absolute()
    except FileNotFoundError as exc:
        raise StoreError("folder_gone") from exc
    if path.is_dir():
        raise StoreError("db_is_folder", path=str(path), example=str(path / "draftmill.db"))
    return URL.create("sqlite", database=str(path)).render_as_string()


def missing_file(url_or_path: str | Path | None) -> Path | None:
    """The file that opening a database would make; None where it is there, or the database is not a file."""
    path = _file_of(_parse(locate(url_or_path)))
    return None if path is None or path.exists() else path


def connect(url: str, *, create: bool = True, upgrade: bool = False) -> Database:
    """
    Open, check and bring up to date.

    Args:
        url: Of the database.
        create: Make the file of an SQLite database if it is missing.
        upgrade: Also bring the tables of a server's database up to date, which other processes may use.

    Raises:
        StoreError: the URL is not one, the file is missing or cannot be made, read or written, is damaged, or of a
            newer Draftmill; a server cannot be reached, or its tables are of an older Draftmill.
    """
    parsed = _parse(url)
    is_new = _make_file(parsed, create=create)
    database = Database(parsed, _engine(parsed, writes=True), _engine(parsed, writes=False), is_new)
    try:
        _quick_check(database)
        if not is_current(database.reader):
            if not upgrade:
                _check_migration(database)
            _migrate(database.writer)
        _set_wal(database)  # last: it is written into the file, and one that is refused stays as it was
    except BaseException as exc:
        database.dispose()
        if isinstance(exc, SQLAlchemyError | sqlite3.Error | OSError | StoreError):
            raise StoreError("at_file", file=_name(parsed), problem=explain(exc).message) from exc
        raise
    return database


def is_current(reader: Engine) -> bool:
    """Whether the schema is at the newest revision, which the last file of the migrations is named after."""
    newest = max(path.name for path in _REVISIONS.glob("r*.py"))
    return newest.startswith(f"r{_revision(reader)}_")


def _check_migration(database: Database) -> None:
    """
    A file is brought up to date by whoever opens it; a server's database that others use, by `draftmill migrate`.

    Raises:
        StoreError: the database of a server has tables of an older Draftmill, or of a newer one.
    """
    if database.path is None and (current := _revision(database.reader)) is not None:
        known = any(path.name.startswith(f"r{current}_") for path in _REVISIONS.glob("r*.py"))
        raise StoreError("db_old" if known else "db_newer")


def _revision(reader: Engine) -> str | None:
    """The schema's; None: there are no tables of ours."""
    with reader.connect() as conn:
        if not inspect(conn).has_table("alembic_version"):
            return None
        return conn.execute(text("SELECT version_num FROM alembic_version")).scalar()


def _migrate(writer: Engine) -> None:
    from engine.store.upgrade import migrate  # alembic is 0.1 s of CPU: no command pays that on a current database

    migrate(writer)


def _parse(url: str) -> URL:
    try:
        parsed = with_driver(make_url(url))
        parsed.get_dialect()
    except (SQLAlchemyError, ValueError) as exc:  # a port that is no number is a ValueError
        raise StoreError("db_url") from exc
    if parsed.get_backend_name() not in ("sqlite", BACKEND):
        raise StoreError("db_url")
    if parsed.get_backend_name() == "sqlite" and parsed.database in (None, "", ":memory:"):
        raise StoreError("db_memory")
    return parsed


def _make_file(url: URL, *, create: bool) -> bool:
    """Make the file of an SQLite database; whether it was missing."""
    path = _file_of(url)
    if path is None:
        return False
    is_new = not path.exists()
    if is_new and not create:
        raise StoreError("db_missing", path=str(path))
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        path.touch(mode=0o600)
    except OSError as exc:
        raise StoreError("db_unwritable", path=str(path), problem=exc.strerror) from exc
    return is_new


@lru_cache(maxsize=64)  # asked before each commit
def _file_of(url: URL) -> Path | None:
    return Path(url.database) if url.get_backend_name() == "sqlite" and url.database else None


def _name(url: URL) -> str:
    return url.database or "" if url.get_backend_name() == "sqlite" else url.render_as_string(hide_password=True)


def _engine(url: URL, *, writes: bool) -> Engine:
    try:
        if url.get_backend_name() != "sqlite":
            return open_engine(url, writes=writes)
        engine = create_engine(
            url,
            pool_size=1 if writes else 8,
            max_overflow=0 if writes else 24,  # Streamlit runs a thread a session
            hide_parameters=True,
            connect_args={"timeout": BUSY_S},
        )
    except ImportError as exc:
        raise StoreError("db_driver", driver=url.drivername) from exc
    _set_sqlite(engine, writes=writes)
    return engine


def _set_sqlite(engine: Engine, *, writes: bool) -> None:
    begin = "BEGIN IMMEDIATE" if writes else "BEGIN"

    @event.listens_for(engine, "connect")
    def _on_connect(connection: sqlite3.Connection, _record: object) -> None:
        connection.isolation_level = None  # the driver's own BEGIN would come too late to take the lock
        for pragma in ("foreign_keys=ON", "synchronous=FULL", "temp_store=MEMORY", "cache_size=-16000"):
            connection.execute(f"PRAGMA {pragma}")
        if not writes:
            connection.execute("PRAGMA query_only=ON")
        _add_floor(connection)

    @event.listens_for(engine, "begin")
    def _on_begin(conn: Connection) -> None:
        with DriverCursor(conn) as cursor:
            cursor.execute(begin)


def _add_floor(connection: sqlite3.Connection) -> None:
    try:
        connection.execute("SELECT floor(1.5)")
    except sqlite3.OperationalError:  # SQLite built without its maths
        connection.create_function("floor", 1, math.floor, deterministic=True)


def _set_wal(database: Database) -> None:
    """Two processes may open a new file at once, and the change to WAL does not wait for a lock by itself."""
    if database.path is None:
        return
    for left in reversed(range(_WAL_TRIES)):
        try:
            mode = _journal_mode(database.path)
        except sqlite3.OperationalError as exc:
            if not (left and is_locked(exc)):
                raise
            time.sleep(BUSY_S / _WAL_TRIES)
        else:
            if mode != "wal":
                raise StoreError("db_no_wal")
            return


def _journal_mode(path: Path) -> str:
    with closing(sqlite3.connect(path, timeout=BUSY_S)) as connection:
        return str(connection.execute("PRAGMA journal_mode=WAL").fetchone()[0])


def _quick_check(database: Database) -> None:
    path = database.path
    if path is None or path.stat().st_size > QUICK_CHECK_BYTES:
        return
    if problem := check(database):
        found = " ".join(problem.split())[:100]
        raise StoreError("db_check_failed", problem=found)


def check(database: Database) -> str:
    """What SQLite's quick_check finds; empty when the file is sound."""
    with database.reader.connect() as conn:
        if database.path is None:
            conn.execute(text("SELECT 1"))
            return ""
        found = str(conn.exec_driver_sql("PRAGMA quick_check(1)").scalar())
        return "" if found == "ok" else " ".join(found.split())
