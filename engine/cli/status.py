"""
`draftmill status`, and the figures every command prints when a run has ended: a table, or one JSON line.
"""

from __future__ import annotations

import json
from typing import Any

import typer
from rich.console import Console
from rich.table import Table

from engine.cli.adapted import profile_advice
from engine.cli.opening import open_store
from engine.cli.options import Database, Json, RunId
from engine.clock import clock_time
from engine.process import lease_now
from engine.providers import Catalog
from engine.reports.advice.from_rows import advice_for
from engine.reports.brief import rounded
from engine.reports.progress import progress_of
from engine.reports.second_model import saving_figures
from engine.reports.status import advice_figures, figures_of
from engine.store import RunRow, Store

EXIT_CODES = {"done": 0, "incomplete": 3, "paused": 4, "cancelled": 4}
SHARES = ("saving", "share_of_limit", "success_rate", "error_rate")


def status(run: RunId, database: Database = None, as_json: Json = False) -> None:
    """Show a run's progress."""
    with open_store(database, reads=True) as store:
        print_status(store, run, as_json)


def print_status(store: Store, run: int, as_json: bool) -> None:
    """Print the figures of a run and the advice on it: one JSON line, or a table and one line per piece of advice."""
    at, advice = progress_of(store, run, cells=False), advice_for(store, run)
    figures = {**figures_of(at), **_opinions(store, at.run)}
    if learned := profile_advice(store, at.run):
        typer.echo(learned, err=True)
    if as_json:
        typer.echo(json.dumps({**figures, **advice_figures(advice)}, ensure_ascii=False))
        return
    Console().print(_table_of({**figures, "limit_note": str(at.limit_note) or None}))
    for one in advice:
        typer.echo(f"advice: {one.message}")
    if figures["state"] == "interrupted":
        typer.echo(f"its process has ended, nothing is lost; continue with: draftmill resume {run}")


def _table_of(figures: dict[str, Any]) -> Table:
    table = Table(box=None, show_header=False)
    table.add_column(style="bold")
    table.add_column()
    for name, value in figures.items():
        if name != "reason_code":  # for programs; the reason says it in words
            table.add_row(name.replace("_", " "), _as_text(name, value))
    return table


def _opinions(store: Store, row: RunRow) -> dict[str, Any]:
    """The results of a review by a second model; nothing for other runs."""
    if row.reviewed_run is None:
        return {}
    counts = store.reviews.opinion_counts(row.id)
    return {
        "reviewed_run": row.reviewed_run,
        "reviewed": counts.drafts,
        **{name: getattr(counts, name) for name in ("ok", "fix", "reject", "repairs")},
        "score": rounded(counts.score),
        "solved": counts.solved,
        "blanks": counts.blanks,
        "approved_by_model": counts.approved,
        "rejected_by_model": counts.rejected,
        **saving_figures(store, Catalog.load(), row),
    }


def _as_text(name: str, value: Any) -> str:
    if value is None:
        return "-"
    if name == "retry_at":
        return clock_time(value, lease_now())
    if name in SHARES:
        return f"{value:.1%}"
    return f"{value:,}" if isinstance(value, int) and not isinstance(value, bool) else str(value)
