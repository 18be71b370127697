"""
A run's life: claimed by a process, started, told to stop, ended, reopened, tried again. It was planned in plans.

Every step is one transaction that changes only what is in the state it expects. Who takes these steps, and when, is the
business of the runner.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import Future
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, case, func, or_, select, update

from engine.errors import StoreError, UnknownRun
from engine.process import LEASE_S
from engine.store.base import Part
from engine.store.records import FILLED, AutoResume, Command, DraftState, RunState
from engine.store.tables import call, draft, run

_GONE = "the process that sent it ended before the answer came; it may have been billed"
_LET_GO: dict[str, Any] = {"command": None, "owner": None, "heartbeat_at": None}
_NO_TRIES: dict[str, Any] = {"retry_at": None, "tries": 0, "unanswered": 0}
_QUEUED: dict[str, Any] = {"state": "queued", "reason": "", "ended_at": None, **_LET_GO}
_ENDED = ("paused", "done", "incomplete", "cancelled")


class RunSteps(Part):
    """The steps of a run."""

    def claim(
        self, run_id: int, owner: str, at: float, lease_s: float = LEASE_S, gone: str | None = None
    ) -> Future[int | None]:
        """
        Take a queued run, or one whose process has gone silent, for `owner`.

        The calls the gone process left in flight become in doubt, ended at its last heartbeat; the answers it stored
        and did not read are in `unsettled`.

        Args:
            run_id: The run.
            owner: Who takes it.
            at: Now; the first heartbeat.
            lease_s: How long a silent process keeps its runs.
            gone: An owner that provably no longer runs: its runs are taken at once.

        Returns:
            The fence to send calls under, or None: another process has the run, or it is not open.
        """

        def op(conn: Connection) -> int | None:
            before = conn.execute(select(run.c.heartbeat_at).where(run.c.id == run_id)).scalar()
            stale = or_(run.c.heartbeat_at.is_(None), run.c.heartbeat_at < at - lease_s, run.c.owner == gone)
            waiting = and_(run.c.state == "queued", or_(run.c.owner.is_(None), stale))
            left = and_(run.c.state == "running", stale)
            taken = update(run).where(run.c.id == run_id, or_(waiting, left))
            # Taken over by hand, it starts afresh; queued to be tried again, it goes on counting.
            tries = {name: case((run.c.owner.is_(None), run.c[name]), else_=0) for name in ("tries", "unanswered")}
            change = {"owner": owner, "heartbeat_at": at, "fence": run.c.fence + 1, **tries}
            fence = conn.execute(taken.values(**change).returning(run.c.fence)).scalar()
            if fence is not None:
                _doubt(conn, run_id, before or 0.0, "process_gone", _GONE)
            return fence

        return self._access.write(op)

    def start(self, run_id: int, at: float | None = None, *, fence: int | None = None) -> Future[bool]:
        """
        Turn a queued run into a running one; a run resumed keeps its first start.

        Returns:
            False if it was not queued, or is another process's by its `fence`.
        """
        now = self._access.clock.wall() if at is None else at
        change = {
            "state": "running",
            "reason": "",
            "started_at": func.coalesce(run.c.started_at, now),
            "ended_at": None,
        }
        return self._access.write(lambda conn: _changed(conn, run_id, ("queued",), change, fence))

    def end(
        self,
        run_id: int,
        state: RunState,
        reason: str = "",
        at: float | None = None,
        *,
        fence: int | None = None,
        again: AutoResume | None = None,
    ) -> Future[bool]:
        """
        Pause or end a run and let go of it.

        Slots still open are cancelled, unless it is paused; calls still in flight become in doubt.

        Args:
            run_id: The run, queued, running or paused.
            state: paused, done, incomplete or cancelled.
            reason: Why, in a short code or a sentence.
            at: When; None: now.
            fence: As `claim` gave it: a process that lost the run cannot end it. None: not checked.
            again: When a paused run is to be tried again by itself.

        Returns:
            False if it had ended before, or is another process's: nothing is changed.

        Raises:
            StoreError: (in the future) `done`, with a slot that has no draft.
        """
        now = self._access.clock.wall() if at is None else at
        ended_at = None if state == "paused" else now
        change = {"state": state, "reason": reason, "ended_at": ended_at, **_LET_GO, **_tries(again)}

        def op(conn: Connection) -> bool:
            if not _changed(conn, run_id, ("queued", "running", "paused"), change, fence):
                return False
            _doubt(conn, run_id, now, "run_ended", "the run ended before the answer came; it may have been billed")
            if state == "done":
                _check_done(conn, run_id)
            elif state != "paused":
                _cancel(conn, run_id)
            return True

        return self._access.write(op)

    def set_command(self, run_id: int, command: Command | None) -> Future[bool]:
        """Tell whoever works on the run to cancel or pause; False if it has ended, or is cancelled before a pause."""
        outranked = () if command == "cancel" else (func.coalesce(run.c.command, "") != "cancel",)
        return self._access.write(
            lambda conn: _changed(conn, run_id, ("queued", "running", "paused"), {"command": command}, also=outranked)
        )

    def heartbeat(self, run_ids: Sequence[int], owner: str, at: float) -> Future[list[int]]:
        """
        Say that `owner` still works on these runs.

        Returns:
            Those that are still its own; it must let go of the others.
        """
        mine = and_(run.c.id.in_(list(run_ids)), run.c.owner == owner)

        def op(conn: Connection) -> list[int]:
            return sorted(conn.scalars(update(run).where(mine).values(heartbeat_at=at).returning(run.c.id)))

        return self._access.write(op)

    def auto_resume(self, run_id: int, at: float) -> Future[bool]:
        """Queue a paused run whose time to be tried again has come; False if another process was quicker."""
        due = (run.c.retry_at <= at,)
        return self._access.write(
            lambda conn: _changed(conn, run_id, ("paused",), {**_QUEUED, "retry_at": None}, also=due)
        )

    def cancel_auto_resume(self, run_id: int) -> Future[bool]:
        """A paused run is no longer tried again by itself; False if it is not paused."""
        return self._access.write(lambda conn: _changed(conn, run_id, ("paused",), _NO_TRIES))

    def reopen(self, run_id: int, states: Sequence[DraftState] = ("failed", "cancelled")) -> Future[int]:
        """
        Queue a paused or ended run again, with its slots in `states` open again ("retry what failed"; none: resume).

        Returns:
            How many slots are open again.

        Raises:
            StoreError: (in the future) the run is queued or running; or `states` holds drafted.
        """
        change = {**_QUEUED, **_NO_TRIES}
        again = update(draft).where(draft.c.run == run_id, draft.c.state.in_(list(states)))

        def op(conn: Connection) -> int:
            if set(FILLED) & set(states):
                raise StoreError("slot_has_draft")
            if not _changed(conn, run_id, _ENDED, change):
                raise StoreError("run_open", run=run_id)
            return conn.execute(again.values(state="planned", reason="")).rowcount

        return self._access.write(op)


class OpenSlots(Part):
    """Slots that want a draft."""

    def cancel_open(self, run_id: int) -> Future[int]:
        """Turn the run's open slots into cancelled ones; how many."""
        return self._access.write(lambda conn: _cancel(conn, run_id))


