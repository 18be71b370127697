"""
Brings the schema of a database to the newest revision, by Alembic.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import Connection, Engine, inspect

from engine.errors import StoreError
from engine.store.database import connect, locate
from engine.store.postgresql import index_words, lock_for_migration

_MIGRATIONS = Path(__file__).parent / "migrations"


@dataclass(frozen=True, slots=True)
class Upgraded:
    """What `upgrade_database` has made."""

    where: str
    """The file, or the URL without its password."""
    revision: str
    finds_words: bool
    """Whether search has an index; without one it reads every text."""


def upgrade_database(url_or_path: str | Path | None) -> Upgraded:
    """
    Make the tables of a database, or bring them up to date; a second process waits, then finds nothing to do.

    Raises:
        StoreError: the database cannot be opened, is of a newer Draftmill, or holds another program's tables.
    """
    database = connect(locate(url_or_path), upgrade=True)
    try:
        indexed = True
        if database.path is None:  # the extension may have come after the tables
            with database.writer.begin() as conn:
                indexed = index_words(conn)
        return Upgraded(database.where, revisions()[-1], indexed)
    finally:
        database.dispose()


def migrate(writer: Engine, to: str = "head") -> None:
    """
    Bring the schema to a revision, in one transaction: a second process waits, then finds nothing to do.

    Raises:
        StoreError: the schema is newer than this program, or the tables are another program's.
    """
    config, script = _scripts()
    with writer.begin() as conn:
        lock_for_migration(conn)
        current = MigrationContext.configure(conn).get_current_revision()
        if current == script.get_current_head():
            return
        _check_revision(conn, script, current)
        config.attributes["connection"] = conn
        command.upgrade(config, to)


def revisions() -> list[str]:
    """Every revision there has been, the oldest first."""
    return [step.revision for step in reversed(list(_scripts()[1].walk_revisions()))]


def _scripts() -> tuple[Config, ScriptDirectory]:
    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
    return config, ScriptDirectory.from_config(config)


def _check_revision(conn: Connection, script: ScriptDirectory, current: str | None) -> None:
    if current is None:
        if set(inspect(conn).get_table_names()) - {"alembic_version"}:
            raise StoreError("db_foreign")
        return
    try:
        script.get_revision(current)
    except CommandError as exc:
        raise StoreError("db_newer") from exc
