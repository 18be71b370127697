"""
A run's change log: the limits that were detected and the Tuning that auto chose, stored while the run goes.
"""

from __future__ import annotations

from dataclasses import asdict
from typing import Literal

from engine.generate.autotune import TuningChange
from engine.generate.context import RunContext
from engine.limiter.permit import LimitChange
from engine.store import ChangeRow, committed


class ChangeLog:
    """
    Stores the changes of one run.

    Args:
        context: The run's; what its limiter detected in earlier runs is not logged again.
    """

    def __init__(self, context: RunContext) -> None:
        self._context = context
        self._limits_logged = len(context.limiter.changes)
        self._tunings_logged = 0

    async def write(self) -> None:
        """
        Store the new changes.

        Raises:
            StoreError: the store cannot be written.
        """
        rows = [*self._new_limits(), *self._new_tunings()]
        if rows:
            await committed(self._context.store.runs.add_changes(self._context.run, rows))

    def _new_limits(self) -> list[ChangeRow]:
        new = self._context.limiter.changes[self._limits_logged :]
        self._limits_logged += len(new)
        return [self._row("limits", change) for change in new]

    def _new_tunings(self) -> list[ChangeRow]:
        auto = self._context.auto
        new = auto.changes[self._tunings_logged :] if auto else []
        self._tunings_logged += len(new)
        return [self._row("tuning", choice) for choice in new]

    def _row(self, what: Literal["limits", "tuning"], change: LimitChange | TuningChange) -> ChangeRow:
        clock = self._context.clock
        at = clock.wall() - (clock.now() - change.at)
        before, after = asdict(change.before), asdict(change.after)
        if isinstance(change, LimitChange):
            before, after = change.to_json()
        return ChangeRow(at=at, what=what, before=before, after=after, why=change.why)
