"""
What was done with the lines of a table that came back.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from engine.messages import NOTHING, Message


@dataclass(frozen=True, slots=True)
class Read:
    """The result of one line of a file."""

    table: str
    line: int
    draft: int | None
    did: tuple[str, ...] = ()
    """approved, rejected, pending, edited, noted; empty: nothing was asked for."""
    why: Message = NOTHING
    """Why nothing was done, and what to do; NOTHING: it was not refused."""

    @property
    def refused(self) -> str:
        """The English text of `why`; empty: it was not refused."""
        return str(self.why)


@dataclass(frozen=True, slots=True)
class ReadBack:
    """The result of a whole file; `lines` are those that asked for something, in the file's order of drafts."""

    rows: int
    lines: tuple[Read, ...]

    @property
    def refused(self) -> int:
        """Lines that were not taken."""
        return sum(1 for line in self.lines if line.refused)

    @property
    def did(self) -> dict[str, int]:
        """How often each thing was done."""
        return dict(Counter(word for line in self.lines if not line.refused for word in line.did))
