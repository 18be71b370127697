"""
What a writer is given: drafts that come one by one, and what is known of all of them before the first.

Pure values; where they come from is the business of write.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, BinaryIO

from engine.kinds.text import PLACEHOLDER
from engine.store import DraftRow
from engine.work import Content


@dataclass(frozen=True, slots=True)
class Marked:
    """A draft on its way out, with the newest note of a reviewer."""

    draft: DraftRow
    note: str = ""


@dataclass(frozen=True, slots=True)
class Selection:
    """The drafts of one export, oldest first; they can be read once."""

    drafts: Iterable[Marked]
    kinds: tuple[str, ...]
    """Every kind that may come."""
    title: str
    at: float
    """When; unix seconds."""


Writer = Callable[[Selection, BinaryIO], None]
"""Writes a selection to an open file, holding a few drafts at a time."""

Blank = Mapping[str, Any]


def pieces(content: Content) -> Iterator[str | tuple[int, Blank]]:
    """
    A cloze passage in reading order: its text, and where a gap stands its blank.

    Returns:
        Blanks are numbered 1, 2, 3 in reading order, whatever their ids; a placeholder without a blank is text.
    """
    blanks = {blank["id"]: blank for blank in content["blanks"]}
    end = number = 0
    for found in PLACEHOLDER.finditer(content["passage"]):
        blank = blanks.get(int(found[1]))
        if blank is None:
            continue
        number += 1
        yield content["passage"][end : found.start()]
        yield number, blank
        end = found.end()
    yield content["passage"][end:]


def gapped(content: Content, text: Callable[[str], str], gap: Callable[[int, Blank], str]) -> str:
    """A cloze passage with its text and its gaps each written in a format's own way."""
    return "".join(text(piece) if isinstance(piece, str) else gap(*piece) for piece in pieces(content))


def numbered(content: Content) -> Iterator[tuple[int, Blank]]:
    """The blanks of a cloze in reading order, with the numbers `gapped` gives them."""
    return (piece for piece in pieces(content) if not isinstance(piece, str))


def speakers(content: Content) -> dict[str, Mapping[str, str]]:
    """The roles of a shadowing script by their labels."""
    return {role["label"]: role for role in content["roles"]}
