"""
`draftmill runs`, `status`, `drafts`, `pause` and `cancel`: what is in the store, as a table or as JSON.
"""

from __future__ import annotations

import json
from datetime import datetime
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from engine.cli.options import Database, Json, RunId
from engine.clock import clock_time
from engine.process import lease_now
from engine.providers import Catalog
from engine.reports.advice import sentence
from engine.reports.advice.from_rows import advice_for
from engine.reports.metrics import summarise
from engine.reports.progress import progress
from engine.reports.status import brief_of, figures_of, rounded
from engine.runners import Runner, standing_now
from engine.store import DraftFilter, RunRow, Store

RUN_COLUMNS = ("run", "state", "started", "kind", "lang", "provider", "drafts", "calls", "items/s", "cost $", "reason")
RIGHT = ("run", "drafts", "calls", "items/s", "cost $")
DRAFT_FIELDS = ("slot", "topic", "level", "copy", "state", "source", "content")
EXIT_CODES = {"done": 0, "incomplete": 3, "paused": 4, "cancelled": 4}


def runs(
    limit: Annotated[int, typer.Option(min=1, max=1000, help="The newest so many.")] = 20,
    database: Database = None,
    as_json: Json = False,
) -> None:
    """List the runs, the newest first."""
    with Store.open(database) as store:
        rows = store.runs.page(limit)
    if as_json:
        typer.echo(json.dumps([brief_of(row) for row in rows], ensure_ascii=False))
        return
    if not rows:
        typer.echo("no runs yet; make one with: draftmill run --kind cloze --lang en --levels 2 --topic Travel")
        return
    table = Table(box=None, header_style="bold")
    for name in RUN_COLUMNS:
        table.add_column(name, justify="right" if name in RIGHT else "left")
    for row in rows:
        table.add_row(*_line(row))
    Console().print(table)


def status(run: RunId, database: Database = None, as_json: Json = False) -> None:
    """Show where a run stands."""
    with Store.open(database) as store:
        print_end(store, run, as_json)


def drafts(
    run: RunId,
    database: Database = None,
    as_json: Json = False,
) -> None:
    """Print the drafts of a run: titles, or with --json one JSON line each."""
    with Store.open(database) as store:
        store.runs.get(run)
        for row in store.drafts.each(DraftFilter(run=run)):
            if not as_json:
                typer.echo(f"{row.slot:>5}  L{row.level}  {row.topic}  {row.title}")
                continue
            flags = [{"code": flag.code, "detail": flag.detail, "severity": flag.severity} for flag in row.flags]
            shown = {name: getattr(row, name) for name in DRAFT_FIELDS}
            typer.echo(json.dumps({**shown, "flags": flags}, ensure_ascii=False))


def pause(run: RunId, database: Database = None) -> None:
    """Pause a run, whichever process works on it; calls in flight are kept. `draftmill resume` goes on."""
    with Store.open(database) as store, Runner(store, Catalog.load()) as runner:
        runner.pause(run)
        state = runner.standing(store.runs.get(run))
        typer.echo(f"run {run} is {state}" if state == "paused" else f"run {run} is told to pause; paid calls are kept")


def cancel(run: RunId, database: Database = None) -> None:
    """Stop a run, whichever process works on it; paid calls are kept."""
    with Store.open(database) as store, Runner(store, Catalog.load()) as runner:
        before = store.runs.get(run).state
        if before not in ("queued", "running", "paused"):
            typer.echo(f"run {run} has ended already: {before}")
            return
        runner.cancel(run)
        typer.echo(f"run {run} is told to stop; calls in flight are kept")


def print_end(store: Store, run: int, as_json: bool) -> None:
    """The figures of a run and the advice on it: one JSON line, or a table and a line for each piece of advice."""
    at, advice = progress(store, run, cells=False), advice_for(store, run)
    figures = {**figures_of(at), **_opinions(store, at.run)}
    if as_json:
        typer.echo(json.dumps({**figures, "advice": [one.code for one in advice]}, ensure_ascii=False))
        return
    table = Table(box=None, show_header=False)
    table.add_column(style="bold")
    table.add_column()
    for name, value in figures.items():
        table.add_row(name.replace("_", " "), _shown(name, value))
    Console().print(table)
    for one in advice:
        typer.echo(f"advice: {sentence(one)}")
    if figures["state"] == "interrupted":
        typer.echo(f"its process is gone, nothing is lost; go on with: draftmill resume {run}")


def _opinions(store: Store, row: RunRow) -> dict[str, Any]:
    """What a review has come to; nothing for other runs."""
    if row.purpose != "review":
        return {}
    counts = store.reviews.opinion_counts(row.id)
    return {
        "reviewed_run": row.parent_run,
        "reviewed": counts.drafts,
        **{name: getattr(counts, name) for name in ("ok", "fix", "reject", "repairs")},
        "score": rounded(counts.score),
        "solved": counts.solved,
        "blanks": counts.blanks,
        "approved_by_model": counts.approved,
        "rejected_by_model": counts.rejected,
    }


def _line(row: RunRow) -> list[str]:
    totals, summary = row.totals, summarise(row.totals)
    started = datetime.fromtimestamp(row.created_at).strftime("%Y-%m-%d %H:%M")
    speed = f"{summary.items_per_s:.2f}" if summary.items_per_s else ""
    kind = f"review of {row.parent_run}" if row.purpose == "review" else row.kind
    head = [str(row.id), standing_now(row), started, kind, row.lang, row.provider]
    return [*head, f"{totals.drafted}/{totals.planned}", str(totals.calls), speed, f"{totals.cost_usd:.4f}", row.reason]


def _shown(name: str, value: Any) -> str:
    if value is None:
        return "-"
    if name == "retry_at":
        return clock_time(value, lease_now())
    if name in ("share_of_limit", "success_rate", "error_rate"):
        return f"{value:.1%}"
    return f"{value:,}" if isinstance(value, int) and not isinstance(value, bool) else str(value)
