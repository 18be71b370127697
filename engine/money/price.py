"""
Prices and tariffs: plain values, as a profile holds them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from engine.errors import SpecError
from engine.messages import Message
from engine.spec import number, whole

HIGHEST_PRICE_USD = 100_000.0

MAX_PRICES = 5_000  # OpenRouter lists some 400 models

_BEIJING = timedelta(hours=8)

_SATURDAY = 5


@dataclass(frozen=True, slots=True)
class Price:
    """USD per million tokens; `cached_usd` is the price of prompt tokens the provider had cached."""

    input_usd: float = 0.0
    output_usd: float = 0.0
    cached_usd: float | None = None

    def scaled(self, share: float) -> Price:
        """This price times a share."""
        cached_usd = None if self.cached_usd is None else self.cached_usd * share
        return Price(self.input_usd * share, self.output_usd * share, cached_usd)


FREE = Price()

UNKNOWN = Price(150.0, 600.0)
"""The price of a model without one: the highest of a chat model on OpenRouter's list (o1-pro, 2025-2026)."""


@dataclass(frozen=True, slots=True)
class Tariff:
    """
    When the listed prices apply, and the share of them that is charged outside these hours.

    `peak_utc` are spans of hours (from, to) on Chinese working days: Monday to Friday, and the weekend days in
    `worked`, which the State Council names each year. A public holiday counts as a working day: a cost is never
    counted too low.

    Raises:
        SpecError: a span, the share or a date is not valid.
    """

    peak_utc: tuple[tuple[int, int], ...] = ()
    off_peak: float = 1.0
    worked: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        for start, end in self.peak_utc:
            whole("peak_utc", start, range(24))
            whole("peak_utc", end, range(start + 1, 25))
        number("off_peak", self.off_peak, 0.0, 1.0)
        for day in self.worked:
            _date(day)

    def share(self, at: float, within_s: float = 0.0) -> float:
        """
        The share of the listed price that is charged.

        Args:
            at: Unix seconds.
            within_s: The call may have been made up to so many seconds before `at`: the higher share counts.
        """
        if not self.peak_utc:
            return 1.0
        return 1.0 if self._is_peak(at) or self._is_peak(at - within_s) else self.off_peak

    def _is_peak(self, at: float) -> bool:
        moment = datetime.fromtimestamp(at, UTC)
        day = (moment + _BEIJING).date()
        works = day.weekday() < _SATURDAY or day.isoformat() in self.worked
        return works and any(start <= moment.hour < end for start, end in self.peak_utc)


def check_prices(prices: Mapping[str, Price]) -> None:
    """
    Check a price list.

    Raises:
        SpecError: a price is out of bounds, or there are too many.
    """
    if len(prices) > MAX_PRICES:
        raise SpecError("prices", Message("models_counted", {"n": len(prices)}), "prices_many", most=MAX_PRICES)
    for price in prices.values():
        number("input_usd", price.input_usd, 0.0, HIGHEST_PRICE_USD)
        number("output_usd", price.output_usd, 0.0, HIGHEST_PRICE_USD)
        if price.cached_usd is not None:
            number("cached_usd", price.cached_usd, 0.0, HIGHEST_PRICE_USD)


def _date(text: object) -> date:
    try:
        return date.fromisoformat(str(text))
    except ValueError:
        raise SpecError("worked", text, "date_form") from None
