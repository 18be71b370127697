"""
`draftmill compare`: the performance test. Makes the same drafts with several settings, in several trials.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Annotated, NoReturn

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Table

from engine.cli.options import (
    Database,
    Json,
    Kind,
    Lang,
    Levels,
    Model,
    Option,
    PerCombo,
    Provider,
    Temperature,
    TopicsAsTyped,
    TopicsFile,
)
from engine.cli.overrides import LIMITS, SERVER, UNCHANGED, provider_options
from engine.cli.reading import read_job, read_levels, read_options, read_topics
from engine.cli.waiting import Terminated, working
from engine.compare import (
    MOST_RUNS,
    Arm,
    ComparisonEstimate,
    ComparisonReport,
    check,
    estimate_comparison,
    grid_arms,
    preset_arms,
    report,
    sentence,
    start,
    to_csv,
    to_json,
)
from engine.compare import resume as resume_comparison
from engine.compare.table import COLUMNS
from engine.errors import SpecError
from engine.job import PRACTICE, Overrides
from engine.process import open_private
from engine.providers import Catalog
from engine.runners.thread import LEAVE_S, Runner
from engine.spec import PRESETS, kind_names
from engine.store import RunRow, Store

DEFAULT_KIND = kind_names()[0]
TOPICS = ("Campus", "Travel", "Daily life")
KEY_ENV = "TEST_AUTH_TOKEN"
POLL_S = 0.2
WIDE = 160  # a table that is piped into a file is not folded


def _to_html(store: Store, at: ComparisonReport) -> str:
    from dashboard.charts.page import to_html  # the page's own charts; the one place where the engine draws

    return to_html(at, store=store)


WRITERS: dict[str, Callable[[Store, ComparisonReport], str]] = {
    ".json": lambda _store, at: json.dumps(to_json(at), ensure_ascii=False, indent=2) + "\n",
    ".csv": lambda _store, at: to_csv(at),
    ".html": _to_html,
}


@provider_options(SERVER, LIMITS)
def compare(
    presets: Annotated[
        str | None, typer.Option(help="Arms: presets, separated by commas. Default: all, or none with a grid.")
    ] = None,
    trials: Annotated[int, typer.Option(help="Trials of each arm, 1 to 20.")] = 3,
    grid_concurrency: Annotated[str, typer.Option(help="Arms: every combination with these, such as 1,4,8.")] = "",
    grid_batch: Annotated[str, typer.Option(help="Batch sizes of the grid, such as 1,3.")] = "",
    grid_throttle_ms: Annotated[str, typer.Option(help="Throttles of the grid, such as 0,200.")] = "",
    grid_retries: Annotated[str, typer.Option(help="Retries of the grid, such as 0,2.")] = "",
    kind: Kind = DEFAULT_KIND,
    lang: Lang = "en",
    levels: Levels = "2",
    topic: Annotated[list[str], typer.Option(help="A topic; may be repeated. Default: three examples.")] = [],  # noqa: B006
    topics_file: TopicsFile = None,
    topics_as_typed: TopicsAsTyped = False,
    per_combo: PerCombo = 8,
    provider: Provider = PRACTICE,
    model: Model = "",
    temperature: Temperature = 0.7,
    option: Option = [],  # noqa: B006
    overrides: Overrides = UNCHANGED,
    note: Annotated[str, typer.Option(help="A name for the comparison.")] = "",
    seed: Annotated[int | None, typer.Option(help="Seed of the order of the arms. Default: a random one.")] = None,
    resume: Annotated[int | None, typer.Option(metavar="ID", help="Continue this comparison, or show it.")] = None,
    output: Annotated[Path | None, typer.Option(help="Also write the report to FILE.csv, .json or .html.")] = None,
    database: Database = None,
    as_json: Json = False,
) -> None:
    """Compare settings: the same drafts with each of them, measured. Without options: every preset, no key needed."""
    _check_output(output)
    if resume is not None:
        with working(database, reads=True) as (store, runner):
            resume_comparison(store, runner, resume)
            _finish(store, runner, resume, output, as_json)
    spec = {
        "kind": kind,
        "lang": lang,
        "levels": read_levels(levels),
        "topics": read_topics(topic if topic or topics_file else list(TOPICS), topics_file, topics_as_typed),
        "per_combo": per_combo,
        "provider": provider,
        "model": model,
        "temperature": temperature,
        "options": read_options(kind, option),
        "reuse": False,
    }
    catalog = Catalog.load()
    if overrides.key_env is None and catalog.profile(provider).key_env:
        overrides = replace(overrides, key_env=KEY_ENV)
    job = read_job(spec, "serial", {}, overrides)
    grid = {
        "concurrency": grid_concurrency,
        "batch_size": grid_batch,
        "throttle_ms": grid_throttle_ms,
        "retries": grid_retries,
    }
    arms = read_arms(presets, grid, job.spec.slots)
    check(arms, trials)
    with working(database, catalog) as (store, runner):
        expected = estimate_comparison(store, catalog, job, arms, trials)
        made = start(store, runner, job, arms, trials, note=note, seed=seed, catalog=catalog)
        if not as_json:
            typer.echo(f"comparison {made}: {estimate_as_text(expected)}")
        _finish(store, runner, made, output, as_json)


def read_arms(presets: str | None, grid: dict[str, str], n: int) -> tuple[Arm, ...]:
    """
    The arms of the options: the presets named, then the grid; with neither, every preset.

    An arm of the grid that equals a preset is left out.

    Raises:
        SpecError: a preset is unknown, or a value of the grid is not a number or out of range.
    """
    sides = {name: read_numbers(name, text) for name, text in grid.items() if text.strip()}
    words = list(PRESETS) if presets is None and not sides else (presets or "").split(",")
    chosen = preset_arms([word.strip() for word in words if word.strip()], n)
    if not sides:
        return chosen
    known = {arm.tuning for arm in chosen}
    made = grid_arms(**{"concurrency": [1], "batch_size": [1], **sides})
    return (*chosen, *(arm for arm in made if arm.tuning not in known))


def read_numbers(name: str, text: str) -> list[int]:
    """
    "1,4,8" as whole numbers.

    Raises:
        SpecError: a part is not one.
    """
    try:
        return [int(part) for part in text.split(",")]
    except ValueError:
        raise SpecError(name, text, "whole_numbers") from None


def estimate_as_text(at: ComparisonEstimate) -> str:
    """What a comparison will take, in one line."""
    cost = f"about ${at.cost_usd:.4f}" if at.price_known else f"price not known, at most ${at.cost_usd:.2f}"
    time = f"time: {at.unknown}" if at.wall_s is None else f"about {at.wall_s:.0f} s"
    return f"{at.runs} runs, {at.drafts} drafts, {at.calls} calls, {at.tokens:,} tokens, {cost}, {time}"


def table_of(at: ComparisonReport) -> Table:
    """The guide's performance table, as measured."""
    table = Table(box=None, header_style="bold")
    columns = [column for column in COLUMNS if not column.wide]
    for column in columns:
        table.add_column(column.name, justify="left" if column.name == "arm" else "right", no_wrap=True)
    for arm in at.arms:
        table.add_row(*(column.cell(arm).replace("[", r"\[") for column in columns))
    return table


