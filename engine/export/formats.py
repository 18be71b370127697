"""
The formats: what each is called, what its file is, which kinds of drafts it can hold. The writers load when they are
asked for, so that opening the engine does not read a spreadsheet library.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from importlib import import_module

from engine.errors import SpecError
from engine.export.columns import row_tables
from engine.export.selection import Writer
from engine.kinds import Kind, kind_names, kinds


@dataclass(frozen=True, slots=True)
class Format:
    """A kind of file that drafts are written to."""

    name: str
    title: str
    """For people, in English."""
    suffix: str
    mime: str
    kinds: tuple[str, ...] = field(default_factory=kind_names)
    """The kinds it can hold."""
    one_kind: bool = False
    """It holds one kind at a time."""
    signed: bool = False
    """It can say who wrote, checked and approved a draft."""
    readings: bool = False
    """It can show how Chinese and Japanese characters are read."""

    def check(self, kinds: Sequence[str]) -> None:
        """
        See whether drafts of these kinds fit.

        Raises:
            SpecError: they do not; the message says which kind does.
        """
        odd = [kind for kind in kinds if kind not in self.kinds]
        if odd:
            raise SpecError("format", self.name, "format_kinds", fits=self.kinds, odd=odd)
        if self.one_kind and len(kinds) > 1:
            raise SpecError("format", self.name, "format_one_kind", kind=kinds[0])

    def writer(self) -> Writer:
        """The function that writes it."""
        module, _, name = _WRITERS.get(self.name, _TABLE_WRITER).partition(":")
        found: Writer = getattr(import_module(f"engine.export.{module}"), name or "write")
        return found


_WRITERS = {
    "jsonl": "jsonl",
    "csv": "csv_table:write_drafts",
    "xlsx": "xlsx",
    "anki": "anki",
    "anki-text": "anki_text",
    "markdown": "markdown",
    "docx": "docx_page",
    "html": "html_page",
    "voice": "voice",
    "moodle": "moodle",
}
_TABLE_WRITER = "csv_table:write_table"
_DOCUMENT = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def _that(can: Callable[[Kind], bool]) -> tuple[str, ...]:
    return tuple(kind.name for kind in kinds() if can(kind))


def _tables() -> Iterator[Format]:
    """A CSV for each table of rows."""
    for kind in kinds():
        for table in row_tables((kind.name,)):
            title = f"CSV, one row per {table.what}"
            yield Format(f"csv-{table.name}", title, ".csv", "text/csv", (kind.name,))


FORMATS: dict[str, Format] = {
    one.name: one
    for one in (
        Format("anki", "Anki package", ".apkg", "application/octet-stream", signed=True, readings=True),
        Format("xlsx", "Excel workbook: drafts and blanks", ".xlsx", _SHEET),
        Format("csv", "CSV, one row per draft", ".csv", "text/csv"),
        *_tables(),
        Format("html", "Printable worksheet with answer key", ".html", "text/html", signed=True, readings=True),
        Format("docx", "Word worksheet with answer key", ".docx", _DOCUMENT, signed=True, readings=True),
        Format("markdown", "Markdown worksheet with answer key", ".md", "text/markdown", signed=True),
        Format("voice", "Voice script (CSV)", ".csv", "text/csv", _that(lambda kind: kind.voice is not None)),
        Format(
            "moodle", "Moodle questions (XML)", ".xml", "application/xml", _that(lambda kind: kind.quiz is not None)
        ),
        Format(
            "anki-text",
            "Text file for Anki's importer",
            ".txt",
            "text/plain",
            one_kind=True,
            signed=True,
            readings=True,
        ),
        Format("jsonl", "JSON lines, every field", ".jsonl", "application/jsonl"),
    )
}

ROW_TABLES = tuple(table.name for table in row_tables(kind_names()))
"""The names of the tables of rows."""


def format_named(name: str) -> Format:
    """
    The format of this name.

    Raises:
        SpecError: there is none.
    """
    if name not in FORMATS:
        raise SpecError("format", name, "choose_of", names=list(FORMATS))
    return FORMATS[name]
