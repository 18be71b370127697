"""
Readings as Anki writes them, 漢字[かんじ], in the texts of a note.

Two private characters stand for the brackets until the note is escaped, so that a bracket of the draft stays text.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from engine.kinds.blocks import Block, Item, Piece, Prose, ScriptBlock
from engine.kinds.readings import Own, Ruby, ruby

_OPEN, _CLOSE = "\ue000", "\ue001"
_SIGNS = str.maketrans("", "", _OPEN + _CLOSE)


def with_furigana(blocks: Sequence[Block], lang: str, own: Own = ()) -> list[Block]:
    """The blocks with readings in their texts, spoken lines and answers of gaps; `own` are corrected ones."""
    return [_block(block, lambda text: _spelled(text, lang, own)) for block in blocks]


def bracketed(html: str) -> str:
    """A drawn field with the brackets of its readings."""
    return html.replace(_OPEN, "[").replace(_CLOSE, "]")


def _block(block: Block, spell: Callable[[str], str]) -> Block:
    if isinstance(block, Prose):
        return replace(block, pieces=tuple(_piece(piece, spell) for piece in block.pieces))
    if isinstance(block, ScriptBlock):
        return replace(block, lines=tuple(replace(line, text=spell(line.text)) for line in block.lines))
    return block


def _piece(piece: Piece, spell: Callable[[str], str]) -> Piece:
    return replace(piece, answer=spell(piece.answer)) if isinstance(piece, Item) else spell(piece)


def _spelled(text: str, lang: str, own: Own) -> str:
    """A space before the characters tells Anki where a reading begins; it is not shown."""
    pieces = ruby(text.translate(_SIGNS), lang, own)
    return "".join(map(_bracketed, pieces))


def _bracketed(one: Ruby) -> str:
    return f" {one.text}{_OPEN}{one.reading}{'?' * one.uncertain}{_CLOSE}" if one.reading else one.text
