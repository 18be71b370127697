"""
The ledger's writes: a call is recorded before it is sent, its answer before it is read, its drafts with its cost.

Whether to send, keep or ask again was decided in retry and ask.
"""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import Future
from typing import Any

from sqlalchemy import (
    Connection,
    Float,
    bindparam,
    func,
    insert,
    literal_column,
    select,
    update,
)

from engine.errors import StoreError
from engine.store.answers import STILL_OURS, journal_entry, new_value, outcome_is, store_answer
from engine.store.base import Access, Part
from engine.store.budgets import Marks, day_full
from engine.store.columns import searchable
from engine.store.opinions import file_opinions
from engine.store.records import OPEN, CallStart, DayFull, Kept, Settlement
from engine.store.tables import call, draft, run, shingle
from engine.store.views import Settled, is_flagged

GOOD = 200
"""An answer of any other status is written at once: what it says may hold other calls back."""

_TOKENS = ("tokens_in", "tokens_out", "tokens_cached")
_AS_THEY_ARE = ("outcome", "reason", "message", "status", "ended_at", "cost_usd", *_TOKENS)


_START = insert(call)
_ASK = (
    update(draft)
    .where(draft.c.run == bindparam("at_run"), draft.c.slot == bindparam("at_slot"))
    .values(asks=draft.c.asks + 1)
)
_FENCE = select(run.c.fence).where(run.c.id == bindparam("at_run"))
_SETTLE = (
    update(call)
    .where(call.c.id == bindparam("at_call"), outcome_is(*OPEN, "in_doubt"), STILL_OURS)
    .values(
        **{
            name: new_value(call, name)
            for name in ("outcome", "reason", "message", "cost_is_estimate", "refused", *_TOKENS)
        },
        **{name: func.coalesce(new_value(call, name), call.c[name]) for name in ("status", "cost_usd", "model")},
        ended_at=func.coalesce(new_value(call, "ended_at"), call.c.ended_at, bindparam("now", type_=Float())),
    )
    .returning(call.c.run, call.c.model)
)
_PLANNED = (draft.c.run == bindparam("at_run"), draft.c.slot == bindparam("at_slot"), draft.c.state == "planned")
_KEEP = (
    update(draft)
    .where(*_PLANNED)
    .values(
        state=literal_column("'drafted'"),
        source=literal_column("'call'"),
        **{
            name: new_value(draft, name)
            for name in ("content", "title", "search", "flags", "flagged", "call", "made_at", "model")
        },
        fingerprint=func.coalesce(new_value(draft, "fingerprint"), draft.c.fingerprint),
    )
    .returning(draft.c.id)
)
_HASHES = insert(shingle)
_FAIL = update(draft).where(*_PLANNED).values(state=literal_column("'failed'"), reason=new_value(draft, "reason"))
_COUNT = (
    update(call)
    .where(call.c.id == bindparam("at_call"))
    .values(kept=new_value(call, "kept"), late=new_value(call, "late"))
)


