"""
How a run stands: its state as the row has it, and whether somebody still works on it.

Nothing of this is stored: a process that was killed cannot say so, and one that is frozen comes back.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal, Protocol

from engine.process import is_gone, lease_now, lease_s
from engine.store import RunRow, Store

GOING = ("queued", "running")
"""States in which a process works on the run, or should."""
CLOSED = "Draftmill was closed; resume the run to go on"

Standing = Literal[
    "queued", "running", "pausing", "cancelling", "interrupted", "paused", "done", "incomplete", "cancelled"
]
OPEN_STANDINGS = ("queued", "running", "pausing", "cancelling")
"""Somebody is at it."""
_TOLD: dict[str, Standing] = {"pause": "pausing", "cancel": "cancelling"}


class Leased(Protocol):
    """What a run's row says of who works on it."""

    @property
    def state(self) -> str: ...
    @property
    def reason(self) -> str: ...
    @property
    def command(self) -> str | None: ...
    @property
    def owner(self) -> str | None: ...
    @property
    def heartbeat_at(self) -> float | None: ...


def standing(row: Leased, now: float, lease_s: float, *, gone: bool = False, ours: bool = False) -> Standing:
    """
    How a run stands at a moment.

    Args:
        row: The run's row.
        now: Unix seconds, by the clock heartbeats are written with.
        lease_s: How long a silent process keeps its runs.
        gone: Its process provably no longer runs.
        ours: This process works on it, whatever the heartbeat says: it may be the store that cannot be written.

    Returns:
        The row's state; for a queued or running one `interrupted` where nobody is left to work on it, `pausing` or
        `cancelling` while what is in flight is waited for.
    """
    if row.state not in GOING:
        return row.state  # type: ignore[return-value]  # the store's states are standings
    if not ours and (gone or row.owner is None or lease_ends(row, lease_s) < now):
        return "interrupted"
    return _TOLD.get(row.command or "", row.state)  # type: ignore[arg-type]


def standing_now(row: Leased, *, ours: bool = False) -> Standing:
    """How a run stands now, as this machine can know it."""
    return standing(row, lease_now(), lease_s(), gone=row.state in GOING and is_gone(row.owner), ours=ours)


def interrupted(store: Store, has: Callable[[int], bool] = lambda run: False) -> list[RunRow]:
    """
    The runs that were stopped by nobody's decision, the oldest first: to be offered to be resumed.

    Args:
        store: Where the runs are.
        has: Whether this process works on a run.
    """
    rows = reversed(store.runs.unfinished(CLOSED))
    return [row for row in rows if standing_now(row, ours=has(row.id)) in ("interrupted", "paused")]


def lease_ends(row: Leased, lease_s: float) -> float:
    """When the run may be taken over unless its process is heard of again, in unix seconds."""
    return (row.heartbeat_at or 0.0) + lease_s
