"""
The statements of a call's row and its drafts: entered before it is sent, settled with its outcome, usage and cost.

They are prepared: every call runs them, so neither a Session nor building nor SQLAlchemy's execution costs time here.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, Float, Integer, bindparam, func, insert, literal_column, select, update

from engine.errors import StoreError
from engine.store.answers import STILL_OURS, fence_now, fence_of, new_value, outcome_is
from engine.store.breaker import breaker_of, is_breaker
from engine.store.columns import graded, reason_columns, searchable
from engine.store.prepared import Prepared
from engine.store.records import OPEN, CallStart, Kept, Settlement
from engine.store.tables import breaker, call, draft, shingle
from engine.store.views import Settled, is_flagged

_TOKENS = ("tokens_in", "tokens_out", "tokens_cached")
_WHY = ("reason", "message", "reason_code", "reason_values")
_AS_THEY_ARE = ("outcome", "reason", "status", "ended_at", "cost_usd", *_TOKENS)


_AT_START = ("run", "packet", "attempt", "sent_at", "wait_s", "model", "share")
_START = Prepared(
    insert(call).returning(call.c.id), columns=(*_AT_START, "slots", "asked", "cost_usd", "cost_is_estimate")
)
_ASK = Prepared(
    update(draft)
    .where(draft.c.run == bindparam("at_run"), draft.c.slot == bindparam("at_slot"))
    .values(asks=draft.c.asks + 1)
)
_FENCE = Prepared(select(fence_now(fence_of(bindparam("at_run", type_=Integer())))))
_SETTLE = Prepared(
    update(call)
    .where(call.c.id == bindparam("at_call"), outcome_is(*OPEN, "in_doubt"), STILL_OURS)
    .values(
        **{
            name: new_value(call, name) for name in ("outcome", *_WHY, "cost_is_estimate", "refused", "notes", *_TOKENS)
        },
        **{name: func.coalesce(new_value(call, name), call.c[name]) for name in ("status", "cost_usd", "model")},
        ended_at=func.coalesce(new_value(call, "ended_at"), call.c.ended_at, bindparam("now", type_=Float())),
    )
    .returning(call.c.run, call.c.model, select(breaker.c.unanswered).where(is_breaker()).scalar_subquery())
)
_OF_DRAFT = ("content", "title", "search", "flags", "flagged", "above_share", "above_words")
_PLANNED = (draft.c.run == bindparam("at_run"), draft.c.slot == bindparam("at_slot"), draft.c.state == "planned")
_KEEP = Prepared(
    update(draft)
    .where(*_PLANNED)
    .values(
        state=literal_column("'drafted'"),
        source=literal_column("'call'"),
        **{name: new_value(draft, name) for name in (*_OF_DRAFT, "call", "made_at", "model")},
        fingerprint=func.coalesce(new_value(draft, "fingerprint"), draft.c.fingerprint),
    )
    .returning(draft.c.id)
)
_HASHES = Prepared(insert(shingle), columns=("hash", "draft"))
_FAIL = Prepared(
    update(draft).where(*_PLANNED).values(state=literal_column("'failed'"), reason=new_value(draft, "reason"))
)
_COUNT = Prepared(
    update(call)
    .where(call.c.id == bindparam("at_call"))
    .values(kept=new_value(call, "kept"), late=new_value(call, "late"))
)


def enter_call(conn: Connection, row: Mapping[str, Any], asked: list[dict[str, int]]) -> int:
    """Insert a call in flight and count it for its slots; returns its id."""
    (call_id,) = _START.row(conn, row)
    _ASK.many(conn, asked)
    return int(call_id)


def close_call(conn: Connection, row: Mapping[str, Any]) -> tuple[int, str, bool]:
    """
    Settle a call's row.

    Returns:
        Its run, its model, and whether the breaker of its provider has a row.

    Raises:
        StoreError: it is settled already, unknown, or its run belongs to another process.
    """
    closed = _SETTLE.row(conn, row)
    if closed is None:
        raise StoreError("call_not_open", call=row["at_call"])
    run_id, model, unanswered = closed
    return run_id, model, unanswered is not None


def count_drafts(conn: Connection, call_id: int, settled: Settled) -> None:
    """Write how many drafts a call brought, and how many of them came too late."""
    if settled.stored or settled.late:
        _COUNT.run(conn, {"at_call": call_id, "new_kept": len(settled.stored), "new_late": settled.late})


def check_fence(conn: Connection, run_id: int, fence: int | None, share: int | None = None) -> None:
    """Raise StoreError if the run, or the share of it, belongs to another process by now; None: not checked."""
    if fence is not None and _FENCE.row(conn, {"at_run": run_id, "share": share}) != (fence,):
        raise StoreError("run_taken", run=run_id)


def call_row(start: CallStart) -> dict[str, Any]:
    """The row of a call that is about to be sent; its cost is the upper bound."""
    return {
        **{name: getattr(start, name) for name in _AT_START},
        "slots": list(start.slots),
        "asked": len(start.slots),
        "cost_usd": start.worst_usd,
        "cost_is_estimate": start.worst_usd > 0,
    }


def settled_row(settlement: Settlement, now: float, fence: int | None, share: int | None) -> dict[str, Any]:
    """The values that `close_call` takes."""
    return {
        **{f"new_{name}": getattr(settlement, name) for name in _AS_THEY_ARE},
        "new_cost_is_estimate": settlement.cost_is_estimate or settlement.cost_usd is None,
        "new_message": str(settlement.message),
        **{f"new_{name}": value for name, value in reason_columns(settlement.message).items()},
        "new_model": settlement.model or None,
        "new_refused": dict(settlement.refused) or None,
        "new_notes": [note.to_json() for note in settlement.notes] or None,
        "at_call": settlement.call,
        **breaker_of(settlement.provider.breaker if settlement.provider else None),
        "now": now,
        "fence": fence,
        "share": share,
    }


def kept_row(kept: Kept, settlement: Settlement, now: float) -> dict[str, Any]:
    """The values of one draft that `store_drafts` takes."""
    made = kept.draft
    return {
        "at_slot": made.slot.number,
        "new_content": made.content,
        "new_title": kept.title,
        "new_search": searchable(kept.search),
        "new_flags": [flag.to_json() for flag in made.flags],
        "new_flagged": is_flagged(made.flags),
        **{f"new_{name}": value for name, value in graded(made.grading).items()},
        "new_fingerprint": kept.fingerprint or None,
        "new_call": settlement.call,
        "new_made_at": now if settlement.ended_at is None else settlement.ended_at,
    }


def store_drafts(
    conn: Connection, run_id: int, model: str, kept: list[tuple[dict[str, Any], tuple[int, ...]]]
) -> Settled:
    """Put each draft, given as (row, hashes), into its slot; a draft whose slot has ended is late."""
    here = {"at_run": run_id, "new_model": model}
    stored = []
    for row, hashes in kept:
        kept_as = _KEEP.row(conn, {**row, **here})
        if kept_as is None:
            continue
        stored.append(row["at_slot"])
        _HASHES.many(conn, [{"hash": one, "draft": kept_as[0]} for one in hashes])
    return Settled(tuple(stored), len(kept) - len(stored))


def fail_slots(conn: Connection, run_id: int, failed: Mapping[int, str]) -> None:
    """Fail the slots (number to reason) that are still open."""
    if failed:
        _FAIL.many(conn, [{"at_run": run_id, "at_slot": slot, "new_reason": why} for slot, why in failed.items()])
