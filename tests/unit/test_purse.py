"""The budget: reserved before, settled after, never passed."""

from __future__ import annotations

import asyncio

import pytest

from engine.errors import BudgetError
from engine.money.budget import Purse


async def test_without_a_budget_nothing_waits() -> None:
    """No budget, no bound; the spend is still known."""
    purse = Purse(None)
    await purse.reserve(5.0)
    purse.settle(5.0, 1.0)
    assert purse.spent_usd == 1.0


async def test_what_does_not_fit_is_refused() -> None:
    """With nothing in flight, a call that may pass the budget is refused, with the way out."""
    with pytest.raises(BudgetError, match="larger budget"):
        await Purse(1.0, 0.9).reserve(0.2)


async def test_a_call_waits_for_room() -> None:
    """While calls are in flight, the next waits: they cost less than their worst case and make room."""
    purse = Purse(1.0)
    await purse.reserve(0.8)
    waiting = asyncio.create_task(purse.reserve(0.8))
    await asyncio.sleep(0)
    assert not waiting.done()
    purse.settle(0.8, 0.1)
    await waiting
    assert purse.reserved_usd == 0.8


async def test_doubt_costs_the_worst_case() -> None:
    """A call that was never answered is spent at its worst case."""
    purse = Purse(1.0)
    await purse.reserve(0.4)
    purse.settle(0.4, None)
    assert purse.spent_usd == 0.4


async def test_spend_never_passes_the_budget() -> None:
    """Eight workers, each call at its worst case: the spend stays within the budget to the last."""
    purse = Purse(1.0)

    async def work() -> None:
        while True:
            await purse.reserve(0.03)
            assert purse.spent_usd + purse.reserved_usd <= 1.0 + 1e-9
            await asyncio.sleep(0)
            purse.settle(0.03, 0.03)

    done = await asyncio.gather(*(work() for _ in range(8)), return_exceptions=True)
    assert all(isinstance(error, BudgetError) for error in done)
    assert 0.96 < purse.spent_usd <= 1.0 + 1e-9


async def test_crumbs_of_sums_hold_nobody_up() -> None:
    """Reserves that do not cancel out to the last digit leave nothing reserved once all are settled."""
    purse = Purse(1.0)
    for worst in (0.1, 0.2, 0.3):
        await purse.reserve(worst)
    for worst in (0.3, 0.2, 0.1):
        purse.settle(worst, 0.3)
    with pytest.raises(BudgetError):
        await asyncio.wait_for(purse.reserve(0.5), 1.0)
