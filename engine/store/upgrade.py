"""
Brings the schema of a database to the newest revision, by Alembic.
"""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import Connection, Engine, inspect

from engine.errors import StoreError

_MIGRATIONS = Path(__file__).parent / "migrations"


def migrate(writer: Engine, to: str = "head") -> None:
    """
    Bring the schema to a revision, in one transaction: a second process waits, then finds nothing to do.

    Raises:
        StoreError: the schema is newer than this program, or the tables are another program's.
    """
    config, script = _scripts()
    with writer.begin() as conn:
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
