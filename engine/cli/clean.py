"""
`draftmill clean`: what is old and not needed any more, and what that frees.
"""

from __future__ import annotations

import json
import re
import time
from dataclasses import asdict
from typing import Annotated

import typer

from engine.cli.export import size
from engine.cli.options import Database, Json
from engine.errors import SpecError, StoreError
from engine.store import Cleanup, CleanupResult, Store

_AGE = re.compile(r"(\d{1,5})([hdw])")
_SECONDS = {"h": 3600, "d": 86_400, "w": 604_800}


def clean(
    older_than: Annotated[str, typer.Option(help="An age such as 12h, 30d or 8w.")] = "30d",
    raw: Annotated[bool, typer.Option("--raw", help="Raw answers of calls that are settled.")] = False,
    rejected: Annotated[bool, typer.Option("--rejected", help="The content of rejected drafts.")] = False,
    cancelled: Annotated[
        bool, typer.Option("--cancelled", help="Cancelled runs that made neither a draft nor a call.")
    ] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would be freed.")] = False,
    database: Database = None,
    as_json: Json = False,
) -> None:
    """
    Delete old data that is not needed any more.

    Approved drafts, open runs and the ledger are never touched; counts and costs stay the same.
    """
    every = dry_run and not (raw or rejected or cancelled)
    if not (raw or rejected or cancelled or dry_run):
        raise SpecError("clean", "", "clean_what")
    sweep = Cleanup(time.time() - read_age(older_than), raw or every, rejected or every, cancelled or every)
    with Store.open(database) as store:
        swept = store.cleanable(sweep) if dry_run else store.clean(sweep).result()
        freed, told = (0, "") if dry_run else _vacuum(store)
    if as_json:
        typer.echo(json.dumps({**asdict(swept), "bytes": swept.bytes, "freed": freed, "dry_run": dry_run}))
        return
    for line in lines_of(sweep, swept):
        typer.echo(line)
    if dry_run:
        typer.echo(f"about {size(swept.bytes)} would be freed (dry run: nothing was changed)")
    else:
        typer.echo(told or f"the file is {size(freed)} smaller")


def read_age(text: str) -> int:
    """
    An age in seconds: 12h, 30d, 8w.

    Raises:
        SpecError: it is none.
    """
    found = _AGE.fullmatch(text.strip())
    if found is None:
        raise SpecError("older-than", text, "age_form")
    return int(found[1]) * _SECONDS[found[2]]


def lines_of(sweep: Cleanup, swept: CleanupResult) -> list[str]:
    """What was cleaned, or would be, a line each."""
    lines = []
    if sweep.raw:
        lines.append(f"raw answers: {swept.replies:,} ({size(swept.reply_bytes)})")
    if sweep.rejected:
        lines.append(f"rejected drafts: {swept.drafts:,} ({size(swept.draft_bytes)})")
    if sweep.cancelled:
        lines.append(f"cancelled runs: {swept.runs:,} with {swept.slots:,} slots ({size(swept.run_bytes)})")
    return lines


def _vacuum(store: Store) -> tuple[int, str]:
    """What the file lost; or why it is as large as before, which undoes nothing of the cleaning."""
    try:
        return store.vacuum(), ""
    except StoreError as error:
        return 0, str(error)