class CallSteps(Part):
    """The steps of a call."""

    def __init__(self, access: Access) -> None:
        super().__init__(access)
        self._marks = Marks()

    def start(self, start: CallStart) -> Future[int | DayFull]:
        """
        Enter a call in the ledger, in flight; wait for the commit before sending it.

        Its row is what reserves its worst case: the sum and the row are one transaction, so no two processes pass the
        day's budget together.

        Returns:
            The call's id, or DayFull: nothing was entered, nothing may be sent.

        Raises:
            StoreError: (in the future) the run has gone to another process (`fence`).
        """
        row = _call_row(start)
        asked = [{"at_run": start.run, "at_slot": slot} for slot in start.slots]

        def op(conn: Connection) -> int | DayFull:
            _check_fence(conn, start.run, start.fence)
            if start.day and (full := day_full(conn, self._marks, start.day, start.worst_usd, start.sent_at)):
                return full
            key = conn.execute(_START, row).inserted_primary_key
            if asked:
                conn.execute(_ASK, asked)
            return int(key[0]) if key else 0

        return self._access.write_patiently(op)

    def answer(self, call_id: int, status: int, raw: bytes, ended_at: float, fence: int | None = None) -> Future[bool]:
        """
        Store an answer as it came; wait for the commit before reading it.

        While the database cannot be written it waits in memory and in the journal.

        Returns:
            False for a process that lost the run (`fence`): the answer is kept as it came, its call stays in doubt.

        Raises:
            StoreError: (in the future) the call is settled or answered already.
        """
        answer = {"at_call": call_id, "new_status": status, "new_ended_at": ended_at, "fence": fence}
        hurried = status != GOOD
        return self._access.write_patiently(
            lambda conn: store_answer(conn, answer, raw), lambda: journal_entry(answer, raw), hurried=hurried
        )

    def settle(self, settlement: Settlement, fence: int | None = None) -> Future[Settled]:
        """
        Close a call: its outcome, usage and cost, its drafts or opinions and the slots given up, in one transaction.

        A slot takes its first draft or failure and nothing after; a later draft is counted as late.

        Raises:
            StoreError: (in the future) the call is settled already, unknown, or its run another's (`fence`).
        """
        now = self._access.clock.wall()
        row = {**_settle_row(settlement, now), "fence": fence}
        kept = [(_kept_row(one, settlement, now), one.hashes) for one in settlement.drafts]

        def op(conn: Connection) -> Settled:
            closed = conn.execute(_SETTLE, row).first()
            if closed is None:
                raise StoreError("call_not_open", call=settlement.call)
            settled = _store(conn, {"at_run": closed.run, "new_model": closed.model}, kept)
            if settlement.opinions:
                settled = file_opinions(conn, closed.run, settlement, closed.model, now)
            if settled.stored or settled.late:
                counts = {"at_call": settlement.call, "new_kept": len(settled.stored), "new_late": settled.late}
                conn.execute(_COUNT, counts)
            _fail(conn, closed.run, settlement.failed)
            return settled

        return self._access.write_patiently(op, hurried=False)


class FailedSlots(Part):
    """Slots that are given up."""

    def fail(self, run_id: int, failed: Mapping[int, str], fence: int | None = None) -> Future[None]:
        """
        Give up slots (number to reason) that are still open.

        Raises:
            StoreError: (in the future) the run is another process's (`fence`).
        """

        def op(conn: Connection) -> None:
            _check_fence(conn, run_id, fence)
            _fail(conn, run_id, failed)

        return self._access.write_patiently(op)


def _check_fence(conn: Connection, run_id: int, fence: int | None) -> None:
    if fence is not None and conn.execute(_FENCE, {"at_run": run_id}).scalar() != fence:
        raise StoreError("run_taken", run=run_id)


def _call_row(start: CallStart) -> dict[str, Any]:
    as_they_are = ("run", "packet", "attempt", "sent_at", "wait_s", "model")
    return {
        **{name: getattr(start, name) for name in as_they_are},
        "slots": list(start.slots),
        "asked": len(start.slots),
        "cost_usd": start.worst_usd,
        "cost_is_estimate": start.worst_usd > 0,
    }


def _settle_row(settlement: Settlement, now: float) -> dict[str, Any]:
    return {
        **{f"new_{name}": getattr(settlement, name) for name in _AS_THEY_ARE},
        "new_cost_is_estimate": settlement.cost_is_estimate or settlement.cost_usd is None,
        "new_model": settlement.model or None,
        "new_refused": dict(settlement.refused) or None,
        "at_call": settlement.call,
        "now": now,
    }


def _kept_row(kept: Kept, settlement: Settlement, now: float) -> dict[str, Any]:
    made = kept.draft
    return {
        "at_slot": made.slot.number,
        "new_content": made.content,
        "new_title": kept.title,
        "new_search": searchable(kept.search),
        "new_flags": [flag.to_json() for flag in made.flags],
        "new_flagged": is_flagged(made.flags),
        "new_fingerprint": kept.fingerprint or None,
        "new_call": settlement.call,
        "new_made_at": now if settlement.ended_at is None else settlement.ended_at,
    }


def _store(conn: Connection, here: dict[str, Any], kept: list[tuple[dict[str, Any], tuple[int, ...]]]) -> Settled:
    """Each draft into its slot, findable by its hashes; one whose slot has ended is late."""
    stored = []
    for row, hashes in kept:
        draft_id = conn.execute(_KEEP, {**row, **here}).scalar()
        if draft_id is None:
            continue
        stored.append(row["at_slot"])
        if hashes:
            conn.execute(_HASHES, [{"hash": one, "draft": draft_id} for one in hashes])
    return Settled(tuple(stored), len(kept) - len(stored))


def _fail(conn: Connection, run_id: int, failed: Mapping[int, str]) -> None:
    if failed:
        conn.execute(_FAIL, [{"at_run": run_id, "at_slot": slot, "new_reason": why} for slot, why in failed.items()])
