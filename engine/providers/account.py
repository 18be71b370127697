"""
The tolerant reading of what a provider says beside its completions: its price list, and what a key has left.

Pure, and never raises: a list may miss prices, give them as text, negative (OpenRouter's "it depends") or absurd.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from engine.money.price import HIGHEST_PRICE_USD, MAX_PRICES, Price
from engine.providers.headers import number
from engine.providers.reply import Answer
from engine.providers.stream import json_of

TOKENS = 1_000_000
MOST_MONEY = 1e9


@dataclass(frozen=True, slots=True)
class Account:
    """What a key has left, in `currency`; None where the provider does not say."""

    used: float | None = None
    limit: float | None = None
    left: float | None = None
    currency: str = "USD"
    usable: bool = True
    """False: the provider says itself that nothing can be bought with it."""


def read_prices(answer: Answer) -> dict[str, Price]:
    """
    The prices in an answer to GET /models that gives them in USD a token, as OpenRouter does.

    Returns:
        Prices by model name, in USD per million tokens; a model whose price is not plain is left out.
    """
    body = json_of(answer.body)
    listed = body.get("data") if isinstance(body, dict) else body
    if answer.status != 200 or not isinstance(listed, list):
        return {}
    prices: dict[str, Price] = {}
    for model in listed[:MAX_PRICES]:
        name = model.get("id") if isinstance(model, dict) else None
        price = _price(model.get("pricing")) if isinstance(name, str) else None
        if isinstance(name, str) and price is not None and 0 < len(name) <= 200 and name.isprintable():
            prices[name] = price
    return prices


def read_account(answer: Answer) -> Account | None:
    """What GET /key (OpenRouter) or GET /user/balance (DeepSeek) tells; None where it is neither."""
    body = json_of(answer.body)
    if answer.status != 200 or not isinstance(body, dict):
        return None
    balances = body.get("balance_infos")
    if isinstance(balances, list) and balances and isinstance(balances[0], dict):
        left = _money(balances[0].get("total_balance"))
        currency = str(balances[0].get("currency") or "USD")[:8]
        return Account(left=left, currency=currency, usable=body.get("is_available") is not False)
    data = body.get("data")
    if not isinstance(data, dict) or not {"usage", "limit"} & set(data):
        return None
    used, limit = _money(data.get("usage")), _money(data.get("limit"))
    left = _money(data.get("limit_remaining"))
    if left is None and limit is not None and used is not None:
        left = max(0.0, limit - used)
    return Account(used, limit, left)


def _price(raw: Any) -> Price | None:
    if not isinstance(raw, dict):
        return None
    input_usd, output_usd = _a_million(raw.get("prompt")), _a_million(raw.get("completion"))
    fee = number(raw.get("request"))
    if input_usd is None or output_usd is None or fee:
        return None  # a fee a call is a price we cannot bound by tokens
    return Price(input_usd, output_usd, _a_million(raw.get("input_cache_read")))


def _a_million(raw: Any) -> float | None:
    usd = number(raw)
    if usd is None or not 0 <= usd * TOKENS <= HIGHEST_PRICE_USD:
        return None
    return round(usd * TOKENS, 9)


def _money(raw: Any) -> float | None:
    value = number(raw)
    return value if value is not None and abs(value) <= MOST_MONEY else None
