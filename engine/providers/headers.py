"""
What an answer's headers promise: how long to wait, and the limits it tells.

Headers come in lower case. Nonsense (-1, 0, no number, more than a month) reads as nothing said.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from typing import Any, TypeVar

LONGEST_WAIT_S = 31 * 86_400.0  # a monthly quota; more than that is nonsense
MOST_TOKENS = 10_000_000
EPOCH_S = 1e9  # a reset above this is a moment, not a time to wait
_DURATION = re.compile(r"(?:(\d+(?:\.\d+)?)h)?(?:(\d+(?:\.\d+)?)m(?!s))?(?:(\d+(?:\.\d+)?)s)?(?:(\d+(?:\.\d+)?)ms)?")
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Rates:
    """What `x-ratelimit-*` headers say; None where they are missing, or say nonsense (0, -1)."""

    limit_requests: int | None = None
    remaining_requests: int | None = None
    reset_requests_s: float | None = None
    limit_tokens: int | None = None
    remaining_tokens: int | None = None
    reset_tokens_s: float | None = None


def retry_after(headers: Mapping[str, str]) -> float | None:
    """
    The seconds a provider asks to wait.

    Args:
        headers: In lower case. `retry-after-ms` goes before `retry-after`; a date is measured from the answer's own
            `date`, never by this machine's clock.

    Returns:
        None where nothing is asked, or nonsense: negative, no number, above a month.
    """
    milliseconds = number(headers.get("retry-after-ms"))
    if milliseconds is not None and milliseconds >= 0:
        return seconds_to_wait(milliseconds / 1000)
    if not (text := headers.get("retry-after", "")):
        return None
    seconds = duration_s(text)
    if seconds is not None:
        return seconds_to_wait(seconds)
    then, now = _moment(text), _moment(headers.get("date", ""))
    return None if then is None or now is None else seconds_to_wait(max(0.0, then - now))


def read_rates(headers: Mapping[str, str]) -> Rates:
    """The limits an answer's headers tell, per minute unless the provider says otherwise."""

    def count(name: str, least: int) -> int | None:
        value = number(headers.get(f"x-ratelimit-{name}"))
        return int(value) if value is not None and least <= value <= MOST_TOKENS * 100 else None

    return Rates(
        first(count("limit-requests", 1), count("limit", 1)),
        first(count("remaining-requests", 0), count("remaining", 0)),
        first(_reset(headers, "reset-requests"), _reset(headers, "reset")),
        count("limit-tokens", 1),
        count("remaining-tokens", 0),
        _reset(headers, "reset-tokens"),
    )


def duration_s(text: str) -> float | None:
    """The seconds of "6", "5.9s", "1m30s", "12ms"; None where a text is no duration."""
    text = text.strip()
    figure = number(text)
    if figure is not None:
        return figure
    match = _DURATION.fullmatch(text)
    if not text or match is None:
        return None
    hours, minutes, seconds, milliseconds = (float(part or 0) for part in match.groups())
    return hours * 3600 + minutes * 60 + seconds + milliseconds / 1000


def seconds_to_wait(seconds: float) -> float | None:
    """The wait, or None where it is nonsense."""
    return seconds if 0 <= seconds <= LONGEST_WAIT_S else None


def number(value: Any) -> float | None:
    """A finite number, also out of a text; else None."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        figure = float(value)
    except (ValueError, OverflowError):
        return None
    return figure if math.isfinite(figure) else None


def first(*values: T | None) -> T | None:
    """The first value that is not None."""
    return next((value for value in values if value is not None), None)


def _reset(headers: Mapping[str, str], name: str) -> float | None:
    text = headers.get(f"x-ratelimit-{name}", "").strip()
    figure = number(text)
    if figure is None:
        span_s = duration_s(text)
        return None if span_s is None else seconds_to_wait(span_s)
    if figure >= EPOCH_S:
        now = _moment(headers.get("date", ""))
        moment = figure / 1000 if figure >= EPOCH_S * 100 else figure
        return None if now is None else seconds_to_wait(max(0.0, moment - now))
    return seconds_to_wait(figure) if figure > 0 else None


def _moment(text: str) -> float | None:
    try:
        return parsedate_to_datetime(text).timestamp()
    except (ValueError, TypeError, OverflowError, IndexError):
        return None
