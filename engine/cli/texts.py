"""
`draftmill texts` and the own texts of `draftmill run`: files, stored texts, approved drafts of a run.
"""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any, get_args

import typer
from rich.console import Console

from engine.cli.opening import open_store
from engine.cli.options import Database, Json
from engine.cli.rows import TableColumn, TableRow, lines_of
from engine.errors import SpecError, StoreError
from engine.kinds import OwnText, read_own_text
from engine.review import approved_sources
from engine.spec import Lang, choice
from engine.spec.sources import Source, topics_of
from engine.store import Store, TextRow

COLUMNS = (
    TableColumn("text", right=True),
    TableColumn("name"),
    TableColumn("lang"),
    TableColumn("version", right=True),
    TableColumn("passages", right=True),
    TableColumn("usable", right=True),
    TableColumn("units", right=True, spare=True),
)
ACTIONS = ("add", "list", "show", "rm")


def texts(
    action: Annotated[str, typer.Argument(metavar="ACTION", help="add, list, show or rm.")] = "list",
    what: Annotated[
        list[str], typer.Argument(metavar="[FILE or TEXT]...", help="Files to add; numbers of texts.")
    ] = [],  # noqa: B006
    lang: Annotated[str | None, typer.Option(help="en, ja or zh: of the files; of the texts listed.")] = None,
    name: Annotated[str, typer.Option(help="Name of the text; default: the file's.")] = "",
    database: Database = None,
    as_json: Json = False,
) -> None:
    """Your own texts that drafts are made from. Add files, list, show the passages, remove."""
    choice("action", action, ACTIONS)
    if action == "add":
        _add(what, lang, name, database, as_json)
    elif action == "list":
        _list(lang, database, as_json)
    elif action == "show":
        _show(what, database, as_json)
    else:
        _remove(what, database)


def own_sources(
    database: str | None, lang: str, files: list[Path], chosen: list[str], run: int | None
) -> dict[str, Any]:
    """
    The passages of a run: of files (stored, if they are not yet), of stored texts and of approved drafts.

    Returns:
        `topics` and `sources` of a recipe.

    Raises:
        SpecError: a file cannot be read or used, two are the same, a number is unknown, or nothing is approved.
        StoreError: there is no such text.
    """
    language = _lang(lang)
    read = [_read(str(file), language) for file in files]
    _refuse_copies(read)
    with open_store(database) as store:
        sources = [source for one in read for source in _stored(store, one).sources()]
        sources += [source for text in chosen for source in _chosen(store, text, lang)]
        if run is not None:
            made, left_out = approved_sources(store, run, language)
            sources += made
            for title, problem in left_out:
                typer.echo(f"draftmill: left out: {title}: {problem}", err=True)
    return {"topics": topics_of(sources), "sources": [asdict(source) for source in sources]}


def _read(file: str, lang: Lang, name: str = "") -> OwnText:
    """Read one file, and print what is left out or cannot be used."""
    try:
        body = sys.stdin.buffer.read() if file == "-" else Path(file).read_bytes()
    except OSError as exc:
        raise SpecError("text", file, "text_unreadable", problem=exc.strerror or str(exc)) from exc
    made = read_own_text(body, "" if file == "-" else Path(file).name, lang, name)
    for note in made.notes:
        typer.echo(f"draftmill: {made.name}: {note}", err=True)
    for one in made.passages:
        if one.problem is not None:
            typer.echo(f"draftmill: {made.name}: passage {one.number} is left out: {one.problem}", err=True)
    return made


def _refuse_copies(read: list[OwnText]) -> None:
    seen: dict[str, str] = {}
    for one in read:
        if one.digest in seen:
            raise SpecError("text", one.name, "text_given_twice", first=seen[one.digest])
        seen[one.digest] = one.name


def _stored(store: Store, text: OwnText) -> TextRow:
    found = store.texts.find(text)
    if found is not None:
        typer.echo(f"draftmill: {text.name}: stored already as text {found.id}, version {found.version}", err=True)
        return found
    return store.texts.get(store.texts.add(text).result())


