"""
`draftmill pause` and `draftmill cancel`: a command for a run of any process.
"""

from __future__ import annotations

import typer

from engine.cli.opening import open_store
from engine.cli.options import Database, RunId
from engine.providers import Catalog
from engine.runners.thread import Runner


def pause(run: RunId, database: Database = None) -> None:
    """Pause a run of any process; calls in flight are kept. `draftmill resume` continues it."""
    with open_store(database, reads=True) as store, Runner(store, Catalog.load()) as runner:
        runner.pause(run)
        state = runner.status(store.runs.get(run))
        typer.echo(f"run {run} is {state}" if state == "paused" else f"run {run} will pause; paid calls are kept")


def cancel(run: RunId, database: Database = None) -> None:
    """Cancel a run of any process; paid calls are kept."""
    with open_store(database, reads=True) as store, Runner(store, Catalog.load()) as runner:
        before = store.runs.get(run).state
        if before not in ("queued", "running", "paused"):
            typer.echo(f"run {run} has already ended: {before}")
            return
        runner.cancel(run)
        typer.echo(f"run {run} will stop; calls in flight are kept")
