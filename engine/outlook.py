"""
What a job will take, and where a run stands: rows from the store, divided by metrics, set against forecast.
"""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from heapq import merge
from itertools import accumulate
from statistics import mode
from typing import Any

from engine.advice import Advice, Facts, Replies, advise
from engine.cost import cost_usd
from engine.forecast import PRIOR, Binds, Latency, Load, ceiling, expected_s, fit, lever
from engine.kinds import estimate as estimate_tokens
from engine.kinds import fingerprint
from engine.limits import Limits
from engine.metrics import Summary, summarise
from engine.providers import Catalog, Profile
from engine.runners import Job, edited
from engine.spec import BATCH_SIZE, RunSpec, Tuning
from engine.store import GOOD, CallRow, CellRow, RunRow, Store, Totals
from engine.watch import rss_mb
from engine.work import ALIGNMENT_PACKET, Usage, pack, plan

RECENT_CALLS = 200
ENDED = ("done", "incomplete", "cancelled", "paused")
BROKEN = ("unreachable", "late", "broken_off")
"""Reasons of calls that the network lost."""
SHORT = ("missing", "truncated", "length")
"""Reasons of replies that came short or were cut off."""
LOOKED_AT = 400  # calls, the oldest and the newest: advice on a run of 100,000 calls must not read them all
COMPARED = 10  # calls in each half, so that one long text is no trend


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
    wall_s: float
    items_per_s: float
    limit_items_per_s: float
    share_of_limit: float
    binds: Binds
    lever: str
    """The next thing to turn for more speed: concurrency, batch_size, limits or none."""


@dataclass(frozen=True, slots=True)
class Progress:
    """Where a run stands; the speeds and the ETA are None until something was measured, the ETA also once it ended."""

    run: RunRow
    totals: Totals
    summary: Summary
    eta_s: float | None
    limit_items_per_s: float
    share_of_limit: float | None
    binds: Binds
    cells: Sequence[CellRow]
    price_known: bool
    """False: without a figure of the provider's own, a call counts at the dearest price there is."""


def estimate(store: Store, catalog: Catalog, job: Job) -> Estimate:
    """
    Forecast a job from its spec, the profile's limits and prices, and the latencies measured before.

    Raises:
        SpecError: something in the job is out of bounds.
    """
    profile = job.profile(edited(catalog, store))
    model = job.model(profile)
    slots = plan(job.spec)
    found = store.count_cached([fingerprint(job.spec, slot, model) for slot in slots]) if job.spec.reuse else 0
    wanted = len(slots) - found
    calls = len(pack(slots[:wanted], job.tuning.batch_size, job.spec.kind))
    tokens = estimate_tokens(job.spec)
    usage = Usage(calls * tokens.system + wanted * tokens.item_in, wanted * tokens.item_out)
    load = load_of(job.spec, job.tuning, profile.limits, wanted)
    latency = _latency_before(store, job, profile, model)
    best = ceiling(load, latency)
    wall_s = expected_s(load, latency)
    return Estimate(
        drafts=len(slots),
        cached=found,
        calls=calls,
        tokens_in=usage.tokens_in,
        tokens_out=usage.tokens_out,
        cost_usd=cost_usd(usage, profile.price(model, at=time.time()))[0],
        price_known=profile.knows_price(model),
        wall_s=wall_s,
        items_per_s=wanted / wall_s if wall_s else 0.0,
        limit_items_per_s=best.items_per_s,
        share_of_limit=best.wall_s / wall_s if wall_s else 1.0,
        binds=best.binds,
        lever=lever(load, latency),
    )


def progress(store: Store, run: int, *, cells: bool = True) -> Progress:
    """
    Where a run stands, computed from its rows.

    Raises:
        UnknownRun: there is no such run.
    """
    row = store.run(run)
    totals = row.totals
    summary = summarise(totals)
    spec, (tuning, limits) = RunSpec.from_json(row.spec), _in_force(store, row)
    latency = _latency_of(store, row)
    bought = row.planned - totals.cached
    best = ceiling(load_of(spec, tuning, limits, bought), latency)
    rest = load_of(spec, tuning, limits, totals.open)
    eta_s = None if row.state in ENDED else _eta_s(rest, latency, best.wall_s, summary)
    share = summary.items_per_s / best.items_per_s if summary.items_per_s and best.items_per_s else None
    return Progress(
        run=row,
        totals=totals,
        summary=summary,
        eta_s=eta_s,
        limit_items_per_s=best.items_per_s,
        share_of_limit=share,
        binds=best.binds,
        cells=store.cells(run) if cells else (),
        price_known=bool(row.limits.get("price_known", True)),
    )


def advice_for(store: Store, run: int) -> tuple[Advice, ...]:
    """
    What the rows of a run, the writer and the memory of this process advise; may be asked while the run goes.

    Raises:
        UnknownRun: there is no such run.
    """
    row = store.run(run)
    return advise(_facts(store, row, _some_calls(store, row)))


