"""
What is PostgreSQL's own: how its connections are set, what its errors mean, one migration at a time, its size.

Nothing here imports the driver: it is part of the extra `cluster`.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, text
from sqlalchemy.engine import URL
from sqlalchemy.exc import DBAPIError

from engine.errors import StoreError, Unwritable
from engine.process import lease_s

BACKEND = "postgresql"
CONNECT_S = 10
MIGRATING = 0x647261667401
"""The advisory lock of a migration; any number that no other program uses."""
CALLS = 0x64726102
"""The first half of the advisory locks of budgets; the second is the budget's."""

_WORDS = (
    "CREATE INDEX IF NOT EXISTS draft_search_words ON draft USING gin (search gin_trgm_ops) WHERE state = 'drafted'",
    "CREATE INDEX IF NOT EXISTS draft_flag_words ON draft USING gin (flags gin_trgm_ops) WHERE state = 'drafted'",
)
_PAIRS = (
    "DROP INDEX IF EXISTS draft_search_pairs",
    "CREATE OR REPLACE FUNCTION draftmill_pairs(words text) RETURNS text[] LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$"
    " SELECT coalesce(array_agg(DISTINCT pair), '{}') FROM ("
    " SELECT substr(word, place, 2) AS pair"
    " FROM (SELECT DISTINCT regexp_split_to_table(words, '[^!-~]+') AS word) AS found,"
    " generate_series(1, length(word) - 1) AS place"
    " UNION ALL SELECT one || next FROM (SELECT one, lead(one) OVER (ORDER BY place) AS next"
    " FROM unnest(CASE WHEN octet_length(words) > length(words) THEN string_to_array(words, NULL) END)"
    " WITH ORDINALITY AS found (one, place)) AS pairs WHERE ascii(one) > 126 AND ascii(next) > 126) AS found $$",
    "CREATE INDEX draft_search_pairs ON draft USING gin (draftmill_pairs(search))",
)
"""
Two characters are no trigram, and a word of Chinese or Japanese is often no longer: an index of pairs finds it, where
both are ASCII's or neither is.

The index is not partial: the planner takes no statistics from a partial one, and would always expect few drafts.
"""
_ORDERS = (
    "CREATE INDEX draft_flagged ON draft ((NOT flagged), id) WHERE state = 'drafted'",
    "CREATE INDEX draft_ranked ON draft (coalesce(score, 1e9), id) WHERE state = 'drafted'",
)
"""The orders of the desk: a page of a word that is in nearly all drafts is read without finding all of them."""
_LOCK_BUDGET = text("SELECT pg_advisory_xact_lock(CAST(:lock AS integer), hashtext(:name))")
_NUMBER = text("SELECT CAST(pg_current_xact_id() AS text)")
_STATUS = text("SELECT pg_xact_status(CAST(:number AS xid8))")
_PAGE_COST = 1.1
"""Of a page of an index, where reading on costs 1: about what memory and SSDs take. The 4 of a rotating disk makes the
planner read all texts instead of an index."""
_WRITER_CONNECTIONS = 1
_READER_CONNECTIONS = 8
_CODES = {
    "08": "db_gone",
    "57P": "db_gone",
    "53100": "db_server_full",
    "53300": "db_connections",
    "53": "db_gone",
    "25006": "db_server_readonly",
    "25P03": "db_gone",
    "40": "db_conflict",
    "55P03": "db_conflict",
    "28": "db_login",
    "3D": "db_unknown",
    "42501": "db_forbidden",
}
"""How an SQLSTATE begins, and our code for it; the first that fits counts."""
_PASSING = ("db_gone", "db_server_full", "db_connections", "db_server_readonly", "db_conflict")
"""What may be repaired while the program runs; then the same write succeeds."""


def with_driver(url: URL) -> URL:
    """The URL with the driver that Draftmill uses; an URL of another database as it is."""
    is_ours = url.drivername.partition("+")[0] in (BACKEND, "postgres")
    return url.set(drivername="postgresql+psycopg") if is_ours else url


