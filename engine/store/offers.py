"""
Runs that are offered to workers: which of them are free, and giving one back.
"""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import Future
from dataclasses import dataclass

from sqlalchemy import Connection, Row, Select, and_, case, exists, func, or_, select

from engine.messages import Message
from engine.process import LEASE_S, lease_now
from engine.store.access import StorePart
from engine.store.lease_clock import lease_time
from engine.store.records import OPEN
from engine.store.run_rows import count_if, read_runs
from engine.store.run_steps import QUEUED, change_run, mark_in_doubt, of_run
from engine.store.tables import call, run, share
from engine.store.views import RunRow

_HELD = ("queued", "running")
_IN_FLIGHT = call.c.outcome.in_(OPEN)


@dataclass(frozen=True, slots=True)
class HeldRun:
    """A run that a process works on, or a share of it."""

    run: int
    for_s: float | None
    """Since it was taken; None: an older release took it."""
    drafted: int
    planned: int
    in_flight: int
    share: int | None = None
    """1 the first of the run; the counts are the share's. None: it has the run, and the counts are the run's."""
    shares: int = 0
    """Of how many; 0: the run is worked on whole."""


@dataclass(frozen=True, slots=True)
class WorkerRow:
    """A process that works on runs."""

    owner: str
    """As `process.sign` made it."""
    runs: tuple[int, ...]
    silent_s: float
    """Since its last heartbeat."""
    held: tuple[HeldRun, ...] = ()


@dataclass(frozen=True, slots=True)
class Figures:
    """What a monitor reads; calls are those sent in the last hour."""

    runs: dict[str, float]
    calls: dict[str, float]
    spent_usd: dict[str, float]
    in_flight: int
    shares: dict[str, float]
    """Of runs that go on: `waiting` or `held`."""
    oldest_s: float
    """Since the oldest queued run that nobody works on was created; 0.0: none waits."""


class Offers(StorePart):
    """Reads and writes of what workers take."""

    def add(self, run_id: int) -> Future[bool]:
        """Let any worker take a run that waits or whose process is gone; False if it has ended or is paused."""
        return self._access.write(lambda conn: change_run(conn, run_id, _HELD, {"offered": True}))

    def give_back(self, run_id: int, fence: int) -> Future[bool]:
        """
        Queue an offered run for the next worker: this one ends. Calls in flight become in doubt.

        Returns:
            False if it is not offered, or belongs to another process (`fence`): nothing is changed.
        """
        now = self._access.clock.wall()
        return self._access.write(lambda conn: _give_back(conn, run_id, fence, now))

    def free(self, lease_s: float = LEASE_S, limit: int = 10, after: int = 0) -> list[int]:
        """The oldest offered runs after this one that nobody works on."""
        with self._access.reading() as conn:
            return list(conn.scalars(_free_runs(lease_now(), lease_s, limit, after)))

    def workers(self) -> list[WorkerRow]:
        """The processes that work on runs now, by name."""
        with self._access.reading() as conn:
            return _read_workers(conn, lease_now())

    def figures(self) -> Figures:
        """Counts for a monitor."""
        with self._access.reading() as conn:
            return _read_figures(conn, lease_now())


def _free_runs(at: float, lease_s: float, limit: int, after: int) -> Select[int]:
    """
    The ids of offered runs that nobody works on, the oldest first.

    A run of a comparison is free only when those before it on the same provider have ended or are paused.
    """
    waits = and_(run.c.state == "queued", run.c.owner.is_(None))
    silent = and_(run.c.state.in_(_HELD), run.c.heartbeat_at <= lease_time(at) - lease_s)
    before = run.alias("before")
    its_turn = ~exists(
        select(before.c.id).where(
            before.c.comparison_id == run.c.comparison_id,
            before.c.provider == run.c.provider,
            before.c.id < run.c.id,
            before.c.state.in_(_HELD),
        )
    )
    free = and_(run.c.offered, run.c.id > after, or_(waits, silent), its_turn)
    return select(run.c.id).where(free).order_by(run.c.id).limit(limit)


def _give_back(conn: Connection, run_id: int, fence: int, now: float) -> bool:
    if not change_run(conn, run_id, _HELD, QUEUED, fence, (run.c.offered,)):
        return False
    mark_in_doubt(conn, of_run(run_id), now, Message("run_ended"))
    return True


