"""
Rows of runs with their sums: counts of slots and calls, tokens and cost.

Rates and costs per draft are computed from the sums in reports.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import fields
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Dialect,
    FromClause,
    Integer,
    Row,
    Select,
    and_,
    bindparam,
    case,
    func,
    or_,
    select,
)
from sqlalchemy.engine.interfaces import DBAPICursor

from engine.process import lease_now
from engine.store.lease_clock import lease_time
from engine.store.prepared import Prepared
from engine.store.records import FILLED, OPEN
from engine.store.tables import call, draft, run
from engine.store.views import RunRow, Totals


def count_if(condition: ColumnElement[bool]) -> ColumnElement[int]:
    """Counts the rows that meet a condition."""
    return func.coalesce(func.sum(case((condition, 1), else_=0)), 0)


def is_429() -> ColumnElement[bool]:
    """Calls refused by a rate limit, also inside a reply with status 200."""
    return or_(call.c.status == 429, call.c.outcome == "rate_limited")


_drafted = draft.c.state.in_(FILLED)
_unsettled = call.c.outcome.in_(OPEN)

_DRAFT_SUMS: dict[str, ColumnElement[Any]] = {
    "planned": func.count(),
    "drafted": count_if(_drafted),
    "failed": count_if(draft.c.state == "failed"),
    "cancelled": count_if(draft.c.state == "cancelled"),
    "open": count_if(draft.c.state == "planned"),
    "cached": count_if(and_(_drafted, draft.c.source == "cache")),
    "flagged": count_if(and_(_drafted, draft.c.flagged.is_(True))),
    "approved": count_if(and_(_drafted, draft.c.review == "approved")),
    "rejected": count_if(and_(_drafted, draft.c.review == "rejected")),
}
_CALL_SUMS: dict[str, ColumnElement[Any]] = {
    "calls": func.count(),
    "http_429": count_if(is_429()),
    "in_flight": count_if(_unsettled),
    "in_doubt": count_if(call.c.outcome == "in_doubt"),
    "in_doubt_usd": func.sum(case((call.c.outcome == "in_doubt", call.c.cost_usd), else_=0.0)),
    "retried": count_if(call.c.attempt > 1),
    **{name: func.sum(call.c[name]) for name in ("asked", "kept", "late", "tokens_in", "tokens_out", "tokens_cached")},
    "cost_usd": func.sum(case((_unsettled, 0.0), else_=call.c.cost_usd)),
    "reserved_usd": func.sum(case((_unsettled, call.c.cost_usd), else_=0.0)),
    "cost_is_estimate": func.max(case((and_(call.c.cost_is_estimate.is_(True), ~_unsettled), 1), else_=0)),
    "first_sent_at": func.min(call.c.sent_at),
    "last_ended_at": func.max(call.c.ended_at),
}
_COLUMNS = [column.name for column in run.columns]


def read_runs(conn: Connection, ids: Select[int]) -> list[RunRow]:
    """Runs with their sums, newest first, in one statement however many there are."""
    page, here = ids.subquery("page"), lease_now()
    ahead = case((run.c.heartbeat_at.is_not(None), lease_time(here) - here), else_=0.0)
    drafts = _sums(draft, _DRAFT_SUMS, page)
    calls = _sums(call, _CALL_SUMS, page)
    sums = [*(drafts.c[f"n_{name}"] for name in _DRAFT_SUMS), *(calls.c[f"n_{name}"] for name in _CALL_SUMS)]
    rows = (
        select(run, *sums, ahead.label("clock_ahead_s"))
        .join(page, page.c.id == run.c.id)
        .outerjoin(drafts, drafts.c.run == run.c.id)
        .outerjoin(calls, calls.c.run == run.c.id)
        .order_by(run.c.id.desc())
    )
    return [_run_row(row) for row in conn.execute(rows)]


def chosen_runs(state: str | None, comparison_id: int | None) -> Select[int]:
    """The ids of runs in a state, of a comparison; None: of any. Deleted runs are not among them."""
    ids: Select[int] = select(run.c.id).where(run.c.deleted_at.is_(None))
    if state is not None:
        ids = ids.where(run.c.state == state)
    return ids if comparison_id is None else ids.where(run.c.comparison_id == comparison_id)


def _sums(table: FromClause, sums: dict[str, ColumnElement[Any]], page: FromClause) -> FromClause:
    columns = [column.label(f"n_{name}") for name, column in sums.items()]
    return select(table.c.run, *columns).where(table.c.run.in_(select(page.c.id))).group_by(table.c.run).subquery()


def _run_row(row: Row[Any]) -> RunRow:
    values = row._mapping
    sums = {f.name: values[f"n_{f.name}"] for f in fields(Totals) if values[f"n_{f.name}"] is not None}
    sums["cost_is_estimate"] = bool(sums.get("cost_is_estimate"))
    return RunRow.of({**{name: values[name] for name in (*_COLUMNS, "clock_ahead_s")}, "totals": Totals(**sums)})


_COMMAND = Prepared(
    select(run.c.id, run.c.command).where(run.c.id == bindparam("of_run", type_=Integer()), run.c.command.is_not(None))
)


def read_commands(cursor: DBAPICursor, dialect: Dialect, run_ids: Iterable[int]) -> dict[int, str]:
    """The commands that wait for these runs; a process asks four times a second."""
    compiled = _COMMAND.compiled(dialect)
    found: dict[int, str] = {}
    for run_id in run_ids:
        cursor.execute(compiled.sql, compiled.bound({"of_run": run_id}))
        found |= dict(cursor.fetchall())
    return found
