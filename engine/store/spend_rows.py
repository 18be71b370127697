"""
Sums for the Spend page: what the calls of each run cost, by time. Read-only.

A call in flight or in doubt counts at its upper bound, as it does for a budget. Days are the task of reports.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Integer, Select, cast, func, select

from engine.store.access import StorePart
from engine.store.draft_filter import DRAFTED
from engine.store.run_rows import count_if
from engine.store.tables import call, draft, run
from engine.store.views import UNITS

SPAN_S = 900
"""Every time zone differs from UTC by whole quarters of an hour: a span never reaches over midnight."""


@dataclass(frozen=True, slots=True)
class SpentRow:
    """The calls of one run that were sent within SPAN_S seconds from `at` (unix seconds)."""

    run: int
    at: float
    calls: int
    cost_usd: float


@dataclass(frozen=True, slots=True)
class SpendingRun:
    """A run that may have cost something."""

    id: int
    purpose: str
    parent_run: int | None
    created_at: float
    provider: str
    model: str
    kind: str
    lang: str
    drafted: int
    """Its drafts, copies of earlier ones included; 0 for a run of judgements."""
    approved: int

    @property
    def drafts_run(self) -> int:
        """The run whose drafts the money was for: a run of judgements is about those of its parent."""
        return self.id if UNITS[self.purpose] == "draft" or self.parent_run is None else self.parent_run


class SpendRows(StorePart):
    """Reads sums of calls and runs."""

    def spans(self) -> list[SpentRow]:
        """What was spent, by run and quarter of an hour, the oldest first."""
        span = cast(func.floor(call.c.sent_at / SPAN_S), Integer).label("span")
        rows = select(call.c.run, span, func.count(), func.sum(call.c.cost_usd)).group_by(call.c.run, span)
        with self._access.reading() as conn:
            found = conn.execute(rows.order_by(span, call.c.run))
            return [SpentRow(row[0], float(row[1] * SPAN_S), row[2], row[3]) for row in found]

    def runs(self) -> dict[int, SpendingRun]:
        """All runs by id, with the counts of their drafts."""
        counts = select(draft.c.run, func.count().label("drafted"), count_if(draft.c.review == "approved").label("ok"))
        sums = counts.where(DRAFTED).group_by(draft.c.run).subquery("sums")
        names = ("id", "purpose", "parent_run", "created_at", "provider", "model", "kind", "lang")
        drafted = (func.coalesce(sums.c.drafted, 0), func.coalesce(sums.c.ok, 0))
        rows: Select[Any] = select(*(run.c[name] for name in names), *drafted).outerjoin(sums, sums.c.run == run.c.id)
        with self._access.reading() as conn:
            return {row[0]: SpendingRun(*row) for row in conn.execute(rows)}
