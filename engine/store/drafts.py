"""
Slots and their drafts: pages for the review, cells for the matrix, the cache for the next run, similar drafts.

The cache is no table: it is the drafts that are paid for already, found by fingerprint.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future

from sqlalchemy import ColumnElement, Connection, func, select

from engine.errors import StoreError
from engine.store.above_rows import read_above
from engine.store.access import StorePart, chunks
from engine.store.draft_filter import DRAFTED, Order, narrow, ordered, page_of, past
from engine.store.draft_rows import (
    COLUMNS,
    SLOT,
    count_cached,
    read_cached,
    read_causes,
    read_cells,
    read_checks,
    read_draft,
    read_open_slots,
)
from engine.store.duplicate_index import find_similar, read_texts
from engine.store.records import EVERY, DraftFilter
from engine.store.refill import not_regenerated, read_next_copies
from engine.store.review_rows import CheckRow, Facets, SimilarDraft
from engine.store.settling import check_fence, fail_slots
from engine.store.tables import draft, review, run
from engine.store.views import CachedDraft, CellRow, DraftRow
from engine.work import Content, Slot

MOST_RUNS = 200


class Drafts(StorePart):
    """Reads and writes of slots and their drafts."""

    def get(self, draft_id: int) -> DraftRow:
        """
        One draft.

        Raises:
            StoreError: no draft has this id.
        """
        with self._access.reading() as conn:
            row = conn.execute(select(*COLUMNS).where(draft.c.id == draft_id)).first()
        if row is None:
            raise StoreError("draft_unknown", draft=draft_id)
        return read_draft(row)

    def page(
        self, chosen: DraftFilter = EVERY, limit: int = 50, offset: int = 0, order: Order = "oldest"
    ) -> list[DraftRow]:
        """A page of drafts."""
        page = page_of(chosen, order, limit, offset)
        rows = select(*COLUMNS).where(draft.c.id.in_(page)).order_by(*ordered(order))
        with self._access.reading() as conn:
            return [read_draft(row) for row in conn.execute(rows)]

    def each(self, chosen: DraftFilter = EVERY, size: int = 500) -> Iterator[DraftRow]:
        """Every draft, oldest first, read `size` at a time: for exports of any length."""
        last = 0
        while True:
            page = select(*COLUMNS).where(draft.c.id > last, *narrow(chosen)).order_by(draft.c.id).limit(size)
            with self._access.reading() as conn:
                rows = [read_draft(row) for row in conn.execute(page).all()]
            yield from rows
            if len(rows) < size:
                return
            last = rows[-1].id

    def beside(
        self,
        chosen: DraftFilter = EVERY,
        order: Order = "oldest",
        at: int | None = None,
        limit: int = 10,
        *,
        back: bool = False,
        without: Collection[int] = (),
    ) -> list[int]:
        """
        The drafts next to one in an order, whether or not that one is among the chosen.

        Args:
            chosen: Which drafts.
            order: As in `page`.
            at: The draft to start from; None: before the first one (`back`: after the last one).
            limit: How many at the most.
            back: Those before instead of those after.
            without: Drafts to skip.

        Returns:
            Their ids, the nearest first.
        """
        more: list[ColumnElement[bool]] = [draft.c.id.not_in(list(without))] if without else []
        with self._access.reading() as conn:
            if at is not None:
                place = conn.execute(select(draft.c.flagged, draft.c.score).where(draft.c.id == at)).first()
                flagged, score = (bool(place.flagged), place.score) if place else (False, None)
                more.append(past(order, at, flagged, score, back=back))
            return list(conn.scalars(page_of(chosen, order, limit, 0, *more, back=back)))

    def ids(self, chosen: DraftFilter = EVERY) -> list[int]:
        """The ids of all drafts of a filter, the oldest first."""
        with self._access.reading() as conn:
            return list(conn.scalars(select(draft.c.id).where(*narrow(chosen)).order_by(draft.c.id)))

    def outlines(self, chosen: DraftFilter = EVERY) -> list[tuple[int, str, int]]:
        """(id, topic, level) of all drafts of a filter, by run and slot."""
        rows = select(draft.c.id, draft.c.topic, draft.c.level).where(*narrow(chosen))
        with self._access.reading() as conn:
            return [(row.id, row.topic, row.level) for row in conn.execute(rows.order_by(draft.c.run, draft.c.slot))]

    def count(self, chosen: DraftFilter = EVERY) -> int:
        """How many drafts there are."""
        with self._access.reading() as conn:
            return conn.execute(select(func.count()).select_from(draft).where(*narrow(chosen))).scalar_one()

    def kinds(self, chosen: DraftFilter = EVERY) -> tuple[str, ...]:
        """The kinds of these drafts."""
        kinds = select(draft.c.kind).where(*narrow(chosen)).distinct().order_by(draft.c.kind)
        with self._access.reading() as conn:
            return tuple(conn.scalars(kinds))

    def langs(self) -> tuple[str, ...]:
        """The languages of all drafts."""
        with self._access.reading() as conn:
            return tuple(conn.scalars(select(draft.c.lang).where(DRAFTED).distinct()))

    def facets(self, most: int = 500) -> Facets:
        """The topics and models of all drafts, by name, and the newest runs; at most `most` of each."""
        with self._access.reading() as conn:
            topics, models = (
                tuple(conn.scalars(select(column).where(DRAFTED).distinct().order_by(column).limit(most)))
                for column in (draft.c.topic, draft.c.model)
            )
            runs = conn.scalars(select(run.c.id).order_by(run.c.id.desc()).limit(min(most, MOST_RUNS)))
            return Facets(topics, models, tuple(runs))

    def original(self, draft_id: int) -> Content | None:
        """The content of a draft before any edit; None when nobody has edited it, or every edit was undone."""
        edits = select(review.c.previous).where(
            review.c.draft == draft_id, review.c.verdict == "edited", review.c.undone_at.is_(None)
        )
        with self._access.reading() as conn:
            previous = conn.execute(edits.order_by(review.c.id).limit(1)).scalar()
        return None if previous is None else previous["content"]

    def cached(self, fingerprints: Sequence[str]) -> dict[str, CachedDraft]:
        """The newest draft of each fingerprint; none whose content was rejected, here or in a copy."""
        found: dict[str, CachedDraft] = {}
        with self._access.reading() as conn:
            for part in chunks(fingerprints):
                found |= read_cached(conn, part)
        return found

    def pending_runs(self, most: int = 5) -> list[tuple[int, int]]:
        """(run, pending drafts) of the newest runs that have some."""
        rows = select(draft.c.run, func.count()).where(*narrow(DraftFilter(review="pending"))).group_by(draft.c.run)
        with self._access.reading() as conn:
            return [(row[0], row[1]) for row in conn.execute(rows.order_by(draft.c.run.desc()).limit(most))]

    def count_cached(self, fingerprints: Sequence[str], *, reviewed: bool = False) -> int:
        """How many of these fingerprints `cached` would find; `reviewed`: those whose draft somebody has decided."""
        with self._access.reading() as conn:
            parts = chunks(list(dict.fromkeys(fingerprints)))
            return sum(count_cached(conn, part, reviewed=reviewed) for part in parts)

    def similar(self, hashes: Sequence[int]) -> list[tuple[int, int, int]]:
        """
        Stored drafts that share enough of these hashes to be compared, the most shared first; at most six.

        Args:
            hashes: From kinds.sketch.

        Returns:
            The id, run and slot of each.
        """
        with self._access.cursor() as cursor:
            return find_similar(cursor, self._access.database.reader.dialect, hashes)

    def texts(self, draft_ids: Sequence[int]) -> list[SimilarDraft]:
        """The texts of these drafts, at most six, where they have one."""
        with self._access.cursor() as cursor:
            return read_texts(cursor, self._access.database.reader.dialect, draft_ids)

    def checks(self, run_id: int) -> list[CheckRow]:
        """What the checks found in a run, by severity (refused, flagged, note), the most frequent first."""
        with self._access.reading() as conn:
            return read_checks(conn, run_id)

    def above(self, run_id: int) -> dict[str, int]:
        """The drafts of a run by their share of words above the level; see `read_above`."""
        with self._access.reading() as conn:
            return read_above(conn, draft.c.run == run_id, DRAFTED)

    def open_slots(self, run_id: int) -> list[Slot]:
        """The slots without a draft that are not ended, in order."""
        with self._access.reading() as conn:
            return read_open_slots(conn, run_id)

    def asks(self, run_id: int) -> dict[int, int]:
        """How many calls asked for each open slot; slots that were never asked for are left out."""
        asked = (draft.c.run == run_id, draft.c.state == "planned", draft.c.asks > 0)
        with self._access.reading() as conn:
            return {row.slot: row.asks for row in conn.execute(select(draft.c.slot, draft.c.asks).where(*asked))}

    def cells(self, run_id: int) -> list[CellRow]:
        """Each topic at each level of a run, by topic, then level."""
        with self._access.reading() as conn:
            return read_cells(conn, run_id)

    def causes(self, run_id: int) -> dict[str, int]:
        """Why slots of a run failed, the most frequent reason first."""
        with self._access.reading() as conn:
            return read_causes(conn, run_id)

    def fail(
        self, run_id: int, failed: Mapping[int, str], fence: int | None = None, share: int | None = None
    ) -> Future[None]:
        """
        Fail the slots (number to reason) that are still open.

        Raises:
            StoreError: (in the future) the run belongs to another process (`fence`).
        """

        def op(conn: Connection) -> None:
            check_fence(conn, run_id, fence, share)
            fail_slots(conn, run_id, failed)

        return self._access.write_patiently(op)

    def refillable(self, chosen: DraftFilter = EVERY) -> dict[int, int]:
        """How many of these drafts are rejected and not regenerated yet, by run."""
        rows = select(draft.c.run, func.count()).where(*narrow(chosen, review=False), not_regenerated())
        with self._access.reading() as conn:
            return {row[0]: row[1] for row in conn.execute(rows.group_by(draft.c.run).order_by(draft.c.run))}

    def rejected_slots(self, chosen: DraftFilter) -> dict[int, Slot]:
        """The ids and slots of those drafts, in the order of the slots."""
        rows = select(draft.c.id, *SLOT).where(*narrow(chosen, review=False), not_regenerated())
        with self._access.reading() as conn:
            return {row[0]: Slot(*row[1:]) for row in conn.execute(rows.order_by(draft.c.run, draft.c.slot))}

    def next_copies(self, kind: str, lang: str, topics: Iterable[str]) -> dict[tuple[str, int], int]:
        """(topic, level) to the first copy number that no slot of the library has."""
        found: dict[tuple[str, int], int] = {}
        with self._access.reading() as conn:
            for part in chunks(sorted(set(topics))):
                found |= read_next_copies(conn, kind, lang, part)
        return found
