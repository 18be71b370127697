"""
The status of a run: its state as the row has it, and whether a process still works on it.

The status is computed, not stored: a process that was killed cannot record it, and one that is frozen comes back.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal, Protocol

from engine.clock import clock_time
from engine.errors import RunHeld, StoreError
from engine.messages import Message
from engine.process import holds_lease, is_gone, lease_now, lease_s, owner_name
from engine.store import RunRow, Store

GOING = ("queued", "running")
"""States in which a process works on the run, or should."""
CLOSED = "closed"
"""The code of a run that was paused because its process was closed."""

OWN_REASONS = ("paused_by_hand", "taken_over", CLOSED, "broke", "budget")
"""Codes of pauses that concern one run; another run of its arm would find any other cause again."""

RunStatus = Literal[
    "queued", "running", "pausing", "cancelling", "interrupted", "paused", "done", "incomplete", "cancelled"
]
OPEN_STATUSES = ("queued", "running", "pausing", "cancelling")
"""A process works on the run."""
_COMMANDED: dict[str, RunStatus] = {"pause": "pausing", "cancel": "cancelling"}


class Leased(Protocol):
    """The columns of a run's row that say which process works on it."""

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


def run_status(row: Leased, now: float, lease_s: float, *, gone: bool = False, ours: bool = False) -> RunStatus:
    """
    The status of a run at a moment.

    Args:
        row: The run's row.
        now: Unix seconds, by the clock heartbeats are written with.
        lease_s: How long a silent process keeps its runs.
        gone: Its process provably no longer runs.
        ours: This process works on it, whatever the heartbeat says: perhaps only the store cannot be written.

    Returns:
        The row's state; for a queued or running one `interrupted` if no process is left to work on it, and `pausing`
        or `cancelling` while its calls in flight finish.
    """
    if row.state not in GOING:
        return row.state  # type: ignore[return-value]  # the store's states are statuses
    if not ours and (gone or row.owner is None or not holds_lease(row.heartbeat_at, now, lease_s)):
        return "interrupted"
    return _COMMANDED.get(row.command or "", row.state)  # type: ignore[arg-type]


def run_status_now(row: RunRow, *, ours: bool = False) -> RunStatus:
    """The status of a run now, as far as this machine can know it."""
    if row.state == "queued" and row.offered and row.owner is None:
        return _COMMANDED.get(row.command or "", "queued")  # the next worker takes it
    now = lease_now() + row.clock_ahead_s
    return run_status(row, now, lease_s(), gone=row.state in GOING and is_gone(row.owner), ours=ours)


def interrupted(store: Store, has: Callable[[int], bool] = lambda run: False) -> list[RunRow]:
    """
    The runs that were interrupted by a crash or a restart, the oldest first: the user may resume them.

    Args:
        store: Where the runs are.
        has: Whether this process works on a run.
    """
    rows = store.runs.in_states(GOING) + store.runs.in_states(("paused",), reason_code=CLOSED)
    rows.sort(key=lambda row: row.id)
    left = [row for row in rows if not row.offered or row.state == "paused"]  # a worker takes the others
    return [row for row in left if run_status_now(row, ours=has(row.id)) in ("interrupted", "paused")]


def lease_ends(row: RunRow, lease_s: float) -> float:
    """
    When another process may take the run over, in unix seconds by this machine's clock, unless a new heartbeat is
    written before.
    """
    return (row.heartbeat_at or 0.0) - row.clock_ahead_s + lease_s


def check_ours(row: RunRow, now: RunStatus, *, ours: bool) -> None:
    """
    Check that this process may go on with an open run.

    Args:
        row: The run.
        now: Its status.
        ours: This process works on it.

    Raises:
        RunHeld: another process has the run.
        StoreError: this one is about to let go of it.
    """
    if not ours:
        at = lease_ends(row, lease_s())
        raise RunHeld(row.id, owner_name(row.owner), clock_time(at, lease_now()), at)
    if now in ("pausing", "cancelling"):
        raise StoreError("run_still_stopping", run=row.id, state=Message(f"state.{now}"))
