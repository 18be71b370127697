"""
Runs: planned, claimed by a process, started, stopped, ended, reopened; their rows with their sums.

Every step is one transaction that changes a run only in the state it expects. The runner decides which step, and when.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import Future

from sqlalchemy import Connection, Select, func, insert, select, update

from engine.errors import UnknownRun
from engine.messages import NOTHING, Message, reason_text
from engine.process import LEASE_S
from engine.store.access import StorePart, same
from engine.store.columns import reason_columns
from engine.store.lease_clock import lease_time
from engine.store.outages import AutoResume
from engine.store.records import FILLED, LIVE, Command, DraftState, NewRun, Purpose, RunState
from engine.store.run_budget import change_budget
from engine.store.run_plan import insert_run
from engine.store.run_rows import chosen_runs, read_commands, read_runs
from engine.store.run_steps import (
    NO_AUTO_RESUME,
    NO_REASON,
    QUEUED,
    RELEASED,
    Claim,
    auto_resume_columns,
    change_run,
    claim_run,
    end_run,
    reopen_run,
)
from engine.store.tables import change, draft, run
from engine.store.views import CachedDraft, ChangeRow, RunRow, Totals
from engine.work import Slot

_CHANGE_COLUMNS = ("at", "what", "before", "after", "why")


class Runs(StorePart):
    """Reads and writes of runs."""

    def create(
        self,
        new: NewRun,
        slots: Sequence[Slot],
        fingerprints: Sequence[str],
        cached: Mapping[int, CachedDraft] | None = None,
        refills: Mapping[int, int] | None = None,
        subjects: Sequence[int] = (),
    ) -> Future[int]:
        """
        Plan a run: its row, all its slots and copies of drafts that are paid for already, in one transaction.

        Args:
            new: What is asked for.
            slots: Every slot, numbered within the run.
            fingerprints: One per slot, in the same order.
            cached: Slot number to the draft to copy; a draft that was rejected meanwhile is not copied.
            refills: Slot number to the rejected draft that it replaces.
            subjects: In a run of judgements, the draft of each slot, in the order of the slots.

        Returns:
            The run's id; the run is queued.

        Raises:
            StoreError: (in the future) a draft of `refills` was regenerated already, or is no longer rejected.
        """
        at = self._access.clock.wall()
        return self._access.write(
            lambda conn: insert_run(conn, new, slots, fingerprints, cached or {}, refills or {}, subjects, at)
        )

    def claim(
        self, run_id: int, owner: str, at: float, lease_s: float = LEASE_S, gone: str | None = None
    ) -> Future[int | None]:
        """
        Take a queued run, or one whose process has gone silent, for `owner`.

        The calls that the gone process left in flight become in doubt, ended at its last heartbeat; answers that it
        stored and did not read are in `calls.unsettled`.

        Args:
            run_id: The run.
            owner: Who takes it.
            at: Now; the first heartbeat.
            lease_s: How long a silent process keeps its runs.
            gone: An owner that has provably ended: its runs are taken at once.

        Returns:
            The fence to send calls under, or None: another process has the run, or it is not open.
        """
        claim = Claim(owner, at, lease_s, gone)
        return self._access.write(lambda conn: claim_run(conn, run_id, claim))

    def start(self, run_id: int, at: float | None = None, *, fence: int | None = None) -> Future[bool]:
        """
        Turn a queued run into a running one; a resumed run keeps its first start.

        Returns:
            False if it was not queued, or belongs to another process (`fence`).
        """
        started_at = func.coalesce(run.c.started_at, self._access.now(at))
        values = {"state": "running", **NO_REASON, "started_at": started_at, "ended_at": None}
        return self._access.write(lambda conn: change_run(conn, run_id, ("queued",), values, fence))

    def end(
        self,
        run_id: int,
        state: RunState,
        why: Message = NOTHING,
        at: float | None = None,
        *,
        fence: int | None = None,
        again: AutoResume | None = None,
    ) -> Future[bool]:
        """
        Pause or end a run and release it.

        Open slots are cancelled, unless the run is paused; calls in flight become in doubt.

        Args:
            run_id: The run: queued, running or paused.
            state: paused, done, incomplete or cancelled.
            why: The reason.
            at: When; None: now.
            fence: From `claim`; a process that lost the run cannot end it. None: not checked.
            again: When a paused run resumes by itself.

        Returns:
            False if it had ended before, or belongs to another process: nothing is changed.

        Raises:
            StoreError: (in the future) `done`, with a slot that has no draft.
        """
        now = self._access.now(at)
        ended_at = None if state == "paused" else now
        reason = {"reason": reason_text(why), **reason_columns(why)}
        values = {"state": state, **reason, "ended_at": ended_at, **RELEASED, **auto_resume_columns(again)}
        return self._access.write(lambda conn: end_run(conn, run_id, state, values, now, fence))

    def reopen(self, run_id: int, states: Sequence[DraftState] = ("failed", "cancelled")) -> Future[int]:
        """
        Queue a paused or ended run again, its slots in `states` open again (no states: resume only).

        Returns:
            How many slots are open again.

        Raises:
            StoreError: (in the future) the run is queued or running; or `states` holds drafted.
        """
        return self._access.write(lambda conn: reopen_run(conn, run_id, states))

    def set_command(self, run_id: int, command: Command | None) -> Future[bool]:
        """Ask the process of the run to cancel or pause; False if it has ended, or a pause comes after a cancel."""
        also = () if command == "cancel" else (func.coalesce(run.c.command, "") != "cancel",)
        return self._access.write(lambda conn: change_run(conn, run_id, LIVE, {"command": command}, also=also))

    def commands(self, run_ids: Sequence[int]) -> dict[int, str]:
        """The commands of these runs; a run without one is left out."""
        with self._access.cursor() as cursor:
            return read_commands(cursor, self._access.database.reader.dialect, run_ids)

    def heartbeat(self, run_ids: Sequence[int], owner: str, at: float) -> Future[list[int]]:
        """
        Say that `owner` still works on these runs.

        Returns:
            The runs that still belong to it; it must let go of the others.
        """
        mine = update(run).where(run.c.id.in_(list(run_ids)), run.c.owner == owner)
        beat = mine.values(heartbeat_at=lease_time(at)).returning(run.c.id)
        return self._access.write(lambda conn: sorted(conn.scalars(beat)))

    def due(self, at: float) -> list[int]:
        """Paused runs whose time to resume by themselves has come, the oldest first."""
        waiting = select(run.c.id).where(run.c.state == "paused", run.c.retry_at <= at).order_by(run.c.id)
        with self._access.reading() as conn:
            return list(conn.scalars(waiting))

    def auto_resume(self, run_id: int, at: float) -> Future[bool]:
        """Queue a run that is due; False if another process queued it before."""
        values, due = {**QUEUED, "retry_at": None, "retries": 0}, (run.c.retry_at <= at,)
        return self._access.write(lambda conn: change_run(conn, run_id, ("paused",), values, also=due))

    def cancel_auto_resume(self, run_id: int) -> Future[bool]:
        """Keep a paused run from resuming by itself; False if it is not paused."""
        return self._access.write(lambda conn: change_run(conn, run_id, ("paused",), NO_AUTO_RESUME))

    def set_budget(
        self, run_id: int, *, budget_usd: float | None = None, budget_day_usd: float | None = None
    ) -> Future[None]:
        """
        Change the budgets of a run that nobody works on; None leaves one unchanged. The caller has checked them.

        Raises:
            StoreError: (in the future) the run is queued or running, or unknown.
        """
        now = self._access.clock.wall()
        return self._access.write(lambda conn: change_budget(conn, run_id, now, budget_usd, budget_day_usd))

    def add_changes(self, run_id: int, changes: Sequence[ChangeRow]) -> Future[None]:
        """
        Add changes of limits or Tuning to a run's history, in one transaction.

        Raises:
            StoreError: (in the future) there is no such run.
        """
        rows = [{"run": run_id, **{name: getattr(one, name) for name in _CHANGE_COLUMNS}} for one in changes]

        def op(conn: Connection) -> None:
            if rows:
                conn.execute(insert(change), rows)

        return self._access.write(op)

    def changes(self, run_id: int) -> list[ChangeRow]:
        """The changes of a run, each once with its last certainty, the oldest first; those of one moment as added."""
        columns = (change.c[name] for name in _CHANGE_COLUMNS)
        rows = select(*columns).where(change.c.run == run_id).order_by(change.c.at, change.c.id)
        with self._access.reading() as conn:
            found = [ChangeRow.of(row._mapping) for row in conn.execute(rows)]
        told: list[ChangeRow] = []
        for before, one in zip((None, *found), found, strict=False):
            if before is None or not one.repeats(before):
                told.append(one)
            elif one.why == before.why:
                told[-1] = one  # how sure it is now
        return told

    def get(self, run_id: int) -> RunRow:
        """
        One run.

        Raises:
            UnknownRun: no run has this id.
        """
        with self._access.reading() as conn:
            rows = read_runs(conn, select(run.c.id).where(run.c.id == run_id))
        if not rows:
            raise UnknownRun(run_id)
        return rows[0]

    def page(
        self, limit: int = 50, offset: int = 0, state: str | None = None, comparison_id: int | None = None
    ) -> list[RunRow]:
        """A page of runs, newest first."""
        ids = chosen_runs(state, comparison_id).order_by(run.c.id.desc()).limit(limit).offset(offset)
        with self._access.reading() as conn:
            return read_runs(conn, ids)

    def in_states(self, states: Sequence[str], reason_code: str | None = None) -> list[RunRow]:
        """All runs in these states, newest first; with `reason_code`, only those with this reason."""
        ids: Select[int] = select(run.c.id).where(run.c.state.in_(list(states)))
        if reason_code is not None:
            ids = ids.where(run.c.reason_code == reason_code)
        with self._access.reading() as conn:
            return read_runs(conn, ids)

    def children(self, parent_run: int, purpose: Purpose) -> list[RunRow]:
        """The runs of one purpose that were made from this one, newest first."""
        ids = select(run.c.id).where(*same(run, parent_run=parent_run, purpose=purpose))
        with self._access.reading() as conn:
            return read_runs(conn, ids)

    def has_written(self, model: str, base_url: str) -> bool:
        """Whether a run has a draft that this model wrote at this address."""
        wrote = draft.c.state.in_(FILLED) & (draft.c.source != "cache")
        found = select(run.c.id).join(draft, draft.c.run == run.c.id).where(*same(run, model=model, base_url=base_url))
        with self._access.reading() as conn:
            return conn.execute(found.where(wrote).limit(1)).first() is not None

    def count(self, state: str | None = None, comparison_id: int | None = None) -> int:
        """How many runs there are."""
        chosen = select(func.count()).select_from(chosen_runs(state, comparison_id).subquery())
        with self._access.reading() as conn:
            return conn.execute(chosen).scalar_one()

    def totals(self, run_id: int) -> Totals:
        """
        The sums of one run.

        Raises:
            UnknownRun: no run has this id.
        """
        return self.get(run_id).totals

    def state(self, run_id: int) -> str:
        """
        The state of one run: cheap enough to read ten times per second.

        Raises:
            UnknownRun: no run has this id.
        """
        with self._access.reading() as conn:
            state = conn.execute(select(run.c.state).where(run.c.id == run_id)).scalar()
        if state is None:
            raise UnknownRun(run_id)
        return str(state)