def _changed(
    conn: Connection,
    run_id: int,
    states: Sequence[str],
    change: Mapping[str, Any],
    fence: int | None = None,
    also: Sequence[ColumnElement[bool]] = (),
) -> bool:
    there = update(run).where(run.c.id == run_id, run.c.state.in_(list(states)), *also)
    if fence is not None:
        there = there.where(run.c.fence == fence)
    if conn.execute(there.values(**change)).rowcount:
        return True
    if conn.execute(select(run.c.id).where(run.c.id == run_id)).first() is None:
        raise UnknownRun(run_id)
    return False


def _tries(again: AutoResume | None) -> dict[str, Any]:
    if again is None:
        return _NO_TRIES
    return {"retry_at": again.at, "tries": again.tries, "unanswered": again.unanswered}


def _cancel(conn: Connection, run_id: int) -> int:
    there = update(draft).where(draft.c.run == run_id, draft.c.state == "planned")
    return conn.execute(there.values(state="cancelled")).rowcount


def _check_done(conn: Connection, run_id: int) -> None:
    lacking = select(func.count()).select_from(draft).where(draft.c.run == run_id, draft.c.state.not_in(FILLED))
    if count := conn.execute(lacking).scalar_one():
        raise StoreError("run_short", run=run_id, count=count)


def _doubt(conn: Connection, run_id: int, at: float, reason: str, message: str) -> None:
    """What was sent and not answered by `at` may have been billed."""
    left = update(call).where(call.c.run == run_id, call.c.outcome == "in_flight")
    ended = case((call.c.sent_at > at, call.c.sent_at), else_=at)
    conn.execute(left.values(outcome="in_doubt", reason=reason, message=message, ended_at=ended, cost_is_estimate=True))
