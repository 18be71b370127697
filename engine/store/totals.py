"""
Runs as the screens see them: rows with their sums, by one query however many runs there are.

The sums are SQL's; what follows from them (rates, costs a draft) is the business of metrics.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields
from typing import Any

from sqlalchemy import ColumnElement, FromClause, Row, Select, and_, case, func, or_, select

from engine.errors import UnknownRun
from engine.store.base import Part
from engine.store.records import FILLED, OPEN
from engine.store.tables import call, draft, run
from engine.store.views import RunRow, Totals


def count_if(condition: ColumnElement[bool]) -> ColumnElement[int]:
    """How many rows meet a condition."""
    return func.coalesce(func.sum(case((condition, 1), else_=0)), 0)


def is_429() -> ColumnElement[bool]:
    """Calls answered by "too many", also inside a 200."""
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


class RunReads(Part):
    """Runs and their sums."""

    def get(self, run_id: int) -> RunRow:
        """
        One run.

        Raises:
            UnknownRun: there is none with this id.
        """
        rows = self._runs(select(run.c.id).where(run.c.id == run_id))
        if not rows:
            raise UnknownRun(run_id)
        return rows[0]

    def page(
        self, limit: int = 50, offset: int = 0, state: str | None = None, comparison_id: int | None = None
    ) -> list[RunRow]:
        """A page of runs, newest first."""
        return self._runs(_chosen(state, comparison_id).order_by(run.c.id.desc()).limit(limit).offset(offset))

    def unfinished(self, paused_as: str | None = None) -> list[RunRow]:
        """The runs that are queued or running, or paused for exactly this reason, newest first."""
        going, paused = run.c.state.in_(("queued", "running")), run.c.state == "paused"
        return self._runs(select(run.c.id).where(or_(going, and_(paused, run.c.reason == paused_as))))

    def count(self, state: str | None = None, comparison_id: int | None = None) -> int:
        """How many runs there are."""
        with self._access.reading() as conn:
            return conn.execute(select(func.count()).select_from(_chosen(state, comparison_id).subquery())).scalar_one()

    def judgings(self, run_id: int) -> list[RunRow]:
        """The reviews of a run's drafts by a second model, newest first."""
        return self._runs(select(run.c.id).where(run.c.parent_run == run_id, run.c.purpose == "review"))

    def totals(self, run_id: int) -> Totals:
        """
        One run's sums.

        Raises:
            UnknownRun: there is none with this id.
        """
        return self.get(run_id).totals

    def state(self, run_id: int) -> str:
        """
        The run's state alone: cheap enough to ask ten times a second.

        Raises:
            UnknownRun: no run has this id.
        """
        with self._access.reading() as conn:
            state = conn.execute(select(run.c.state).where(run.c.id == run_id)).scalar()
        if state is None:
            raise UnknownRun(run_id)
        return str(state)

    def due(self, at: float) -> list[int]:
        """Paused runs whose time to be tried again has come, the oldest first."""
        waiting = select(run.c.id).where(run.c.state == "paused", run.c.retry_at <= at).order_by(run.c.id)
        with self._access.reading() as conn:
            return list(conn.scalars(waiting))

    def commands(self, run_ids: Sequence[int]) -> dict[int, str]:
        """The commands waiting for these runs; a run without one is left out."""
        waiting = select(run.c.id, run.c.command).where(run.c.id.in_(list(run_ids)), run.c.command.is_not(None))
        with self._access.reading() as conn:
            return {row.id: row.command for row in conn.execute(waiting)}

    def _runs(self, ids: Select[int]) -> list[RunRow]:
        page = ids.subquery("page")
        drafts = _sums(draft, _DRAFT_SUMS, page)
        calls = _sums(call, _CALL_SUMS, page)
        sums = [*(drafts.c[f"n_{name}"] for name in _DRAFT_SUMS), *(calls.c[f"n_{name}"] for name in _CALL_SUMS)]
        rows = (
            select(run, *sums)
            .join(page, page.c.id == run.c.id)
            .outerjoin(drafts, drafts.c.run == run.c.id)
            .outerjoin(calls, calls.c.run == run.c.id)
            .order_by(run.c.id.desc())
        )
        with self._access.reading() as conn:
            return [_run_row(row) for row in conn.execute(rows)]


def _chosen(state: str | None, comparison_id: int | None) -> Select[int]:
    ids: Select[int] = select(run.c.id)
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
    return RunRow(**{name: values[name] for name in _COLUMNS}, totals=Totals(**sums))