def _read_workers(conn: Connection, at: float) -> list[WorkerRow]:
    """The processes that hold runs, by name."""
    held = select(run.c.id).where(run.c.state.in_(_HELD), run.c.owner.is_not(None))
    shares = _count_shares(conn)
    work = [_held(row, at, shares.get(row.id, 0)) for row in read_runs(conn, held)]
    work += [_held_share(row, shares) for row in conn.execute(_held_shares(at))]
    by_owner: dict[str, list[tuple[float, HeldRun]]] = {}
    for owner, silent_s, one in sorted(work, key=lambda found: (found[0], found[2].run, found[2].share or 0)):
        by_owner.setdefault(owner, []).append((silent_s, one))
    return [_worker(owner, found) for owner, found in by_owner.items()]


def _worker(owner: str, work: Sequence[tuple[float, HeldRun]]) -> WorkerRow:
    held = tuple(one for _, one in work)
    runs = tuple(dict.fromkeys(one.run for one in held))
    return WorkerRow(owner, runs, max(0.0, *(silent_s for silent_s, _ in work)), held)


def _count_shares(conn: Connection) -> dict[int, int]:
    """The runs that are worked on in shares, and in how many."""
    counted = select(share.c.run, func.count()).where(share.c.state != "closed").group_by(share.c.run)
    return {int(run_id): int(count) for run_id, count in conn.execute(counted)}


def _held(row: RunRow, at: float, shares: int) -> tuple[str, float, HeldRun]:
    now = at + row.clock_ahead_s
    for_s = None if row.claimed_at is None else max(0.0, now - row.claimed_at)
    held = HeldRun(row.id, for_s, row.totals.drafted, row.planned, row.totals.in_flight, None, shares)
    return row.owner or "", now - (row.heartbeat_at or 0.0), held


def _held_shares(at: float) -> Select[tuple[object, ...]]:
    """The shares that processes work on, with their counts."""
    counts = (func.coalesce(func.sum(call.c.kept), 0).label("drafted"), count_if(_IN_FLIGHT).label("in_flight"))
    calls = and_(call.c.run == share.c.run, call.c.share == share.c.id)
    columns = [share.c[name] for name in ("id", "run", "number", "size", "owner", "claimed_at", "heartbeat_at")]
    held = select(*columns, *counts, lease_time(at).label("now")).outerjoin(call, calls).group_by(*columns)
    return held.where(share.c.state == "open", share.c.owner.is_not(None)).order_by(share.c.id)


def _held_share(row: Row[tuple[object, ...]], shares: dict[int, int]) -> tuple[str, float, HeldRun]:
    found = row._mapping
    for_s = max(0.0, found["now"] - (found["claimed_at"] or found["now"]))
    counts = (found["drafted"], found["size"], found["in_flight"], found["number"], shares.get(found["run"], 0))
    return found["owner"], found["now"] - (found["heartbeat_at"] or 0.0), HeldRun(found["run"], for_s, *counts)


def _read_figures(conn: Connection, now: float) -> Figures:
    runs = select(run.c.state, func.count()).where(run.c.deleted_at.is_(None)).group_by(run.c.state)
    hour = call.c.sent_at > now - 3600
    calls = select(call.c.outcome, func.count()).where(hour).group_by(call.c.outcome)
    spent = select(run.c.provider, func.sum(call.c.cost_usd)).join(run, run.c.id == call.c.run)
    held = case((share.c.owner.is_(None), "waiting"), else_="held").label("held")
    shares = select(held, func.count()).where(share.c.state == "open").group_by(held)
    first = select(func.min(run.c.created_at)).where(run.c.state == "queued", run.c.owner.is_(None))
    found = {name: float(count) for name, count in conn.execute(calls)}
    oldest = conn.execute(first).scalar()
    return Figures(
        {state: float(count) for state, count in conn.execute(runs)},
        found,
        {provider: float(usd) for provider, usd in conn.execute(spent.where(hour).group_by(run.c.provider))},
        int(found.get("in_flight", 0)),
        {name: float(count) for name, count in conn.execute(shares)},
        0.0 if oldest is None else max(0.0, now - oldest),
    )
