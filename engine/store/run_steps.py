"""
The statements that change a run: claim, end, reopen, and the calls in doubt they leave.

Each function runs inside a transaction of the writer, and changes only what is in the state it expects.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, and_, case, func, select, update

from engine.errors import StoreError, UnknownRun
from engine.messages import Message
from engine.process import holds_lease
from engine.store.breaker import try_now
from engine.store.columns import reason_columns
from engine.store.events import add_event
from engine.store.lease_clock import lease_time
from engine.store.outages import AutoResume
from engine.store.records import FILLED, LIVE, DraftState, RunState
from engine.store.tables import call, draft, run, share

ENDED = ("paused", "done", "incomplete", "cancelled")
"""States of a run that nobody works on."""
NO_OWNER: dict[str, Any] = {"owner": None, "claimed_at": None, "heartbeat_at": None}
RELEASED: dict[str, Any] = {"command": None, **NO_OWNER}
NO_AUTO_RESUME: dict[str, Any] = {"retry_at": None, "tries": 0, "unanswered": 0}
NO_REASON: dict[str, Any] = {"reason": "", "reason_code": "", "reason_values": None}
QUEUED: dict[str, Any] = {"state": "queued", **NO_REASON, "ended_at": None, **RELEASED}


@dataclass(frozen=True, slots=True)
class Claim:
    """
    A process that wants to work on a run.

    Args:
        owner: The process.
        at: Now, by this machine; a database on a server counts by its own clock.
        lease_s: How long a silent process keeps its runs.
        gone: An owner that has provably ended; its runs are free at once.
    """

    owner: str
    at: float
    lease_s: float
    gone: str | None

    def may_take(self, state: str, owner: str | None, heartbeat_at: float | None) -> bool:
        """Whether the run is free: queued without an owner, or its owner has ended or is silent."""
        silent = not holds_lease(heartbeat_at, self.at, self.lease_s) or owner == self.gone
        return (state == "queued" and (owner is None or silent)) or (state == "running" and silent)


def claim_run(conn: Connection, run_id: int, claim: Claim) -> int | None:
    """
    Give a run to a process, if it is free.

    Returns:
        The new fence; None when the run is not free.
    """
    columns = (run.c.state, run.c.owner, run.c.heartbeat_at, run.c.fence, run.c.tries, run.c.unanswered)
    free = select(*columns, lease_time(claim.at).label("now")).where(run.c.id == run_id).with_for_update()
    before = conn.execute(free).first()
    if before is None:
        return None
    claim = replace(claim, at=before.now)
    if not claim.may_take(before.state, before.owner, before.heartbeat_at):
        return None
    change = {
        "owner": claim.owner,
        "claimed_at": claim.at,
        "heartbeat_at": claim.at,
        "fence": before.fence + 1,
        **_counted(before),
    }
    conn.execute(update(run).where(run.c.id == run_id).values(**change))
    mark_in_doubt(conn, of_run(run_id), min(before.heartbeat_at or 0.0, claim.at), Message("process_gone"))
    return int(before.fence) + 1


def _counted(before: Row[*tuple[Any, ...]]) -> dict[str, int]:
    """Keep the count of automatic tries of a run without an owner; a run taken from a process starts again at 0."""
    if before.owner is None:
        return {"tries": before.tries, "unanswered": before.unanswered}
    return {"tries": 0, "unanswered": 0}


def end_run(
    conn: Connection, run_id: int, state: RunState, change: Mapping[str, Any], now: float, fence: int | None
) -> bool:
    """Pause or end a run; see `Runs.end`."""
    if not change_run(conn, run_id, LIVE, change, fence):
        return False
    close_shares(conn, run_id)
    mark_in_doubt(conn, call.c.run == run_id, now, Message("run_ended"))
    add_event(conn, run_id, state, change["reason_code"], now)
    if state == "done":
        _check_done(conn, run_id)
    elif state != "paused":
        _cancel_open_slots(conn, run_id)
    return True


def reopen_run(conn: Connection, run_id: int, states: Sequence[DraftState]) -> int:
    """Queue a run that nobody works on, its slots in `states` open again; see `Runs.reopen`."""
    if set(FILLED) & set(states):
        raise StoreError("slot_has_draft")
    if not change_run(conn, run_id, ENDED, {**QUEUED, **NO_AUTO_RESUME, "retries": 0}):
        raise StoreError("run_open", run=run_id)
    where = conn.execute(select(run.c.base_url, run.c.model).where(run.c.id == run_id)).one()
    try_now(conn, where.base_url, where.model)
    again = update(draft).where(draft.c.run == run_id, draft.c.state.in_(list(states)))
    return conn.execute(again.values(state="planned", reason="")).rowcount


def change_run(
    conn: Connection,
    run_id: int,
    states: Sequence[str],
    change: Mapping[str, Any],
    fence: int | None = None,
    also: Sequence[ColumnElement[bool]] = (),
) -> bool:
    """
    Change a run that is in one of these states, under this fence (None: any).

    Returns:
        False when it is not: nothing is changed.

    Raises:
        UnknownRun: there is no such run.
    """
    there = update(run).where(run.c.id == run_id, run.c.state.in_(list(states)), *also)
    if fence is not None:
        there = there.where(run.c.fence == fence)
    if conn.execute(there.values(**change)).rowcount:
        return True
    if conn.execute(select(run.c.id).where(run.c.id == run_id)).first() is None:
        raise UnknownRun(run_id)
    return False


def auto_resume_columns(again: AutoResume | None) -> dict[str, Any]:
    """The columns of a run that say when it resumes by itself."""
    if again is None:
        return NO_AUTO_RESUME
    return {"retry_at": again.at, "tries": again.tries, "unanswered": again.unanswered}


def _cancel_open_slots(conn: Connection, run_id: int) -> None:
    there = update(draft).where(draft.c.run == run_id, draft.c.state == "planned")
    conn.execute(there.values(state="cancelled"))


def _check_done(conn: Connection, run_id: int) -> None:
    lacking = select(func.count()).select_from(draft).where(draft.c.run == run_id, draft.c.state.not_in(FILLED))
    if count := conn.execute(lacking).scalar_one():
        raise StoreError("run_short", run=run_id, count=count)


def close_shares(conn: Connection, run_id: int) -> None:
    """Close the shares of a run that ends: who works on one is refused from now on."""
    left = update(share).where(share.c.run == run_id, share.c.state != "closed")
    conn.execute(left.values(state="closed", fence=share.c.fence + 1, **NO_OWNER))


def of_run(run_id: int) -> ColumnElement[bool]:
    """The calls of a run that are of none of its shares."""
    return and_(call.c.run == run_id, call.c.share.is_(None))


def mark_in_doubt(conn: Connection, calls: ColumnElement[bool], at: float, why: Message) -> None:
    """Mark calls in flight as in doubt: they were sent, not answered by `at`, and may have been billed."""
    left = update(call).where(calls, call.c.outcome == "in_flight")
    ended = case((call.c.sent_at > at, call.c.sent_at), else_=at)
    reason = {"reason": why.code, "message": str(why), **reason_columns(why)}
    conn.execute(left.values(outcome="in_doubt", ended_at=ended, cost_is_estimate=True, **reason))
