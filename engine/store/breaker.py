"""
Circuit breakers: a row for each provider, model and key whose calls brought no answer, shared by all processes.

Without a row a breaker is closed. The row counts calls in a row without an answer; when it opens, no process enters a
call until its pause is over. Then one call finds out whether the provider is back: an answer deletes the row, anything
else opens it again, for longer. It is read by the statement that checks the fence of a run, and changed in the
transaction that settles a call, so a call that goes well costs no statement of its own.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Float,
    Select,
    and_,
    bindparam,
    delete,
    null,
    or_,
    select,
    text,
    update,
)

from engine.errors import StoreError
from engine.messages import NOTHING, Message
from engine.process import LEASE_S
from engine.store.answers import fence_now
from engine.store.lease_clock import lease_time
from engine.store.outages import BreakerKey, ProviderDown, ProviderNews, RetriesSpent, pause_s
from engine.store.prepared import Prepared
from engine.store.records import CallStart
from engine.store.tables import breaker, run

_NOW = lease_time(bindparam("now", type_=Float()))
_NONE = BreakerKey()


def is_breaker() -> ColumnElement[bool]:
    """The row of the breaker that `breaker_of` names."""
    return and_(*(breaker.c[name] == bindparam(f"of_{name}") for name in ("base_url", "model", "key")))


def breaker_of(key: BreakerKey | None) -> dict[str, Any]:
    """The values that `is_breaker` takes; None: of no breaker."""
    named = key or _NONE
    return {"of_base_url": named.base_url, "of_model": named.model, "of_key": named.key}


_STATE = (breaker.c.unanswered, breaker.c.why, breaker.c.open_until - _NOW)


def _ready(*, repeats: bool) -> Select[Any]:
    """Repeating a call changes the run's row: it is locked for that at once, else two processes wait for each other."""
    joined = run.outerjoin(breaker, is_breaker())
    rows = (
        select(fence_now(run.c.fence), run.c.retries, *_STATE)
        .select_from(joined)
        .where(run.c.id == bindparam("at_run"))
    )
    return rows.with_for_update(read=not repeats, of=run)


_READY = {repeats: Prepared(_ready(repeats=repeats)) for repeats in (False, True)}
_REPEAT = Prepared(update(run).where(run.c.id == bindparam("at_run")).values(retries=run.c.retries + 1))
_PROBE = Prepared(
    update(breaker)
    .where(is_breaker(), breaker.c.open_until <= _NOW)
    .where(or_(breaker.c.probe_until.is_(None), breaker.c.probe_until <= _NOW))
    .values(probe_until=_NOW + LEASE_S)
)
_ADD = text(
    "INSERT INTO breaker (base_url, model, key) VALUES (:of_base_url, :of_model, :of_key) ON CONFLICT DO NOTHING"
)
_LOCKED = Prepared(select(breaker.c.tries, *_STATE).where(is_breaker()).with_for_update())
_COUNT = Prepared(update(breaker).where(is_breaker()).values(unanswered=breaker.c.unanswered + 1))
_OPEN = Prepared(
    update(breaker)
    .where(is_breaker())
    .values(
        tries=bindparam("new_tries"),
        open_until=_NOW + bindparam("pause_s", type_=Float()),
        probe_until=null(),
        why=bindparam("new_why", type_=breaker.c.why.type),
    )
)
_CLOSE = Prepared(delete(breaker).where(is_breaker()))


@dataclass(frozen=True, slots=True)
class Ready:
    """What may keep a call from being entered, as its transaction sees it."""

    start: CallStart
    retries: int
    down: ProviderDown | None
    """`wait_s` 0.0 or less: one call may find out whether the provider is back."""

    @property
    def refusal(self) -> ProviderDown | RetriesSpent | None:
        """Why the call must not be entered; None: it may, if `enter` agrees."""
        if self.down is not None and self.down.wait_s > 0:
            return self.down
        if self.start.retry_budget is not None and self.retries >= self.start.retry_budget:
            return RetriesSpent()
        return None

    def enter(self, conn: Connection) -> ProviderDown | None:
        """Count the call among the run's repeated ones, and as the one that finds out; not if another call does."""
        values = {"at_run": self.start.run, "now": self.start.sent_at, **breaker_of(self.start.breaker)}
        if self.down is not None and not _PROBE.run(conn, values):
            return ProviderDown(0.0, self.down.unanswered, self.down.why)
        if self.start.retry_budget is not None:
            _REPEAT.run(conn, values)
        return None


def read_ready(conn: Connection, start: CallStart) -> Ready:
    """
    Read a call's run and the breaker of its provider; the run keeps its fence until the commit.

    Raises:
        StoreError: the run, or the share, belongs to another process (`fence`; None: not checked).
    """
    values = {"at_run": start.run, "share": start.share, "now": start.sent_at, **breaker_of(start.breaker)}
    row = _READY[start.retry_budget is not None].row(conn, values)
    fence, retries, unanswered, why, open_s = row or (None, 0, 0, None, None)
    if start.fence is not None and fence != start.fence:
        raise StoreError("run_taken", run=start.run)
    return Ready(start, retries, None if open_s is None else ProviderDown(open_s, unanswered, _message(why)))


def note_news(conn: Connection, news: ProviderNews, *, is_known: bool) -> None:
    """Change a breaker by what a settled call says; `is_known`: it has a row."""
    values = {"now": news.at, **breaker_of(news.breaker)}
    if news.answered:
        if is_known:
            _CLOSE.run(conn, values)
        return
    tries, unanswered, _, open_s = _locked(conn, values)
    _COUNT.run(conn, values)
    is_over = open_s is not None and open_s <= 0  # this call was to find out, or was sent before it opened
    if is_over or (open_s is None and unanswered + 1 >= news.trips_at):
        opened = {"new_tries": tries + 1, "pause_s": pause_s(tries + 1), "new_why": news.why.to_json()}
        _OPEN.run(conn, {**values, **opened})


def try_now(conn: Connection, base_url: str, model: str) -> None:
    """Let the next call to a server find out whether it is back: a person has launched or resumed a run there."""
    shut = update(breaker).where(breaker.c.base_url == base_url, breaker.c.model == model)
    conn.execute(shut.where(breaker.c.open_until.is_not(None)).values(open_until=0.0))


def _locked(conn: Connection, values: dict[str, Any]) -> Any:
    """The row of a breaker, made where there is none; another process may delete it in between."""
    while (row := _LOCKED.row(conn, values)) is None:
        conn.execute(_ADD, values)
    return row


def _message(why: str | None) -> Message:
    return Message.from_json(json.loads(why)) if why else NOTHING
