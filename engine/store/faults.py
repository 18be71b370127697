"""
The one place where a database's error becomes a StoreError that says what to do.

The statement and its values never reach a message: they contain what people and models wrote.
"""

from __future__ import annotations

import sqlite3

from sqlalchemy.exc import DBAPIError

from engine.errors import StoreError, Unwritable
from engine.store.postgresql import explain_state, is_lost

BUSY_S = 10
"""How long SQLite waits for another writer."""

_CODES = {
    "SQLITE_BUSY": "db_locked",
    "SQLITE_LOCKED": "db_locked_here",
    "SQLITE_FULL": "disk_is_full",
    "SQLITE_READONLY_DBMOVED": "db_moved",
    "SQLITE_READONLY": "db_readonly",
    "SQLITE_CORRUPT": "db_damaged",
    "SQLITE_NOTADB": "db_not_one",
    "SQLITE_CANTOPEN": "db_not_opened",
    "SQLITE_IOERR": "db_disk_failed",
}
"""How SQLite's name of an error begins, and our code for it."""

_PASSING = ("SQLITE_BUSY", "SQLITE_LOCKED", "SQLITE_FULL", "SQLITE_READONLY", "SQLITE_CANTOPEN", "SQLITE_IOERR")
"""What may be repaired while the program runs; then the same write succeeds."""


def explain(exc: Exception) -> StoreError:
    """Say in one line what happened to the database and what to do."""
    if isinstance(exc, StoreError):
        return exc
    found = _code(exc)
    for start, code in _CODES.items():
        if found.startswith(start):
            error = Unwritable if found.startswith(_PASSING) else StoreError
            return error(code, seconds=BUSY_S)
    cause = _cause(exc)
    if (explained := explain_state(cause)) is not None:
        return explained
    first = str(cause).strip().partition("\n")[0]
    return StoreError("db_refused", problem=first[:200] or type(cause).__name__)


def touches_all(exc: Exception) -> bool:
    """Whether the whole database is unreachable: then it is useless to try the writes one by one."""
    if _code(exc).startswith((*_PASSING, "SQLITE_NOTADB")):
        return True
    return is_lost(_cause(exc))


def wants_reopening(exc: Exception) -> bool:
    """Whether an open connection stays broken after its cause is repaired."""
    return _code(exc).startswith(("SQLITE_READONLY", "SQLITE_CANTOPEN", "SQLITE_IOERR")) or is_lost(_cause(exc))


def is_locked(exc: Exception) -> bool:
    """Whether another program has locked the file now."""
    return _code(exc).startswith(("SQLITE_BUSY", "SQLITE_LOCKED"))


def _cause(exc: Exception) -> BaseException:
    """The driver's own error."""
    return exc.orig if isinstance(exc, DBAPIError) and exc.orig is not None else exc


def _code(exc: Exception) -> str:
    cause = _cause(exc)
    return str(getattr(cause, "sqlite_errorname", "")) if isinstance(cause, sqlite3.Error) else ""