def open_engine(url: URL, *, writes: bool, durable: bool = True) -> Engine:
    """
    Connections to a PostgreSQL database.

    Args:
        url: With its driver.
        writes: For a writer; else for readers, which cannot write and see one moment of the database.
        durable: A commit is on the server's disk when it returns.

    Raises:
        ImportError: the driver is not installed.
    """
    size = _WRITER_CONNECTIONS if writes else _READER_CONNECTIONS
    engine = create_engine(
        url,
        pool_size=size,
        max_overflow=0 if writes else 24,  # Streamlit runs a thread a session
        pool_pre_ping=True,
        hide_parameters=True,
        connect_args={"connect_timeout": CONNECT_S, "application_name": "draftmill"},
    )
    if writes:
        _set_writer(engine, durable=durable)
    else:
        _set_reader(engine)
    return engine


def _set_writer(engine: Engine, *, durable: bool) -> None:
    """What a process has locked that freezes, or is cut off, inside a transaction is free for the others in time."""
    idle_ms = round(1000 * lease_s() / 3)

    @event.listens_for(engine, "connect")
    def _on_connect(connection: Any, _record: object) -> None:
        connection.execute(f"SET idle_in_transaction_session_timeout = {idle_ms}")
        if not durable:
            connection.execute("SET synchronous_commit = off")
        connection.commit()


def _set_reader(engine: Engine) -> None:
    @event.listens_for(engine, "connect")
    def _on_connect(connection: Any, _record: object) -> None:
        from psycopg import IsolationLevel

        connection.execute(f"SET random_page_cost = {_PAGE_COST}")
        connection.commit()
        connection.read_only = True
        connection.isolation_level = IsolationLevel.REPEATABLE_READ


def explain_state(cause: BaseException) -> StoreError | None:
    """What an error of the driver means; None: it is none of the driver's, or of the statement and not the server."""
    if not hasattr(cause, "sqlstate"):
        return None
    state = cause.sqlstate
    if state is None and type(cause).__name__ == "OperationalError":
        return Unwritable("db_unreachable", problem=_first_line(cause))
    for start, code in _CODES.items():
        if (state or "").startswith(start):
            return (Unwritable if code in _PASSING else StoreError)(code)
    return None


def is_lost(cause: BaseException) -> bool:
    """Whether the server is out of reach: no statement of any connection succeeds now."""
    found = explain_state(cause)
    return found is not None and found.message.code in ("db_gone", "db_unreachable", "db_connections", "db_server_full")


def lock_for_migration(conn: Connection) -> None:
    """Wait until no other process migrates; the lock ends with the transaction."""
    if conn.dialect.name == BACKEND:
        conn.execute(text("SET LOCAL idle_in_transaction_session_timeout = 0"))  # a step may read every row
        conn.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": MIGRATING})


def transaction_of(conn: Connection) -> str:
    """The number of the transaction; empty where a lost connection leaves no doubt about a commit."""
    return str(conn.execute(_NUMBER).scalar_one()) if conn.dialect.name == BACKEND else ""


def was_committed(conn: Connection, number: str) -> bool:
    """Whether the transaction of this number was committed: the connection was lost before the server said so."""
    return bool(conn.execute(_STATUS, {"number": number}).scalar_one() == "committed")


def lock_budget(conn: Connection, name: str) -> None:
    """Wait until no other process enters a call of the budget of this name; the lock ends with the transaction."""
    if conn.dialect.name == BACKEND:
        conn.execute(_LOCK_BUDGET, {"lock": CALLS, "name": name})


def size_bytes(conn: Connection) -> int:
    """Bytes of the database on the server's disk."""
    return int(conn.execute(text("SELECT pg_database_size(current_database())")).scalar_one())


def index_words(conn: Connection) -> bool:
    """
    Make the indexes of words and flags, where the server has pg_trgm and the user may add it; search reads the texts
    without.

    Returns:
        Whether the index is there.
    """
    try:
        with conn.begin_nested():
            conn.execute(text("CREATE EXTENSION IF NOT EXISTS pg_trgm"))
            for statement in _WORDS:
                conn.execute(text(statement))
    except DBAPIError:
        return False
    return True


def index_pairs(conn: Connection) -> None:
    """Make the index of pairs of characters."""
    for statement in _PAIRS:
        conn.execute(text(statement))


def index_orders(conn: Connection) -> None:
    """Make the indexes of the orders that a page of drafts can have."""
    for statement in _ORDERS:
        conn.execute(text(statement))


def finds_words(conn: Connection) -> bool:
    """Whether the index of words is there."""
    return bool(conn.execute(text("SELECT to_regclass('draft_search_words') IS NOT NULL")).scalar_one())


def _first_line(cause: BaseException) -> str:
    return str(cause).strip().partition("\n")[0][:200]
