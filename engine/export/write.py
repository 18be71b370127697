"""
From the store to a file: whole or not at all.
"""

from __future__ import annotations

import os
import re
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from engine.errors import ExportError
from engine.export.formats import Format, format_named
from engine.export.selection import PLAIN, ExportOptions, Marked, Selection
from engine.export.signature import signatures
from engine.store import DraftFilter, DraftRow, Store

_PAGE = 500
_UNSAFE = re.compile(r"[^\w]+")


@dataclass(frozen=True, slots=True)
class Written:
    """The result of an export."""

    path: Path
    drafts: int
    bytes: int


def write(
    store: Store,
    chosen: DraftFilter,
    fmt: str,
    path: str | Path,
    *,
    force: bool = False,
    at: float | None = None,
    options: ExportOptions = PLAIN,
) -> Written:
    """
    Write the drafts of a filter to a file, which appears only when it is complete; a failed one leaves nothing.

    Args:
        store: Where they are.
        chosen: Which.
        fmt: The name of a format.
        path: Of the file; its folder must exist.
        force: Replace an existing file.
        at: When; None: now. Anki takes the newer of two notes.
        options: What cards and worksheets hold beside the draft.

    Raises:
        SpecError: the format is unknown, or cannot hold these drafts.
        ExportError: no draft matches, the file exists already or cannot be written, or a draft does not fit.
    """
    path = Path(path).expanduser()
    part = path.with_name(f".{path.name[:60]}.{os.getpid()}.part")
    try:
        _check_place(path, force, file_name(chosen, fmt))
        try:
            drafts, size = _write_part(part, lambda out: write_to(store, chosen, fmt, out, at, options))
            part.replace(path)
        finally:
            part.unlink(missing_ok=True)
    except OSError as exc:
        raise ExportError("export_unwritable", path=str(path), problem=exc.strerror or str(exc)) from exc
    return Written(path, drafts, size)


def _write_part(part: Path, fill: Callable[[BinaryIO], int]) -> tuple[int, int]:
    """Write the unfinished file; returns the number of drafts and of bytes."""
    part.unlink(missing_ok=True)
    with os.fdopen(os.open(part, _NEW_FILE, 0o600), "wb") as out:  # drafts are as private as the database
        drafts = fill(out)
    return drafts, part.stat().st_size


def _check_place(path: Path, force: bool, name: str) -> None:
    if path.is_dir():
        raise ExportError("export_folder", path=str(path), example=str(path / name))
    if path.exists() and not force:
        raise ExportError("export_exists", path=str(path))


def write_to(
    store: Store,
    chosen: DraftFilter,
    fmt: str,
    out: BinaryIO,
    at: float | None = None,
    options: ExportOptions = PLAIN,
) -> int:
    """
    Write the drafts of a filter to an open file; returns how many there were.

    Raises:
        SpecError: the format is unknown, or cannot hold these drafts.
        ExportError: no draft matches, or one does not fit.
    """
    found = format_named(fmt)
    kinds = store.drafts.kinds(chosen)
    found.check(kinds)
    count = _Count(marked(store, chosen, options))
    now = time.time() if at is None else at
    found.writer()(Selection(count, kinds, _title(chosen), now, options.readings), out)
    if not count.n:
        raise ExportError("export_no_draft")
    return count.n


def marked(store: Store, chosen: DraftFilter, options: ExportOptions = PLAIN) -> Iterator[Marked]:
    """The drafts of a filter with their notes, a page at a time; what was cleaned has no content and is left out."""
    page: list[DraftRow] = []
    for row in store.drafts.each(chosen, _PAGE):
        page.append(row)
        if len(page) == _PAGE:
            yield from _noted(store, page, options)
            page = []
    yield from _noted(store, page, options)


def file_name(chosen: DraftFilter, fmt: str) -> str:
    """A name for the file that is safe on every system: draftmill-run-7-en-approved.apkg."""
    found: Format = format_named(fmt)
    level = None if chosen.level is None else f"L{chosen.level}"
    run = None if chosen.run is None else f"run-{chosen.run}"
    parts = (run, chosen.kind, chosen.lang, level, chosen.topic, chosen.review)
    words = [word for part in parts if part and (word := _UNSAFE.sub("-", part).strip("-_")[:40])]
    tail = "-voice" if fmt == "voice" else fmt.removeprefix("csv") if fmt.startswith("csv-") else ""
    return "-".join(["draftmill", *words]) + tail + found.suffix


_NEW_FILE = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)


class _Count:
    """Counts what passes."""

    def __init__(self, drafts: Iterator[Marked]) -> None:
        self._drafts = drafts
        self.n = 0

    def __iter__(self) -> Iterator[Marked]:
        for one in self._drafts:
            self.n += 1
            yield one


def _noted(store: Store, page: list[DraftRow], options: ExportOptions) -> Iterator[Marked]:
    notes = store.reviews.notes([row.id for row in page])
    signed = signatures(store, page) if options.checked_by else {}
    return (Marked(row, notes.get(row.id, ""), signed.get(row.id), options.readings) for row in page if row.content)


def _title(chosen: DraftFilter) -> str:
    parts = [f"Run {chosen.run}" if chosen.run is not None else "Draftmill", chosen.topic or ""]
    return " · ".join(part for part in parts if part)
