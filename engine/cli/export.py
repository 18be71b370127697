"""
`draftmill export` and `draftmill import-reviews`: write drafts to a file, and read a table that was reviewed outside.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from engine import export as files
from engine.cli.opening import open_store
from engine.cli.options import Database, Json
from engine.errors import ExportError, SpecError
from engine.export import FORMATS, Read, ReadBack
from engine.kinds.readings import has_readings
from engine.spec import LANGS, choice, kind_names
from engine.store import DraftFilter

STATES = ("pending", "approved", "rejected", "flagged")
PARTLY = 3
"""The exit code when some rows were refused."""


def export(
    run: Annotated[int | None, typer.Argument(metavar="[RUN]", help="One run's drafts; without: of all runs.")] = None,
    format: Annotated[str, typer.Option(help=f"{', '.join(FORMATS)}.")] = "anki",
    output: Annotated[Path | None, typer.Option(help="The file; default: a name made of its contents.")] = None,
    kind: Annotated[str | None, typer.Option(help="Only drafts of this kind.")] = None,
    lang: Annotated[str | None, typer.Option(help="Only en, ja or zh.")] = None,
    level: Annotated[int | None, typer.Option(help="Only this level, 1 to 6.")] = None,
    topic: Annotated[str | None, typer.Option(help="Only this topic.")] = None,
    state: Annotated[str | None, typer.Option(help=f"Only {', '.join(STATES)}.")] = None,
    approved_only: Annotated[bool, typer.Option("--approved-only", help="The same as --state approved.")] = False,
    text: Annotated[str | None, typer.Option(help="Only drafts with these words.")] = None,
    checked_by: Annotated[
        bool, typer.Option("--checked-by", help="Say on cards and worksheets who wrote, checked and approved.")
    ] = False,
    readings: Annotated[
        bool,
        typer.Option("--readings", help="Pinyin or furigana on cards, HTML and Word worksheets (extra `readings`)."),
    ] = False,
    force: Annotated[bool, typer.Option("--force", help="Replace an existing file.")] = False,
    database: Database = None,
    as_json: Json = False,
) -> None:
    """Write drafts to a file: Anki, spreadsheet, worksheet, voice script, Moodle questions, HTML, Markdown or JSON."""
    _say_without_effect(files.format_named(format), readings, checked_by)
    chosen = read_filter(run, kind, lang, level, topic, state, approved_only, text)
    path = output or Path(files.file_name(chosen, format))
    options = files.ExportOptions(checked_by=checked_by, readings=readings)
    with open_store(database, reads=True) as store:
        if run is not None:
            store.runs.get(run)
        written = files.write(store, chosen, format, path, force=force, options=options)
    if as_json:
        result = {"path": str(written.path), "format": format, "drafts": written.drafts, "bytes": written.bytes}
        typer.echo(json.dumps(result, ensure_ascii=False))
        return
    drafts = f"{written.drafts:,} draft{'s' * (written.drafts != 1)}"
    typer.echo(f"{drafts} written to {written.path} ({size(written.bytes)})")


def _say_without_effect(able: files.Format, readings: bool, checked_by: bool) -> None:
    """Name the options that change nothing here."""
    if readings and not any(map(has_readings, LANGS)):
        typer.echo("no readings: install draftmill[readings]", err=True)
    if readings and not able.readings:
        _say_left_out("--readings", [one.name for one in files.FORMATS.values() if one.readings])
    if checked_by and not able.signed:
        _say_left_out("--checked-by", [one.name for one in files.FORMATS.values() if one.signed])


def _say_left_out(option: str, names: list[str]) -> None:
    typer.echo(f"{option} changes nothing in this format; it is for {', '.join(names)}", err=True)


def import_reviews(
    file: Annotated[Path, typer.Argument(help="A CSV or XLSX that `draftmill export` wrote.")],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only print what would be done.")] = False,
    database: Database = None,
    as_json: Json = False,
) -> None:
    """Apply the decisions, notes and edits of an exported table; drafts that changed meanwhile are left alone."""
    try:
        with file.open("rb") as opened, open_store(database, reads=True) as store:
            back = files.import_reviews(store, opened, file.name, dry_run=dry_run)
    except OSError as exc:
        raise ExportError("import_unreadable", file=str(file), problem=exc.strerror or str(exc)) from exc
    if as_json:
        lines = [{"table": r.table, "line": r.line, "draft": r.draft, "did": r.did, "refused": r.refused}
                 for r in back.lines]  # fmt: skip
        typer.echo(
            json.dumps({"rows": back.rows, "refused": back.refused, **back.did, "lines": lines}, ensure_ascii=False)
        )
    else:
        for read in back.lines:
            typer.echo(line_of(read))
        typer.echo(sum_of(back, dry_run))
    if back.refused:
        raise typer.Exit(PARTLY)


def read_filter(
    run: int | None,
    kind: str | None,
    lang: str | None,
    level: int | None,
    topic: str | None,
    state: str | None,
    approved_only: bool,
    text: str | None,
) -> DraftFilter:
    """
    The options as a filter.

    Raises:
        SpecError: one is out of bounds, or two contradict each other.
    """
    if kind is not None:
        choice("kind", kind, kind_names())
    if lang is not None:
        choice("lang", lang, LANGS)
    if level is not None and level not in range(1, 7):
        raise SpecError("level", level, "choose_whole", low=1, high=6)
    if state is not None:
        choice("state", state, STATES)
    if approved_only and state not in (None, "approved"):
        raise SpecError("state", state, "approved_only")
    review = "approved" if approved_only else None if state == "flagged" else state
    return DraftFilter(
        run=run,
        kind=kind,
        lang=lang,
        level=level,
        topic=topic,
        review=review,
        flagged=True if state == "flagged" else None,
        text=text,
    )


def line_of(read: Read) -> str:
    """The report's line for one row."""
    what = f"refused: {read.refused}" if read.refused else ", ".join(read.did)
    return f"{read.table} line {read.line}, draft {'?' if read.draft is None else read.draft}: {what}"


def sum_of(back: ReadBack, dry_run: bool) -> str:
    """The last line of the report."""
    did = ", ".join(f"{count:,} {word}" for word, count in back.did.items()) or "nothing to do"
    refused = f"; {back.refused:,} refused" if back.refused else ""
    return f"{back.rows:,} rows read: {did}{refused}{' (dry run: nothing was changed)' if dry_run else ''}"


def size(count: int) -> str:
    """A number of bytes with its unit."""
    for unit, many in (("GB", 2**30), ("MB", 2**20), ("kB", 2**10)):
        if count >= many:
            return f"{count / many:.1f} {unit}"
    return f"{count} bytes"
