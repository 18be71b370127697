"""
Opens the database of a command, and says when a name makes a new one: a mistyped one must not pass for an empty store.
"""

from __future__ import annotations

import typer

from engine.store import Store


def open_store(database: str | None, *, reads: bool = False) -> Store:
    """
    Open the database of a command.

    Args:
        database: The option --database or DRAFTMILL_DATABASE; None: the file in the data folder.
        reads: The command needs what the database holds already: one that was named must exist.

    Raises:
        StoreError: it cannot be opened, or does not exist.
    """
    store = Store.open(database, create=not (reads and database))
    if store.is_new and database:
        typer.echo(f"draftmill: new database created at {store.where}", err=True)
    if store.loss.code:
        typer.echo(f"draftmill: warning: {store.loss}", err=True)
    return store
