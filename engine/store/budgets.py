"""
Budgets that are checked in the transaction that enters a call, because several processes spend them: what a provider's
calls of a day have cost so far, and those of a run that is worked on in shares.

The budget of a run that one process works on is kept by that process.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import ColumnElement, Connection, case, func, or_, select, true

from engine.money.cost import Day
from engine.process import lease_s
from engine.store.lease_clock import lease_time
from engine.store.postgresql import lock_budget
from engine.store.records import OPEN, CallStart
from engine.store.refused_calls import DayFull, RunFull
from engine.store.tables import call, run

REMARK_S = 10.0
OLD_S = 60.0  # a transaction that is undone, or an answer that comes late, is no older than this


@dataclass(frozen=True, slots=True)
class Calls:
    """The calls that one budget covers: those in `ours` that were sent since a time."""

    name: str
    since: float
    ours: ColumnElement[bool]


def calls_of_day(provider: str, since: float) -> Calls:
    """The calls of all runs on a provider since a time."""
    return Calls(provider, since, call.c.run.in_(select(run.c.id).where(run.c.provider == provider)))


def _calls_of_run(run_id: int) -> Calls:
    return Calls(f"run {run_id}", 0.0, call.c.run == run_id)


class SpentSums:
    """
    Cached sums of budgets: the sum over 100,000 calls takes 80 ms, and each call needs it.

    Only the writer's thread uses it. A mark covers calls that ended long ago, which do not change any more.
    """

    def __init__(self) -> None:
        self._marks: dict[str, _Mark] = {}

    def spent(self, conn: Connection, calls: Calls, at: float) -> float:
        """USD of these calls; those in flight or in doubt count at their upper bound."""
        mark = self._marks.get(calls.name)
        if mark is None or mark.since != calls.since or at - mark.at > REMARK_S:
            before = mark if mark and mark.since == calls.since else _Mark(calls.since, at)
            mark = self._marks[calls.name] = _moved(conn, calls, before, at)
        return mark.spent_usd + spent_usd(conn, calls, mark.call)


@dataclass(frozen=True, slots=True)
class _Mark:
    since: float
    at: float
    call: int = 0
    spent_usd: float = 0.0


def day_full(conn: Connection, sums: SpentSums, day: Day, worst_usd: float, at: float) -> DayFull | None:
    """None if the daily budget covers a call at its upper bound; runs inside the transaction that enters the call."""
    lock_budget(conn, day.provider)
    calls = calls_of_day(day.provider, day.since)
    spent = sums.spent(conn, calls, at)
    if spent + worst_usd <= day.budget_usd:
        return None
    reserved = _reserved(conn, calls, _is_alive(day.provider, at))
    return DayFull(spent - reserved, reserved)


def run_full(conn: Connection, sums: SpentSums, start: CallStart) -> RunFull | None:
    """The same for the budget of the call's run; None also where the call is not bound by it."""
    if start.run_budget_usd is None:
        return None
    calls = _calls_of_run(start.run)
    lock_budget(conn, calls.name)
    spent = sums.spent(conn, calls, start.sent_at)
    if spent + start.worst_usd <= start.run_budget_usd:
        return None
    reserved = _reserved(conn, calls, true())
    return RunFull(spent - reserved, reserved)


def _moved(conn: Connection, calls: Calls, mark: _Mark, at: float) -> _Mark:
    """The mark, moved to just before the first call that may still change."""
    changing = or_(call.c.outcome.in_(OPEN), call.c.ended_at.is_(None), call.c.ended_at > at - OLD_S)
    # A call of another process with a smaller id may be committed later than one that is seen here.
    young = or_(changing, call.c.sent_at > at - OLD_S)
    first = conn.execute(select(func.min(call.c.id)).where(call.c.id > mark.call, _not_by_index >= calls.since, young))
    last = conn.execute(select(func.max(call.c.id)))
    until = max(mark.call, (first.scalar() or (last.scalar() or 0) + 1) - 1)
    return _Mark(calls.since, at, until, mark.spent_usd + spent_usd(conn, calls, mark.call, until))


def spent_usd(conn: Connection, calls: Calls, after: int = 0, until: int | None = None) -> float:
    """USD of calls with ids above `after` and up to `until`."""
    sent_at = _not_by_index if after else call.c.sent_at
    spent = select(func.coalesce(func.sum(call.c.cost_usd), 0.0)).where(calls.ours)
    spent = spent.where(call.c.id > after, sent_at >= calls.since)
    if until is not None:
        spent = spent.where(call.c.id <= until)
    return float(conn.execute(spent).scalar_one())


# The plus keeps SQLite from using the index on sent_at: it would read the whole day, and the few calls after a mark are
# found by their id.
_not_by_index = call.c.sent_at + 0.0


def _is_alive(provider: str, at: float) -> ColumnElement[bool]:
    """The call's process lives; calls in flight of an ended process will not be settled."""
    heard_of = run.c.heartbeat_at > lease_time(at) - lease_s()
    alive = select(run.c.id).where(run.c.provider == provider, run.c.state == "running", heard_of)
    return call.c.run.in_(alive)


def _reserved(conn: Connection, calls: Calls, alive: ColumnElement[bool]) -> float:
    """Upper bound of the calls in flight in live processes."""
    in_flight = func.sum(case((call.c.outcome.in_(OPEN), call.c.cost_usd), else_=0.0))
    reserved = select(func.coalesce(in_flight, 0.0)).where(call.c.sent_at >= calls.since, calls.ours, alive)
    return float(conn.execute(reserved).scalar_one())
