"""
Drafts and slots read back: pages for the review, cells for the matrix, the cache for the next run.

The cache is no table: it is the drafts already paid for, found by fingerprint.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Literal

from sqlalchemy import (
    ColumnElement,
    Row,
    Select,
    String,
    and_,
    func,
    literal_column,
    not_,
    select,
    type_coerce,
)

from engine.errors import StoreError
from engine.store.base import Part, chunks
from engine.store.columns import to_json
from engine.store.records import EVERY, FILLED, DraftFilter
from engine.store.search import holding
from engine.store.tables import draft
from engine.store.totals import count_if
from engine.store.verdicts import ReviewCounts
from engine.store.views import CachedDraft, CellRow, DraftRow
from engine.work import Flag, Slot

Order = Literal["oldest", "newest", "flagged"]
"""`flagged`: what needs a look first, then the oldest."""

MOST_IDS = 10_000
REVIEW_STATES = ("pending", "approved", "rejected")

_DRAFTED = draft.c.state == literal_column("'drafted'")  # a literal: SQLite uses a partial index for nothing else
_COLUMNS = [column for column in draft.columns if column.name != "search"]


class DraftReads(Part):
    """Slots and their drafts."""

    def get(self, draft_id: int) -> DraftRow:
        """
        One draft.

        Raises:
            StoreError: there is none with this id.
        """
        with self._access.reading() as conn:
            row = conn.execute(select(*_COLUMNS).where(draft.c.id == draft_id)).first()
        if row is None:
            raise StoreError("draft_unknown", draft=draft_id)
        return _draft_row(row)

    def page(
        self, chosen: DraftFilter = EVERY, limit: int = 50, offset: int = 0, order: Order = "oldest"
    ) -> list[DraftRow]:
        """A page of drafts."""
        # The page is found in the indexes alone; only its own rows are read whole.
        page = page_of(chosen, order, limit, offset)
        rows = select(*_COLUMNS).where(draft.c.id.in_(page)).order_by(*ordered(order))
        with self._access.reading() as conn:
            return [_draft_row(row) for row in conn.execute(rows)]

    def each(self, chosen: DraftFilter = EVERY, size: int = 500) -> Iterator[DraftRow]:
        """Every draft, oldest first, read `size` at a time: for exports of any length."""
        last = 0
        while True:
            page = select(*_COLUMNS).where(draft.c.id > last, *narrow(chosen)).order_by(draft.c.id).limit(size)
            with self._access.reading() as conn:
                rows = [_draft_row(row) for row in conn.execute(page)]
            yield from rows
            if len(rows) < size:
                return
            last = rows[-1].id

    def count(self, chosen: DraftFilter = EVERY) -> int:
        """How many drafts there are."""
        with self._access.reading() as conn:
            return conn.execute(select(func.count()).select_from(draft).where(*narrow(chosen))).scalar_one()

    def ids(self, chosen: DraftFilter = EVERY) -> list[int]:
        """The ids of all drafts of a filter, the oldest first."""
        with self._access.reading() as conn:
            return list(conn.scalars(select(draft.c.id).where(*narrow(chosen)).order_by(draft.c.id)))

    def open_slots(self, run_id: int) -> list[Slot]:
        """The slots that still want a draft, in order."""
        columns = (draft.c.slot, draft.c.topic, draft.c.level, draft.c.copy)
        rows = select(*columns).where(draft.c.run == run_id, draft.c.state == "planned").order_by(draft.c.slot)
        with self._access.reading() as conn:
            return [Slot(*row) for row in conn.execute(rows)]

    def asks(self, run_id: int) -> dict[int, int]:
        """How often each open slot was asked for already; those never asked for are left out."""
        rows = select(draft.c.slot, draft.c.asks).where(
            draft.c.run == run_id, draft.c.state == "planned", draft.c.asks > 0
        )
        with self._access.reading() as conn:
            return {row.slot: row.asks for row in conn.execute(rows)}

    def cells(self, run_id: int) -> list[CellRow]:
        """Each topic at each level, by topic, then level."""
        sums = (func.count(), count_if(draft.c.state.in_(FILLED)), count_if(draft.c.state == "failed"))
        keys = (draft.c.topic, draft.c.level)
        rows = select(*keys, *sums).where(draft.c.run == run_id).group_by(*keys).order_by(*keys)
        with self._access.reading() as conn:
            return [CellRow(*row) for row in conn.execute(rows)]

    def causes(self, run_id: int) -> dict[str, int]:
        """Why slots of a run failed, the commonest reason first."""
        times = func.count().label("times")
        failed = select(draft.c.reason, times).where(draft.c.run == run_id, draft.c.state == "failed")
        with self._access.reading() as conn:
            rows = conn.execute(failed.group_by(draft.c.reason).order_by(times.desc()))
            return {row.reason: row.times for row in rows}

    def cached(self, fingerprints: Sequence[str]) -> dict[str, CachedDraft]:
        """The newest draft of each fingerprint; none whose content was rejected, here or in a copy."""
        columns = (draft.c.fingerprint, draft.c.id, draft.c.title, draft.c.flags, draft.c.model)
        found: dict[str, CachedDraft] = {}
        with self._access.reading() as conn:
            for part in chunks(fingerprints):
                for row in conn.execute(select(*columns).where(_reusable(part)).order_by(draft.c.id)):
                    found[row.fingerprint] = CachedDraft(row.id, row.title, _flags(row.flags), row.model)
        return found

    def count_cached(self, fingerprints: Sequence[str]) -> int:
        """How many of these fingerprints `cached` would find."""
        with self._access.reading() as conn:
            return sum(
                conn.execute(select(func.count(draft.c.fingerprint.distinct())).where(_reusable(part))).scalar_one()
                for part in chunks(list(dict.fromkeys(fingerprints)))
            )


class ReviewCounting(Part):
    """Drafts by review state."""

    def counts(self, chosen: DraftFilter = EVERY) -> ReviewCounts:
        """Drafts by review state; the filter's own review state is left aside."""
        conditions = [*narrow(chosen, review=False), _DRAFTED]
        groups = select(draft.c.review, draft.c.flagged, func.count()).where(*conditions)
        counts = dict.fromkeys((*REVIEW_STATES, "flagged"), 0)
        with self._access.reading() as conn:
            for state, flagged, count in conn.execute(groups.group_by(draft.c.review, draft.c.flagged)):
                counts[state] += count
                if flagged and state == "pending":
                    counts["flagged"] += count
        return ReviewCounts(**counts)


