"""
What can be made to go wrong on purpose: the faults by name, and what each does to an answer.

Pure: it builds bodies and spoils texts. When a fault strikes is decided by server, from the shares in settings.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from engine.practice.source import change_text


class Fault(StrEnum):
    """A fault's name, as given to `--fault NAME=SHARE`, and what it does, for people."""

    about: str

    def __new__(cls, name: str, about: str) -> Fault:
        """A name with its description."""
        member = str.__new__(cls, name)
        member._value_ = name
        member.about = about
        return member

    UNAVAILABLE = "503", "answers 503: no server is free"
    RATE = "429", "answers 429 although the limits are kept"
    INTERNAL = "500", "answers 500: an error inside the provider"
    RESET = "reset", "drops the connection half-way: the call may have been billed"
    TIMEOUT = "timeout", "holds the answer until the client gives up"
    ERROR_200 = "error200", "answers 200 with an error in place of the choices"
    FINISH_ERROR = "finish_error", "breaks off in the text, finish_reason error"
    SHORT = "short", "leaves out up to half of the items (the only one, where one was asked for)"
    MALFORMED = "malformed", "writes JSON with a fault in it"
    TRUNCATED = "truncated", "cuts the text in the middle, finish_reason length"
    FENCED = "fenced", "wraps the JSON in a code fence and prose"
    BLANK = "blank", "answers with spaces only, finish_reason stop, billed"
    HTML = "html", "answers 200 with the HTML of a sign-in page"
    KEEPALIVE = "keepalive", "sends blank lines for seconds before the body"
    WRONG_SCRIPT = "wrong_script", "writes in another language than was asked for"
    CHANGED_TEXT = "changed_text", "changes a word of the source text it writes from"
    QUOTA = "quota", "answers 429 insufficient_quota: waiting does not help"
    CREDITS = "402_credits", "answers 402: the credits are used up"
    IN_FLIGHT_BUDGET = "402_in_flight", "answers 402 in_flight_budget_exhausted with Retry-After"
    AFFORD = "402_afford", "answers 402: max_tokens is more than the credits can pay"
    MODERATION = "403", "answers 403: the input was flagged by moderation"
    SLOW = "slow", "takes five times as long"
    DOUBLED_ID = "doubled_id", "gives one id twice"
    UNKNOWN_ID = "unknown_id", "gives an item an id nobody asked for"
    OTHER_MODEL = "other_model", "is answered by another model than was asked for"
    OFF_LEVEL = "offlevel", "writes items far above their level: the share is one of items"
    OFF_LANG = "offlang", "writes items in another language of the same script: the share is one of items"
    CROWDED = "crowded", "leaves out items, the more the larger the batch: the share at 8 items, a seventh of it at 2"
    MISSING_WORD = "missing_word", "leaves the target words of an item out; the share is one of items"


BY_NAME = {fault.value: fault for fault in Fault}
OF_ITEMS = tuple(one.value for one in (Fault.CROWDED, Fault.MISSING_WORD, Fault.OFF_LEVEL, Fault.OFF_LANG))
"""Faults whose share is one of items: they are in every answer, beside the fault that strikes it."""
CROWD = 7  # the items beside one, at batch 8, where `crowded` reaches its share
SLOW_FACTOR = 5.0
OTHER_MODEL_NAME = "practice-fallback"
HTML_PAGE = (
    "<!doctype html><html><head><title>Sign in</title></head><body><h1>Welcome to the guest network</h1>"
    "<p>Please sign in to go online.</p></body></html>"
)
# Another script than the language's own, so that every check of the script sees it.
OTHER_LANG = {"en": "zh", "ja": "en", "zh": "ja"}


@dataclass(frozen=True, slots=True)
class FaultReply:
    """An answer without a completion."""

    status: int
    body: dict[str, Any]
    headers: dict[str, str] = field(default_factory=dict)


def error_body(code: int, message: str, error_type: str, **metadata: Any) -> dict[str, Any]:
    """An error as OpenRouter writes it: decide on `metadata.error_type`, not on the message."""
    return {"error": {"code": code, "message": message, "metadata": {"error_type": error_type, **metadata}}}


def strike(shares: Mapping[str, float], chance: float) -> Fault | None:
    """Which fault strikes a call, if any; `chance` in [0, 1) is the call's own."""
    for name, share in shares.items():
        if name in OF_ITEMS:
            continue
        if chance < share:
            return BY_NAME[name]
        chance -= share
    return None


