"""
What `draftmill compare` shows: its estimate, a progress bar, the table, the advice and the verdict.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Sequence

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Table

from engine.compare import (
    MOST_ROWS,
    ComparisonEstimate,
    ComparisonReport,
    Question,
    conclusions,
    recommended,
)
from engine.compare.table import COLUMNS
from engine.store import RunRow, Store

TITLES: dict[Question, str] = {"cost": "cost per approved draft", "batch": "batch size"}
POLL_S = 0.2
WIDE = 160  # a table that is piped into a file is not folded


def estimate_as_text(at: ComparisonEstimate) -> str:
    """What a comparison will take, in one line."""
    cost = f"about ${at.cost_usd:.4f}" if at.price_known else f"price not known, at most ${at.cost_usd:.2f}"
    time_text = f"time: {at.unknown}" if at.wall_s is None else f"about {at.wall_s:.0f} s"
    return f"{at.runs} runs, {at.drafts} drafts, {at.calls} calls, {at.tokens:,} tokens, {cost}, {time_text}"


def print_report(at: ComparisonReport) -> None:
    """The table, what it advises, and the verdict."""
    console = Console()
    console.width = console.width if console.is_terminal else WIDE
    console.print(_table_of(at))
    if notes := {str(arm.limit_note) for arm in at.arms if arm.limit_note.code}:
        typer.echo(f"* {' '.join(notes)}")
    if chosen := recommended(at.arms, at.verdict):
        typer.echo(chosen.why)
    for one in at.advice:
        typer.echo(f"advice: {one.message}")
    if at.verdict is not None:
        _print_findings(at)
    if at.state != "done":
        why = f" ({at.reason})" if at.reason else ""
        typer.echo(f"{at.state}{why}: {at.runs_done} of {at.runs} runs done and saved")
    if at.state == "paused":
        typer.echo(f"continue with: draftmill compare --resume {at.id}")


def _print_findings(at: ComparisonReport) -> None:
    said = dict(conclusions(at))
    speed = said.pop("speed")
    for question, message in said.items():
        typer.echo(f"{TITLES.get(question, question)}: {message}")
    typer.echo(speed)


def watch(store: Store, comparison: int) -> None:
    """Show a progress bar on stderr until no run is open; nothing if stderr is not a terminal."""
    columns = (
        SpinnerColumn(),
        TextColumn("comparison {task.fields[comparison]}"),
        BarColumn(),
        TextColumn("{task.completed:.0f}/{task.total:.0f} drafts"),
        TextColumn("{task.fields[note]}"),
        TimeElapsedColumn(),
    )
    console = Console(stderr=True)
    with Progress(*columns, console=console, transient=True, disable=not sys.stderr.isatty()) as bar:
        task = bar.add_task("", total=0, comparison=comparison, note="")
        while _is_open(rows := store.runs.page(MOST_ROWS, comparison_id=comparison)):
            drafts = [row for row in rows if row.unit == "draft"]
            drafted = sum(row.totals.drafted for row in drafts)
            bar.update(task, total=sum(row.planned for row in drafts), completed=drafted, note=_now(rows))
            time.sleep(POLL_S)


def _table_of(at: ComparisonReport) -> Table:
    """The guide's performance table, as measured."""
    table = Table(box=None, header_style="bold")
    columns = [column for column in COLUMNS if not column.wide]
    name, *figures = columns
    table.add_column(name.name, overflow="fold")  # the end of a name may be all that tells two arms apart
    for column in figures:
        table.add_column(column.name, justify="right", no_wrap=True)
    for arm in at.arms:
        table.add_row(*(column.cell(arm).replace("[", r"\[") for column in columns))
    return table


def _is_open(rows: Sequence[RunRow]) -> bool:
    return any(row.state in ("queued", "running") for row in rows)


def _now(rows: Sequence[RunRow]) -> str:
    """The arms that are running."""
    return "; ".join(f"{row.arm}, trial {row.trial}" for row in rows if row.state == "running")
