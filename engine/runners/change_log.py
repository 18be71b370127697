"""
A run's change log: what was learned of the limits and what auto chose, written into the store while the run goes.
"""

from __future__ import annotations

from dataclasses import asdict

from engine.generate.context import RunContext
from engine.store import ChangeRow, committed


class ChangeLog:
    """
    Follows one run.

    Args:
        context: The run's context; its gate may have learned from other runs before, which is not this run's story.
    """

    def __init__(self, context: RunContext) -> None:
        self._desk = context
        self._learner = context.gate.schedule.learner
        self._learned = len(self._learner.changes)
        self._chosen = 0

    async def write(self) -> None:
        """
        Store what is new.

        Raises:
            StoreError: the store cannot be written.
        """
        rows = [*self._limits(), *self._choices()]
        if rows:
            await committed(self._desk.store.runs.add_changes(self._desk.run, rows))

    def _limits(self) -> list[ChangeRow]:
        learner = self._desk.gate.schedule.learner
        if learner is not self._learner:  # another run told the gate other limits
            self._learner, self._learned = learner, 0
        new = learner.changes[self._learned :]
        self._learned += len(new)
        return [ChangeRow(self._wall(one.at), "limits", asdict(one.before), asdict(one.after), one.why) for one in new]

    def _choices(self) -> list[ChangeRow]:
        auto = self._desk.auto
        new = auto.choices[self._chosen :] if auto else []
        self._chosen += len(new)
        return [ChangeRow(self._wall(one.at), "tuning", asdict(one.before), asdict(one.after), one.why) for one in new]

    def _wall(self, at: float) -> float:
        clock = self._desk.clock
        return clock.wall() - (clock.now() - at)
