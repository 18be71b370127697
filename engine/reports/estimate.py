"""
What a job will take: drafts, calls, tokens, money, time and the share of the limit.
"""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import cycle, islice
from typing import Any

from engine.job import Job
from engine.kinds import estimate as estimate_tokens
from engine.kinds import fingerprints, kind_of
from engine.limiter.forecast import MIN_SAMPLES, PRIOR, Bottleneck, Latency, Load, ceiling, expected_s, fit, suggestion
from engine.limiter.limits import Limits
from engine.messages import NOTHING, Message
from engine.money.cost import cost_usd
from engine.money.usage import Usage
from engine.practice import pace_of
from engine.profiles import edited
from engine.providers import Catalog, Profile
from engine.spec import BATCH_SIZE, RunSpec, Tuning
from engine.store import Store
from engine.work import packet_sizes, plan

LATENCY_UNKNOWN = "estimate.latency_unknown"


@dataclass(frozen=True, slots=True)
class Estimate:
    """What a job will take; `cached` drafts are reused and cost nothing. Speeds are drafts/s, shares 0..1."""

    drafts: int
    cached: int
    calls: int
    tokens_in: int
    tokens_out: int
    cost_usd: float
    price_known: bool
    wall_s: float | None
    items_per_s: float | None
    limit_items_per_s: float | None
    share_of_limit: float | None
    bottleneck: Bottleneck | None
    suggestion: str
    """The setting to raise for more speed: concurrency, batch_size, limits or none."""
    unknown: Message = NOTHING
    """Why the time is not known; then it and the speeds are None."""
    reviewed: int = 0
    """Of the reused drafts, those that somebody has decided already."""


def estimate_of(store: Store, catalog: Catalog, job: Job) -> Estimate:
    """
    Forecast a job from its spec, the profile's limits and prices, and the latencies measured before.

    Raises:
        SpecError: something in the job is out of bounds.
    """
    profile = job.profile(edited(catalog, store))
    model = job.model(profile)
    slots = plan(job.spec)
    base_url = "" if job.own_practice else profile.base_url
    prints = fingerprints(job.spec, slots, model, base_url) if job.spec.reuse else []
    found = store.drafts.count_cached(prints) if prints else 0
    reviewed = store.drafts.count_cached(prints, reviewed=True) if found else 0
    wanted = len(slots) - found
    tokens, load = estimate_tokens(job.spec), load_of(job.spec, job.tuning, profile.limits, wanted)
    usage = Usage(load.calls * tokens.system + wanted * tokens.item_in, wanted * tokens.item_out)
    return Estimate(
        drafts=len(slots),
        cached=found,
        calls=load.calls,
        tokens_in=usage.tokens_in,
        tokens_out=usage.tokens_out,
        cost_usd=cost_usd(usage, profile.price(model, at=time.time()))[0],
        price_known=profile.knows_price(model),
        reviewed=reviewed,
        **_times(load, _latency_before(store, job, profile, model, base_url)),
    )


def _times(load: Load, latency: Latency | None) -> dict[str, Any]:
    """The fields of an estimate that need the latency."""
    if latency is None and load.calls:
        names = ("wall_s", "items_per_s", "limit_items_per_s", "share_of_limit", "bottleneck")
        return {**dict.fromkeys(names), "suggestion": "none", "unknown": Message(LATENCY_UNKNOWN)}
    latency = latency or PRIOR
    best, wall_s = ceiling(load, latency), expected_s(load, latency)
    return {
        "wall_s": wall_s,
        "items_per_s": load.items / wall_s if wall_s else 0.0,
        "limit_items_per_s": best.items_per_s,
        "share_of_limit": best.wall_s / wall_s if wall_s else 1.0,
        "bottleneck": best.bottleneck,
        "suggestion": suggestion(load, latency),
    }


def load_of(spec: RunSpec, tuning: Tuning, limits: Limits, items: int) -> Load:
    """What `items` drafts of a spec ask of the provider, for the forecast."""
    tokens, limit = estimate_tokens(spec), kind_of(spec.kind).packet
    sizes = list(packet_sizes(islice(cycle(spec.levels), items), tuning.batch_size, limit)) if limit.by_level else []
    return Load(
        items=items,
        batch=max(sizes, default=min(tuning.batch_size, limit.slots)),
        concurrency=tuning.concurrency,
        limits=limits,
        tokens_item=tokens.item_in + tokens.item_out,
        tokens_call=tokens.system,
        throttle_s=tuning.throttle_ms / 1000,
        most_batch=max(packet_sizes(spec.levels * BATCH_SIZE[-1], BATCH_SIZE[-1], limit)),
        packets=len(sizes) if sizes else None,
    )


def latency_before(store: Store, provider: str, model: str, kind: str, lang: str, base_url: str) -> Latency | None:
    """The latency of a server's earlier answers for a model, kind and language; None: there was none."""
    return measured(store.calls.latencies(provider, model, kind, lang, base_url=base_url))


def measured(samples: Sequence[tuple[int, float]]) -> Latency | None:
    """The latency of some answers, (items asked, seconds); None without one. One says more than another server's."""
    return fit(list(samples) * MIN_SAMPLES if len(samples) < MIN_SAMPLES else samples) if samples else None


def _latency_before(store: Store, job: Job, profile: Profile, model: str, base_url: str) -> Latency | None:
    if job.own_practice:
        return practice_latency(job.practice.to_json() if job.practice else None, model)
    return latency_before(store, profile.name, model, job.spec.kind, job.spec.lang, base_url)


def practice_latency(raw: Mapping[str, Any] | None, model: str) -> Latency:
    """The latency of a model of the practice provider with these settings; without any, with its defaults."""
    pace = pace_of(model)
    if not raw:
        return Latency(PRIOR.base_s * pace, PRIOR.item_s * pace)
    scale = 1000 * raw["time_scale"] / pace
    return Latency(raw["base_ms"] / scale, raw["item_ms"] / scale)
