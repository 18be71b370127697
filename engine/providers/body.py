"""
What a call says: the JSON body of one chat completion.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from engine.errors import SpecError
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
) -> bytes:
    """
    The JSON body of one chat completion.

    Args:
        profile: Says how JSON is asked for, and what every call carries besides.
        model: Empty: the profile's default model.
        schema: Strict JSON schema of the answer; None, or a profile without schemas: plain JSON is asked for.
        max_tokens: Always sent: without it OpenRouter reserves the model's whole output and answers 402.

    Raises:
        SpecError: neither the call nor the profile names a model.
    """
    body: dict[str, Any] = {
        "model": model or profile.default_model,
        "messages": [{"role": "system", "content": system}, {"role": "user", "content": user}],
        "max_tokens": max_tokens,
        "temperature": temperature,
        "stream": False,
        **profile.extra_body,
    }
    if not body["model"]:
        raise SpecError("model", "", "no_default_model", provider=profile.name)
    if profile.json_mode == "schema" and schema is not None:
        body["response_format"] = {
            "type": "json_schema",
            "json_schema": {"name": "drafts", "strict": True, "schema": schema},
        }
        if profile.require_parameters:
            body["provider"] = {**body.get("provider", {}), "require_parameters": True}
    elif profile.json_mode != "none":
        body["response_format"] = {"type": "json_object"}
    # A lone surrogate, from a reason quoted out of an answer, becomes "?": it must not cost the call.
    return json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")
