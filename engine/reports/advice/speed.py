"""
Advice on speed and resources: refused calls, a slow pace, idle concurrency, the database, memory, large jobs.
"""

from __future__ import annotations

import math

from engine.reports.advice.facts import Advice, Evidence, Facts
from engine.reports.advice.shared import MOST_429, enough, gain_of, is_unusable, larger_batch
from engine.spec import THROTTLE_MS

RISE = 1.25  # tokens an item, second half to first; titles to be avoided account for up to a tenth
SLOW_COMMIT_MS = 50.0  # an SSD takes 1-5 ms (docs/store.md)
COMMITS = 3  # a call waits for: its start, its answer, its settlement
MOST_RSS_MB = 1024.0  # small hosts give a process 1 GB
BIG_JOB = 100  # the guide's bound of a large batch
PACE = 0.97  # of a known limit (design.md, section 5)
GAP_STEP_MS = 50  # a throttle is advised in steps
SLOW_PACE = 0.20  # of the forecast


def slow_down(facts: Facts) -> Advice | None:
    """
    Over 10 % of the calls were refused: fewer at once, a longer throttle, or the limit where none is long enough.

    Where the calls were within the limit already, the provider is busy: no setting changes that.
    """
    if not enough(facts, facts.calls) or facts.http_429 <= MOST_429 * facts.calls or facts.wall_s <= 0:
        return None
    limits, tuning = facts.limits, facts.tuning
    if limits.max_in_flight and not limits.rpm and tuning.concurrency > limits.max_in_flight:
        evidence = {**_refused(facts), "concurrency": tuning.concurrency, "max_in_flight": limits.max_in_flight}
        return Advice("fewer_at_once", evidence, settings={"concurrency": limits.max_in_flight})
    to_per_min = _calls_allowed(facts)
    if to_per_min >= _calls_made(facts):
        return Advice("busy", {**_refused(facts), "to_per_min": to_per_min})
    evidence = {**_refused(facts), "to_per_min": to_per_min, "throttle_ms": tuning.throttle_ms, "rpm": limits.rpm}
    known = limits.rpm and not facts.learned
    gain = gain_of(PACE * facts.speeds.get(tuning.batch_size, 0.0), facts.items_per_s) if known else None
    return Advice("slow_down", evidence, gain, settings=_slower(facts, to_per_min))


def _refused(facts: Facts) -> dict[str, float | str]:
    return {
        "rate_429": facts.http_429 / facts.calls,
        "http_429": facts.http_429,
        "calls": facts.calls,
        "from_per_min": _calls_made(facts),
    }


def _calls_made(facts: Facts) -> float:
    """Calls a minute, refused ones included."""
    return facts.calls_per_min or facts.calls / facts.wall_s * 60


def _calls_allowed(facts: Facts) -> float:
    """Calls a minute, just under the limit where it is known, else under what was accepted."""
    limits = facts.limits
    accepted = _calls_made(facts) * (1 - facts.http_429 / facts.calls)
    known = limits.rpm and (facts.ended or not facts.learned)
    return PACE * (60 * limits.rpm / limits.window_s if known else accepted)


def _slower(facts: Facts, to_per_min: float) -> dict[str, int | float]:
    """The throttle for a pace; the longest one is 2 s: below 30 calls a minute it is the limit that has to be set."""
    tuning, limits = facts.tuning, facts.limits
    gap_ms = GAP_STEP_MS * math.ceil(60_000 / max(to_per_min, 0.1) / GAP_STEP_MS)
    if gap_ms <= THROTTLE_MS[-1]:
        return {"throttle_ms": gap_ms} if gap_ms > tuning.throttle_ms else {}
    rpm = max(1, math.floor(to_per_min * limits.window_s / 60))
    return {"rpm": rpm} if rpm != limits.rpm else {}


def slow_pace(facts: Facts) -> Advice | None:
    """Under a fifth of the forecast speed: say what takes the time; a larger batch where calls are scarce."""
    pace = facts.items_per_s
    if pace is None or not enough(facts, facts.calls) or pace >= SLOW_PACE * facts.forecast_items_per_s:
        return None
    slowed = _slowed(facts)
    if not pace and slowed == "unknown":
        return None  # what stopped the run before its first draft says why itself
    evidence: dict[str, float | str] = {
        "pace": pace,
        "forecast": facts.forecast_items_per_s,
        "share": pace / facts.forecast_items_per_s,
        "slowed": slowed,
        "batch_size": facts.tuning.batch_size,
    }
    larger = larger_batch(facts) if slowed in ("limit", "refused") and not facts.tuning.auto else None
    return Advice("slow_pace", evidence, settings={"batch_size": larger} if larger else {})


