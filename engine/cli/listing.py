"""
`draftmill runs` and `draftmill drafts`: the rows of the store, as a table or as JSON.
"""

from __future__ import annotations

import json
from datetime import datetime
from typing import Annotated

import typer
from rich.console import Console

from engine.cli.opening import open_store
from engine.cli.options import Database, Json, RunId
from engine.cli.rows import TableColumn, TableRow, lines_of
from engine.reports.brief import brief_of
from engine.reports.metrics import summarise
from engine.runners.run_status import run_status_now
from engine.spec import kind_names
from engine.store import DraftFilter, RunRow

RUN_COLUMNS = (
    TableColumn("run", right=True),
    TableColumn("state"),
    TableColumn("started"),
    TableColumn("kind", spare=True),
    TableColumn("lang", spare=True),
    TableColumn("provider"),
    TableColumn("drafts", right=True),
    TableColumn("calls", right=True, spare=True),
    TableColumn("items/s", right=True, spare=True),
    TableColumn("cost $", right=True),
)
DRAFT_FIELDS = {
    **dict.fromkeys(("slot", "topic", "level")),
    "copy": "copy_number",
    **dict.fromkeys(("state", "source", "content")),
}
"""Keys of `drafts --json`, with the column where it has another name."""


def runs(
    limit: Annotated[int, typer.Option(min=1, max=1000, help="How many runs to list.")] = 20,
    database: Database = None,
    as_json: Json = False,
) -> None:
    """List the runs, newest first."""
    with open_store(database, reads=True) as store:
        rows = store.runs.page(limit)
    if as_json:
        typer.echo(json.dumps([brief_of(row) for row in rows], ensure_ascii=False))
        return
    if not rows:
        example = f"draftmill run --kind {kind_names()[0]} --lang en --levels 2 --topic Travel"
        typer.echo(f"no runs yet; make one with: {example}")
        return
    for line in lines_of(RUN_COLUMNS, [_row(row) for row in rows], Console().width):
        typer.echo(line)


def drafts(run: RunId, database: Database = None, as_json: Json = False) -> None:
    """Print the drafts of a run: titles, or with --json one JSON line each."""
    with open_store(database, reads=True) as store:
        store.runs.get(run)
        for row in store.drafts.each(DraftFilter(run=run)):
            if not as_json:
                typer.echo(f"{row.slot:>5}  L{row.level}  {row.topic}  {row.title}")
                continue
            flags = [{"code": flag.code, "detail": flag.detail, "severity": flag.severity} for flag in row.flags]
            values = {name: getattr(row, column or name) for name, column in DRAFT_FIELDS.items()}
            typer.echo(json.dumps({**values, "flags": flags}, ensure_ascii=False))


def _row(row: RunRow) -> TableRow:
    totals, summary = row.totals, summarise(row.totals)
    started = datetime.fromtimestamp(row.created_at).strftime("%Y-%m-%d %H:%M")
    speed = f"{summary.items_per_s:.2f}" if summary.items_per_s else ""
    kind = f"review of {row.reviewed_run}" if row.reviewed_run else row.kind
    head = [str(row.id), run_status_now(row), started, kind, row.lang, row.provider]
    cells = [*head, f"{totals.drafted}/{totals.planned}", str(totals.calls), speed, f"{totals.cost_usd:.4f}"]
    return TableRow(cells, row.reason)
