"""
Providers: the catalog (profiles, prices, limits), their keys, the only HTTP client, and the reading of its answers.

What an answer means for the run is decided in generate.retry; when the next call may start, in limiter.
"""

from engine.limiter.limits import Limits
from engine.money.price import Price
from engine.providers.account import Account, read_account, read_prices
from engine.providers.body import payload
from engine.providers.catalog import Catalog, adjusted
from engine.providers.envelope import read_answer
from engine.providers.headers import Rates, read_rates, retry_after
from engine.providers.keys import Key, read_key, redact
from engine.providers.profile import Profile

__all__ = [
    "Account",
    "Catalog",
    "Key",
    "Limits",
    "Price",
    "Profile",
    "Rates",
    "adjusted",
    "payload",
    "read_account",
    "read_answer",
    "read_key",
    "read_prices",
    "read_rates",
    "redact",
    "retry_after",
]
