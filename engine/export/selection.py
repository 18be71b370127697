"""
What a writer is given: drafts that come one by one, and what is known of all of them before the first.

Pure values; write reads them from the store.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import BinaryIO

from engine.export.signature import Signature
from engine.store import DraftRow


@dataclass(frozen=True, slots=True)
class Marked:
    """A draft to export, with the newest note of a reviewer."""

    draft: DraftRow
    note: str = ""
    signature: Signature | None = None
    """Who wrote, checked and approved it; None: not asked for."""
    readings: bool = False
    """Cards and worksheets show how the characters are read."""

    @property
    def line(self) -> str:
        """The signature as a line in the language of the draft; "" without one."""
        return self.signature.text(self.draft.lang) if self.signature else ""


@dataclass(frozen=True, slots=True)
class ExportOptions:
    """What cards and worksheets hold beside the draft."""

    checked_by: bool = False
    """Who wrote, checked and approved it."""
    readings: bool = False
    """How Chinese and Japanese characters are read."""


PLAIN = ExportOptions()


@dataclass(frozen=True, slots=True)
class Selection:
    """The drafts of one export, oldest first; they can be read once."""

    drafts: Iterable[Marked]
    kinds: tuple[str, ...]
    """Every kind that may come."""
    title: str
    at: float
    """When; unix seconds."""
    readings: bool = False
    """Cards and worksheets show how the characters are read."""


Writer = Callable[[Selection, BinaryIO], None]
"""Writes a selection to an open file, holding a few drafts at a time."""
