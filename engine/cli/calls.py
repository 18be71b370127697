"""
`draftmill calls`: the calls of a run, and the raw answer of one.
"""

from __future__ import annotations

import json
from datetime import datetime
from typing import Annotated, Any

import typer
from rich.console import Console

from engine.cli.opening import open_store
from engine.cli.options import Database, Json, RunId
from engine.cli.rows import TableColumn, TableRow, lines_of
from engine.errors import DraftmillError, SpecError
from engine.job import job_of
from engine.messages import reason_text
from engine.profiles import edited, key_of
from engine.providers import Catalog
from engine.providers.redaction import Redactor
from engine.store import CallRow, RunRow, Store

MOST_CHARS = 20_000
"""Of a raw answer; longer ones are cut, and the end says by how much."""
COLUMNS = (
    TableColumn("call", right=True),
    TableColumn("sent"),
    TableColumn("outcome"),
    TableColumn("status", right=True),
    TableColumn("kept", right=True),
    TableColumn("s", right=True),
    TableColumn("tokens", right=True, spare=True),
    TableColumn("cost $", right=True, spare=True),
    TableColumn("model", spare=True),
)
_FIELDS = (
    *("attempt", "asked", "kept", "sent_at", "ended_at", "outcome", "status", "wait_s", "tokens_in", "tokens_out"),
    *("cost_usd", "cost_is_estimate", "model", "reason"),
)


def calls(
    run: RunId,
    raw: Annotated[int | None, typer.Option(metavar="CALL", help="Print the raw answer of this call.")] = None,
    failed: Annotated[bool, typer.Option("--failed", help="Only calls that brought nothing.")] = False,
    limit: Annotated[int, typer.Option(min=1, max=1000, help="How many calls to list.")] = 50,
    database: Database = None,
    as_json: Json = False,
) -> None:
    """List a run's calls, or print the raw answer of one; the key is removed, 20,000 characters are shown."""
    with open_store(database, reads=True) as store:
        row = store.runs.get(run)
        if raw is not None:
            _print_raw(store, row, raw, as_json)
            return
        rows = store.calls.page(run, limit, failed_only=failed)
    if as_json:
        typer.echo(json.dumps([_to_json(one) for one in rows], ensure_ascii=False))
        return
    if not rows:
        typer.echo(f"run {run} has made no {'failed ' * failed}call")
        return
    for line in lines_of(COLUMNS, [_row(one) for one in rows], Console().width):
        typer.echo(line)


def _print_raw(store: Store, run: RunRow, number: int, as_json: bool) -> None:
    call = store.calls.get(number)
    if call is None or call.run != run.id:
        raise SpecError("raw", number, "call_of_run", run=run.id)
    body = _redactor(store, run).body(call.status or 200, store.calls.reply(number))
    text = printable(body.decode("utf-8", "replace"))
    cut = len(text) - MOST_CHARS
    shown = text[:MOST_CHARS] + (f"\n... {cut:,} more characters" if cut > 0 else "")
    if as_json:
        typer.echo(json.dumps({**_to_json(call), "bytes": len(body), "raw": shown}, ensure_ascii=False))
        return
    typer.echo(shown)


def printable(text: str) -> str:
    """A text in which no character moves the cursor or hides others: such ones are written as codes."""
    return "".join(char if char.isprintable() or char in "\n\t" else f"\\u{ord(char):04x}" for char in text)


def _redactor(store: Store, run: RunRow) -> Redactor:
    """Removes the key that the run's provider has now; answers were stored without the one of their time."""
    try:
        key = key_of(job_of(run).profile(edited(Catalog.load(), store)))
    except DraftmillError:  # no key, or the profile has gone
        key = None
    return Redactor(key.reveal() if key else "")


def _to_json(call: CallRow) -> dict[str, Any]:
    values = {name: getattr(call, name) for name in _FIELDS}
    notes = [{**note.to_json(), "text": str(note)} for note in call.notes]
    return {"call": call.id, **values, "message": str(call.why), "refused": dict(call.refused), "notes": notes}


def _row(call: CallRow) -> TableRow:
    took = "" if call.ended_at is None else f"{call.ended_at - call.sent_at:.1f}"
    cells = [
        str(call.id),
        datetime.fromtimestamp(call.sent_at).strftime("%m-%d %H:%M:%S"),
        call.outcome,
        "" if call.status is None else str(call.status),
        f"{call.kept}/{call.asked}",
        took,
        f"{call.tokens_in + call.tokens_out:,}",
        f"{call.cost_usd:.4f}",
        call.model,
    ]
    return TableRow(cells, printable("; ".join(filter(None, [reason_text(call.why), *map(str, call.notes)]))))
