"""
The table of shares: parts of a run's slots that several processes work on side by side.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Index

from engine.store.fields import Columns, as_json, id_of, key, maybe_word, number, word


class ShareTable(Columns, table=True):
    """A share has a lease and a fence of its own."""

    __tablename__ = "share"
    __table_args__ = (Index("share_state", "state"), Index("share_run", "run", "number"))

    id: int | None = key()
    run: int = id_of("run")
    fence: int = number()
    """Raised with every claim, and when the share is closed."""
    number: int
    """1 the first of its run."""
    size: int
    """Number of its slots."""
    places: int
    """Its calls in flight at once."""
    at_once: int
    """So many shares of the run are worked on at a time."""
    state: str = word("open")
    """open; done; stopped: its run is to pause; closed: its run has ended or paused."""
    owner: str | None = maybe_word()
    """The process that works on it."""
    claimed_at: float | None
    heartbeat_at: float | None
    why: dict[str, Any] | None = as_json()
    """Why it stopped."""
    again: dict[str, Any] | None = as_json()
    """When its run is to resume by itself; None: not."""
    slots: tuple[int, ...] = as_json()
    """By number."""


share = Columns.metadata.tables["share"]
