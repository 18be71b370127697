"""
Profiles of providers as a user has edited them: limits, prices and budgets saved in the store; where keys are read.

Changes are checked as a whole before they are saved. The package's names for a screen are in `__all__`.
"""

from __future__ import annotations

import asyncio
import difflib
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from engine.errors import BadAnswer, ProviderError, SpecError
from engine.limiter.limits import Limits
from engine.money.price import Price
from engine.practice import Fault, PracticeSettings
from engine.providers import Catalog, Key, Profile, adjusted, read_key
from engine.providers.account import read_prices
from engine.providers.addresses import same_host
from engine.providers.secrets import SignIn, check_sign_in, read_secret, secrets_files
from engine.providers.secrets import find_sign_in as sign_in
from engine.store import Store

__all__ = [
    "Catalog",
    "Fault",
    "Limits",
    "PracticeSettings",
    "Price",
    "Profile",
    "SignIn",
    "adjusted",
    "api_token",
    "check_sign_in",
    "edited",
    "key_of",
    "refresh_prices",
    "save_profile",
    "sign_in",
    "unlisted_model",
]


def key_of(profile: Profile) -> Key | None:
    """
    The provider's key from the environment or a secrets file.

    Raises:
        SpecError: it is missing or malformed; the message names the variable and never the key.
    """
    return read_key(profile, os.environ, *secrets_files())


def api_token() -> str:
    """
    The token that requests from outside must bring, from $DRAFTMILL_API_TOKEN or a secrets file; empty: none is set.

    Raises:
        SpecError: it is too short to be safe.
    """
    return read_secret(API_TOKEN, os.environ)


def edited(catalog: Catalog, store: Store) -> Catalog:
    """The catalog with the limits and prices that were saved in the dashboard."""
    return catalog.edited(store.profiles.all())


API_TOKEN = "DRAFTMILL_API_TOKEN"
ASK_S = 20.0
LIST_S = 8.0
NEAREST = 3
MOST_SHOWN = 20
"""Models of another address whose prices are shown: none of them is in the profile."""


@dataclass(frozen=True, slots=True)
class Refreshed:
    """What a provider's price list brought."""

    listed: int
    """Models whose price it names."""
    changed: Mapping[str, tuple[Price | None, Price]]
    """Of the models the profile names, or that another address lists: the price before and now, where they differ."""
    saved: bool = True
    """False: another address was asked, so nothing was saved."""


def save_profile(store: Store, catalog: Catalog, provider: str, changes: Mapping[str, Any]) -> None:
    """
    Save changes of a provider's profile, over those that were saved before.

    Args:
        store: Where they are saved.
        catalog: The profiles as they ship, with the user's file.
        provider: A profile's name.
        changes: Fields of a profile as the user's file has them; None removes what was saved of the field.

    Raises:
        SpecError: the profile would be out of bounds; nothing is saved.
        StoreError: it cannot be written.
    """
    catalog.profile(provider)
    settings = {**store.profiles.all().get(provider, {}), **changes}
    settings = {name: value for name, value in settings.items() if value is not None}
    catalog.edited({provider: settings})
    store.profiles.set(provider, settings or None).result()


def refresh_prices(store: Store, catalog: Catalog, provider: str, **changes: Any) -> Refreshed:
    """
    Read a provider's prices from its models list and save them. Awaits inside: not to be called from a running loop.

    Args:
        store: Where they are saved.
        catalog: The profiles as they ship, with the user's file.
        provider: A profile's name.
        changes: As `adjusted` takes them. Prices of another address than the profile's are not saved: a run at that
            address would not use them.

    Raises:
        SpecError: the provider is not known, or its key is missing or malformed.
        ProviderError: it cannot be asked; BadAnswer where its list tells no prices, as DeepSeek's does not.
        StoreError: they cannot be kept.
    """
    own = edited(catalog, store).profile(provider)
    profile = adjusted(own, **changes)
    prices = asyncio.run(_asked_prices(profile))
    if not prices:
        raise BadAnswer(provider, "no_prices")
    saved = same_host(own.base_url, profile.base_url)
    if saved:
        kept = store.profiles.all().get(provider, {}).get("prices", {})
        new = {name: _plain(price) for name, price in prices.items()}
        save_profile(store, catalog, provider, {"prices": {**kept, **new}})
    ours = {*profile.models, profile.default_model, *profile.prices} & set(prices)
    if not saved:
        ours |= set(sorted(prices)[:MOST_SHOWN])
    changed = {name: (profile.prices.get(name), prices[name]) for name in sorted(ours)}
    return Refreshed(len(prices), {name: pair for name, pair in changed.items() if pair[0] != pair[1]}, saved)


async def _asked_prices(profile: Profile) -> dict[str, Price]:
    from engine.providers.chat import Chat  # the HTTP client is 0.3 s of CPU, and most commands ask nobody

    async with Chat(profile, key_of(profile), deadline_s=ASK_S, connections=1) as chat:
        return read_prices(await chat.get("/models"))


def unlisted_model(profile: Profile, model: str, *, asks: bool = True) -> list[str] | None:
    """
    Whether the provider's list of models lacks a model. Asks the provider, for nothing: not from a running loop.

    Args:
        profile: The provider; the models it names itself count as listed.
        model: Its name; a variant such as "name:free" is listed where the model is.
        asks: False: the provider serves what the profile names, and is not asked.

    Returns:
        None: it is listed, or the provider cannot be asked or tells no list. Else the nearest names, the best first.
    """
    if model in (*profile.models, profile.default_model):
        return None
    listed = asyncio.run(_listed(profile)) if asks else list(profile.models)
    if not listed or {model, model.rpartition(":")[0]} & set(listed):
        return None
    return difflib.get_close_matches(model, listed, NEAREST, cutoff=0.5)


async def _listed(profile: Profile) -> list[str]:
    from engine.providers.chat import Chat

    try:
        async with Chat(profile, key_of(profile), deadline_s=LIST_S, connections=1) as chat:
            return await chat.models()
    except (ProviderError, SpecError):
        return []


def _plain(price: Price) -> dict[str, float]:
    return {name: value for name, value in asdict(price).items() if value is not None}
