"""
A run's life: planned, claimed by a process, started, told to stop, ended, reopened.

Every step is one transaction that changes only what is in the state it expects. Who takes these steps, and when, is the
business of the runner.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import Future
from dataclasses import asdict
from typing import Any

from sqlalchemy import Connection, and_, bindparam, case, func, insert, literal_column, or_, select, update

from engine.errors import StoreError, UnknownRun
from engine.store.base import Base, chunks
from engine.store.records import FILLED, Command, DraftState, NewRun, RunState
from engine.store.tables import call, draft, run
from engine.store.views import CachedDraft
from engine.work import Slot

STALE_S = 30.0
"""A heartbeat this old means its process is gone."""

_ROWS = 5_000  # slots sent to the database at a time, so that 100,000 of them stay small in memory
_GONE = "the process that sent it ended before the answer came; it may have been billed"
_LET_GO: dict[str, None] = {"command": None, "owner": None, "heartbeat_at": None}
_ENDED = ("paused", "done", "incomplete", "cancelled")


class Runs(Base):
    """The steps of a run."""

    def create_run(
        self,
        new: NewRun,
        slots: Sequence[Slot],
        fingerprints: Sequence[str],
        cached: Mapping[int, CachedDraft] | None = None,
        subjects: Sequence[int] = (),
    ) -> Future[int]:
        """
        Plan a run: its row, all its slots and the copies of drafts already paid for, in one transaction.

        Args:
            new: What is asked for.
            slots: Every slot, numbered within the run.
            fingerprints: One a slot, in the same order.
            cached: Slot number to the draft to copy; one that was rejected meanwhile is not copied.
            subjects: Of a review, the draft each slot is about, in the same order.

        Returns:
            The run's id; the run is queued.
        """
        row = {**_run_row(new, self._clock.wall()), "planned": len(slots)}

        def op(conn: Connection) -> int:
            key = conn.execute(insert(run), row).inserted_primary_key
            run_id = int(key[0]) if key else 0
            _plan(conn, run_id, new, slots, fingerprints, subjects)
            _copy_cached(conn, run_id, cached or {}, row["created_at"])
            return run_id

        return self.write(op)

    def claim(self, run_id: int, owner: str, at: float, stale_s: float = STALE_S) -> Future[int | None]:
        """
        Take a queued run, or one whose process has gone silent, for `owner`.

        The calls the gone process left in flight become in doubt, ended at its last heartbeat; the answers it stored
        and did not read are in `unsettled`.

        Returns:
            The fence to send calls under, or None: another process has the run, or it is not open.
        """

        def op(conn: Connection) -> int | None:
            before = conn.execute(select(run.c.heartbeat_at).where(run.c.id == run_id)).scalar()
            stale = or_(run.c.heartbeat_at.is_(None), run.c.heartbeat_at < at - stale_s)
            waiting = and_(run.c.state == "queued", or_(run.c.owner.is_(None), stale))
            left = and_(run.c.state == "running", stale)
            taken = update(run).where(run.c.id == run_id, or_(waiting, left))
            fence = conn.execute(
                taken.values(owner=owner, heartbeat_at=at, fence=run.c.fence + 1).returning(run.c.fence)
            ).scalar()
            if fence is not None:
                _doubt(conn, run_id, before or 0.0, "process_gone", _GONE)
            return fence

        return self.write(op)

    def start_run(self, run_id: int, at: float | None = None) -> Future[bool]:
        """Turn a queued run into a running one; False if it was not queued. A run resumed keeps its first start."""
        now = self._clock.wall() if at is None else at
        change = {
            "state": "running",
            "reason": "",
            "started_at": func.coalesce(run.c.started_at, now),
            "ended_at": None,
        }
        return self._change(run_id, ("queued",), change)

    def end_run(
        self, run_id: int, state: RunState, reason: str = "", at: float | None = None, *, fence: int | None = None
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

        Returns:
            False if it had ended before, or is another process's: nothing is changed.

        Raises:
            StoreError: (in the future) `done`, with a slot that has no draft.
        """
        now = self._clock.wall() if at is None else at
        ended_at = None if state == "paused" else now
        change = {"state": state, "reason": reason, "ended_at": ended_at, **_LET_GO}

        def op(conn: Connection) -> bool:
            if not _changed(conn, run_id, ("queued", "running", "paused"), change, fence):
                return False
            _doubt(conn, run_id, now, "run_ended", "the run ended before the answer came; it may have been billed")
            if state == "done":
                _check_done(conn, run_id)
            elif state != "paused":
                _cancel(conn, run_id)
            return True

        return self.write(op)

    def set_command(self, run_id: int, command: Command | None) -> Future[bool]:
        """Tell whoever works on the run to cancel or pause; False if it has ended."""
        return self._change(run_id, ("queued", "running", "paused"), {"command": command})

    def heartbeat(self, run_ids: Sequence[int], owner: str, at: float) -> Future[list[int]]:
        """
        Say that `owner` still works on these runs.

        Returns:
            Those that are still its own; it must let go of the others.
        """
        mine = and_(run.c.id.in_(list(run_ids)), run.c.owner == owner)

        def op(conn: Connection) -> list[int]:
            return sorted(conn.scalars(update(run).where(mine).values(heartbeat_at=at).returning(run.c.id)))

        return self.write(op)

    def cancel_open(self, run_id: int) -> Future[int]:
        """Turn the run's open slots into cancelled ones; how many."""
        return self.write(lambda conn: _cancel(conn, run_id))

    def reopen(self, run_id: int, states: Sequence[DraftState] = ("failed", "cancelled")) -> Future[int]:
        """
        Queue a paused or ended run again, with its slots in `states` open again ("retry what failed"; none: resume).

        Returns:
            How many slots are open again.

        Raises:
            StoreError: (in the future) the run is queued or running; or `states` holds drafted.
        """
        change = {"state": "queued", "reason": "", "ended_at": None, **_LET_GO}
        again = update(draft).where(draft.c.run == run_id, draft.c.state.in_(list(states)))

        def op(conn: Connection) -> int:
            if set(FILLED) & set(states):
                raise StoreError("a slot that has its draft is not asked for again; reopen failed or cancelled ones")
            if not _changed(conn, run_id, _ENDED, change):
                raise StoreError(f"run {run_id} is still open; wait until it has ended")
            return conn.execute(again.values(state="planned", reason="")).rowcount

        return self.write(op)

    def _change(self, run_id: int, states: Sequence[str], change: Mapping[str, Any]) -> Future[bool]:
        return self.write(lambda conn: _changed(conn, run_id, states, change))


