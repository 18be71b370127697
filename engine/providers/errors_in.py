"""
What an error in a body says, also where a gateway passes on another server's error.
"""

from __future__ import annotations

import json
from typing import Any

from engine.providers.headers import first
from engine.providers.message import dumped

_MESSAGES = ("message", "msg", "detail", "error_msg", "error_message", "errmsg", "status_msg")
_CODES = ("code", "error_code", "errcode", "status_code")


def error_beside(body: dict[str, Any]) -> dict[str, Any]:
    """The error that a body without an answer reports in fields of its own, such as {"code": 1001, "msg": ...}."""
    state = body.get("base_resp")
    fields = {**body, **state} if isinstance(state, dict) else body
    named = ("detail", "errors", *_MESSAGES)
    error = as_error(first(*(fields.get(name) or None for name in named)))
    code = first(error.get("code"), *(fields.get(name) for name in _CODES))
    return {**error, "code": code} if error else {}


def as_error(value: Any) -> dict[str, Any]:
    """The error of a field: an object, a text or the first of a list; {} where there is none."""
    if isinstance(value, list) and value:
        value = value[0]
    if isinstance(value, str) and value:
        return {"message": value}
    return value if isinstance(value, dict) else {}


def message_of(error: dict[str, Any]) -> str:
    """What an error says; where it only passes on another server's error, what that one says."""
    message = first(*(error.get(name) for name in _MESSAGES))
    said = message if isinstance(message, str) else "" if message is None else dumped(message)
    raw = as_error(error.get("metadata")).get("raw")
    inner = _inner_message(raw) if isinstance(raw, str) else ""
    if inner and inner not in said:
        return f"{said.rstrip('.')}: {inner}" if said else inner
    return _inner_message(said) or said


def _inner_message(text: str) -> str:
    """The message of an error that is written as JSON at the beginning of a text; a plain text as it is."""
    if not text.lstrip().startswith(("{", "[")):
        return text
    try:
        body, _ = json.JSONDecoder(strict=False).raw_decode(text.lstrip())
    except (ValueError, RecursionError):
        return text
    body = body[0] if isinstance(body, list) and body else body
    inner = as_error(body.get("error") if isinstance(body, dict) else None) or as_error(body)
    said = inner.get("message")
    return said if isinstance(said, str) and said else text  # a list of refused fields says more than its first text
