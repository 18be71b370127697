"""
Budgets: what a provider's day has cost so far, and the budget a paused run goes on with.

A run's own budget is kept by its purse; the day's holds for all processes, so it is decided where calls are entered.
"""

from __future__ import annotations

from concurrent.futures import Future
from dataclasses import dataclass

from sqlalchemy import Connection, case, func, or_, select, update

from engine.errors import StoreError, UnknownRun
from engine.money.cost import Day
from engine.process import lease_s
from engine.store.base import Part
from engine.store.records import OPEN, DayFull
from engine.store.tables import call, run

REMARK_S = 10.0
OLD_S = 60.0  # a transaction that is undone, or an answer that comes late, is no older than this


class DaySpending(Part):
    """What calls to a provider have cost."""

    def spent_since(self, provider: str, since: float) -> float:
        """USD of all calls to a provider sent from `since` on; those in flight or in doubt at their upper bound."""
        with self._access.reading() as conn:
            return _spent(conn, provider, since)


class RunBudgets(Part):
    """The budget of a run that is to go on."""

    def set_budget(
        self, run_id: int, *, budget_usd: float | None = None, budget_day_usd: float | None = None
    ) -> Future[None]:
        """
        Give a run that nobody works on another budget, checked elsewhere; None leaves one as it is.

        Raises:
            StoreError: (in the future) the run is queued or running, or unknown.
        """

        columns = [run.c[name] for name in ("state", "heartbeat_at", "spec", "limits")]
        stale_at = self._access.clock.wall() - lease_s()

        def op(conn: Connection) -> None:
            row = conn.execute(select(*columns).where(run.c.id == run_id)).first()
            if row is None:
                raise UnknownRun(run_id)
            if row.state == "queued" or (row.state == "running" and (row.heartbeat_at or 0.0) > stale_at):
                raise StoreError("run_going", run=run_id)
            spec, limits = dict(row.spec), dict(row.limits or {})
            if budget_usd is not None:
                spec["budget_usd"] = budget_usd
            if budget_day_usd is not None:
                limits["overrides"] = {**limits.get("overrides", {}), "budget_day_usd": budget_day_usd}
            conn.execute(update(run).where(run.c.id == run_id).values(spec=spec, limits=limits))

        return self._access.write(op)


class Marks:
    """
    What a day had cost up to a call, by provider: the sum over 100,000 calls takes 80 ms, and each call asks for it.

    Used by the writer's thread alone. A mark stands behind calls that ended long ago: they do not change any more.
    """

    def __init__(self) -> None:
        self._marks: dict[str, _Mark] = {}

    def spent(self, conn: Connection, day: Day, at: float) -> float:
        """USD of the day's calls; those in flight or in doubt at their upper bound."""
        mark = self._marks.get(day.provider)
        if mark is None or mark.since != day.since or at - mark.at > REMARK_S:
            before = mark if mark and mark.since == day.since else _Mark(day.since, at)
            mark = self._marks[day.provider] = _moved(conn, day, before, at)
        return mark.spent_usd + _spent(conn, day.provider, day.since, mark.call)


@dataclass(frozen=True, slots=True)
class _Mark:
    since: float
    at: float
    call: int = 0
    spent_usd: float = 0.0


def day_full(conn: Connection, marks: Marks, day: Day, worst_usd: float, at: float) -> DayFull | None:
    """None when the day's budget has room for a call at its worst; inside the transaction that enters the call."""
    spent_usd = marks.spent(conn, day, at)
    if spent_usd + worst_usd <= day.budget_usd:
        return None
    reserved_usd = _reserved(conn, day, at)
    return DayFull(spent_usd - reserved_usd, reserved_usd)


def _moved(conn: Connection, day: Day, mark: _Mark, at: float) -> _Mark:
    """The mark, moved to just before the first call that may still change."""
    young = or_(call.c.outcome.in_(OPEN), call.c.ended_at.is_(None), call.c.ended_at > at - OLD_S)
    first = conn.execute(select(func.min(call.c.id)).where(call.c.id > mark.call, _not_by_index >= day.since, young))
    last = conn.execute(select(func.max(call.c.id)))
    until = max(mark.call, (first.scalar() or (last.scalar() or 0) + 1) - 1)
    return _Mark(day.since, at, until, mark.spent_usd + _spent(conn, day.provider, day.since, mark.call, until))


def _spent(conn: Connection, provider: str, since: float, after: int = 0, until: int | None = None) -> float:
    ours = select(run.c.id).where(run.c.provider == provider)
    spent = select(func.coalesce(func.sum(call.c.cost_usd), 0.0)).where(call.c.run.in_(ours))
    sent_at = _not_by_index if after else call.c.sent_at
    spent = spent.where(call.c.id > after, sent_at >= since)
    if until is not None:
        spent = spent.where(call.c.id <= until)
    return float(conn.execute(spent).scalar_one())


# The few calls behind a mark are found by their id; the index over the day would be read whole.
_not_by_index = call.c.sent_at + 0.0


def _reserved(conn: Connection, day: Day, at: float) -> float:
    """What a process that has gone left in flight will not be settled: nobody waits for it."""
    alive = select(run.c.id).where(
        run.c.provider == day.provider, run.c.state == "running", run.c.heartbeat_at > at - lease_s()
    )
    in_flight = func.sum(case((call.c.outcome.in_(OPEN), call.c.cost_usd), else_=0.0))
    reserved = select(func.coalesce(in_flight, 0.0)).where(call.c.sent_at >= day.since, call.c.run.in_(alive))
    return float(conn.execute(reserved).scalar_one())
