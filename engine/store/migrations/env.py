"""Run the revisions on the connection that database.migrate hands over, inside its transaction."""

from __future__ import annotations

from alembic import context
from sqlalchemy import Connection

from engine.store.tables import metadata


def run(connection: Connection) -> None:
    """Configure alembic for one connection and run."""
    context.configure(connection=connection, target_metadata=metadata, render_as_batch=True)
    context.run_migrations()


run(context.config.attributes["connection"])
