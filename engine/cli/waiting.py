"""
Waits for a run in the terminal: shows a progress bar and what delays the run, and pauses the run on SIGTERM or Ctrl-C.
"""

from __future__ import annotations

import signal
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from types import FrameType
from typing import NoReturn

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from engine.cli.opening import open_store
from engine.cli.status import EXIT_CODES, print_status
from engine.clock import clock_time
from engine.errors import RunHeld
from engine.process import lease_now
from engine.providers import Catalog
from engine.reports.progress import Progress as RunProgress
from engine.reports.progress import progress_of
from engine.runners.roles import Role
from engine.runners.run_status import GOING, OPEN_STATUSES
from engine.runners.thread import LEAVE_S, Runner
from engine.store import Store

POLL_S = 0.1
SHOW_S = 0.5  # counting a long run's rows takes a tenth of that
ASK_AGAIN_S = 0.5
TERMINATED = 128 + 15
"""The exit code of a process that SIGTERM ends."""


class Terminated(KeyboardInterrupt):
    """This process received SIGTERM."""


@contextmanager
def raising_on_sigterm() -> Iterator[None]:
    """Make SIGTERM raise Terminated, so that runs are paused before the process ends."""

    def end(_signal: int, _frame: FrameType | None) -> None:
        raise Terminated

    before = signal.signal(signal.SIGTERM, end)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


@contextmanager
def working(
    database: str | None,
    catalog: Catalog | None = None,
    *,
    reads: bool = False,
    waits: bool = False,
    role: Role | None = None,
) -> Iterator[tuple[Store, Runner]]:
    """
    Open the database of a command and a runner on it; SIGTERM pauses the runner's runs.

    Args:
        database: See open_store, as `reads`.
        catalog: The providers; None: as they ship, with the user's file.
        reads: The database must exist.
        waits: Runs whose provider is down are tried again by themselves.
        role: See Runner.
    """
    try:
        with (
            raising_on_sigterm(),
            open_store(database, reads=reads) as store,
            Runner(store, catalog or Catalog.load(), waits=waits, role=role) as runner,
        ):
            yield store, runner
    except Terminated:  # before or after the wait for the runs, which ends with the code of their state
        raise SystemExit(TERMINATED) from None


def finish(store: Store, runner: Runner, runs: Sequence[int], as_json: bool, wait: bool = False) -> NoReturn:
    """
    Wait for runs, print their figures and end with the highest of their exit codes.

    Args:
        store: Where the runs are.
        runner: Works on them; pauses them when the process is to end.
        runs: In this order.
        as_json: One JSON line each.
        wait: Also wait while a run whose provider is down waits for its next try.
    """
    try:
        for run in runs:
            _watch(store, runner, run, wait)
    except Terminated:
        runner.close(LEAVE_S)
    except KeyboardInterrupt:
        _leave(store, runner, runs)
    codes = []
    for run in runs:
        if why := runner.gave_up(run):
            typer.echo(f"draftmill: {why}; what was paid for is kept; continue with: draftmill resume {run}", err=True)
        print_status(store, run, as_json)
        codes.append(EXIT_CODES.get(store.runs.state(run), 4))
    raise typer.Exit(max(codes))


def take_up(store: Store, runner: Runner, run: int, retry: bool, **budgets: float | None) -> None:
    """
    Resume a run; if another process may still hold it, wait for its heartbeat or the end of its lease.

    Raises:
        RunHeld: the other process sent a heartbeat, so it still works on the run.
        DraftmillError: as Runner.resume.
    """
    last_heartbeat, announced = store.runs.get(run).heartbeat_at, False
    while True:
        try:
            runner.resume(run, retry=retry, **budgets)
        except RunHeld as held:
            if store.runs.get(run).heartbeat_at != last_heartbeat:
                raise
            if not announced:
                typer.echo(f"{held}; waiting for either", err=True)
            announced = True
            time.sleep(ASK_AGAIN_S)
        else:
            return


def _leave(store: Store, runner: Runner, runs: Sequence[int]) -> None:
    try:
        typer.echo("\nfinishing the calls in flight (already paid for); Ctrl-C again to stop without them", err=True)
        runner.close(by_hand=True)
    except KeyboardInterrupt:
        runner.close(0, by_hand=True)
    for run in runs:
        if store.runs.get(run).retry_at is not None:
            store.runs.cancel_auto_resume(run).result()


def _watch(store: Store, runner: Runner, run: int, wait: bool) -> None:
    """Show a progress bar on stderr until the run has ended; if stderr is not a terminal, only what delays it."""
    console = Console(stderr=True)
    columns = (
        SpinnerColumn(),
        TextColumn("run {task.fields[run]}"),
        BarColumn(),
        TextColumn("{task.completed:.0f}/{task.total:.0f} drafts"),
        TextColumn("{task.fields[note]}"),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=console, transient=True, disable=not sys.stderr.isatty()) as bar:
        task = bar.add_task("", total=store.runs.get(run).planned, run=run, note="")
        shown_at, printed = -SHOW_S, ""
        while _goes_on(store, runner, run, wait):
            if (delay := _delay(store, run, wait)) and delay != printed:
                console.print(delay, markup=False, highlight=False, soft_wrap=True)
            printed = delay
            if not bar.disable and time.monotonic() - shown_at >= SHOW_S:
                at = progress_of(store, run, cells=False)
                bar.update(task, completed=at.totals.drafted, note=_note(at))
                shown_at = time.monotonic()
            time.sleep(POLL_S)


def _goes_on(store: Store, runner: Runner, run: int, wait: bool) -> bool:
    if runner.gave_up(run):
        return False
    state = store.runs.state(run)
    if state in GOING:
        return runner.has(run) or runner.status(store.runs.get(run)) in OPEN_STATUSES
    return wait and state == "paused" and store.runs.get(run).retry_at is not None


def _delay(store: Store, run: int, wait: bool) -> str:
    if store.trouble:
        return f"run {run} waits: {store.trouble}; nothing is lost, it continues by itself"
    if wait and store.runs.state(run) == "paused":
        row = store.runs.get(run)
        if row.retry_at is not None:
            return f"run {run} waits ({row.reason}); the next try is at {clock_time(row.retry_at, lease_now())}"
    return ""


def _note(at: RunProgress) -> str:
    if at.summary.items_per_s is None:
        return ""
    note = " (estimated too low)" if at.limit_note.code and at.share_of_limit else ""
    share = f", {at.share_of_limit:.0%} of the limit{note}" if at.share_of_limit is not None else ""
    eta = f", ETA {at.eta_s:.0f} s" if at.eta_s is not None else ""
    eta += f" ({at.eta_note})" if at.eta_note.code else ""
    return f"{at.summary.items_per_s:.2f}/s{share}{eta}"
