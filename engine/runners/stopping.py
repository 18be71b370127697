"""
Pausing a run: by a command to the process that works on it, or at once where none does.
"""

from __future__ import annotations

from engine.errors import StoreError
from engine.messages import Message
from engine.runners.active import PAUSED
from engine.runners.run_status import RunStatus
from engine.store import RunRow, Store


def pause_run(store: Store, row: RunRow, status: RunStatus) -> None:
    """
    Pause a run that has this status; a paused one no longer resumes by itself.

    Raises:
        StoreError: it has ended.
    """
    is_left = status == "interrupted" or (status == "queued" and row.owner is None)
    if is_left:
        store.runs.end(row.id, "paused", PAUSED.why, fence=row.fence).result()
    elif status == "paused":
        store.runs.cancel_auto_resume(row.id).result()
    elif status in ("queued", "running"):
        store.runs.set_command(row.id, "pause").result()
    elif status in ("done", "incomplete", "cancelled"):
        raise StoreError("run_ended_already", run=row.id, state=Message(f"state.{status}"))
