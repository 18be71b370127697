"""
`draftmill clean`: deletes old data, and reports the space that is freed.
"""

from __future__ import annotations

import json
import re
import time
from dataclasses import asdict
from typing import Annotated

import typer

from engine.cli.export import size
from engine.cli.opening import open_store
from engine.cli.options import Database, Json
from engine.errors import SpecError, StoreError
from engine.store import Cleanup, CleanupResult, Store

_AGE = re.compile(r"(\d{1,5})([hdw])")
_SECONDS = {"h": 3600, "d": 86_400, "w": 604_800}


def clean(
    older_than: Annotated[str, typer.Option(help="An age such as 12h, 30d or 8w.")] = "30d",
    raw: Annotated[bool, typer.Option("--raw", help="Raw replies of finished calls.")] = False,
    rejected: Annotated[bool, typer.Option("--rejected", help="The content of rejected drafts.")] = False,
    cancelled: Annotated[
        bool, typer.Option("--cancelled", help="Cancelled runs that made neither a draft nor a call.")
    ] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only print what would be freed.")] = False,
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
    cleanup = Cleanup(time.time() - read_age(older_than), raw or every, rejected or every, cancelled or every)
    with open_store(database, reads=True) as store:
        result = store.cleanable(cleanup) if dry_run else store.clean(cleanup).result()
        freed, said = (0, "") if dry_run else _vacuum(store)
    if as_json:
        typer.echo(json.dumps({**asdict(result), "bytes": result.bytes, "freed": freed, "dry_run": dry_run}))
        return
    for line in lines_of(cleanup, result):
        typer.echo(line)
    if dry_run:
        typer.echo(f"about {size(result.bytes)} would be freed (dry run: nothing was changed)")
    else:
        typer.echo(said)


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


def lines_of(cleanup: Cleanup, result: CleanupResult) -> list[str]:
    """What was deleted, or would be, one line per kind of data."""
    lines = []
    if cleanup.raw:
        lines.append(f"raw replies: {result.replies:,} ({size(result.reply_bytes)})")
    if cleanup.rejected:
        lines.append(f"rejected drafts: {result.drafts:,} ({size(result.draft_bytes)})")
    if cleanup.cancelled:
        lines.append(f"cancelled runs: {result.runs:,} with {result.slots:,} slots ({size(result.run_bytes)})")
    return lines


def _vacuum(store: Store) -> tuple[int, str]:
    """The bytes the file shrank by, and what to print: what was deleted stays deleted when the file cannot shrink."""
    try:
        freed = store.vacuum()
    except StoreError as error:
        return 0, str(error)
    return freed, f"the file is {size(freed)} smaller" if store.is_file else "the database server reuses the space"
