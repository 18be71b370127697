"""
The rules of advice: each looks at the facts and says one thing, or nothing.

What the provider allows is paced by the gate whatever is advised here: advice is for the person, and the next run.
"""

from __future__ import annotations

import math
from collections.abc import Callable

from engine.reports.advice.facts import Advice, Evidence, Facts
from engine.reports.metrics import ERROR_TARGET, SUCCESS_TARGET
from engine.spec import BATCH_SIZE, RETRIES, THROTTLE_MS, recommend

# The guide's targets.
MOST_429 = 0.10
# Ours.
MOST_LOST = 0.10  # of the items of a full packet that came short or cut off
MOST_BROKEN = 0.05  # calls without an answer
RISE = 1.25  # tokens an item, second half to first; titles to be avoided account for up to a tenth
SLOW_COMMIT_MS = 50.0  # an SSD takes 1-5 ms (docs/store.md)
COMMITS = 3  # a call waits for: its start, its answer, its settlement
MOST_RSS_MB = 1024.0  # small hosts give a process 1 GB
BIG_JOB = 1_000
ENOUGH = 10  # calls or slots that have ended before a share of them says something, while a run goes on
ENOUGH_ITEMS = 12  # items asked for at one batch size, likewise
CLEARLY = 1.02  # an expected gain below this is none
PACE = 0.97  # of a known limit (design.md, section 5)
STEPS_UP = 2  # retries added at a time


def advise(facts: Facts) -> tuple[Advice, ...]:
    """Everything the rules have to say, warnings first; empty for a run that is well."""
    found = [advice for rule in RULES if (advice := rule(facts)) is not None]
    return tuple(sorted(found, key=lambda advice: advice.severity != "warn"))


# The rules, in the order they are shown.


def _slow_down(facts: Facts) -> Advice | None:
    if not _enough(facts, facts.calls) or facts.http_429 <= MOST_429 * facts.calls or facts.wall_s <= 0:
        return None
    limits, tuning = facts.limits, facts.tuning
    accepted = (facts.calls - facts.http_429) / facts.wall_s * 60
    allowed = 60 * limits.rpm / limits.window_s if limits.rpm else accepted
    to_per_min = max(1.0, PACE * allowed)
    evidence: dict[str, float | str] = {
        "rate_429": facts.http_429 / facts.calls,
        "http_429": facts.http_429,
        "calls": facts.calls,
        "from_per_min": facts.calls / facts.wall_s * 60,
        "to_per_min": to_per_min,
    }
    if limits.max_in_flight and not limits.rpm and tuning.concurrency > limits.max_in_flight:
        return Advice(
            "fewer_at_once",
            {**evidence, "concurrency": tuning.concurrency, "max_in_flight": limits.max_in_flight},
            settings={"concurrency": limits.max_in_flight},
        )
    gap_ms = min(THROTTLE_MS[-1], math.ceil(60_000 / to_per_min))
    change: dict[str, int | float] = {"throttle_ms": gap_ms} if gap_ms > tuning.throttle_ms else {}
    gain = _gain(PACE * facts.speeds.get(tuning.batch_size, 0.0), facts.items_per_s) if limits.rpm else None
    return Advice("slow_down", {**evidence, "throttle_ms": tuning.throttle_ms}, gain, settings=change)


def _low_success(facts: Facts) -> Advice | None:
    if not _enough(facts, facts.settled) or facts.drafted >= SUCCESS_TARGET * facts.settled:
        return None
    evidence: Evidence = {
        "success_rate": facts.drafted / facts.settled,
        "drafted": facts.drafted,
        "settled": facts.settled,
        "missing": facts.failed + facts.cancelled,
    }
    return Advice("low_success", evidence, _gain(facts.settled, facts.drafted))


def _errors(facts: Facts) -> Advice | None:
    if not _enough(facts, facts.settled) or facts.failed <= ERROR_TARGET * facts.settled:
        return None
    rate, retries = facts.failed / facts.settled, facts.tuning.retries
    evidence: Evidence = {
        "error_rate": rate,
        "failed": facts.failed,
        "settled": facts.settled,
        "cause": facts.cause or "unknown",
        "retries": retries,
    }
    more = _more_retries(retries)
    return Advice("errors", evidence, _retry_gain(rate, retries, more), settings={"retries": more} if more else {})


def _unstable_network(facts: Facts) -> Advice | None:
    if not _enough(facts, facts.calls) or facts.broken <= MOST_BROKEN * facts.calls:
        return None
    rate, retries = facts.broken / facts.calls, facts.tuning.retries
    more = _more_retries(retries)
    evidence: Evidence = {"broken_rate": rate, "broken": facts.broken, "calls": facts.calls, "retries": retries}
    # A call that is lost is sent again; the packet is lost only when every one of its calls is.
    gain = _retry_gain(rate ** (1 + retries), retries, more)
    return Advice("unstable_network", evidence, gain, settings={"retries": more} if more else {})


