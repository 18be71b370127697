"""
The Anki cards of a draft as Anki shows them, before a package is made.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from engine.export.cards import Card, cards
from engine.store import DraftRow

_GAP = re.compile(r"\{\{c(\d+)::(.+?)(?:::(.*?))?\}\}", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Faces:
    """Both sides of a card, as HTML in which everything a draft says is only text."""

    title: str
    front: str
    back: str


def anki_preview(draft: DraftRow) -> list[Faces]:
    """
    The cards that Anki makes of a draft, in its order: of a note with gaps, one for each gap.

    Raises:
        ExportError: a note with gaps would hold none.
    """
    return [faces for card in cards(draft) for faces in _faces(card)]


def _faces(card: Card) -> Iterator[Faces]:
    if not card.cloze:
        yield Faces(card.title, card.front, card.back)
        return
    for number in sorted({int(gap[1]) for gap in _GAP.finditer(card.front)}):
        yield Faces(card.title, _fill(card.front, number, asked=True), _fill(card.front, number) + card.back)


def _fill(text: str, number: int, *, asked: bool = False) -> str:
    """A text with all gaps filled; that of the card is marked, or asked for."""

    def draw(gap: re.Match[str]) -> str:
        if int(gap[1]) != number:
            return gap[2]
        shown = f"[{gap[3] or '...'}]" if asked else gap[2]
        return f'<b class="cloze">{shown}</b>'

    return _GAP.sub(draw, text)
