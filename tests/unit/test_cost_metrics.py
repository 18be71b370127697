"""Money and rates, from counts."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from pathlib import Path

import pytest

from engine.money.cost import cost_usd, midnight, upper_bound_usd
from engine.money.price import FREE, UNKNOWN, Price
from engine.money.usage import Usage
from engine.providers import Catalog, Profile
from engine.reports.metrics import summarise
from engine.store import Totals

PRICE = Price(0.15, 0.60, 0.03)


def test_what_the_provider_says_it_cost_stands() -> None:
    """usage.cost is not an estimate and beats the price list."""
    assert cost_usd(Usage(10, 10, cost_usd=0.5), PRICE) == (0.5, False)


def test_cached_tokens_have_their_own_price() -> None:
    """Prompt tokens the provider had cached are charged at the cached price."""
    usd, is_estimate = cost_usd(Usage(1_000_000, 1_000_000, 400_000), PRICE)
    assert usd == pytest.approx(0.6 * 0.15 + 0.4 * 0.03 + 0.60)
    assert is_estimate


def test_an_unknown_price_is_the_dearest_there_is() -> None:
    """A model nobody listed counts at an upper bound; on this machine, without a key, nobody bills."""
    paid = Profile("mine", "https://api.example.com/v1", key_env="MINE")
    own = Profile("own", "http://127.0.0.1:9/v1")
    assert (paid.price("m"), paid.knows_price("m")) == (UNKNOWN, False)
    assert (own.price("m"), own.knows_price("m")) == (FREE, True)


@pytest.mark.parametrize(
    ("when", "share"),
    [
        ("2026-11-24T00:59", 0.5),  # a Tuesday
        ("2026-11-24T01:00", 1.0),
        ("2026-11-24T03:59", 1.0),
        ("2026-11-24T04:05", 1.0),  # a call of ten minutes may have begun before four
        ("2026-11-24T04:11", 0.5),
        ("2026-11-24T06:00", 1.0),
        ("2026-11-24T10:11", 0.5),
        ("2026-11-28T02:00", 0.5),  # a Saturday
        ("2026-10-10T02:00", 1.0),  # a Saturday that is worked
    ],
)
def test_the_tariff_follows_chinese_working_hours(when: str, share: float, tmp_path: Path) -> None:
    """DeepSeek's listed price holds at peak on working days; else half, and at the edges the dearer moment."""
    profile = Catalog.load(tmp_path / "none.toml").profile("deepseek")
    at = datetime.fromisoformat(f"{when}+00:00").timestamp()
    assert profile.price("deepseek-flash", at=at) == Price(0.30, 1.20, 0.006).scaled(share)
    assert profile.price("deepseek-flash") == Price(0.30, 1.20, 0.006)


def test_the_day_begins_at_local_midnight(monkeypatch: pytest.MonkeyPatch) -> None:
    """Midnight is the clock's on the wall, in the machine's time zone."""
    monkeypatch.setenv("TZ", "Asia/Shanghai")
    time.tzset()
    at = datetime(2026, 11, 24, 17, 30, tzinfo=UTC).timestamp()
    assert datetime.fromtimestamp(midnight(at), UTC) == datetime(2026, 11, 24, 16, 0, tzinfo=UTC)
    monkeypatch.undo()
    time.tzset()


def test_the_worst_case_writes_every_token() -> None:
    """The upper bound is the whole prompt uncached and max_tokens written."""
    assert upper_bound_usd(1_000_000, 1_000_000, PRICE) == pytest.approx(0.75)


def test_throughput_leaves_cache_hits_out() -> None:
    """Drafts taken from the store are not throughput, nor do they share in the cost."""
    totals = Totals(planned=10, drafted=8, cached=4, failed=1, calls=5, http_429=1, asked=8, kept=4, tokens_in=100,
                    tokens_out=300, cost_usd=2.0, first_sent_at=10.0, last_ended_at=12.0, approved=2)  # fmt: skip
    summary = summarise(totals)
    assert (summary.items_per_s, summary.cost_a_draft, summary.tokens_an_item) == (2.0, 0.5, 100.0)
    assert (summary.success_rate, summary.error_rate, summary.rate_429, summary.yield_rate) == (8 / 9, 1 / 9, 0.2, 0.5)


def test_nothing_yet_has_no_rates() -> None:
    """A run that has not begun divides by nothing."""
    summary = summarise(Totals(planned=10))
    assert (summary.items_per_s, summary.rate_429, summary.cost_a_draft) == (None, None, None)
