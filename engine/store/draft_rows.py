"""
Reads of drafts that need more than a filter: rows, the cache, slots of a run, what checks found.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, and_, func, literal_column, not_, select

from engine.store.draft_filter import DRAFTED
from engine.store.records import FILLED
from engine.store.review_rows import CheckRow
from engine.store.run_rows import count_if
from engine.store.tables import call, draft
from engine.store.views import CachedDraft, CellRow, DraftRow
from engine.work import Flag, Slot

COLUMNS = [draft.c.copy.label("copy_number"), *(c for c in draft.columns if c.name not in ("copy", "search"))]
"""The columns of a DraftRow."""
_NAMES = tuple(column.name for column in COLUMNS)
SLOT = (draft.c.slot, draft.c.topic, draft.c.level, draft.c.copy)
"""The columns of a Slot."""
_SEVERITIES = ("refused", "flagged", "note")


def read_cached(conn: Connection, fingerprints: Sequence[str]) -> dict[str, CachedDraft]:
    """The newest reusable draft of each fingerprint."""
    columns = (draft.c.fingerprint, draft.c.id, draft.c.title, draft.c.flags, draft.c.model)
    rows = conn.execute(select(*columns).where(_reusable(fingerprints)).order_by(draft.c.id))
    return {row.fingerprint: CachedDraft(row.id, row.title, read_flags(row.flags), row.model) for row in rows}


def count_cached(conn: Connection, fingerprints: Sequence[str], *, reviewed: bool = False) -> int:
    """How many of these fingerprints have a reusable draft; `reviewed`: one that somebody has decided."""
    found = select(func.count(draft.c.fingerprint.distinct())).where(_reusable(fingerprints))
    return conn.execute(found.where(draft.c.review != "pending") if reviewed else found).scalar_one()


def read_cells(conn: Connection, run_id: int) -> list[CellRow]:
    """The cells of a run with their counts."""
    sums = (func.count(), count_if(draft.c.state.in_(FILLED)), count_if(draft.c.state == "failed"))
    keys = (draft.c.topic, draft.c.level)
    rows = select(*keys, *sums).where(draft.c.run == run_id).group_by(*keys).order_by(*keys)
    return [CellRow(*row) for row in conn.execute(rows)]


def read_open_slots(conn: Connection, run_id: int) -> list[Slot]:
    """The slots of a run without a draft that are not ended, in order."""
    rows = select(*SLOT).where(draft.c.run == run_id, draft.c.state == "planned").order_by(draft.c.slot)
    return [Slot(*row) for row in conn.execute(rows)]


def read_causes(conn: Connection, run_id: int) -> dict[str, int]:
    """The reasons of a run's failed slots with their counts."""
    times = func.count().label("times")
    failed = select(draft.c.reason, times).where(draft.c.run == run_id, draft.c.state == "failed")
    rows = conn.execute(failed.group_by(draft.c.reason).order_by(times.desc()))
    return {row.reason: row.times for row in rows}


def read_checks(conn: Connection, run_id: int) -> list[CheckRow]:
    """What the checks found in a run."""
    flags = select(draft.c.flags, func.count()).where(draft.c.run == run_id, DRAFTED, draft.c.flags.not_in([[]]))
    refused = select(call.c.refused).where(call.c.run == run_id, call.c.refused.is_not(None))
    counts: Counter[tuple[str, str]] = Counter()
    for given, times in conn.execute(flags.group_by(draft.c.flags)):
        for flag in given:
            counts[flag["severity"], flag["code"]] += times
    for codes in conn.scalars(refused):
        for code, times in codes.items():
            counts["refused", code] += times
    ranked = sorted(counts.items(), key=lambda one: (_SEVERITIES.index(one[0][0]), -one[1], one[0][1]))
    return [CheckRow(code, severity, times) for (severity, code), times in ranked]


def _reusable(fingerprints: Sequence[str]) -> ColumnElement[bool]:
    twin = draft.alias("twin")
    rejected = select(twin.c.id).where(
        twin.c.fingerprint == draft.c.fingerprint,
        twin.c.state == literal_column("'drafted'"),
        twin.c.review == "rejected",
        func.coalesce(twin.c.origin, twin.c.id) == func.coalesce(draft.c.origin, draft.c.id),
    )
    return and_(draft.c.fingerprint.in_(list(fingerprints)), DRAFTED, not_(rejected.exists()))


def read_flags(raw: list[dict[str, Any]] | None) -> tuple[Flag, ...]:
    """The flags of a row."""
    return tuple(Flag.from_json(one) for one in raw or ())


def read_draft(row: Row[Any]) -> DraftRow:
    """A row of `draft`."""
    values = dict(zip(_NAMES, row, strict=True))
    values["flags"], values["above_words"] = read_flags(values["flags"]), tuple(values["above_words"] or ())
    values["content"] = values["content"] or {}
    return DraftRow.of(values)
