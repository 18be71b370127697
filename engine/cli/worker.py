"""
`draftmill worker` and `draftmill workers`: work on the runs of a team, and who does.
"""

from __future__ import annotations

import json
import threading
from dataclasses import asdict
from typing import Annotated

import typer

from engine.cli.opening import open_store
from engine.cli.options import Database, Json
from engine.cli.waiting import TERMINATED, Terminated, raising_on_sigterm
from engine.generate.shares import PLACES
from engine.process import owner_name
from engine.providers import Catalog
from engine.runners.service import serve
from engine.runners.thread import LEAVE_S, Runner
from engine.store.offers import HeldRun

MOST = 1024
INTERRUPTED = 128 + 2
"""The exit code of a process that Ctrl-C ends."""


def worker(
    places: Annotated[int, typer.Option(min=1, max=MOST, help="Calls in flight at once, over all runs.")] = 64,
    health_port: Annotated[
        int, typer.Option(min=0, max=65535, help="Port of /healthz, /readyz and /metrics; 0: none.")
    ] = 0,
    health_address: Annotated[str, typer.Option(help="Address of that port.")] = "127.0.0.1",
    database: Database = None,
) -> None:
    """
    Work on the runs that are left to workers (DRAFTMILL_WORKERS=1, `draftmill run --detach`), until it is ended.

    A run of more calls in flight than 64, or than the places of its worker, is made by several in shares.

    SIGTERM or Ctrl-C: no run is taken any more, calls in flight are waited for 5 s, and the runs are free for other
    workers at once. The runs of a worker that was killed are free when its lease has ended (30 s).
    """
    with (
        raising_on_sigterm(),
        open_store(database) as store,
        Runner(store, Catalog.load(), waits=True, role="serves", most=MOST, share_places=min(places, PLACES)) as runner,
    ):
        if health_port:
            from engine.cli.health import listen

            listen(store, runner, health_address, health_port)
        typer.echo(f"draftmill: working on the runs of {store.where}, {places} places; Ctrl-C ends it", err=True)
        try:
            serve(store, runner, places, threading.Event())
        except KeyboardInterrupt as ended:
            runner.close(LEAVE_S)
            raise SystemExit(TERMINATED if isinstance(ended, Terminated) else INTERRUPTED) from None


def _share(held: HeldRun) -> str:
    if not held.shares:
        return ""
    return f", in {held.shares} shares," if held.share is None else f", share {held.share} of {held.shares},"


def workers(database: Database = None, as_json: Json = False) -> None:
    """List the processes that work on runs now."""
    with open_store(database, reads=True) as store:
        found = store.offers.workers()
    if as_json:
        typer.echo(json.dumps([asdict(one) for one in found]))
        return
    for one in found:
        typer.echo(f"{owner_name(one.owner)}  last heartbeat {one.silent_s:.0f} s ago")
        for held in one.held:
            what = f"run {held.run}{_share(held)}" + ("" if held.for_s is None else f" for {held.for_s:.0f} s")
            typer.echo(f"  {what}: {held.drafted} of {held.planned}, {held.in_flight} calls in flight")
    if not found:
        typer.echo("no process works on a run")
