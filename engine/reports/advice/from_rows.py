"""
The figures that advice is based on, read from a run's rows.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import asdict, replace
from heapq import merge
from itertools import accumulate
from statistics import median, mode

from engine.limiter.forecast import Latency, ceiling, expected_s, fit
from engine.process import memory_mb
from engine.reports.advice import Advice, Facts, QualityFacts, Replies, advise
from engine.reports.advice.stable import checkpoint
from engine.reports.estimate import load_of
from engine.reports.metrics import active_s
from engine.reports.progress import ENDED, configured, in_force, prior_of
from engine.spec import BATCH_SIZE, RunSpec
from engine.store import ANSWERED, CallRow, RunRow, Store

BROKEN = ("unreachable", "broken_off")
"""Reasons of calls that the network lost."""
LATE = "late"
HTTP_429 = 429

CUT = ("cut_off", "length")  # older rows say length
SHORT = ("missing", "truncated", *CUT)
"""Reasons of replies that came short or were cut off."""

NAMED = ("header", "cap_told")
"""Why a limit changed, where the provider named it itself."""

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


def _facts(store: Store, row: RunRow, seen: Sequence[CallRow]) -> Facts:
    calls = seen if row.state in ENDED else at_checkpoint(seen)
    until = None if row.state in ENDED else max((call.ended_at or 0.0 for call in calls), default=0.0)
    tuning, limits, learned = in_force(store, row, until, NAMED)
    spec, bought = RunSpec.from_json(row.spec), row.planned - row.totals.cached
    load, latency = load_of(spec, tuning, limits, bought), _latency(row, calls)
    planned = load_of(spec, tuning, configured(row), bought)
    facts = Facts(
        n=row.planned,
        ended=row.state in ENDED,
        tuning=replace(tuning, batch_size=load.batch),
        limits=limits,
        learned=learned,
        forecast_items_per_s=planned.items / expected_s(planned, latency) if planned.items else 0.0,
        latency_s=latency.of(load.batch),
        bottleneck=ceiling(load, latency).bottleneck,
        speeds={batch: ceiling(load.with_batch(batch), latency).items_per_s for batch in BATCH_SIZE},
        commit_ms=store.commit_ms,
        rss_mb=memory_mb(),
    )
    return _with_quality(store, row, _with_slots(store, row, _with_calls(store, row, calls, facts)))


def _with_calls(store: Store, row: RunRow, calls: Sequence[CallRow], facts: Facts) -> Facts:
    """The facts with what the calls say; of a long run, how fast its newest calls were."""
    timed = calls if len(calls) < 2 * LOOKED_AT else calls[LOOKED_AT:]
    wall_s = active_s(timed, paused=row.fence > 1)
    cut = [call for call in calls if call.reason in CUT]
    late = [call.ended_at - call.sent_at for call in calls if call.reason == LATE and call.ended_at is not None]
    early, later = _tokens_an_item(calls)
    counts = _counts(store, row, calls)
    return replace(
        facts,
        calls=counts["calls"],
        http_429=counts["http_429"],
        broken=counts["broken"],
        late=counts["late"],
        deadline_s=_deadline_s(row, late),
        wall_s=wall_s,
        calls_per_min=len(timed) / wall_s * 60 if wall_s else 0.0,
        items_per_s=sum(call.kept for call in timed) / wall_s if wall_s else None,
        replies=_replies(calls),
        cut=len(cut),
        cut_tokens=max((call.tokens_out for call in cut if call.asked == 1), default=0),
        unusable_cause=_commonest(call.reason for call in calls if call.outcome in ANSWERED and not call.kept),
        most_in_flight=_most_in_flight(calls),
        tokens_early=early,
        tokens_late=later,
    )


def _counts(store: Store, row: RunRow, calls: Sequence[CallRow]) -> dict[str, int]:
    """Calls, 429s and calls without an answer: of these calls, or of the ledger where a long run has ended."""
    if row.state in ENDED and row.totals.calls > len(calls):
        failed = {failure.reason: failure.count for failure in store.calls.failures(row.id)}
        refused, broken = row.totals.http_429, sum(failed.get(reason, 0) for reason in BROKEN)
        return {"calls": row.totals.calls, "http_429": refused, "broken": broken, "late": failed.get(LATE, 0)}
    refused = sum(call.status == HTTP_429 or call.outcome == "rate_limited" for call in calls)
    reasons = Counter(call.reason for call in calls)
    broken = sum(reasons[reason] for reason in BROKEN)
    return {"calls": len(calls), "http_429": refused, "broken": broken, "late": reasons[LATE]}


def _with_slots(store: Store, row: RunRow, facts: Facts) -> Facts:
    totals = row.totals
    cause = next(iter(store.drafts.causes(row.id)), "") if totals.failed else ""
    return replace(facts, drafted=totals.drafted, failed=totals.failed, cancelled=totals.cancelled, cause=cause)


def _with_quality(store: Store, row: RunRow, facts: Facts) -> Facts:
    totals = row.totals
    own = QualityFacts(totals.drafted, totals.flagged, totals.approved, totals.rejected)
    if row.reviewed_run is not None or not totals.drafted:
        return facts
    alike = store.reviews.batch_quality(row.provider, row.model, row.kind, row.lang)
    sizes = {one.asked: QualityFacts(*list(asdict(one).values())[1:]) for one in alike}
    return replace(facts, quality=sizes, own=own)


def at_checkpoint(calls: Sequence[CallRow]) -> list[CallRow]:
    """The calls that had ended at the last checkpoint, in the order they were sent. Pure."""
    ended = sorted((call for call in calls if call.ended_at is not None), key=lambda call: call.ended_at or 0.0)
    return sorted(ended[: checkpoint(len(ended))], key=lambda call: call.id)


def _some_calls(store: Store, row: RunRow) -> list[CallRow]:
    """The oldest and the newest calls of a run, the oldest first: all of them, up to twice LOOKED_AT."""
    newest = store.calls.page(row.id, limit=LOOKED_AT)
    offset = max(LOOKED_AT, row.totals.calls - LOOKED_AT)
    oldest = store.calls.page(row.id, limit=LOOKED_AT, offset=offset) if row.totals.calls > LOOKED_AT else []
    return [*reversed(oldest), *reversed(newest)]


def _latency(row: RunRow, calls: Sequence[CallRow]) -> Latency:
    answered = [call for call in calls if call.outcome in ANSWERED and call.ended_at is not None]
    samples = [(call.asked, (call.ended_at or 0.0) - call.sent_at) for call in answered[-LOOKED_AT // 2 :]]
    return fit(samples, prior_of(row))


def _deadline_s(row: RunRow, late: Sequence[float]) -> float:
    """The deadline in force: the run's own, else the time after which its late calls were given up."""
    own = row.limits.get("overrides", {}).get("deadline_s")
    return float(own) if own is not None else float(round(median(late), 1)) if late else 0.0


def _commonest(codes: Iterable[str]) -> str:
    counted = Counter(code for code in codes if code)
    return counted.most_common(1)[0][0] if counted else ""


def _replies(calls: Sequence[CallRow]) -> dict[int, Replies]:
    found: dict[int, Replies] = {}
    for call in calls:
        if call.outcome in ANSWERED:
            gone = call.asked - call.kept - call.late
            lost = gone if call.reason in SHORT else 0
            before = found.get(call.asked, Replies(0, 0))
            found[call.asked] = Replies(before.asked + call.asked, before.lost + lost, before.refused + gone - lost)
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
