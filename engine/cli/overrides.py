"""
The options of the provider in use: every command that uses one offers the same, and takes them as one `Overrides`.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any

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

SERVER: Mapping[str, tuple[Any, Any]] = {
    "base_url": (BaseUrl, None),
    "api_key_env": (ApiKeyEnv, None),
    "no_key": (NoKey, False),
    "private_network": (PrivateNetwork, False),
    "max_tokens": (MaxTokens, None),
}
"""How the server is reached and asked: the type and the default of each option."""
LIMITS: Mapping[str, tuple[Any, Any]] = {
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


def provider_options(*groups: Mapping[str, tuple[Any, Any]]) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """
    Add groups of options to a command, in the place of its parameter `overrides`, which receives what they say.

    Args:
        groups: SERVER, or SERVER and LIMITS.
    """
    added = {name: option for group in groups for name, option in group.items()}

    def decorate(command: Callable[..., None]) -> Callable[..., None]:
        @wraps(command)
        def called(**given: Any) -> None:
            values = {name: given.pop(name) for name in added}
            command(**given, overrides=read_overrides(**values))

        signature = inspect.signature(command, eval_str=True)
        called.__signature__ = signature.replace(parameters=_with(signature, added))  # type: ignore[attr-defined]
        return called

    return decorate


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


def _with(signature: inspect.Signature, added: Mapping[str, tuple[Any, Any]]) -> list[inspect.Parameter]:
    parameters: list[inspect.Parameter] = []
    for own in signature.parameters.values():
        if own.name != "overrides":
            parameters.append(own)
            continue
        kind = inspect.Parameter.POSITIONAL_OR_KEYWORD
        options = added.items()
        parameters += [
            inspect.Parameter(name, kind, default=default, annotation=form) for name, (form, default) in options
        ]
    return parameters
