"""What a second model saves: cheap drafts that a strong model judges, against drafts of the strong model alone."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from engine.judge import saving
from engine.judge.money import strong_usd
from engine.money.price import Price
from engine.providers import Catalog
from engine.reports.second_model import spent_usd
from engine.store import (
    Charge,
    Totals,
)

STRONG = Price(10.0, 40.0)


def at_strong(_at: float) -> Price:
    return STRONG


def calls(cost_usd: float, tokens: int = 100_000) -> list[Charge]:
    """A run of one call."""
    return [Charge(0.0, tokens, tokens, 0, cost_usd)]


def test_the_saving_is_set_against_the_strong_model() -> None:
    """Drafts and reviews as the ledger has them, against the run's tokens at the strong model's price."""
    money = saving(calls(0.5), 0.5, 2.0, at_strong)
    assert (money.strong_usd, money.tiered_usd, money.share) == (5.0, 2.5, 0.5)
    assert money.keeps_the_promise is True


def test_tiering_that_costs_more_says_so() -> None:
    """Where both models cost the same the saving is negative, and the promise is not kept."""
    money = saving(calls(5.0), 5.0, 1.0, at_strong)
    assert money.share == pytest.approx(-0.2)
    assert money.keeps_the_promise is False


def test_an_unknown_price_is_not_free() -> None:
    """Without a price there is no figure; a ledger of 0 without a price is unknown, not free."""
    run = Totals(tokens_in=1000, tokens_out=1000)
    money = saving(calls(0.0, 1000), spent_usd(run, price_known=False), spent_usd(Totals(), price_known=False), None)
    assert (money.drafts_usd, money.review_usd, money.strong_usd, money.share) == (None, None, None, None)
    assert spent_usd(run, price_known=True) == 0.0
    guessed = Totals(cost_usd=3.0, cost_is_estimate=True)
    assert (spent_usd(guessed, price_known=False), spent_usd(Totals(cost_usd=3.0), price_known=False)) == (None, 3.0)


def test_each_call_is_priced_at_its_own_time_and_cached_share() -> None:
    """At night, with most of the prompt cached, the strong model alone would have been cheap too: like for like."""
    deepseek = Catalog.load().profile("deepseek")
    night = datetime(2026, 11, 24, 20, 0, tzinfo=UTC).timestamp()
    day = datetime(2026, 11, 24, 7, 30, tzinfo=UTC).timestamp()
    for at, share in ((night, 0.5), (day, 1.0)):
        call = Charge(at, 1_000_000, 1_000_000, 900_000, 0.3)
        usd = strong_usd([call], lambda at: deepseek.price("deepseek-v4-pro", at=at))
        assert usd == pytest.approx(share * (0.1 * 1.32 + 0.9 * 0.044 + 3.96))


def test_a_call_in_doubt_is_raised_like_its_price() -> None:
    """It has an upper bound and no tokens: with a model of ten times the price it counts ten times."""
    doubt = [Charge(0.0, 0, 0, 0, 0.02, True)]
    assert strong_usd(doubt, at_strong, lambda at: Price(1.0, 4.0)) == pytest.approx(0.2)
    assert strong_usd(doubt, at_strong) == 0.02


def test_the_practice_provider_shows_what_tiering_saves() -> None:
    """Its strong model costs more than its fast one, as everywhere."""
    prices = Catalog.load().profile("practice").prices
    assert prices["practice-strong"].output_usd > prices["practice-fast"].output_usd
