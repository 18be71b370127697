"""
The options of the provider in use: every command that uses one offers the same, and takes them as one `Overrides`.
"""

from __future__ import annotations

from collections.abc import Callable

from engine.cli.gathered import Command, Options, gathered
from engine.cli.options import (
    ApiKeyEnv,
    BaseUrl,
    BudgetDayUsd,
    DeadlineS,
    MaxInFlight,
    MaxTokens,
    NoKey,
    PrivateNetwork,
    Rpm,
    Shape,
    Tpm,
    WindowS,
)
from engine.errors import SpecError
from engine.job import Overrides

SERVER: Options = {
    "base_url": (BaseUrl, None),
    "api_key_env": (ApiKeyEnv, None),
    "no_key": (NoKey, False),
    "private_network": (PrivateNetwork, False),
    "max_tokens": (MaxTokens, None),
}
"""How the server is reached and asked: the type and the default of each option."""
LIMITS: Options = {
    "rpm": (Rpm, None),
    "tpm": (Tpm, None),
    "max_in_flight": (MaxInFlight, None),
    "shape": (Shape, None),
    "window_s": (WindowS, None),
    "deadline_s": (DeadlineS, None),
    "budget_day_usd": (BudgetDayUsd, None),
}
"""What the provider allows, and what it may cost."""
UNCHANGED = Overrides()
"""The default of a command's parameter `overrides`."""


def provider_options(*groups: Options) -> Callable[[Command], Command]:
    """
    Add groups of options to a command, in the place of its parameter `overrides`, which receives what they say.

    Args:
        groups: SERVER, or SERVER and LIMITS.
    """
    return gathered("overrides", {name: option for group in groups for name, option in group.items()}, read_overrides)


def read_overrides(
    *, api_key_env: str | None, no_key: bool, private_network: bool, **others: int | float | str | None
) -> Overrides:
    """
    What the options of a provider change of its profile.

    Raises:
        SpecError: a key is named and refused at the same time.
    """
    if no_key and api_key_env:
        raise SpecError("api-key-env", api_key_env, "key_and_no_key")
    key_env = "" if no_key else api_key_env
    return Overrides(key_env=key_env, private_network=private_network or None, **others)  # type: ignore[arg-type]
