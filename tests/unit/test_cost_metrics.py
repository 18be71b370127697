"""Money and rates, from counts."""

from __future__ import annotations

import pytest

from engine.cost import cost_usd, upper_bound_usd
from engine.limits import Price
from engine.metrics import summarise
from engine.store import Totals
from engine.work import Usage

PRICE = Price(0.15, 0.60, 0.03)


def test_what_the_provider_says_it_cost_stands() -> None:
    """usage.cost is not an estimate and beats the price list."""
    assert cost_usd(Usage(10, 10, cost_usd=0.5), PRICE) == (0.5, False)


def test_cached_tokens_have_their_own_price() -> None:
    """Prompt tokens the provider had cached are charged at the cached price."""
    usd, is_estimate = cost_usd(Usage(1_000_000, 1_000_000, 400_000), PRICE)
    assert usd == pytest.approx(0.6 * 0.15 + 0.4 * 0.03 + 0.60)
    assert is_estimate


def test_an_unknown_price_is_an_estimate() -> None:
    """Without a price the cost is not known, and says so."""
    assert cost_usd(Usage(10, 10), None) == (0.0, True)


def test_the_worst_case_writes_every_token() -> None:
    """The upper bound is the whole prompt uncached and max_tokens written."""
    assert upper_bound_usd(1_000_000, 1_000_000, PRICE) == pytest.approx(0.75)


def test_throughput_leaves_cache_hits_out() -> None:
    """Drafts taken from the store are not throughput, nor do they share in the cost."""
    totals = Totals(planned=10, drafted=8, cached=4, failed=1, calls=5, http_429=1, asked=8, kept=4, tokens_in=100,
                    tokens_out=300, cost_usd=2.0, first_sent_at=10.0, last_ended_at=12.0, approved=2)  # fmt: skip
    summary = summarise(totals)
    assert (summary.items_per_s, summary.cost_a_draft, summary.tokens_an_item) == (2.0, 0.5, 100.0)
    assert (summary.success_rate, summary.error_rate, summary.rate_429, summary.yield_rate) == (0.8, 0.1, 0.2, 0.5)


def test_nothing_yet_has_no_rates() -> None:
    """A run that has not begun divides by nothing."""
    summary = summarise(Totals(planned=10))
    assert (summary.items_per_s, summary.rate_429, summary.cost_a_draft) == (None, None, None)
