"""
A text file for Anki's own importer: for those who want the notes in a kind of note they already have.
"""

from __future__ import annotations

from typing import BinaryIO

from engine.export.cards import cards
from engine.export.selection import Selection
from engine.kinds import kind_of


def write(selection: Selection, out: BinaryIO) -> None:
    """
    The directives, then a note a line: guid, deck, tags, and the two fields of a stock Cloze or Basic note.

    Raises:
        ExportError: a cloze note would hold no valid cloze.
    """
    notetype = _notetype(selection.kinds)
    head = ("separator:tab", "html:true", f"notetype:{notetype}", "guid column:1", "deck column:2", "tags column:3")
    out.write("".join(f"#{line}\n" for line in head).encode())
    for marked in selection.drafts:
        for card in cards(marked.draft, marked.line, readings=marked.readings):
            front = f"<b>{card.title}</b><br>{card.front}"
            line = "\t".join((card.guid, card.deck, " ".join(card.tags), front, card.back))
            out.write(line.encode("utf-8", "replace") + b"\n")


def _notetype(kinds: tuple[str, ...]) -> str:
    """Anki's own kind of note: Cloze where all notes have gaps."""
    return "Cloze" if kinds and all(kind_of(kind).gap_notes for kind in kinds) else "Basic"