def ordered(order: Order, *, back: bool = False) -> list[ColumnElement[Any]]:
    """What an order sorts by; `back`: from its end to its beginning."""
    by_id = draft.c.id.desc() if (order == "newest") != back else draft.c.id
    if order != "flagged":
        return [by_id]
    return [draft.c.flagged if back else draft.c.flagged.desc(), by_id]


def page_of(
    chosen: DraftFilter,
    order: Order,
    limit: int,
    offset: int = 0,
    *more: ColumnElement[bool],
    back: bool = False,
) -> Select[Any]:
    """The ids of a page of drafts; for drafted ones they are found in `draft_desk` alone."""
    page = select(draft.c.id).where(*narrow(chosen), *more)
    return page.order_by(*ordered(order, back=back)).limit(limit).offset(offset)


def narrow(chosen: DraftFilter, *, review: bool = True) -> list[ColumnElement[bool]]:
    """
    A filter as conditions.

    Raises:
        StoreError: more than 10,000 ids.
    """
    names = ("run", "kind", "lang", "level", "topic", "model", "flagged", *(["review"] if review else []))
    conditions = [draft.c[name] == getattr(chosen, name) for name in names if getattr(chosen, name) is not None]
    if chosen.state is not None:
        conditions.append(_DRAFTED if chosen.state == "drafted" else draft.c.state == chosen.state)
    if chosen.flag is not None:
        conditions.append(
            type_coerce(draft.c.flags, String).contains(f'"code":{to_json(chosen.flag)},', autoescape=True)
        )
    if chosen.score is not None:
        conditions += [draft.c.score >= chosen.score[0], draft.c.score < chosen.score[1]]
    if chosen.scored is not None:
        conditions.append(draft.c.score.is_not(None) if chosen.scored else draft.c.score.is_(None))
    conditions += holding(chosen.text or "")
    if chosen.ids is not None:
        if len(chosen.ids) > MOST_IDS:
            raise StoreError("drafts_named_many", n=len(chosen.ids), most=MOST_IDS)
        conditions.append(draft.c.id.in_(list(chosen.ids)))
    return conditions


def _reusable(fingerprints: Sequence[str]) -> ColumnElement[bool]:
    twin = draft.alias("twin")
    rejected = select(twin.c.id).where(
        twin.c.fingerprint == draft.c.fingerprint,
        twin.c.state == literal_column("'drafted'"),
        twin.c.review == "rejected",
        func.coalesce(twin.c.origin, twin.c.id) == func.coalesce(draft.c.origin, draft.c.id),
    )
    return and_(draft.c.fingerprint.in_(list(fingerprints)), _DRAFTED, not_(rejected.exists()))


def _flags(raw: list[dict[str, Any]] | None) -> tuple[Flag, ...]:
    return tuple(Flag(**one) for one in raw or ())


def _draft_row(row: Row[Any]) -> DraftRow:
    values = dict(row._mapping)
    return DraftRow(**{**values, "flags": _flags(values["flags"]), "content": values["content"] or {}})
