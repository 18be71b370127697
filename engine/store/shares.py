"""
Shares: parts of a run's open slots that several processes work on side by side, each under a lease of its own.

The process that has the run cuts it and ends it; any process works on a share. The lease is counted, and a process that
lost a share refused, as with runs.
"""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import Future
from dataclasses import asdict, dataclass

from sqlalchemy import ColumnElement, Connection, Row, Select, and_, func, insert, select, update

from engine.messages import NOTHING, Message
from engine.process import LEASE_S, holds_lease, lease_now
from engine.store.access import StorePart
from engine.store.draft_rows import read_open_slots
from engine.store.lease_clock import lease_time
from engine.store.outages import AutoResume
from engine.store.run_steps import NO_OWNER, close_shares, mark_in_doubt
from engine.store.settling import check_fence
from engine.store.tables import call, run, share
from engine.work import Slot

OPEN, DONE, STOPPED, CLOSED = "open", "done", "stopped", "closed"
_COLUMNS = [column for column in share.columns if column.name != "slots"]
_GOES_ON = and_(run.c.state.in_(("queued", "running")), run.c.command.is_(None))
"""Others may begin a share of the run."""


@dataclass(frozen=True, slots=True)
class ShareRow:
    """A share of a run."""

    id: int
    run: int
    number: int
    size: int
    """Number of its slots."""
    places: int
    """Its calls in flight at once."""
    state: str
    is_held: bool
    """A process works on it, and was heard of within its lease."""
    why: Message = NOTHING
    """Why its run is to pause."""
    again: AutoResume | None = None


class Shares(StorePart):
    """Reads and writes of shares."""

    def cut(self, run_id: int, fence: int, shares: Sequence[Sequence[int]], places: int, at_once: int) -> Future[None]:
        """
        Cut a run.

        Args:
            run_id: The run.
            fence: From `runs.claim`.
            shares: The slots of each, by number.
            places: Calls in flight at once in a share.
            at_once: So many shares are worked on at a time.

        Raises:
            StoreError: (in the future) the run belongs to another process.
        """
        same = {"run": run_id, "places": places, "at_once": at_once}
        rows = [{**same, "number": at, "size": len(slots), "slots": slots} for at, slots in enumerate(shares, 1)]

        def op(conn: Connection) -> None:
            check_fence(conn, run_id, fence)
            conn.execute(insert(share), rows)

        return self._access.write(op)

    def close(self, run_id: int, fence: int) -> Future[None]:
        """
        Close the shares of a run that one process works on from now on; who works on one is refused.

        Raises:
            StoreError: (in the future) the run belongs to another process.
        """
        now = self._access.clock.wall()

        def op(conn: Connection) -> None:
            check_fence(conn, run_id, fence)
            close_shares(conn, run_id)
            mark_in_doubt(conn, call.c.run == run_id, now, Message("process_gone"))

        return self._access.write(op)

    def of(self, run_id: int, lease_s: float = LEASE_S) -> list[ShareRow]:
        """The shares of a run that are not closed, in order."""
        rows = _with_held(lease_s).where(share.c.run == run_id, share.c.state != CLOSED).order_by(share.c.id)
        with self._access.reading() as conn:
            return [_row(one) for one in conn.execute(rows)]

    def open_slots(self, share_id: int) -> list[Slot]:
        """The slots of a share without a draft that are not ended, in order."""
        with self._access.reading() as conn:
            row = conn.execute(select(share.c.run, share.c.slots).where(share.c.id == share_id)).one()
            slots = frozenset(row.slots)
            return [slot for slot in read_open_slots(conn, row.run) if slot.number in slots]

    def free(self, lease_s: float = LEASE_S, limit: int = 100) -> list[ShareRow]:
        """Open shares that nobody works on, the oldest runs first, as many of a run as may be worked on at a time."""
        with self._access.reading() as conn:
            return [_row(one) for one in conn.execute(_free_shares(lease_s, limit))]

    def claim(self, share_id: int, owner: str, at: float, lease_s: float = LEASE_S) -> Future[int | None]:
        """
        Take a share for `owner`.

        Calls that its last process left in flight become in doubt.

        Returns:
            The fence to send calls under, or None: it is not free.
        """
        return self._access.write(lambda conn: _claim(conn, share_id, owner, at, lease_s))

    def heartbeat(self, share_ids: Sequence[int], owner: str, at: float) -> Future[list[int]]:
        """Say that `owner` still works on these shares; returns those that still belong to it."""
        mine = update(share).where(share.c.id.in_(list(share_ids)), share.c.owner == owner, share.c.state == OPEN)
        beat = mine.values(heartbeat_at=lease_time(at)).returning(share.c.id)
        return self._access.write(lambda conn: sorted(conn.scalars(beat)))

    def end(
        self, share_id: int, fence: int, state: str, why: Message = NOTHING, again: AutoResume | None = None
    ) -> Future[bool]:
        """
        Let go of a share; its calls in flight become in doubt.

        Args:
            share_id: The share.
            fence: From `claim`.
            state: `open`: others may take it; `done`; `stopped`: its run is to pause.
            why: Why it stopped.
            again: When its run is to resume by itself.

        Returns:
            False if it belongs to another process, or its run has ended: nothing is changed.
        """
        values = {"state": state, "why": why.to_json() if why.code else None, "again": asdict(again) if again else None}
        now = self._access.clock.wall()

        def op(conn: Connection) -> bool:
            ours = (share.c.id == share_id, share.c.fence == fence, share.c.state == OPEN)
            if not conn.execute(update(share).where(*ours).values(**NO_OWNER, **values)).rowcount:
                return False
            mark_in_doubt(conn, call.c.share == share_id, now, Message("run_ended"))
            return True

        return self._access.write(op)