def _check_output(output: Path | None) -> None:
    if output is None:
        return
    if output.suffix.lower() not in WRITERS:
        raise SpecError("output", str(output), "output_ending", endings=list(WRITERS))
    if not output.absolute().parent.is_dir():
        raise SpecError("output", str(output), "output_folder")


def _finish(store: Store, runner: Runner, comparison: int, output: Path | None, as_json: bool) -> NoReturn:
    try:
        _watch(store, comparison)
    except Terminated:
        runner.close(LEAVE_S)
    except KeyboardInterrupt:
        typer.echo("\nfinishing the calls in flight (already paid for); Ctrl-C again to stop without them", err=True)
        runner.close()
    at = report(store, comparison)
    if output is not None:
        _write(output, WRITERS[output.suffix.lower()](store, at))
    if as_json:
        typer.echo(json.dumps(to_json(at), ensure_ascii=False))
    else:
        _print(at)
    raise typer.Exit(_exit_code(at))


def _print(at: ComparisonReport) -> None:
    console = Console()
    console.width = console.width if console.is_terminal else WIDE
    console.print(table_of(at))
    if notes := {str(arm.limit_note) for arm in at.arms if arm.limit_note.code}:
        typer.echo(f"* {' '.join(notes)}")
    for one in at.advice:
        typer.echo(f"advice: {one.message}")
    if at.verdict is not None:
        typer.echo(sentence(at.verdict, at.arms))
    if at.state != "done":
        why = f" ({at.reason})" if at.reason else ""
        typer.echo(f"{at.state}{why}: {at.runs_done} of {at.runs} runs done and saved")
    if at.state == "paused":
        typer.echo(f"continue with: draftmill compare --resume {at.id}")


def _write(output: Path, text: str) -> None:
    try:
        with open_private(output) as file:
            file.write(text)
    except OSError as exc:
        raise SpecError("output", str(output), "output_unwritable", problem=exc.strerror) from exc


def _exit_code(at: ComparisonReport) -> int:
    if at.state != "done":
        return 4
    return 3 if any((arm.success_rate or 0.0) < 1 for arm in at.arms) else 0


def _watch(store: Store, comparison: int) -> None:
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
        while _is_open(rows := store.runs.page(MOST_RUNS, comparison_id=comparison)):
            drafted = sum(row.totals.drafted for row in rows)
            bar.update(task, total=sum(row.planned for row in rows), completed=drafted, note=_now(rows))
            time.sleep(POLL_S)


def _is_open(rows: Sequence[RunRow]) -> bool:
    return any(row.state in ("queued", "running") for row in rows)


def _now(rows: Sequence[RunRow]) -> str:
    """The arm that is running."""
    return next((f"{row.arm}, trial {row.trial}" for row in rows if row.state == "running"), "")
