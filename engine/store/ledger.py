"""
The ledger read back: calls, their raw replies, what failed and why, how a run went over time.
"""

from __future__ import annotations

import zlib
from typing import Any

from sqlalchemy import ColumnElement, Connection, Integer, Row, Select, and_, cast, func, select

from engine.errors import StoreError
from engine.store.base import Part
from engine.store.records import GOOD, OPEN
from engine.store.tables import call, reply, run
from engine.store.totals import count_if, is_429
from engine.store.views import Bucket, CallRow, Failure, Sample

_SAMPLE_RUNS = 30
"""Forecasts look at the newest runs only: older ones met another provider."""

_failed = call.c.outcome.not_in([*GOOD, *OPEN])


class Ledger(Part):
    """Calls as they were made."""

    def page(self, run_id: int, limit: int = 50, offset: int = 0, failed_only: bool = False) -> list[CallRow]:
        """A page of a run's calls, newest first, without their replies."""
        page = _calls(run_id, failed_only).order_by(call.c.id.desc()).limit(limit).offset(offset)
        with self._access.reading() as conn:
            return [_call_row(row) for row in conn.execute(page)]

    def count(self, run_id: int, failed_only: bool = False) -> int:
        """How many calls a run has made."""
        with self._access.reading() as conn:
            return conn.execute(select(func.count()).select_from(_calls(run_id, failed_only).subquery())).scalar_one()

    def unsettled(self, run_id: int) -> list[CallRow]:
        """Calls whose answer is stored (see `raw`) and was never read: what a crash left, oldest first."""
        left = select(call).where(call.c.run == run_id, call.c.outcome == "answered").order_by(call.c.id)
        with self._access.reading() as conn:
            return [_call_row(row) for row in conn.execute(left)]

    def reply(self, call_id: int) -> bytes:
        """
        The body of a call's answer.

        Raises:
            StoreError: there was no answer, or it was cleaned away.
        """
        with self._access.reading() as conn:
            row = conn.execute(select(reply.c.packed, reply.c.body).where(reply.c.call == call_id)).first()
        if row is None:
            raise StoreError("no_reply_stored", call=call_id)
        return zlib.decompress(row.body) if row.packed else bytes(row.body)

    def failures(self, run_id: int) -> list[Failure]:
        """Why calls of a run failed, the commonest reason first; the message is the newest call's."""
        reason = func.coalesce(func.nullif(call.c.reason, ""), call.c.outcome)
        groups = (
            select(reason.label("why"), func.count().label("times"), func.max(call.c.id).label("newest"))
            .where(call.c.run == run_id, _failed)
            .group_by(reason)
            .subquery()
        )
        rows = (
            select(groups, call.c.message)
            .join(call, call.c.id == groups.c.newest)
            .order_by(groups.c.times.desc(), groups.c.why)
        )
        with self._access.reading() as conn:
            return [Failure(row.why, row.message, row.times, row.newest) for row in conn.execute(rows)]

    def timeline(self, run_id: int, bucket_s: float) -> list[Bucket]:
        """
        How a run went, in spans of `bucket_s` seconds from its first call to its last event; quiet spans too.

        Raises:
            StoreError: bucket_s is not above 0.
        """
        if not bucket_s > 0:
            raise StoreError("bucket", bucket_s=bucket_s)
        with self._access.reading() as conn:
            start = conn.execute(select(func.min(call.c.sent_at)).where(call.c.run == run_id)).scalar()
            if start is None:
                return []
            sent = _sent(conn, run_id, start, bucket_s)
            ended = _ended(conn, run_id, start, bucket_s)
        return _buckets(start, bucket_s, sent, ended)

    def samples(self, provider: str, model: str, kind: str, lang: str, limit: int = 200) -> list[Sample]:
        """The newest good calls of this provider, model, kind and language, from its newest 30 runs."""
        alike = [run.c.provider == provider, run.c.model == model, run.c.kind == kind, run.c.lang == lang]
        alike.append(run.c.purpose == "drafts")
        runs = select(run.c.id).where(*alike).order_by(run.c.id.desc()).limit(_SAMPLE_RUNS).subquery()
        return self._samples(call.c.run.in_(select(runs.c.id)), limit)

    def run_samples(self, run_id: int, limit: int = 200) -> list[Sample]:
        """The newest good calls of one run."""
        return self._samples(call.c.run == run_id, limit)

    def latencies(self, provider: str, model: str, kind: str, lang: str, limit: int = 200) -> list[tuple[int, float]]:
        """(items asked, seconds) of `samples`."""
        return [(sample.asked, sample.seconds) for sample in self.samples(provider, model, kind, lang, limit)]

    def run_latencies(self, run_id: int, limit: int = 200) -> list[tuple[int, float]]:
        """(items asked, seconds) of `run_samples`."""
        return [(sample.asked, sample.seconds) for sample in self.run_samples(run_id, limit)]

    def _samples(self, where: ColumnElement[bool], limit: int) -> list[Sample]:
        names = ("asked", "kept", "sent_at", "ended_at", "tokens_in", "tokens_out", "cost_usd")
        rows = (
            select(*(call.c[name] for name in names))
            .where(where, call.c.outcome.in_(GOOD), call.c.ended_at.is_not(None))
            .order_by(call.c.id.desc())
            .limit(limit)
        )
        with self._access.reading() as conn:
            return [
                Sample(r.asked, r.kept, r.ended_at - r.sent_at, r.tokens_in, r.tokens_out, r.cost_usd)
                for r in conn.execute(rows)
            ]


def _calls(run_id: int, failed_only: bool) -> Select[Any]:
    rows = select(call).where(call.c.run == run_id)
    return rows.where(_failed) if failed_only else rows


def _call_row(row: Row[Any]) -> CallRow:
    values = dict(row._mapping)
    return CallRow(**{**values, "slots": tuple(values["slots"] or ()), "refused": values["refused"] or {}})


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
