"""
Writes the JSON body of one chat completion, and its headers.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from engine.errors import SpecError
from engine.providers.adapt import OBJECT, SCHEMA, USUAL, Adaptations
from engine.providers.keys import Key
from engine.providers.profile import Profile


def payload(
    profile: Profile,
    *,
    model: str,
    system: str,
    user: str,
    schema: Mapping[str, Any] | None,
    max_tokens: int,
    temperature: float,
    adapted: Adaptations = USUAL,
) -> bytes:
    """
    The JSON body of one chat completion.

    Args:
        profile: Says how JSON is asked for, and what every call carries besides.
        model: Empty: the profile's default model.
        schema: Strict JSON schema of the answer without bounds, which Anthropic and Gemini refuse; None, or a profile
            without schemas: plain JSON is asked for.
        max_tokens: Always sent: without it OpenRouter reserves the model's whole output and answers 402.
        temperature: Left out where the provider takes only its own.
        adapted: What the run has learned that the provider does not take.

    Raises:
        SpecError: neither the call nor the profile names a model.
    """
    body: dict[str, Any] = {
        "model": model or profile.default_model,
        "messages": [{"role": "system", "content": system}, {"role": "user", "content": user}],
        _tokens_field(profile, adapted): max_tokens,
        **({"temperature": temperature} if sends_temperature(profile, adapted) else {}),
        "stream": False,
        **profile.extra_body,
    }
    if not body["model"]:
        raise SpecError("model", "", "no_default_model", provider=profile.name)
    _add_format(body, profile, schema, adapted)
    # A lone surrogate, from a reason quoted out of an answer, becomes "?": it must not cost the call.
    return json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")


def _add_format(body: dict[str, Any], profile: Profile, schema: Mapping[str, Any] | None, adapted: Adaptations) -> None:
    """Ask for JSON in the form that the provider takes."""
    response_format = adapted.response_format(profile, schema is not None)
    if response_format == SCHEMA:
        named = {"name": "drafts", "strict": True, "schema": schema}
        body["response_format"] = {"type": SCHEMA, SCHEMA: named}
        if profile.require_parameters:
            body["provider"] = {**body.get("provider", {}), "require_parameters": True}
    elif response_format == OBJECT:
        body["response_format"] = {"type": OBJECT}


def sends_temperature(profile: Profile, adapted: Adaptations) -> bool:
    """Whether a call carries a temperature."""
    return profile.send_temperature and not adapted.no_temperature


def _tokens_field(profile: Profile, adapted: Adaptations) -> str:
    return "max_completion_tokens" if profile.completion_tokens or adapted.completion_tokens else "max_tokens"


def request_headers(profile: Profile, key: Key | None, host: str) -> list[tuple[bytes, bytes]]:
    """The headers of every call to a provider, in the form of the HTTP client."""
    headers = {
        "Host": host,
        "Content-Type": "application/json",
        "Accept": "application/json",
        "Accept-Encoding": "gzip",
        "User-Agent": "draftmill",
        **profile.headers,
    }
    if key is not None:
        headers["Authorization"] = f"Bearer {key.reveal()}"
    return [(name.encode(), text.encode()) for name, text in headers.items()]
