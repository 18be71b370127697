"""
Computes money from token counts: what a reply cost, and the most a call can cost.

Prices come from the profile; a cost that the provider states itself is used instead.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from engine.money.price import FREE, Price
from engine.money.usage import Usage

PER_MILLION = 1_000_000


@dataclass(frozen=True, slots=True)
class Day:
    """The budget of one day for all runs on a provider; counts its calls sent since `since` (unix seconds)."""

    provider: str
    since: float
    budget_usd: float


def midnight(at: float) -> float:
    """The local midnight before a time, in unix seconds."""
    return datetime.fromtimestamp(at).astimezone().replace(hour=0, minute=0, second=0, microsecond=0).timestamp()


def cost_usd(usage: Usage, price: Price) -> tuple[float, bool]:
    """
    What one reply cost.

    Args:
        usage: The reply's tokens, and its cost where the provider states it.
        price: The served model's price.

    Returns:
        USD, and whether it is an estimate (computed from prices; what is free costs nothing for certain).
    """
    if usage.cost_usd is not None:
        return usage.cost_usd, False
    cached_price = price.input_usd if price.cached_usd is None else price.cached_usd
    fresh = max(0, usage.tokens_in - usage.tokens_cached)
    spent = fresh * price.input_usd + usage.tokens_cached * cached_price + usage.tokens_out * price.output_usd
    return spent / PER_MILLION, price != FREE


def upper_bound_usd(tokens_in: int, max_tokens: int, price: Price) -> float:
    """The most a call can cost: its whole prompt uncached and every token it may write."""
    return (tokens_in * price.input_usd + max_tokens * price.output_usd) / PER_MILLION
