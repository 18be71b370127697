"""What a provider says of prices and of a key, however oddly."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.money.price import HIGHEST_PRICE_USD, Price
from engine.practice import wire
from engine.providers import Account, read_account, read_prices
from engine.providers.reply import Answer


def answer(body: Any, status: int = 200) -> Answer:
    return Answer(status, {}, body if isinstance(body, bytes) else json.dumps(body).encode())


def listed(**pricing: Any) -> dict[str, Price]:
    return read_prices(answer({"data": [{"id": "m", "pricing": pricing}]}))


def test_prices_a_token_become_prices_a_million() -> None:
    """OpenRouter gives USD a token, as text."""
    found = listed(prompt="0.0000003", completion="0.0000012", input_cache_read="0.000000006")
    assert found == {"m": Price(0.3, 1.2, 0.006)}


def test_the_practice_provider_tells_its_prices() -> None:
    """Its models list is read like any other."""
    assert read_prices(answer(wire.models()))["practice-fast"] == Price(0.15, 0.60)


@pytest.mark.parametrize(
    "pricing",
    [
        {},
        {"prompt": "0.1"},
        {"prompt": None, "completion": None},
        {"prompt": "-1", "completion": "-1"},
        {"prompt": -0.1, "completion": 0.1},
        {"prompt": "free", "completion": "0"},
        {"prompt": "NaN", "completion": "inf"},
        {"prompt": True, "completion": False},
        {"prompt": "1e9", "completion": "1"},
        {"prompt": "9" * 400, "completion": "1"},
        {"prompt": ["0.1"], "completion": {"usd": 1}},
        {"prompt": "0.1", "completion": "0.1", "request": "0.01"},
    ],
)
def test_a_price_that_is_not_plain_is_left_out(pricing: dict[str, Any]) -> None:
    """Missing, negative, text, absurd, or with a fee a call: the model has no known price."""
    assert listed(**pricing) == {}


@pytest.mark.parametrize(
    "body", [b"", b"<html>", b"[]", b"{}", b'{"data": 3}', b'{"data": [1, null, {"id": 5}, {"id": ""}]}']
)
def test_what_is_no_list_has_no_prices(body: bytes) -> None:
    """Neither HTML nor a list of something else breaks the reading."""
    assert read_prices(answer(body)) == {} and read_account(answer(body)) is None


def test_a_refused_list_has_no_prices() -> None:
    """Only a 200 is believed."""
    assert read_prices(answer(wire.models(), 401)) == {}


NAMES = st.sampled_from(["data", "id", "pricing", "prompt", "completion", "usage", "limit", "balance_infos"])
LEAVES = st.none() | st.floats() | st.text() | st.integers()


@given(st.recursive(LEAVES, lambda inner: st.lists(inner) | st.dictionaries(NAMES, inner)))
def test_nothing_breaks_the_reading(body: Any) -> None:
    """Whatever JSON comes: prices are bounds that hold, an account is money or nothing."""
    whole = answer({"data": body} if not isinstance(body, dict) else body)
    assert all(0 <= price.input_usd <= HIGHEST_PRICE_USD for price in read_prices(whole).values())
    read_account(whole)


@pytest.mark.parametrize(
    ("body", "account"),
    [
        ({"data": {"usage": 1.5, "limit": 10, "limit_remaining": 8.5}}, Account(1.5, 10.0, 8.5)),
        ({"data": {"usage": "1.5", "limit": "10"}}, Account(1.5, 10.0, 8.5)),
        ({"data": {"usage": 3, "limit": None}}, Account(3.0, None, None)),
        (
            {"is_available": True, "balance_infos": [{"currency": "CNY", "total_balance": "110.00"}]},
            Account(None, None, 110.0, "CNY"),
        ),
        (
            {"is_available": False, "balance_infos": [{"currency": "USD", "total_balance": "0"}]},
            Account(None, None, 0.0, "USD", usable=False),
        ),
        ({"data": [{"id": "m"}]}, None),
    ],
)
def test_an_account_is_read(body: Any, account: Account | None) -> None:
    """OpenRouter's key page and DeepSeek's balance; a models list is neither."""
    assert read_account(answer(body)) == account