def _slowed(facts: Facts) -> str:
    """What takes the time, as a code."""
    if is_unusable(facts):
        return "unusable"
    if facts.late + facts.broken > MOST_429 * facts.calls:
        return "unanswered"
    if facts.http_429 > MOST_429 * facts.calls:
        return "refused"
    return "limit" if facts.learned else "unknown"


def idle_concurrency(facts: Facts) -> Advice | None:
    """Calls in flight never reached the concurrency: something else limits the run."""
    tuning = facts.tuning
    if tuning.auto or not 0 < facts.most_in_flight < tuning.concurrency or facts.calls < 2 * tuning.concurrency:
        return None
    evidence: dict[str, float | str] = {
        "most_in_flight": facts.most_in_flight,
        "concurrency": tuning.concurrency,
        "binds": facts.bottleneck if facts.bottleneck in ("rate", "tokens", "in_flight") else "unknown",
    }
    if tuning.throttle_ms / 1000 * tuning.concurrency > facts.latency_s > 0:
        return _lower_throttle(facts, evidence)
    larger = larger_batch(facts) if facts.bottleneck in ("rate", "in_flight") else None
    if larger is not None:
        gain = gain_of(facts.speeds.get(larger, 0.0), facts.speeds.get(tuning.batch_size))
        evidence["batch_size"] = tuning.batch_size
        return Advice("idle_concurrency", evidence, gain, "hint", {"batch_size": larger})
    return Advice("idle_concurrency", evidence, None, "hint", {"concurrency": facts.most_in_flight})


def _lower_throttle(facts: Facts, evidence: dict[str, float | str]) -> Advice | None:
    """The throttle that lets every worker work, unless the provider refuses calls as it is."""
    tuning, limits = facts.tuning, facts.limits
    gap_s = max(facts.latency_s / tuning.concurrency, limits.window_s / limits.rpm if limits.rpm else 0.0)
    lower = math.floor(1000 * gap_s)
    if facts.http_429 or lower >= tuning.throttle_ms:
        return None
    gain = gain_of(tuning.throttle_ms / 1000, gap_s)
    return Advice("throttled", {**evidence, "throttle_ms": tuning.throttle_ms}, gain, "hint", {"throttle_ms": lower})


def tokens_rising(facts: Facts) -> Advice | None:
    """A draft takes a quarter more tokens in the second half of the run."""
    early, late = facts.tokens_early, facts.tokens_late
    if not early or not late or late <= RISE * early:
        return None
    return Advice("tokens_rising", {"early": early, "late": late, "rise": late / early - 1}, late / early, "hint")


def slow_writes(facts: Facts) -> Advice | None:
    """The database takes over 50 ms for a write."""
    if facts.commit_ms <= SLOW_COMMIT_MS:
        return None
    waits_ms = COMMITS * facts.commit_ms
    gain = 1 + waits_ms / 1000 / facts.latency_s if facts.bottleneck == "concurrency" and facts.latency_s else None
    return Advice("slow_writes", {"commit_ms": facts.commit_ms, "waits_ms": waits_ms}, gain)


def memory(facts: Facts) -> Advice | None:
    """Over 1 GB: half the concurrency; each call in flight holds its request and its answer."""
    if facts.rss_mb <= MOST_RSS_MB:
        return None
    concurrency = facts.tuning.concurrency
    evidence: Evidence = {
        "rss_mb": round(facts.rss_mb, -2),
        "most_mb": MOST_RSS_MB,
        "n": facts.n,
        "concurrency": concurrency,
    }
    return Advice("memory", evidence, settings={"concurrency": concurrency // 2} if concurrency > 1 else {})


def big_job(facts: Facts) -> Advice | None:
    """From 100 drafts on: in parts, of which the first is reviewed before the rest is bought."""
    if facts.n < BIG_JOB:
        return None
    parts = max(2, math.ceil(facts.n / BIG_JOB))
    return Advice("big_job", {"n": facts.n, "parts": parts, "part": math.ceil(facts.n / parts)}, severity="hint")
