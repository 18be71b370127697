"""
`draftmill words ...` and `draftmill style ...`: the word lists and style notes of the library.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from typing import Annotated

import typer

from engine.cli.logs import LogFile, Verbose, set_up_logging, with_logging
from engine.cli.opening import open_store
from engine.cli.options import Database, Json, RunId
from engine.cli.rows import TableColumn, TableRow, lines_of
from engine.errors import SpecError
from engine.export.word_files import read_word_file
from engine.reports.words import coverage_of
from engine.review.library import check_words, difference, save_style, save_words, split_words
from engine.spec.material import split_ref
from engine.store import MaterialRow, Shelf, Store, What

Name = Annotated[str, typer.Argument(metavar="NAME", help="1 to 40 letters, digits, spaces, dots, - and _.")]
Ref = Annotated[str, typer.Argument(metavar="NAME[@VERSION]", help="Without a version: the newest one.")]
KindOf = Annotated[str, typer.Option("--kind", help="The kind of drafts it is for.")]
LangOf = Annotated[str, typer.Option("--lang", help="en, ja or zh.")]
Author = Annotated[str | None, typer.Option(help="Who saves it; default: the user of this machine.")]
Archived = Annotated[bool, typer.Option("--archived", help="Those that are not offered any more.")]
WIDTH = 100

words = typer.Typer(
    name="words", no_args_is_help=True, help="Word lists: target words and known words.", add_completion=False
)
style = typer.Typer(
    name="style", no_args_is_help=True, help="Style notes with approved drafts as examples.", add_completion=False
)


def add_words(
    name: Name,
    file: Annotated[Path, typer.Argument(help="A CSV, XLSX or text file; - reads lines from standard input.")],
    lang: LangOf,
    skip_refused: Annotated[bool, typer.Option("--skip-refused", help="Leave out lines that cannot be used.")] = False,
    author: Author = None,
    database: Database = None,
    as_json: Json = False,
) -> None:
    """Save a word list, or a new version of one; the same word counts once."""
    read = check_words(_entries(file), lang)
    for error in read.refused:
        typer.echo(f"draftmill: {error}", err=True)
    if read.refused and not skip_refused:
        raise SpecError("words", file.name, "words_refused", n=len(read.refused))
    for line, word, first in read.merged:
        typer.echo(f"line {line} repeats {word!r} of line {first}", err=True)
    with open_store(database) as store:
        made = save_words(store, name, lang, replace(read, refused=()), _author(author))
    if as_json:
        typer.echo(json.dumps({"name": name, "version": made.version, "words": len(made.words)}, ensure_ascii=False))
    else:
        typer.echo(f"{made.ref}: {len(made.words):,} words")


def add_style(
    name: Name,
    kind: KindOf,
    lang: LangOf,
    note: Annotated[str | None, typer.Option(help="The note, at most 2,000 characters.")] = None,
    note_file: Annotated[Path | None, typer.Option(help="A text file with the note; - reads standard input.")] = None,
    example: Annotated[list[int], typer.Option(help="Number of an approved draft; up to three.")] = [],  # noqa: B006
    no_examples: Annotated[bool, typer.Option("--no-examples", help="Save the version without examples.")] = False,
    author: Author = None,
    database: Database = None,
    as_json: Json = False,
) -> None:
    """Save a style note, or a new version of one; what is not given is kept from the version before."""
    with open_store(database) as store:
        before = store.library.find(Shelf("style", name, lang, kind))
        kept = [] if before is None or no_examples else [one["draft"] for one in before.body["examples"]]
        text = _note(note, note_file)
        text = before.body["note"] if text is None and before else text or ""
        made = save_style(store, name, kind, lang, text, example or kept, _author(author))
    if as_json:
        saved = {"name": name, "version": made.version, "examples": [one.draft for one in made.examples]}
        typer.echo(json.dumps(saved, ensure_ascii=False))
    else:
        typer.echo(f"{made.ref}: {len(made.note):,} characters, {len(made.examples)} examples")


def list_words(archived: Archived = False, database: Database = None, as_json: Json = False) -> None:
    """List the word lists, their newest versions."""
    _print_list("words", archived, database, as_json)


def list_style(archived: Archived = False, database: Database = None, as_json: Json = False) -> None:
    """List the style notes, their newest versions."""
    _print_list("style", archived, database, as_json)


def show_words(ref: Ref, lang: LangOf, database: Database = None, as_json: Json = False) -> None:
    """Print the words of a list, one per line."""
    with open_store(database, reads=True) as store:
        row = _row(store, "words", ref, lang)
    typer.echo(json.dumps(_plain(row), ensure_ascii=False) if as_json else row.body["text"])


def show_style(ref: Ref, kind: KindOf, lang: LangOf, database: Database = None, as_json: Json = False) -> None:
    """Print a style note with its examples."""
    with open_store(database, reads=True) as store:
        row = _row(store, "style", ref, lang, kind)
    if as_json:
        typer.echo(json.dumps(_plain(row), ensure_ascii=False))
        return
    typer.echo(row.body["note"])
    for one in row.body["examples"]:
        typer.echo(f"\nexample: draft {one['draft']}, {one['topic']}, level {one['level']}\n{one['content']}")


def diff_words(name: Name, lang: LangOf, database: Database = None) -> None:
    """Print what changed from version to version."""
    _print_diff(database, Shelf("words", name, lang))


def diff_style(name: Name, kind: KindOf, lang: LangOf, database: Database = None) -> None:
    """Print what changed from version to version."""
    _print_diff(database, Shelf("style", name, lang, kind))


def archive_words(
    name: Name, lang: LangOf, undo: Annotated[bool, typer.Option("--undo")] = False, database: Database = None
) -> None:
    """Stop offering a word list; runs that used it keep it."""
    _archive(database, Shelf("words", name, lang), undo)


def archive_style(
    name: Name,
    kind: KindOf,
    lang: LangOf,
    undo: Annotated[bool, typer.Option("--undo")] = False,
    database: Database = None,
) -> None:
    """Stop offering a style note; runs that used it keep it."""
    _archive(database, Shelf("style", name, lang, kind), undo)


def print_coverage(run: RunId, database: Database = None, as_json: Json = False) -> None:
    """Print how the drafts of a run cover its word list."""
    with open_store(database, reads=True) as store:
        found = coverage_of(store, store.runs.get(run))
    if found is None:
        raise SpecError("run", run, "run_without_words")
    if as_json:
        uses = [{"word": w.word, "asked": w.asked, "used": w.used, "missing": w.missing} for w in found.words]
        listed = {"list": found.ref, "total": len(uses), "used": found.used, "words": uses}
        typer.echo(json.dumps(listed, ensure_ascii=False))
        return
    columns = (TableColumn("word"), *(TableColumn(name, right=True) for name in ("asked", "used", "missing")))
    rows = [TableRow([w.word, str(w.asked), str(w.used), str(w.missing)]) for w in found.words]
    for line in lines_of(columns, rows, WIDTH):
        typer.echo(line)
    typer.echo(f"{found.used:,} of {len(found.words):,} words of {found.ref} are used")


COMMANDS: dict[str, tuple[Callable[..., None], Callable[..., None]]] = {
    "add": (add_words, add_style),
    "list": (list_words, list_style),
    "show": (show_words, show_style),
    "diff": (diff_words, diff_style),
    "archive": (archive_words, archive_style),
}
for _name, (_of_words, _of_style) in COMMANDS.items():
    words.command(_name)(with_logging(_of_words))
    style.command(_name)(with_logging(_of_style))
words.command("coverage")(with_logging(print_coverage))


def _log_group(verbose: Verbose = False, log_file: LogFile = None) -> None:
    set_up_logging(verbose, log_file)


words.callback()(_log_group)
style.callback()(_log_group)


def _author(given: str | None) -> str:
    """Who saves a version: as given, else the user of this machine."""
    return given or os.environ.get("USER") or os.environ.get("USERNAME") or ""


def _entries(file: Path) -> list[tuple[int, str]]:
    try:
        if str(file) == "-":
            return split_words(sys.stdin.buffer.read().decode("utf-8-sig"))
        return read_word_file(BytesIO(file.read_bytes()), file.name)
    except (OSError, UnicodeDecodeError) as exc:
        raise SpecError("file", str(file), "recipe_file") from exc


def _note(note: str | None, file: Path | None) -> str | None:
    if file is None:
        return note
    try:
        body = sys.stdin.buffer.read() if str(file) == "-" else file.read_bytes()
        return body.decode("utf-8-sig")
    except (OSError, UnicodeDecodeError) as exc:
        raise SpecError("note-file", str(file), "topics_file") from exc


def _row(store: Store, what: What, ref: str, lang: str, kind: str = "") -> MaterialRow:
    name, version = split_ref(ref)
    row = store.library.find(Shelf(what, name, lang, kind), version)
    if row is None:
        raise SpecError(what, ref, "material_none")
    return row


def _plain(row: MaterialRow) -> dict[str, object]:
    names = ("name", "kind", "lang", "version", "author", "created_at", "archived", "size")
    values = {name: getattr(row, name) for name in names}
    body = {"words": row.body["text"].split("\n")} if row.what == "words" else dict(row.body)
    return {**{name: value for name, value in values.items() if value != "" or name != "kind"}, **body}


def _print_list(what: What, archived: bool, database: str | None, as_json: bool) -> None:
    with open_store(database, reads=True) as store:
        rows = store.library.newest(what, archived=archived)
    if as_json:
        typer.echo(json.dumps([_plain(row) for row in rows], ensure_ascii=False))
        return
    size = "words" if what == "words" else "characters"
    names = ("name", *(("kind",) if what == "style" else ()), "lang", "version", size, "author", "saved")
    shown = [TableRow(_cells(row)) for row in rows]
    for line in lines_of([TableColumn(name, right=name in ("version", size)) for name in names], shown, WIDTH):
        typer.echo(line)
    if not rows:
        typer.echo(f"none yet; add one with: draftmill {what} add --help")


def _cells(row: MaterialRow) -> Sequence[str]:
    kind = [row.kind] if row.what == "style" else []
    saved = time.strftime("%Y-%m-%d %H:%M", time.localtime(row.created_at))
    return [row.name, *kind, row.lang, str(row.version), f"{row.size:,}", row.author, saved]


def _print_diff(database: str | None, shelf: Shelf) -> None:
    with open_store(database, reads=True) as store:
        rows = store.library.versions(shelf)
    if not rows:
        raise SpecError(shelf.what, shelf.name, "material_none")
    for row, before in zip(rows, [*rows[1:], None], strict=True):
        saved = time.strftime("%Y-%m-%d %H:%M", time.localtime(row.created_at))
        typer.echo(f"{row.ref}  {row.author}  {saved}")
        for line in difference(before, row):
            typer.echo(f"  {line}")


def _archive(database: str | None, shelf: Shelf, undo: bool) -> None:
    with open_store(database, reads=True) as store:
        store.library.archive(shelf, not undo).result()
