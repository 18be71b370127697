"""
The daily budget of a provider: what its calls of a day have cost so far.

It holds for all processes, so it is checked in the transaction that enters a call. The budget of one run is kept by the
run itself.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, case, func, or_, select

from engine.money.cost import Day
from engine.process import lease_s
from engine.store.lease_clock import lease_time
from engine.store.postgresql import lock_day
from engine.store.records import OPEN, DayFull
from engine.store.tables import call, run

REMARK_S = 10.0
OLD_S = 60.0  # a transaction that is undone, or an answer that comes late, is no older than this


class DaySums:
    """
    Cached sums of a day, by provider: the sum over 100,000 calls takes 80 ms, and each call needs it.

    Only the writer's thread uses it. A mark covers calls that ended long ago, which do not change any more.
    """

    def __init__(self) -> None:
        self._marks: dict[str, _Mark] = {}

    def spent(self, conn: Connection, day: Day, at: float) -> float:
        """USD of the day's calls; calls in flight or in doubt count at their upper bound."""
        mark = self._marks.get(day.provider)
        if mark is None or mark.since != day.since or at - mark.at > REMARK_S:
            before = mark if mark and mark.since == day.since else _Mark(day.since, at)
            mark = self._marks[day.provider] = _moved(conn, day, before, at)
        return mark.spent_usd + spent_usd(conn, day.provider, day.since, mark.call)


@dataclass(frozen=True, slots=True)
class _Mark:
    since: float
    at: float
    call: int = 0
    spent_usd: float = 0.0


def day_full(conn: Connection, marks: DaySums, day: Day, worst_usd: float, at: float) -> DayFull | None:
    """None if the daily budget covers a call at its upper bound; runs inside the transaction that enters the call."""
    lock_day(conn, day.provider)
    spent = marks.spent(conn, day, at)
    if spent + worst_usd <= day.budget_usd:
        return None
    reserved = _reserved(conn, day, at)
    return DayFull(spent - reserved, reserved)


def _moved(conn: Connection, day: Day, mark: _Mark, at: float) -> _Mark:
    """The mark, moved to just before the first call that may still change."""
    changing = or_(call.c.outcome.in_(OPEN), call.c.ended_at.is_(None), call.c.ended_at > at - OLD_S)
    # A call of another process with a smaller id may be committed later than one that is seen here.
    young = or_(changing, call.c.sent_at > at - OLD_S)
    first = conn.execute(select(func.min(call.c.id)).where(call.c.id > mark.call, _not_by_index >= day.since, young))
    last = conn.execute(select(func.max(call.c.id)))
    until = max(mark.call, (first.scalar() or (last.scalar() or 0) + 1) - 1)
    return _Mark(day.since, at, until, mark.spent_usd + spent_usd(conn, day.provider, day.since, mark.call, until))


def spent_usd(conn: Connection, provider: str, since: float, after: int = 0, until: int | None = None) -> float:
    """USD of the calls sent to a provider from `since` on, with ids above `after` and up to `until`."""
    ours = select(run.c.id).where(run.c.provider == provider)
    spent = select(func.coalesce(func.sum(call.c.cost_usd), 0.0)).where(call.c.run.in_(ours))
    sent_at = _not_by_index if after else call.c.sent_at
    spent = spent.where(call.c.id > after, sent_at >= since)
    if until is not None:
        spent = spent.where(call.c.id <= until)
    return float(conn.execute(spent).scalar_one())


# The plus keeps SQLite from using the index on sent_at: it would read the whole day, and the few calls after a mark are
# found by their id.
_not_by_index = call.c.sent_at + 0.0


def _reserved(conn: Connection, day: Day, at: float) -> float:
    """Upper bound of the calls in flight in live processes; those of an ended process will not be settled."""
    alive = select(run.c.id).where(
        run.c.provider == day.provider, run.c.state == "running", run.c.heartbeat_at > lease_time(at) - lease_s()
    )
    in_flight = func.sum(case((call.c.outcome.in_(OPEN), call.c.cost_usd), else_=0.0))
    reserved = select(func.coalesce(in_flight, 0.0)).where(call.c.sent_at >= day.since, call.c.run.in_(alive))
    return float(conn.execute(reserved).scalar_one())
