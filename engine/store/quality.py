"""
How good a run's drafts are: what the checks said, and how many were approved of those a person decided.
"""

from __future__ import annotations

from collections import Counter
from typing import Literal

from sqlalchemy import ColumnElement, func, literal_column, select

from engine.store.base import Part
from engine.store.tables import call, draft, run
from engine.store.totals import count_if
from engine.store.verdicts import AcceptanceRow, CheckRow

By = Literal["kind", "level", "model", "batch"]
_DRAFTED = draft.c.state == literal_column("'drafted'")
_BY: dict[By, ColumnElement[object]] = {
    "kind": draft.c.kind,
    "level": draft.c.level,
    "model": draft.c.model,
    "batch": call.c.asked,
}


class Checks(Part):
    """What came of the drafts."""

    def checks(self, run_id: int) -> list[CheckRow]:
        """What the checks found in a run, by severity: refused, flagged, note; the commonest first."""
        flags = select(draft.c.flags, func.count()).where(draft.c.run == run_id, _DRAFTED, draft.c.flags.not_in([[]]))
        refused = select(call.c.refused).where(call.c.run == run_id, call.c.refused.is_not(None))
        counts: Counter[tuple[str, str]] = Counter()
        with self._access.reading() as conn:
            for given, times in conn.execute(flags.group_by(draft.c.flags)):
                for flag in given:
                    counts[flag["severity"], flag["code"]] += times
            for codes in conn.scalars(refused):
                for code, times in codes.items():
                    counts["refused", code] += times
        order = ("refused", "flagged", "note")
        ranked = sorted(counts.items(), key=lambda one: (order.index(one[0][0]), -one[1], one[0][1]))
        return [CheckRow(code, severity, times) for (severity, code), times in ranked]


class Acceptance(Part):
    """Decisions by group."""

    def acceptance(self, by: By, *, run_id: int | None = None, comparison_id: int | None = None) -> list[AcceptanceRow]:
        """
        Approved and rejected drafts by kind, level, model or batch size (items asked in the call that made them).

        Args:
            by: What to tell apart; drafts taken from an earlier run have no batch size of their own and are left out.
            run_id: Of one run.
            comparison_id: Of all runs of a comparison; neither: of every run.
        """
        column = _BY[by]
        sums = (count_if(draft.c.review == "approved"), count_if(draft.c.review == "rejected"))
        rows = select(column, *sums).where(_DRAFTED, draft.c.review != "pending").group_by(column).order_by(column)
        if by == "batch":
            rows = rows.join(call, call.c.id == draft.c.call)
        if run_id is not None:
            rows = rows.where(draft.c.run == run_id)
        if comparison_id is not None:
            rows = rows.join(run, run.c.id == draft.c.run).where(run.c.comparison_id == comparison_id)
        with self._access.reading() as conn:
            return [AcceptanceRow(str(value), approved, rejected) for value, approved, rejected in conn.execute(rows)]
