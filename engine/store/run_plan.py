"""
Planning a run: its row, all its slots and copies of drafts that are paid for already, in one transaction.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from itertools import islice, repeat
from typing import Any

from sqlalchemy import Connection, bindparam, func, insert, literal_column, update

from engine.errors import StoreError
from engine.store.access import chunks, same
from engine.store.breaker import try_now
from engine.store.prepared import Prepared
from engine.store.records import NewRun
from engine.store.refill import replace_rejected
from engine.store.requests import add_request, set_run
from engine.store.tables import draft, run
from engine.store.views import CachedDraft
from engine.work import Slot

_ROWS = 5_000  # slots inserted per statement, so that 100,000 slots use little memory


def insert_run(
    conn: Connection,
    new: NewRun,
    slots: Sequence[Slot],
    fingerprints: Sequence[str],
    cached: Mapping[int, CachedDraft],
    refills: Mapping[int, int],
    subjects: Sequence[int],
    at: float,
) -> int:
    """Insert a run with its slots; see `Runs.create`. Returns its id, or that of the run its request made before."""
    if new.request is not None and (before := add_request(conn, new.request, at)) is not None:
        return before
    key = conn.execute(insert(run), {**_run_row(new, at), "planned": len(slots)}).inserted_primary_key
    run_id = int(key[0]) if key else 0
    _plan(conn, run_id, new, slots, fingerprints, subjects)
    _copy_cached(conn, run_id, cached, at)
    replace_rejected(conn, run_id, refills)
    try_now(conn, new.base_url, new.model)
    if new.request is not None:
        set_run(conn, new.request, run_id)
    return run_id


def _run_row(new: NewRun, at: float) -> dict[str, Any]:
    spec = new.spec
    as_they_are = (
        *("model", "base_url", "prompt_version", "preset", "note", "purpose"),
        *("parent_run", "comparison_id", "arm", "trial"),
    )
    return {
        "created_at": at,
        "state": "queued",
        "kind": spec.kind,
        "lang": spec.lang,
        "provider": spec.provider,
        **{name: getattr(new, name) for name in as_they_are},
        "tuning": asdict(new.tuning),
        "limits": dict(new.limits),
        "forecast": dict(new.forecast),
        "spec": spec.to_json(),
        "style": spec.style.ref if spec.style else "",
    }


_SLOTS = Prepared(
    insert(draft),
    columns=("run", "kind", "lang", "slot", "topic", "level", "copy", "fingerprint", "subject"),
)


def _plan(
    conn: Connection,
    run_id: int,
    new: NewRun,
    slots: Sequence[Slot],
    fingerprints: Sequence[str],
    subjects: Sequence[int],
) -> None:
    if len(slots) != len(fingerprints):
        raise StoreError("fingerprints", slots=len(slots), fingerprints=len(fingerprints))
    fixed = {"run": run_id, "kind": new.spec.kind, "lang": new.spec.lang}
    planned = zip(slots, fingerprints, subjects or repeat(None, len(slots)), strict=True)
    rows = (
        {**fixed, "slot": s.number, "topic": s.topic, "level": s.level, "copy": s.copy, "fingerprint": f, "subject": of}
        for s, f, of in planned
    )
    while part := list(islice(rows, _ROWS)):
        _SLOTS.many(conn, part)


_COPIED = ("content", "title", "search", "flags", "flagged", "model", "above_share", "above_words")
_source = draft.alias("source_draft")
_COPY = (
    update(draft)
    .where(draft.c.run == bindparam("to_run"), draft.c.slot == bindparam("to_slot"), draft.c.state == "planned")
    .where(_source.c.id == bindparam("from_draft"), _source.c.state == "drafted", _source.c.review != "rejected")
    .where(*same(_source, kind=draft.c.kind, lang=draft.c.lang))
    .values(
        **{name: _source.c[name] for name in _COPIED},
        state=literal_column("'drafted'"),
        source=literal_column("'cache'"),
        origin=func.coalesce(_source.c.origin, _source.c.id),
        made_at=bindparam("at"),
    )
)


def _copy_cached(conn: Connection, run_id: int, cached: Mapping[int, CachedDraft], at: float) -> None:
    rows = [{"to_run": run_id, "to_slot": slot, "from_draft": one.draft, "at": at} for slot, one in cached.items()]
    for part in chunks(rows, _ROWS):
        conn.execute(_COPY, list(part))
