"""
Waiting for a run in the terminal: a progress bar, what holds the run up, and how the process is told to leave.
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

from engine.cli.status import EXIT_CODES, print_status
from engine.clock import clock_time
from engine.errors import RunHeld
from engine.process import lease_now
from engine.reports.progress import Progress as RunProgress
from engine.reports.progress import progress_of
from engine.runners.run_status import GOING, OPEN_STATUSES
from engine.runners.thread import LEAVE_S, Runner
from engine.store import Store

POLL_S = 0.1
SHOW_S = 0.5  # counting a long run's rows takes a tenth of that
ASK_AGAIN_S = 0.5


class Terminated(KeyboardInterrupt):
    """This process was told to end (SIGTERM)."""


@contextmanager
def ending_when_told() -> Iterator[None]:
    """While inside, SIGTERM raises Terminated, so that runs are paused before the process ends."""

    def end(_signal: int, _frame: FrameType | None) -> None:
        raise Terminated

    before = signal.signal(signal.SIGTERM, end)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def finish(store: Store, runner: Runner, runs: Sequence[int], as_json: bool, wait: bool = False) -> NoReturn:
    """
    Wait for runs, print their figures and end with the worst of their exit codes.

    Args:
        store: Where the runs are.
        runner: Works on them; told to leave, it pauses them.
        runs: In this order.
        as_json: One JSON line each.
        wait: Wait, too, while a run whose provider is down is to be tried again.
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
            typer.echo(f"draftmill: {why}; what was paid for is kept, go on with: draftmill resume {run}", err=True)
        print_status(store, run, as_json)
        codes.append(EXIT_CODES.get(store.runs.state(run), 4))
    raise typer.Exit(max(codes))


def take_up(store: Store, runner: Runner, run: int, retry: bool, **budgets: float | None) -> None:
    """
    Resume a run; where its process may come back, wait until it is heard of or its lease has ended.

    Raises:
        RunHeld: its process was heard of: it lives.
        DraftmillError: as Runner.resume.
    """
    heard_at, told = store.runs.get(run).heartbeat_at, False
    while True:
        try:
            runner.resume(run, retry=retry, **budgets)
        except RunHeld as held:
            if store.runs.get(run).heartbeat_at != heard_at:
                raise
            if not told:
                typer.echo(f"{held}; waiting for either", err=True)
            told = True
            time.sleep(ASK_AGAIN_S)
        else:
            return


def _leave(store: Store, runner: Runner, runs: Sequence[int]) -> None:
    try:
        typer.echo("\nfinishing the calls in flight (already paid for); Ctrl-C again to leave them", err=True)
        runner.close(by_hand=True)
    except KeyboardInterrupt:
        runner.close(0, by_hand=True)
    for run in runs:
        if store.runs.get(run).retry_at is not None:
            store.runs.cancel_auto_resume(run).result()


def _watch(store: Store, runner: Runner, run: int, wait: bool) -> None:
    """A progress bar on stderr until the run has ended; where stderr is not a terminal only what holds it up."""
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
        shown_at, said = -SHOW_S, ""
        while _goes_on(store, runner, run, wait):
            if (held_up := _held_up(store, run, wait)) and held_up != said:
                console.print(held_up, markup=False, highlight=False, soft_wrap=True)
            said = held_up
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


def _held_up(store: Store, run: int, wait: bool) -> str:
    if store.trouble:
        return f"run {run} waits: {store.trouble}; nothing is lost, it goes on by itself"
    if wait and store.runs.state(run) == "paused":
        row = store.runs.get(run)
        if row.retry_at is not None:
            return f"run {run} waits ({row.reason}); it is tried again at {clock_time(row.retry_at, lease_now())}"
    return ""


def _note(at: RunProgress) -> str:
    if at.summary.items_per_s is None:
        return ""
    share = f", {at.share_of_limit:.0%} of the limit" if at.share_of_limit is not None else ""
    eta = f", ETA {at.eta_s:.0f} s" if at.eta_s is not None else ""
    return f"{at.summary.items_per_s:.2f}/s{share}{eta}"