def _facts(store: Store, row: RunRow, calls: Sequence[CallRow]) -> Facts:
    totals, summary = row.totals, summarise(row.totals)
    tuning, limits = _in_force(store, row)
    load = load_of(RunSpec.from_json(row.spec), tuning, limits, row.planned - totals.cached)
    latency = _latency_of(store, row)
    early, late = _tokens_an_item(calls)
    return Facts(
        n=row.planned,
        ended=row.state in ENDED,
        drafted=totals.drafted,
        failed=totals.failed,
        cancelled=totals.cancelled,
        cause=next(iter(store.causes(row.id)), "") if totals.failed else "",
        calls=totals.calls,
        http_429=totals.http_429,
        broken=sum(failure.count for failure in store.failures(row.id) if failure.reason in BROKEN),
        tuning=replace(tuning, batch_size=load.batch),
        limits=limits,
        wall_s=summary.wall_s,
        items_per_s=summary.items_per_s,
        latency_s=latency.of(load.batch),
        binds=ceiling(load, latency).binds,
        speeds={batch: ceiling(replace(load, batch=batch), latency).items_per_s for batch in BATCH_SIZE},
        replies=_replies(calls),
        cut=sum(call.reason == "length" for call in calls),
        most_in_flight=_most_in_flight(calls),
        tokens_early=early,
        tokens_late=late,
        commit_ms=store.commit_ms,
        rss_mb=rss_mb(),
    )


def _some_calls(store: Store, row: RunRow) -> list[CallRow]:
    """The oldest and the newest calls of a run, the oldest first: all of them, up to twice LOOKED_AT."""
    newest = store.calls(row.id, limit=LOOKED_AT)
    offset = max(LOOKED_AT, row.totals.calls - LOOKED_AT)
    oldest = store.calls(row.id, limit=LOOKED_AT, offset=offset) if row.totals.calls > LOOKED_AT else []
    return [*reversed(oldest), *reversed(newest)]


def _in_force(store: Store, row: RunRow) -> tuple[Tuning, Limits]:
    """What the run was started with, or what was chosen and learned since."""
    newest = {change.what: change.after for change in store.changes(row.id)}
    return Tuning(**newest.get("tuning", row.tuning)), _limits({**row.limits, **newest.get("limits", {})})


def _replies(calls: Sequence[CallRow]) -> dict[int, Replies]:
    found: dict[int, Replies] = {}
    for call in calls:
        if call.outcome in (*GOOD, "empty"):
            lost = call.asked - call.kept - call.late if call.reason in SHORT else 0
            before = found.get(call.asked, Replies(0, 0))
            found[call.asked] = Replies(before.asked + call.asked, before.lost + lost)
    return found


def _most_in_flight(calls: Sequence[CallRow]) -> int:
    """The most at one moment; where one ends as another starts, they are one after the other."""
    starts = sorted((call.sent_at, 1) for call in calls)
    ends = sorted((call.ended_at, -1) for call in calls if call.ended_at is not None)
    return max(accumulate(step for _, step in merge(ends, starts)), default=0)


def _tokens_an_item(calls: Sequence[CallRow]) -> tuple[float | None, float | None]:
    """Tokens for each item kept in the first and in the second half of the calls of the commonest size."""
    size = mode(call.asked for call in calls) if calls else 0
    alike = [call for call in calls if call.asked == size and call.ended_at is not None]
    half = len(alike) // 2
    if half < COMPARED:
        return None, None
    return _tokens_kept(alike[:half]), _tokens_kept(alike[half:])


def _tokens_kept(calls: Sequence[CallRow]) -> float | None:
    kept = sum(call.kept for call in calls)
    return sum(call.tokens_in + call.tokens_out for call in calls) / kept if kept else None


def _eta_s(rest: Load, latency: Latency, best_wall_s: float, summary: Summary) -> float:
    """The rest alone is too short where the window is already used up; the whole less what has passed is not."""
    return max(expected_s(rest, latency), best_wall_s - summary.wall_s if rest.items else 0.0)


def load_of(spec: RunSpec, tuning: Tuning, limits: Limits, items: int) -> Load:
    """What `items` drafts of a spec ask of the provider, for the forecast."""
    tokens = estimate_tokens(spec)
    return Load(
        items=items,
        batch=min(tuning.batch_size, ALIGNMENT_PACKET) if spec.kind == "alignment" else tuning.batch_size,
        concurrency=tuning.concurrency,
        limits=limits,
        tokens_item=tokens.item_in + tokens.item_out,
        tokens_call=tokens.system,
        throttle_s=tuning.throttle_ms / 1000,
    )


def _latency_before(store: Store, job: Job, profile: Profile, model: str) -> Latency:
    if job.own_practice:
        return _practice_latency(job.practice.to_json() if job.practice else None)
    return fit(store.latencies(profile.name, model, job.spec.kind, job.spec.lang))


def _latency_of(store: Store, row: RunRow) -> Latency:
    own = [
        (call.asked, call.ended_at - call.sent_at)
        for call in store.calls(row.id, limit=RECENT_CALLS)
        if call.outcome in GOOD and call.ended_at is not None
    ]
    prior = _practice_latency(row.limits.get("practice")) if row.provider == "practice" else PRIOR
    return fit(own, prior)


def _practice_latency(raw: Mapping[str, Any] | None) -> Latency:
    if not raw:
        return PRIOR
    scale = 1000 * raw["time_scale"]
    return Latency(raw["base_ms"] / scale, raw["item_ms"] / scale)


def _limits(raw: Mapping[str, Any]) -> Limits:
    names = ("rpm", "tpm", "max_in_flight", "shape", "window_s")
    return Limits(**{name: raw[name] for name in names if name in raw})
