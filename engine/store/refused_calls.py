"""
Why a call was not entered in the ledger: a budget is used up.
"""

from __future__ import annotations

from dataclasses import dataclass

from engine.messages import Message
from engine.store.records import CallStart


@dataclass(frozen=True, slots=True)
class DayFull:
    """A call that was not entered: it would exceed the daily budget."""

    spent_usd: float
    """Of settled calls; one in doubt counts at its upper bound."""
    reserved_usd: float
    """Upper bound of the calls in flight in live processes; some of it may be freed."""

    def message(self, start: CallStart) -> Message:
        """What happened, and what to do."""
        budget_usd, provider = (start.day.budget_usd, start.day.provider) if start.day else (0.0, "")
        spent = {"spent_usd": self.spent_usd, "budget_usd": budget_usd, "worst_usd": start.worst_usd}
        return Message("budget_day", {**spent, "provider": provider})


@dataclass(frozen=True, slots=True)
class RunFull:
    """A call that was not entered: it would exceed the budget of its run."""

    spent_usd: float
    """As of a day."""
    reserved_usd: float

    def message(self, start: CallStart) -> Message:
        """What happened."""
        spent = {"spent_usd": self.spent_usd, "budget_usd": start.run_budget_usd, "worst_usd": start.worst_usd}
        return Message("budget_short", spent)