def _smaller_batch(facts: Facts) -> Advice | None:
    batch = facts.tuning.batch_size
    replies = facts.replies.get(batch)
    if replies is None or batch == 1 or facts.tuning.auto or replies.share_lost <= MOST_LOST:
        return None
    if replies.asked < (batch if facts.ended else ENOUGH_ITEMS):
        return None
    lost = replies.share_lost
    kept = {size: 1 - _expected_loss(facts, size, lost) for size in range(1, batch)}
    goodput = {size: kept[size] * facts.speeds.get(size, 0.0) for size in kept}
    best = max(goodput, key=lambda size: goodput[size])
    gain = _gain(goodput[best], (1 - lost) * facts.speeds.get(batch, 0.0))
    if gain is None:  # no size is faster: half the loss then, for the tokens and the late second rounds
        best = max((size for size in kept if 1 - kept[size] <= lost / 2), default=1)
    evidence: Evidence = {
        "batch_size": batch,
        "asked": replies.asked,
        "lost": replies.lost,
        "share_lost": lost,
        "expected_lost": 1 - kept[best],
        "cut": facts.cut,
    }
    return Advice("smaller_batch", evidence, gain, "warn" if gain else "hint", {"batch_size": best})


def _idle_concurrency(facts: Facts) -> Advice | None:
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
    larger = _larger_batch(facts)
    if larger is not None:
        gain = _gain(facts.speeds.get(larger, 0.0), facts.speeds.get(tuning.batch_size))
        evidence["batch_size"] = tuning.batch_size
        return Advice("idle_concurrency", evidence, gain, "hint", {"batch_size": larger})
    return Advice("idle_concurrency", evidence, None, "hint", {"concurrency": facts.most_in_flight})


def _tokens_rising(facts: Facts) -> Advice | None:
    early, late = facts.tokens_early, facts.tokens_late
    if not early or not late or late <= RISE * early:
        return None
    return Advice("tokens_rising", {"early": early, "late": late, "rise": late / early - 1}, late / early, "hint")


def _slow_writes(facts: Facts) -> Advice | None:
    if facts.commit_ms <= SLOW_COMMIT_MS:
        return None
    waits_ms = COMMITS * facts.commit_ms
    gain = 1 + waits_ms / 1000 / facts.latency_s if facts.bottleneck == "concurrency" and facts.latency_s else None
    return Advice("slow_writes", {"commit_ms": facts.commit_ms, "waits_ms": waits_ms}, gain)


def _memory(facts: Facts) -> Advice | None:
    if facts.rss_mb <= MOST_RSS_MB:
        return None
    return Advice("memory", {"rss_mb": facts.rss_mb, "most_mb": MOST_RSS_MB, "n": facts.n})


def _big_job(facts: Facts) -> Advice | None:
    if facts.n <= BIG_JOB:
        return None
    parts = math.ceil(facts.n / BIG_JOB)
    return Advice("big_job", {"n": facts.n, "parts": parts, "part": math.ceil(facts.n / parts)}, severity="hint")


RULES: tuple[Callable[[Facts], Advice | None], ...] = (
    _slow_down,
    _low_success,
    _errors,
    _unstable_network,
    _smaller_batch,
    _slow_writes,
    _memory,
    _idle_concurrency,
    _tokens_rising,
    _big_job,
)


# What the rules share.


def _enough(facts: Facts, count: int) -> bool:
    return count >= (1 if facts.ended else ENOUGH)


def _gain(new: float, old: float | None) -> float | None:
    """The factor from old to new; None where it is unknown or too small to speak of."""
    return new / old if old and new / old >= CLEARLY else None


def _more_retries(retries: int) -> int:
    """What retries should be; 0: it is at the guide's end already."""
    return min(RETRIES[-1], retries + STEPS_UP) if retries < RETRIES[-1] else 0


def _retry_gain(lost: float, retries: int, more: int) -> float | None:
    """More drafts: `lost` of them were lost in 1 + retries attempts, each as likely to fail as the other."""
    if not more or lost >= 1:
        return None
    each = lost ** (1 / (1 + retries))
    return _gain(1 - each ** (1 + more), 1 - lost)


def _expected_loss(facts: Facts, size: int, lost: float) -> float:
    """The share lost at a smaller size: measured, else none with one item and growing evenly with each more."""
    seen = facts.replies.get(size)
    if seen is not None and seen.asked >= ENOUGH_ITEMS:
        return seen.share_lost
    return lost * (size - 1) / (facts.tuning.batch_size - 1)


def _larger_batch(facts: Facts) -> int | None:
    """The guide's largest batch for this size of run, where the calls are what is scarce and replies come whole."""
    batch = facts.tuning.batch_size
    top = min(BATCH_SIZE[-1], recommend(facts.n).batch_size[1])
    replies = facts.replies.get(batch)
    whole = replies is not None and replies.share_lost <= MOST_LOST
    faster = facts.speeds.get(top, 0.0) > CLEARLY * facts.speeds.get(batch, math.inf)
    return top if facts.bottleneck in ("rate", "in_flight") and batch < top and whole and faster else None


def _lower_throttle(facts: Facts, evidence: dict[str, float | str]) -> Advice | None:
    """The throttle that lets every worker work, unless the provider refuses calls as it is."""
    tuning, limits = facts.tuning, facts.limits
    gap_s = max(facts.latency_s / tuning.concurrency, limits.window_s / limits.rpm if limits.rpm else 0.0)
    lower = math.floor(1000 * gap_s)
    if facts.http_429 or lower >= tuning.throttle_ms:
        return None
    gain = _gain(tuning.throttle_ms / 1000, gap_s)
    return Advice("throttled", {**evidence, "throttle_ms": tuning.throttle_ms}, gain, "hint", {"throttle_ms": lower})
