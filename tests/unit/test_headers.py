"""Tests of providers.headers: how long to wait, and what limits they state."""

from __future__ import annotations

import pytest

from engine.providers import Rates, read_rates, retry_after

DATE = "Sun, 06 Nov 2026 08:49:37 GMT"

RETRY_AFTERS = [
    ({}, None),
    ({"retry-after": "7"}, 7.0),
    ({"retry-after": "1.5"}, 1.5),
    ({"retry-after": "0"}, 0.0),
    ({"retry-after": "-1"}, None),
    ({"retry-after": "nan"}, None),
    ({"retry-after": "inf"}, None),
    ({"retry-after": "soon"}, None),
    ({"retry-after": "99999999"}, None),
    ({"retry-after": "3600"}, 3600.0),
    ({"retry-after-ms": "250", "retry-after": "7"}, 0.25),
    ({"retry-after-ms": "-250", "retry-after": "7"}, 7.0),
    ({"retry-after": "Sun, 06 Nov 2026 08:50:07 GMT", "date": DATE}, 30.0),
    ({"retry-after": "Sun, 06 Nov 2026 08:00:00 GMT", "date": DATE}, 0.0),
    ({"retry-after": "Sun, 06 Nov 2026 08:50:07 GMT"}, None),
    ({"retry-after": "Sun, 99 Nov 2026 08:50:07 GMT", "date": DATE}, None),
]


@pytest.mark.parametrize(("headers", "wait_s"), RETRY_AFTERS)
def test_retry_after_is_read_in_every_form(headers: dict[str, str], wait_s: float | None) -> None:
    """Seconds, fractions, milliseconds and dates are read, nonsense is dropped."""
    assert retry_after(headers) == wait_s


RATES = [
    ({}, Rates()),
    (
        {
            "x-ratelimit-limit-requests": "60",
            "x-ratelimit-remaining-requests": "0",
            "x-ratelimit-reset-requests": "6m0s",
            "x-ratelimit-limit-tokens": "100000",
            "x-ratelimit-remaining-tokens": "99000",
            "x-ratelimit-reset-tokens": "12ms",
        },
        Rates(60, 0, 360.0, 100000, 99000, 0.012),
    ),
    ({"x-ratelimit-limit": "20", "x-ratelimit-remaining": "3"}, Rates(20, 3)),
    ({"x-ratelimit-limit-requests": "-1", "x-ratelimit-remaining-requests": "-1"}, Rates()),
    ({"x-ratelimit-limit-requests": "0", "x-ratelimit-reset-requests": "0"}, Rates()),
    ({"x-ratelimit-limit-requests": "many", "x-ratelimit-reset-requests": "later"}, Rates()),
    ({"x-ratelimit-reset-requests": "1h2m3.5s"}, Rates(reset_requests_s=3723.5)),
    ({"x-ratelimit-reset-requests": "1s"}, Rates(reset_requests_s=1.0)),
    ({"x-ratelimit-reset-requests": "8.5"}, Rates(reset_requests_s=8.5)),
    ({"x-ratelimit-reset": "1793954987000", "date": DATE}, Rates(reset_requests_s=10.0)),
    ({"x-ratelimit-reset": "1793954987", "date": DATE}, Rates(reset_requests_s=10.0)),
    ({"x-ratelimit-reset": "1793954987000"}, Rates()),
]


@pytest.mark.parametrize(("headers", "rates"), RATES)
def test_rate_headers_are_read_in_every_form(headers: dict[str, str], rates: Rates) -> None:
    """Limits and resets of every provider are read; -1, 0 and words say nothing."""
    assert read_rates(headers) == rates


@pytest.mark.parametrize(
    ("text", "wait_s"), [("6s", 6.0), ("5.9s", 5.9), ("1m30s", 90.0), ("250ms", 0.25), ("6", 6.0), ("soon", None)]
)
def test_retry_after_may_carry_its_unit(text: str, wait_s: float | None) -> None:
    """Some servers send Retry-After: 6s."""
    assert retry_after({"retry-after": text}) == wait_s