def _chosen(store: Store, text: str, lang: str) -> tuple[Source, ...]:
    """The passages that "7" or "7:1-3,5" names."""
    number, _, passages = text.partition(":")
    row = store.texts.get(_number(number))
    if row.lang != lang:
        raise SpecError("from-text", text, "sources_language", lang=row.lang)
    if not passages:
        return row.sources()
    numbers = _numbers(passages, text)
    if beyond := [one for one in numbers if not 1 <= one <= len(row.passages)]:
        raise SpecError("from-text", beyond[0], "passage_unknown", text=row.id, last=len(row.passages))
    found = row.sources(numbers)
    if not found:
        raise SpecError("from-text", text, "texts_none")
    return found


def _numbers(passages: str, text: str) -> set[int]:
    numbers: set[int] = set()
    for part in passages.split(","):
        low, dash, high = part.partition("-")
        if not low.isdecimal() or (dash and not high.isdecimal()) or len(part) > 12:
            raise SpecError("from-text", text, "passages_form")
        numbers |= set(range(int(low), min(int(high), 10_000) + 1)) if dash else {int(low)}
    return numbers


def _add(files: list[str], lang: str | None, name: str, database: str | None, as_json: bool) -> None:
    if not files:
        raise SpecError("file", "", "text_file")
    read = [_read(file, _lang(lang), name) for file in files]
    _refuse_copies(read)
    with open_store(database) as store:
        for one in read:
            if found := store.texts.find(one):
                raise StoreError("text_twice", text=found.id, name=found.name, version=found.version)
        rows = [store.texts.get(store.texts.add(one).result()) for one in read]
    _print(rows, as_json)


def _list(lang: str | None, database: str | None, as_json: bool) -> None:
    with open_store(database, reads=True) as store:
        rows = store.texts.all(None if lang is None else _lang(lang))
    if not rows and not as_json:
        typer.echo("no texts yet; add one with: draftmill texts add FILE --lang en")
        return
    _print(rows, as_json)


def _show(what: list[str], database: str | None, as_json: bool) -> None:
    with open_store(database, reads=True) as store:
        row = store.texts.get(_number(what[0] if what else ""))
    if as_json:
        passages = [
            {"number": one.number, "units": one.units, "problem": str(one.problem or ""), "body": one.body}
            for one in row.cut()
        ]
        typer.echo(json.dumps({**_brief(row), "passages": passages}, ensure_ascii=False))
        return
    typer.echo(f"{row.name}, version {row.version}, {row.lang}: {len(row.passages)} passages, {row.units:,} units")
    for one in row.cut():
        unusable = f"  (left out: {one.problem})" if one.problem else ""
        typer.echo(f"\n#{one.number}  {one.units} units{unusable}\n{one.body}")


def _remove(what: list[str], database: str | None) -> None:
    with open_store(database, reads=True) as store:
        rows = [store.texts.get(_number(one)) for one in what or [""]]
        for row in rows:
            store.texts.remove(row.id).result()
            typer.echo(f"removed text {row.id}, {row.name}, version {row.version}; runs keep their passages")


def _print(rows: list[TextRow], as_json: bool) -> None:
    if as_json:
        typer.echo(json.dumps([_brief(row) for row in rows], ensure_ascii=False))
        return
    for line in lines_of(COLUMNS, [TableRow([str(value) for value in _brief(row).values()]) for row in rows], _width()):
        typer.echo(line)


def _brief(row: TextRow) -> dict[str, Any]:
    return {
        "text": row.id,
        "name": row.name,
        "lang": row.lang,
        "version": row.version,
        "passages": len(row.passages),
        "usable": len(row.sources()),
        "units": row.units,
    }


def _width() -> int:
    return Console().width


def _lang(lang: str | None) -> Lang:
    choice("lang", lang or "", get_args(Lang))
    found: Lang = next(one for one in get_args(Lang) if one == lang)
    return found


def _number(text: str) -> int:
    if not text.isdecimal() or len(text) > 9:
        raise SpecError("text", text, "text_unknown")
    return int(text)
