"""
A script for voices, as CSV: who says what, line by line, with the gender the voice should have.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO

from engine.export.csv_table import write_rows
from engine.export.selection import Marked, Selection, speakers

HEADER = ("draft", "title", "lang", "pacing", "line", "speaker", "gender", "text")


def write(selection: Selection, out: BinaryIO) -> None:
    """A row a line; a text without roles has an empty speaker and an unspecified gender."""
    write_rows(HEADER, (row for marked in selection.drafts for row in _rows(marked)), out)


def _rows(marked: Marked) -> Iterator[dict[str, str]]:
    draft, roles = marked.draft, speakers(marked.draft.content)
    for number, line in enumerate(draft.content["lines"], 1):
        role = roles.get(line["speaker"], {})
        yield {
            "draft": str(draft.id),
            "title": draft.title,
            "lang": draft.lang,
            "pacing": draft.content["pacing"],
            "line": str(number),
            "speaker": role.get("name") or line["speaker"],
            "gender": role.get("gender", "unspecified"),
            "text": line["text"],
        }
