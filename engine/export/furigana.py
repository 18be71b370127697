"""
Readings as Anki writes them, 漢字[かんじ], in the texts of a note.

Two private characters stand for the brackets until the note is escaped, so that a bracket of the draft stays text.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from engine.kinds.blocks import Block, Item, Piece, Prose, ScriptBlock
from engine.kinds.readings import ruby

_OPEN, _CLOSE = "\ue000", "\ue001"
_SIGNS = str.maketrans("", "", _OPEN + _CLOSE)


def with_furigana(blocks: Sequence[Block], lang: str) -> list[Block]:
    """The blocks with readings in their texts and spoken lines, and in the answers of gaps."""
    return [_block(block, lang) for block in blocks]


def bracketed(html: str) -> str:
    """A drawn field with the brackets of its readings."""
    return html.replace(_OPEN, "[").replace(_CLOSE, "]")


def _block(block: Block, lang: str) -> Block:
    if isinstance(block, Prose):
        return replace(block, pieces=tuple(_piece(piece, lang) for piece in block.pieces))
    if isinstance(block, ScriptBlock):
        return replace(block, lines=tuple(replace(line, text=_spelled(line.text, lang)) for line in block.lines))
    return block


def _piece(piece: Piece, lang: str) -> Piece:
    return replace(piece, answer=_spelled(piece.answer, lang)) if isinstance(piece, Item) else _spelled(piece, lang)


def _spelled(text: str, lang: str) -> str:
    """A space before the characters tells Anki where a reading begins; it is not shown."""
    pieces = ruby(text.translate(_SIGNS), lang)
    return "".join(f" {one.text}{_OPEN}{one.reading}{_CLOSE}" if one.reading else one.text for one in pieces)
