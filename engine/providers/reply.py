"""
An HTTP answer, and what it says.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from engine.money.usage import Usage


@dataclass(frozen=True, slots=True)
class Answer:
    """One HTTP answer, whole: `headers` in lower case, `body` decompressed and within the size cap."""

    status: int
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True, slots=True)
class Reply:
    """What an Answer says, read tolerantly: never raises, whatever the body was."""

    status: int
    """The status to decide on: the HTTP status, or the code of an error inside a 200."""
    text: str = ""
    finish: str = ""
    """finish_reason: stop, length, error, content_filter, ..."""
    refusal: str = ""
    model: str = ""
    """The served model."""
    usage: Usage | None = None
    envelope: bool = True
    """False: the body is not the JSON of a chat completion or of an error (HTML, broken JSON, empty)."""
    error_code: str = ""
    """The provider's own code or type, as text: model_not_found, insufficient_quota, in_flight_budget_exhausted, ..."""
    error_message: str = ""
    """At most 500 characters, without keys and control characters."""
    error_details: str = ""
    """The field that is refused and the quotas that are exceeded, where the error names them apart."""
    thought: bool = False
    """It holds the model's thoughts beside the answer."""
    reasoning_tokens: int = 0
    """Of the tokens written, those the model thought with."""
    retryable: bool | None = None
    """OpenRouter's availability.retryable; None where it is missing."""
    retry_after_s: float | None = None
    """From the headers, the error's own fields or its words; nonsense is dropped."""
    affordable_tokens: int | None = None
    """N of "can only afford N" under 402."""
