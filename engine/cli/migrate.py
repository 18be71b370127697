"""
`draftmill migrate`: makes the tables of a database, or brings them up to date.
"""

from __future__ import annotations

import json
from dataclasses import asdict

import typer

from engine.cli.options import Database, Json
from engine.messages import Message
from engine.store.upgrade import upgrade_database


def migrate(database: Database = None, as_json: Json = False) -> None:
    """
    Make the tables of a database, or bring them up to date.

    An SQLite file is brought up to date when it is opened; a PostgreSQL database of an older release only by this
    command, once, when no process uses it any more. Of several processes that call it at once, one does it.
    """
    done = upgrade_database(database)
    if as_json:
        typer.echo(json.dumps(asdict(done)))
        return
    typer.echo(f"{done.where} is at revision {done.revision}")
    if not done.finds_words:
        typer.echo(f"draftmill: warning: {Message('db_no_words')}", err=True)