def _changed(
    conn: Connection, run_id: int, states: Sequence[str], change: Mapping[str, Any], fence: int | None = None
) -> bool:
    there = update(run).where(run.c.id == run_id, run.c.state.in_(list(states)))
    if fence is not None:
        there = there.where(run.c.fence == fence)
    if conn.execute(there.values(**change)).rowcount:
        return True
    if conn.execute(select(run.c.id).where(run.c.id == run_id)).first() is None:
        raise UnknownRun(run_id)
    return False


def _run_row(new: NewRun, at: float) -> dict[str, Any]:
    spec = new.spec
    as_they_are = ("model", "base_url", "preset", "note", "purpose", "parent_run", "comparison_id", "arm", "trial")
    return {
        "created_at": at,
        "state": "queued",
        "kind": spec.kind,
        "lang": spec.lang,
        "provider": spec.provider,
        **{name: getattr(new, name) for name in as_they_are},
        "tuning": asdict(new.tuning),
        "limits": dict(new.limits),
        "forecast": dict(new.forecast),
        "spec": spec.to_json(),
    }


def _plan(
    conn: Connection,
    run_id: int,
    new: NewRun,
    slots: Sequence[Slot],
    fingerprints: Sequence[str],
    subjects: Sequence[int],
) -> None:
    if len(slots) != len(fingerprints):
        raise StoreError(f"{len(slots):,} slots have {len(fingerprints):,} fingerprints; give one a slot")
    fixed = {"run": run_id, "kind": new.spec.kind, "lang": new.spec.lang}
    for start in range(0, len(slots), _ROWS):
        rows = [
            {**fixed, "slot": s.number, "topic": s.topic, "level": s.level, "copy": s.copy, "fingerprint": fingerprint}
            for s, fingerprint in zip(slots[start : start + _ROWS], fingerprints[start : start + _ROWS], strict=True)
        ]
        if subjects:
            about = subjects[start : start + _ROWS]
            rows = [{**row, "subject": one} for row, one in zip(rows, about, strict=True)]
        conn.execute(insert(draft), rows)


_source = draft.alias("source_draft")
_COPY = (
    update(draft)
    .where(draft.c.run == bindparam("to_run"), draft.c.slot == bindparam("to_slot"), draft.c.state == "planned")
    .where(_source.c.id == bindparam("from_draft"), _source.c.state == "drafted", _source.c.review != "rejected")
    .where(_source.c.kind == draft.c.kind, _source.c.lang == draft.c.lang)
    .values(
        **{name: _source.c[name] for name in ("content", "title", "search", "flags", "flagged", "model")},
        state=literal_column("'drafted'"),
        source=literal_column("'cache'"),
        origin=func.coalesce(_source.c.origin, _source.c.id),
        made_at=bindparam("at"),
    )
)


def _copy_cached(conn: Connection, run_id: int, cached: Mapping[int, CachedDraft], at: float) -> None:
    rows = [{"to_run": run_id, "to_slot": slot, "from_draft": one.draft, "at": at} for slot, one in cached.items()]
    for part in chunks(rows, _ROWS):
        conn.execute(_COPY, list(part))


def _cancel(conn: Connection, run_id: int) -> int:
    there = update(draft).where(draft.c.run == run_id, draft.c.state == "planned")
    return conn.execute(there.values(state="cancelled")).rowcount


def _check_done(conn: Connection, run_id: int) -> None:
    lacking = select(func.count()).select_from(draft).where(draft.c.run == run_id, draft.c.state.not_in(FILLED))
    if count := conn.execute(lacking).scalar_one():
        raise StoreError(f"run {run_id} has {count:,} slots without a draft; end it as incomplete")


def _doubt(conn: Connection, run_id: int, at: float, reason: str, message: str) -> None:
    """What was sent and not answered by `at` may have been billed."""
    left = update(call).where(call.c.run == run_id, call.c.outcome == "in_flight")
    ended = case((call.c.sent_at > at, call.c.sent_at), else_=at)
    conn.execute(left.values(outcome="in_doubt", reason=reason, message=message, ended_at=ended, cost_is_estimate=True))