def _with_held(lease_s: float) -> Select[tuple[object, ...]]:
    return select(*_COLUMNS, _is_held(lease_s).label("is_held"))


def _is_held(lease_s: float) -> ColumnElement[bool]:
    heard_of = share.c.heartbeat_at > lease_time(lease_now()) - lease_s
    return and_(share.c.state == OPEN, share.c.owner.is_not(None), func.coalesce(heard_of, False))


def _free_shares(lease_s: float, limit: int) -> Select[tuple[object, ...]]:
    """The first shares of a run that nobody works on, up to the number that may be worked on beside the others."""
    held = func.count().filter(_is_held(lease_s)).over(partition_by=share.c.run)
    place = func.row_number().over(partition_by=(share.c.run, _is_held(lease_s)), order_by=share.c.id)
    open_ones = (
        select(*_COLUMNS, _is_held(lease_s).label("is_held"), (held + place).label("place"))
        .join(run, and_(run.c.id == share.c.run, _GOES_ON))
        .where(share.c.state == OPEN)
        .subquery()
    )
    free = select(open_ones).where(~open_ones.c.is_held, open_ones.c.place <= open_ones.c.at_once)
    return free.order_by(open_ones.c.run, open_ones.c.id).limit(limit)


def _claim(conn: Connection, share_id: int, owner: str, at: float, lease_s: float) -> int | None:
    its_run = select(share.c.run).where(share.c.id == share_id).scalar_subquery()
    # All shares of the run are locked: two processes must not count the held ones at the same time.
    rows = select(*_COLUMNS, lease_time(at).label("now")).where(share.c.run == its_run, share.c.state == OPEN)
    found = {row.id: row for row in conn.execute(rows.order_by(share.c.id).with_for_update())}
    held = [row for row in found.values() if row.owner and holds_lease(row.heartbeat_at, row.now, lease_s)]
    one = found.get(share_id)
    if one is None or one in held or len(held) >= one.at_once or not _is_wanted(conn, one.run):
        return None
    lease = {"owner": owner, "claimed_at": one.now, "heartbeat_at": one.now, "fence": one.fence + 1}
    conn.execute(update(share).where(share.c.id == share_id).values(**lease))
    mark_in_doubt(conn, call.c.share == share_id, min(one.heartbeat_at or 0.0, one.now), Message("process_gone"))
    return int(one.fence) + 1


def _is_wanted(conn: Connection, run_id: int) -> bool:
    return conn.execute(select(run.c.id).where(run.c.id == run_id, _GOES_ON)).first() is not None


def _row(row: Row[tuple[object, ...]]) -> ShareRow:
    values = row._mapping
    return ShareRow(
        id=values["id"],
        run=values["run"],
        number=values["number"],
        size=values["size"],
        places=values["places"],
        state=values["state"],
        is_held=bool(values["is_held"]),
        why=Message.from_json(values["why"]) if values["why"] else NOTHING,
        again=AutoResume(**values["again"]) if values["again"] else None,
    )
