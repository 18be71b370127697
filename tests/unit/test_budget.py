"""The budget: reserved before, settled after, never passed."""

from __future__ import annotations

import asyncio

import pytest

from engine.errors import BudgetError
from engine.money.budget import Budget


async def test_without_a_budget_nothing_waits() -> None:
    """No budget, no bound; the spend is still known."""
    budget = Budget(None)
    await budget.reserve(5.0)
    budget.settle(5.0, 1.0)
    assert budget.spent_usd == 1.0


async def test_what_does_not_fit_is_refused() -> None:
    """With nothing in flight, a call that may exceed the budget is refused, and the error says what to do."""
    with pytest.raises(BudgetError, match="larger budget"):
        await Budget(1.0, 0.9).reserve(0.2)


async def test_a_call_waits_for_room() -> None:
    """While calls are in flight, the next waits: they may cost less than they reserved."""
    budget = Budget(1.0)
    await budget.reserve(0.8)
    waiting = asyncio.create_task(budget.reserve(0.8))
    await asyncio.sleep(0)
    assert not waiting.done()
    budget.settle(0.8, 0.1)
    await waiting
    assert budget.reserved_usd == 0.8


async def test_doubt_costs_the_worst_case() -> None:
    """A call that was never answered is spent at its worst case."""
    budget = Budget(1.0)
    await budget.reserve(0.4)
    budget.settle(0.4, None)
    assert budget.spent_usd == 0.4


async def test_spend_never_passes_the_budget() -> None:
    """Eight workers, each call at its worst case: the spend stays within the budget to the last."""
    budget = Budget(1.0)

    async def work() -> None:
        while True:
            await budget.reserve(0.03)
            assert budget.spent_usd + budget.reserved_usd <= 1.0 + 1e-9
            await asyncio.sleep(0)
            budget.settle(0.03, 0.03)

    done = await asyncio.gather(*(work() for _ in range(8)), return_exceptions=True)
    assert all(isinstance(error, BudgetError) for error in done)
    assert 0.96 < budget.spent_usd <= 1.0 + 1e-9


async def test_rounding_errors_hold_nobody_up() -> None:
    """Reserves that do not cancel out to the last digit leave nothing reserved once all are settled."""
    budget = Budget(1.0)
    for worst in (0.1, 0.2, 0.3):
        await budget.reserve(worst)
    for worst in (0.3, 0.2, 0.1):
        budget.settle(worst, 0.3)
    with pytest.raises(BudgetError):
        await asyncio.wait_for(budget.reserve(0.5), 1.0)
