"""
The one place where a database's error becomes a StoreError that says the way out.

The statement and its values never reach a message: they hold what people and models wrote.
"""

from __future__ import annotations

import sqlite3

from sqlalchemy.exc import DBAPIError

from engine.errors import StoreError, Unwritable

BUSY_S = 10
"""How long SQLite waits for another writer."""

_WAYS_OUT = {
    "SQLITE_BUSY": f"the database is locked: another program has held it for {BUSY_S} s; close that, or try again",
    "SQLITE_LOCKED": "the database is locked by this program; try again",
    "SQLITE_FULL": "the disk is full; free some space",
    "SQLITE_READONLY_DBMOVED": "the database file was moved while it was used; put it back, then start Draftmill again",
    "SQLITE_READONLY": "the database is read-only; make the file and its folder writable, or set DRAFTMILL_HOME",
    "SQLITE_CORRUPT": "the database file is damaged; move it aside (a new one is made) or restore a copy",
    "SQLITE_NOTADB": "the file is not a database; move it aside (a new one is made) or name another one",
    "SQLITE_CANTOPEN": "the database file cannot be opened; check the folder's permissions, or set DRAFTMILL_HOME",
    "SQLITE_IOERR": "the disk failed while the database was used; check the disk and its free space, then try again",
}

_PASSING = ("SQLITE_BUSY", "SQLITE_LOCKED", "SQLITE_FULL", "SQLITE_READONLY", "SQLITE_CANTOPEN", "SQLITE_IOERR")
"""What may be mended while the program runs; then the same write goes through."""


def explain(exc: Exception) -> StoreError:
    """Say in one line what happened to the database and what to do."""
    if isinstance(exc, StoreError):
        return exc
    code = _code(exc)
    for start, words in _WAYS_OUT.items():
        if code.startswith(start):
            return Unwritable(words) if code.startswith(_PASSING) else StoreError(words)
    cause = exc.orig if isinstance(exc, DBAPIError) and exc.orig is not None else exc
    first = str(cause).strip().partition("\n")[0]
    return StoreError(f"the database refused: {first[:200] or type(cause).__name__}")


def touches_all(exc: Exception) -> bool:
    """Whether the whole database is out of reach, so that trying the same again one by one would only take longer."""
    if _code(exc).startswith((*_PASSING, "SQLITE_NOTADB")):
        return True
    return isinstance(exc, DBAPIError) and exc.connection_invalidated


def wants_reopening(exc: Exception) -> bool:
    """Whether an open connection stays broken when what broke it is mended."""
    return _code(exc).startswith(("SQLITE_READONLY", "SQLITE_CANTOPEN", "SQLITE_IOERR"))


def is_locked(exc: Exception) -> bool:
    """Whether another program holds the file at this moment."""
    return _code(exc).startswith(("SQLITE_BUSY", "SQLITE_LOCKED"))


def _code(exc: Exception) -> str:
    cause = exc.orig if isinstance(exc, DBAPIError) else exc
    return str(getattr(cause, "sqlite_errorname", "")) if isinstance(cause, sqlite3.Error) else ""
