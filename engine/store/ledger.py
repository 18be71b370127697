"""
Reads of the ledger: calls, what failed and why, how a run went over time, samples for forecasts.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import ColumnElement, Connection, Integer, Row, Select, and_, cast, func, or_, select

from engine.messages import Message
from engine.store.access import same
from engine.store.records import ANSWERED, GOOD, OPEN
from engine.store.review_rows import BatchQualityRow
from engine.store.run_rows import count_if, is_429
from engine.store.tables import call, draft, run
from engine.store.views import Bucket, CallRow, Charge, Failure, Sample

_SAMPLE_RUNS = 30
"""Forecasts use the newest runs only: the provider may have changed since older ones."""

_QUALITY_DRAFTS = 2_000
_GOOD_SCORE = 4  # kinds.md: a second model accepts no lower one

_unusable = and_(call.c.status == 200, call.c.outcome.in_(("failed", "stopped")), call.c.tokens_out > 0)
_failed = call.c.outcome.not_in([*GOOD, *OPEN])


def read_failures(conn: Connection, run_id: int) -> list[Failure]:
    """Why calls of a run failed; see `Calls.failures`."""
    reason = func.coalesce(func.nullif(call.c.reason, ""), call.c.outcome)
    groups = (
        select(reason.label("why"), func.count().label("times"), func.max(call.c.id).label("newest"))
        .where(call.c.run == run_id, _failed)
        .group_by(reason)
        .subquery()
    )
    rows = (
        select(groups, call.c.message, call.c.reason_code, call.c.reason_values)
        .join(call, call.c.id == groups.c.newest)
        .order_by(groups.c.times.desc(), groups.c.why)
    )
    return [
        Failure(row.why, row.message, row.times, row.newest, row.reason_code, row.reason_values)
        for row in conn.execute(rows)
    ]


def read_timeline(conn: Connection, run_id: int, bucket_s: float) -> list[Bucket]:
    """How a run went over time; see `Calls.timeline`."""
    start = conn.execute(select(func.min(call.c.sent_at)).where(call.c.run == run_id)).scalar()
    if start is None:
        return []
    sent = _sent(conn, run_id, start, bucket_s)
    ended = _ended(conn, run_id, start, bucket_s)
    return _buckets(start, bucket_s, sent, ended)


def calls_like(facts: Mapping[str, str]) -> ColumnElement[bool]:
    """The calls of the newest 30 runs whose columns hold these values."""
    runs = select(run.c.id).where(*same(run, **facts)).order_by(run.c.id.desc()).limit(_SAMPLE_RUNS).subquery()
    return call.c.run.in_(select(runs.c.id))


def read_samples(conn: Connection, where: ColumnElement[bool], limit: int) -> list[Sample]:
    """The newest successful calls among some."""
    names = ("asked", "kept", "sent_at", "ended_at", "tokens_in", "tokens_out", "cost_usd")
    rows = (
        select(*(call.c[name] for name in names))
        .where(where, call.c.outcome.in_(GOOD), call.c.ended_at.is_not(None))
        .order_by(call.c.id.desc())
        .limit(limit)
    )
    return [
        Sample(r.asked, r.kept, r.ended_at - r.sent_at, r.tokens_in, r.tokens_out, r.cost_usd)
        for r in conn.execute(rows)
    ]


def read_charges(conn: Connection, run_id: int) -> list[Charge]:
    """What each settled call of a run was billed for; see `Calls.charges`."""
    tokens = (call.c[name] for name in ("tokens_in", "tokens_out", "tokens_cached", "cost_usd"))
    rows = (
        select(func.coalesce(call.c.ended_at, call.c.sent_at), *tokens, call.c.outcome == "in_doubt")
        .where(call.c.run == run_id, call.c.outcome.not_in(OPEN))
        .order_by(call.c.id)
    )
    return [Charge(*tuple(row)) for row in conn.execute(rows)]


def read_latencies(conn: Connection, where: ColumnElement[bool], limit: int) -> list[tuple[int, float]]:
    """(items asked, seconds) of the newest whole answers among some calls: read, or paid for and unusable."""
    rows = (
        select(call.c.asked, call.c.ended_at - call.c.sent_at)
        .where(where, call.c.ended_at.is_not(None), or_(call.c.outcome.in_(ANSWERED), _unusable))
        .order_by(call.c.id.desc())
        .limit(limit)
    )
    return [(row[0], row[1]) for row in conn.execute(rows)]


def read_batch_quality(conn: Connection, where: ColumnElement[bool]) -> list[BatchQualityRow]:
    """The results of the newest drafts of some calls, by the number of items that the call asked for."""
    columns = (draft.c[name] for name in ("flagged", "review", "score"))
    newest = (
        select(call.c.asked, *columns)
        .join(call, call.c.id == draft.c.call)
        .where(where, draft.c.state == "drafted")
        .order_by(call.c.id.desc())
        .limit(_QUALITY_DRAFTS)
        .subquery()
    )
    rows = select(
        newest.c.asked,
        func.count(),
        count_if(newest.c.flagged.is_(True)),
        count_if(newest.c.review == "approved"),
        count_if(newest.c.review == "rejected"),
        func.count(newest.c.score),
        count_if(newest.c.score < _GOOD_SCORE),
    ).group_by(newest.c.asked)
    return [BatchQualityRow(*row) for row in conn.execute(rows)]


def calls_of(run_id: int, failed_only: bool) -> Select[Any]:
    """The calls of a run."""
    rows = select(call).where(call.c.run == run_id)
    return rows.where(_failed) if failed_only else rows


def read_call(row: Row[Any]) -> CallRow:
    """A row of `call`."""
    values = dict(row._mapping)
    notes = tuple(map(Message.from_json, values["notes"] or ()))
    slots = tuple(values["slots"] or ())
    return CallRow.of({**values, "slots": slots, "refused": values["refused"] or {}, "notes": notes})


def _span(time: ColumnElement[float], start: float, bucket_s: float) -> ColumnElement[int]:
    return cast(func.floor((time - start) / bucket_s), Integer)


def _sent(conn: Connection, run_id: int, start: float, bucket_s: float) -> dict[int, int]:
    span = _span(call.c.sent_at, start, bucket_s).label("span")
    rows = select(span, func.count().label("calls")).where(call.c.run == run_id).group_by(span)
    return {row.span: row.calls for row in conn.execute(rows)}


def _ended(conn: Connection, run_id: int, start: float, bucket_s: float) -> dict[int, Row[Any]]:
    span = _span(call.c.ended_at, start, bucket_s).label("span")
    rows = (
        select(
            span,
            func.count().label("calls"),
            func.sum(call.c.kept).label("drafted"),
            count_if(is_429()).label("http_429"),
            count_if(and_(_failed, ~is_429())).label("failed"),
            func.sum(call.c.tokens_in + call.c.tokens_out).label("tokens"),
            func.sum(call.c.cost_usd).label("cost_usd"),
        )
        .where(call.c.run == run_id, call.c.ended_at.is_not(None))
        .group_by(span)
    )
    return {row.span: row for row in conn.execute(rows)}


def _buckets(start: float, bucket_s: float, sent: dict[int, int], ended: dict[int, Row[Any]]) -> list[Bucket]:
    buckets = []
    in_flight = 0
    for span in range(max((*sent, *ended)) + 1):
        at = start + span * bucket_s
        end = ended.get(span)
        in_flight += sent.get(span, 0) - (end.calls if end else 0)
        if end is None:
            buckets.append(Bucket(at, 0, 0, 0, 0, 0, 0.0, in_flight))
        else:
            buckets.append(
                Bucket(at, end.drafted, end.calls, end.http_429, end.failed, end.tokens, end.cost_usd, in_flight)
            )
    return buckets
