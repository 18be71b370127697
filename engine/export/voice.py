"""
A script for voices, as CSV: who says what, line by line, with the gender the voice should have.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO

from engine.export.columns import above_level
from engine.export.csv_table import write_rows
from engine.export.selection import Marked, Selection
from engine.kinds import kind_of

HEADER = ("draft", "title", "lang", "pacing", "line", "speaker", "gender", "text", "above_level")


def write(selection: Selection, out: BinaryIO) -> None:
    """A row a line; a text without roles has an empty speaker and an unspecified gender."""
    write_rows(HEADER, (row for marked in selection.drafts for row in _rows(marked)), out)


def _rows(marked: Marked) -> Iterator[dict[str, str]]:
    draft = marked.draft
    voice = kind_of(draft.kind).voice
    if voice is None:
        return
    speech, share = voice(draft.content), above_level(draft)
    for number, (speaker, gender, text) in enumerate(speech.lines, 1):
        yield {
            "draft": str(draft.id),
            "title": draft.title,
            "lang": draft.lang,
            "pacing": speech.pacing,
            "line": str(number),
            "speaker": speaker,
            "gender": gender,
            "text": text,
            "above_level": share,
        }
