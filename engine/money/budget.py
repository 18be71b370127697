"""
A run's budget: each call reserves its worst case before it is sent and is settled at its cost. It is never exceeded.
"""

from __future__ import annotations

import asyncio

from engine.errors import BudgetError


class Budget:
    """
    The money of one run.

    Args:
        budget_usd: The most the run may spend; None: no limit.
        spent_usd: What it has spent before, calls in doubt included.
    """

    def __init__(self, budget_usd: float | None, spent_usd: float = 0.0) -> None:
        self.budget_usd = budget_usd
        self.spent_usd = spent_usd
        self.reserved_usd = 0.0
        self._in_flight = 0
        self._settled = asyncio.Event()

    def __repr__(self) -> str:
        return f"Budget({self.spent_usd:.6f} spent, {self.reserved_usd:.6f} reserved of {self.budget_usd})"

    async def reserve(self, worst_usd: float) -> None:
        """
        Reserve a call's worst case; wait for calls in flight that may cost less than they reserved.

        Raises:
            BudgetError: it does not fit, and no call is in flight that could release money.
        """
        while self.budget_usd is not None and self.spent_usd + self.reserved_usd + worst_usd > self.budget_usd:
            if not self._in_flight:
                spent_usd, budget_usd = self.spent_usd, self.budget_usd
                raise BudgetError("budget_short", spent_usd=spent_usd, budget_usd=budget_usd, worst_usd=worst_usd)
            self._settled.clear()
            await self._settled.wait()
        self.reserved_usd += worst_usd
        self._in_flight += 1

    def settle(self, worst_usd: float, cost_usd: float | None) -> None:
        """Release a call's reserve and spend what it cost; None: its worst case (in doubt)."""
        self._in_flight -= 1
        # Sums of floats leave rounding errors: without calls in flight nothing is reserved.
        self.reserved_usd = self.reserved_usd - worst_usd if self._in_flight else 0.0
        self.spent_usd += worst_usd if cost_usd is None else cost_usd
        self._settled.set()
