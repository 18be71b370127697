"""
`draftmill journal`: paid answers that match no call of the database, and the body of one.
"""

from __future__ import annotations

import json
from datetime import datetime
from typing import Annotated

import typer

from engine.cli.opening import open_store
from engine.cli.options import Database, Json
from engine.errors import SpecError
from engine.store import KeptAnswer, kept_answers


def journal(
    raw: Annotated[int | None, typer.Option(metavar="N", help="Print the body of answer N of the list.")] = None,
    database: Database = None,
    as_json: Json = False,
) -> None:
    """List paid answers that match no call of the database, or print the body of one."""
    with open_store(database, reads=True) as store:
        kept = kept_answers(store.health().unmatched)
    if raw is not None and not kept:
        raise SpecError("raw", raw, "journal_empty")
    if raw is not None:
        if not 1 <= raw <= len(kept):
            raise SpecError("raw", raw, "choose_whole", low=1, high=len(kept))
        typer.echo(kept[raw - 1].body.decode("utf-8", "replace"))
    elif as_json:
        typer.echo(json.dumps([_to_json(one) for one in kept], ensure_ascii=False))
    elif not kept:
        typer.echo("every paid answer is in the database")
    else:
        for number, one in enumerate(kept, 1):
            typer.echo(_line(number, one))
        typer.echo("look at one with --raw N; delete the files when you no longer need them")


def _line(number: int, one: KeptAnswer) -> str:
    sent = datetime.fromtimestamp(one.sent_at).strftime("%Y-%m-%d %H:%M:%S") if one.sent_at else "unknown"
    slots = ", ".join(str(slot + 1) for slot in one.slots) or "unknown"
    return f"{number}: run {one.run or 'unknown'}, sent {sent}, drafts {slots}, {len(one.body):,} bytes, in {one.file}"


def _to_json(one: KeptAnswer) -> dict[str, object]:
    sent = {"file": one.file, "run": one.run, "sent_at": one.sent_at, "slots": list(one.slots)}
    return {**sent, "body": one.body.decode("utf-8", "replace")}