def refusal(fault: Fault, max_tokens: int | None, flagged: str) -> FaultReply | None:
    """
    What a fault answers in place of a completion; None for faults that let one be written.

    Args:
        fault: The fault that struck.
        max_tokens: As asked for; 402_afford names a smaller number.
        flagged: The text a 403 says was flagged (providers echo the user's own words).
    """
    match fault:
        case Fault.UNAVAILABLE:
            return FaultReply(503, error_body(503, "No server is free. Try again.", "provider_overloaded"))
        case Fault.RATE:
            return FaultReply(429, error_body(429, "Rate limit exceeded. Slow down.", "rate_limit_exceeded"))
        case Fault.INTERNAL:
            return FaultReply(500, error_body(500, "Internal server error", "server"))
        case Fault.ERROR_200:
            return FaultReply(200, error_body(502, "The provider returned an error", "provider_unavailable"))
        case Fault.QUOTA:
            return FaultReply(429, _quota())
        case Fault.CREDITS:
            return FaultReply(402, error_body(402, "Insufficient credits. Add credits to go on.", "payment_required"))
        case Fault.IN_FLIGHT_BUDGET:
            body = error_body(402, "Too much is in flight for your credits. Wait.", "in_flight_budget_exhausted")
            return FaultReply(402, body, {"retry-after": "2"})
        case Fault.AFFORD:
            return FaultReply(402, _afford(max_tokens))
        case Fault.MODERATION:
            message = "The input was flagged by moderation."
            return FaultReply(
                403, error_body(403, message, "moderation", reasons=["practice"], flagged_input=flagged[:100])
            )
        case _:
            return None


def spoil_items(items: list[dict[str, Any]], fault: Fault | None, chance: float) -> list[dict[str, Any]]:
    """What a fault makes of the items; `chance` in [0, 1) chooses how."""
    if fault is Fault.SHORT:
        return items[: len(items) - 1 - int(chance * (len(items) // 2))]
    place = int(chance * len(items))
    if fault is Fault.DOUBLED_ID and items:
        others = items[1:] if len(items) > 1 else items
        return [items[0], {**others[0], "id": items[0]["id"]}, *items[2:]]
    if fault is Fault.UNKNOWN_ID and items:
        return [*items[:place], {**items[place], "id": f"x{place}"}, *items[place + 1 :]]
    if fault is Fault.CHANGED_TEXT:
        return [change_text(item, chance) for item in items]
    return items


def thin(items: list[dict[str, Any]], share: float, chances: Sequence[float]) -> list[dict[str, Any]]:
    """
    What `crowded` leaves of the items: each of n is missing with probability share x (n - 1) / 7.

    Args:
        items: Those asked for.
        share: Missing at 8 items.
        chances: One in [0, 1) for each item.
    """
    missing = share * (len(items) - 1) / CROWD
    return [item for item, chance in zip(items, chances, strict=True) if chance >= missing]


def spoil_text(text: str, fault: Fault | None, chance: float) -> tuple[str, str]:
    """What a fault makes of the text: (text, finish_reason)."""
    match fault:
        case Fault.FINISH_ERROR:
            return _cut(text, chance), "error"
        case Fault.TRUNCATED:
            return _cut(text, chance), "length"
        case Fault.MALFORMED:
            return _broken(text, chance), "stop"
        case Fault.FENCED:
            return f"Sure! Here are the drafts:\n\n```json\n{text}\n```\n\nLet me know if you need more.", "stop"
        case Fault.BLANK:
            return " " * (50 + int(chance * 400)), "stop"
        case _:
            return text, "stop"


def _cut(text: str, chance: float) -> str:
    return text[: int(len(text) * (0.2 + 0.7 * chance))]


def _broken(text: str, chance: float) -> str:
    """Three ways models break JSON: a quote forgotten in the middle, Python's quotes, the end of the list forgotten."""
    if chance < 1 / 3:
        quote = text.find('"', len(text) // 2)
        return text[:quote] + text[quote + 1 :]
    if chance < 2 / 3:
        return repr(json.loads(text))
    return text.removesuffix("]}") + ",}"


def _quota() -> dict[str, Any]:
    # The shape of OpenAI, which says `code` in words.
    message = "You exceeded your current quota. Check your plan and billing details."
    return {"error": {"message": message, "type": "insufficient_quota", "param": None, "code": "insufficient_quota"}}


def _afford(max_tokens: int | None) -> dict[str, Any]:
    asked = max_tokens or 16_384
    message = (
        "This request requires more credits, or fewer max_tokens. "
        f"You requested up to {asked} tokens, but can only afford {asked * 3 // 4}."
    )
    return error_body(402, message, "payment_required")
