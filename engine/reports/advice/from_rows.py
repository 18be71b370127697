"""
The figures that advice is based on, read from a run's rows.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from heapq import merge
from itertools import accumulate
from statistics import mode

from engine.limiter.forecast import ceiling
from engine.process import memory_mb
from engine.reports.advice import Advice, Facts, Replies, advise
from engine.reports.estimate import load_of
from engine.reports.metrics import summarise
from engine.reports.progress import ENDED, _in_force, _latency_of
from engine.spec import BATCH_SIZE, RunSpec
from engine.store import GOOD, CallRow, RunRow, Store

BROKEN = ("unreachable", "late", "broken_off")
"""Reasons of calls that the network lost."""

SHORT = ("missing", "truncated", "cut_off", "length")  # older rows say length
"""Reasons of replies that came short or were cut off."""

LOOKED_AT = 400  # calls, the oldest and the newest: advice on a run of 100,000 calls must not read them all

COMPARED = 10  # calls in each half, so that one long text is no trend


def advice_for(store: Store, run: int) -> tuple[Advice, ...]:
    """
    What the rows of a run, the writer and the memory of this process advise; may be asked while the run goes.

    Raises:
        UnknownRun: there is no such run.
    """
    row = store.runs.get(run)
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
        cause=next(iter(store.drafts.causes(row.id)), "") if totals.failed else "",
        calls=totals.calls,
        http_429=totals.http_429,
        broken=sum(failure.count for failure in store.calls.failures(row.id) if failure.reason in BROKEN),
        tuning=replace(tuning, batch_size=load.batch),
        limits=limits,
        wall_s=summary.wall_s,
        items_per_s=summary.items_per_s,
        latency_s=latency.of(load.batch),
        bottleneck=ceiling(load, latency).bottleneck,
        speeds={batch: ceiling(load.with_batch(batch), latency).items_per_s for batch in BATCH_SIZE},
        replies=_replies(calls),
        cut=sum(call.reason in ("cut_off", "length") for call in calls),
        most_in_flight=_most_in_flight(calls),
        tokens_early=early,
        tokens_late=late,
        commit_ms=store.commit_ms,
        rss_mb=memory_mb(),
    )


def _some_calls(store: Store, row: RunRow) -> list[CallRow]:
    """The oldest and the newest calls of a run, the oldest first: all of them, up to twice LOOKED_AT."""
    newest = store.calls.page(row.id, limit=LOOKED_AT)
    offset = max(LOOKED_AT, row.totals.calls - LOOKED_AT)
    oldest = store.calls.page(row.id, limit=LOOKED_AT, offset=offset) if row.totals.calls > LOOKED_AT else []
    return [*reversed(oldest), *reversed(newest)]


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
