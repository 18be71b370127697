"""
What a provider says to a call it does not take: the limits' 429 and their headers.

Pure. Whether a call is taken is decided in limits; the refusals of faults are in faults.
"""

from __future__ import annotations

import math

from engine.practice.faults import FaultReply, error_body
from engine.practice.limits import PracticeLimiter, Verdict
from engine.practice.settings import PracticeSettings


def too_many(settings: PracticeSettings, verdict: Verdict) -> FaultReply:
    """A 429, with Retry-After where the settings say so."""
    what = "calls in flight" if verdict.limit == "in_flight" else "requests"
    body = error_body(429, f"Rate limit exceeded: too many {what}.", "rate_limit_exceeded", limit=verdict.limit)
    if not settings.retry_after:
        return FaultReply(429, body)
    # When a place in flight becomes free is not known; under full load an answer leaves about this often.
    busy_s = (settings.base_ms + settings.item_ms) / 1000 / max(1, settings.max_in_flight)
    return FaultReply(429, body, {"retry-after": retry_after(settings, verdict.wait_s or busy_s)})


def retry_after(settings: PracticeSettings, wait_s: float) -> str:
    """Whole seconds rounded up, as providers send them; under a time scale milliseconds, for a second is long there."""
    if settings.time_scale == 1:
        return str(max(1, math.ceil(wait_s)))
    seconds = wait_s / settings.time_scale if settings.retry_after_in == "real" else wait_s
    return f"{math.ceil(seconds * 1000) / 1000:.3f}"


def rate_headers(settings: PracticeSettings, limiter: PracticeLimiter, now: float) -> dict[str, str]:
    """x-ratelimit-* of the limit of starts, where the settings say so and there is one."""
    if not (settings.rate_headers and settings.rpm):
        return {}
    return {
        "x-ratelimit-limit-requests": str(settings.rpm),
        "x-ratelimit-remaining-requests": str(limiter.remaining(now)),
        "x-ratelimit-reset-requests": f"{math.ceil(limiter.free_in(now) * 1000)}ms",
    }
