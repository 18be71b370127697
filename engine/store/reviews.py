"""
Decisions and edits of people, undo, reviewed files that are imported, and the opinions of a second model.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import Future
from typing import Any, Literal

from sqlalchemy import ColumnElement, Connection, func, select

from engine.store.access import StorePart, chunks
from engine.store.decisions import (
    annotate_newest,
    decide_drafts,
    edit_draft,
    edits_of,
    newest,
    newest_of,
    note_draft,
    undo_batch,
    undo_one,
)
from engine.store.draft_filter import DRAFTED, narrow
from engine.store.imports import apply_review
from engine.store.ledger import calls_like, read_batch_quality
from engine.store.notes import current_note
from engine.store.opinions import read_newest_opinions, read_opinion, read_opinion_counts, read_subjects
from engine.store.overlap import count_votes, visible
from engine.store.records import EVERY, DraftFilter, Edit, ImportedReview, Reviewer, Verdict
from engine.store.review_rows import (
    AcceptanceRow,
    BatchQualityRow,
    OpinionCounts,
    OpinionRow,
    ReviewCounts,
    ReviewDecision,
    ReviewRow,
    ReviewSession,
    Subject,
)
from engine.store.run_rows import count_if
from engine.store.tables import call, draft, opinion, review, run

REVIEW_STATES = ("pending", "approved", "rejected")

By = Literal["kind", "level", "model", "batch"]
_BY: dict[By, ColumnElement[object]] = {
    "kind": draft.c.kind,
    "level": draft.c.level,
    "model": draft.c.model,
    "batch": call.c.asked,
}


_HISTORY = [review.c[name] for name in ("id", "draft", "verdict", "who", "note", "at", "undone_at", "reviewer")]


class Reviews(StorePart):
    """Reads and writes of reviews."""

    def decide(
        self,
        draft_ids: Sequence[int],
        verdict: Verdict,
        who: Reviewer | str = "",
        note: str = "",
        at: float | None = None,
        *,
        shown: Mapping[int, str] | None = None,
        was: str = "pending",
    ) -> Future[list[int]]:
        """
        Approve or reject drafts, however many, as one decision.

        Args:
            draft_ids: The drafts; for a whole filter the ids that `drafts.ids` gave when they were counted, so that
                drafts that come later are not decided unseen.
            verdict: approved or rejected.
            who: The reviewer.
            note: Why.
            at: When; None: now.
            shown: Draft to the `revision` that was on the screen; a draft edited since then is left unchanged.
            was: The review state that was on the screen; a draft in another state is left unchanged.

        Returns:
            The ids that were changed: those that were drafted and as shown.
        """
        decided = {"verdict": verdict, "note": note, **self._signed(who, at)}
        return self._access.write(lambda conn: decide_drafts(conn, draft_ids, shown or {}, was, decided))

    def annotate(self, draft_id: int, note: str, by: Reviewer | None = None) -> Future[bool]:
        """Set the note of the newest decision on a draft, or of that person's newest; False when there is none."""
        return self._access.write(lambda conn: annotate_newest(conn, draft_id, note, by))

    def comment(self, draft_id: int, note: str, who: Reviewer | str = "", at: float | None = None) -> Future[bool]:
        """Set the note of a draft whatever its review state; False when there is no such draft."""
        noted = {"note": note, **self._signed(who, at)}
        return self._access.write(lambda conn: note_draft(conn, draft_id, noted))

    def _signed(self, who: Reviewer | str, at: float | None) -> dict[str, Any]:
        return {**Reviewer.of(who).columns, "at": self._access.now(at)}

    def edit(
        self, edit: Edit, who: Reviewer | str = "", note: str = "", at: float | None = None, *, shown: str | None = None
    ) -> Future[None]:
        """
        Replace a draft's content; its review state stays.

        Args:
            edit: The new content.
            who: The reviewer.
            note: Why.
            at: When; None: now.
            shown: The `revision` that was edited; None: not checked.

        Raises:
            StoreError: (in the future) there is no such draft, or somebody else changed it since it was shown.
        """
        decided = {"verdict": "edited", "note": note, **self._signed(who, at)}
        return self._access.write(lambda conn: edit_draft(conn, edit, shown, decided))

    def apply_import(self, imported: ImportedReview, who: Reviewer | str = "", at: float | None = None) -> Future[bool]:
        """
        Edit and decide one draft at once, whatever its verdict was; each step can be undone.

        Returns:
            False if the draft has changed since it was exported: nothing is changed.
        """
        now = self._access.now(at)
        return self._access.write(lambda conn: apply_review(conn, imported, Reviewer.of(who), now))

    def undo(
        self,
        reviews: Sequence[int] = (),
        *,
        drafts: Sequence[int] = (),
        last: int = 0,
        batch: int | None = None,
        at: float | None = None,
    ) -> Future[list[int]]:
        """
        Undo decisions and edits: each draft is exactly what it was before.

        Args:
            reviews: Their ids.
            drafts: Or the drafts whose newest one is undone.
            last: Or how many of the newest ones.
            batch: Or the whole of one decision, however many drafts it was on.
            at: When; None: now.

        Returns:
            The drafts restored. A decision with a newer one on the same draft is left: undo that one first.
        """
        now = self._access.now(at)

        def op(conn: Connection) -> list[int]:
            restored = set(undo_batch(conn, batch, now)) if batch is not None else set[int]()
            ids = {*reviews, *newest_of(conn, drafts), *newest(conn, last), *edits_of(conn, batch)}
            undone = [undo_one(conn, review_id, now) for review_id in sorted(ids, reverse=True)]
            restored |= {draft_id for draft_id in undone if draft_id is not None}
            count_votes(conn, restored)
            return sorted(restored)

        return self._access.write(op)

    def history(self, draft_id: int | None = None, limit: int = 50, *, viewer: str | None = None) -> list[ReviewRow]:
        """The newest decisions and edits, of one draft or of all; see `histories`."""
        rows = select(*_HISTORY).where(visible(viewer)).order_by(review.c.id.desc()).limit(limit)
        if draft_id is not None:
            rows = rows.where(review.c.draft == draft_id)
        with self._access.reading() as conn:
            return [ReviewRow.of(row._mapping) for row in conn.execute(rows)]

    def histories(self, draft_ids: Sequence[int], *, viewer: str | None = None) -> dict[int, list[ReviewRow]]:
        """
        What was decided, edited and noted on each draft and is not undone, the oldest first.

        Of a draft that waits for a second decision, only what `viewer` has said; None: nothing.
        """
        found: dict[int, list[ReviewRow]] = {}
        with self._access.reading() as conn:
            for part in chunks(draft_ids):
                rows = select(*_HISTORY).where(review.c.draft.in_(list(part)), review.c.undone_at.is_(None))
                for row in conn.execute(rows.where(visible(viewer)).order_by(review.c.id)):
                    found.setdefault(row.draft, []).append(ReviewRow.of(row._mapping))
        return found

    def last_decision(self, who: Reviewer | str) -> ReviewDecision | None:
        """The person's last decision, edit or comment that is not undone."""
        return next(iter(self.last_decisions(who, 1)), None)

    def last_decisions(self, who: Reviewer | str, limit: int = 20) -> list[ReviewDecision]:
        """The person's last decisions, edits and comments that are not undone, the newest first."""
        ours = (review.c.reviewer == Reviewer.of(who).id, review.c.undone_at.is_(None), review.c.batch.is_not(None))
        sums = (func.max(review.c.verdict), func.count(), func.min(review.c.draft), func.max(review.c.at))
        rows = select(review.c.batch, *sums).where(*ours).group_by(review.c.batch)
        with self._access.reading() as conn:
            found = conn.execute(rows.order_by(review.c.batch.desc()).limit(limit))
            return [ReviewDecision(*row) for row in found]

    def session(self, who: Reviewer | str, since: float) -> ReviewSession:
        """What a reviewer has decided since a time, without edits, comments and what was undone."""
        sums = (func.count(), func.count(review.c.batch.distinct()), func.min(review.c.at), func.max(review.c.at))
        ours = select(*sums).where(
            review.c.reviewer == Reviewer.of(who).id,
            review.c.undone_at.is_(None),
            review.c.verdict.in_(("approved", "rejected")),
            review.c.at >= since,
        )
        with self._access.reading() as conn:
            return ReviewSession(*conn.execute(ours).one())

    def notes(self, draft_ids: Sequence[int], *, viewer: str | None = None) -> dict[int, str]:
        """The current note of each draft that has decisions, edits or comments; see `current_note`, `histories`."""
        found: dict[int, list[tuple[str, str]]] = {}
        columns = (review.c.draft, review.c.verdict, review.c.note)
        with self._access.reading() as conn:
            for part in chunks(draft_ids):
                rows = select(*columns).where(review.c.draft.in_(list(part)), review.c.undone_at.is_(None))
                for row in conn.execute(rows.where(visible(viewer)).order_by(review.c.id)):
                    found.setdefault(row.draft, []).append((row.verdict, row.note))
        return {draft_id: current_note(history) for draft_id, history in found.items()}

    def counts(self, chosen: DraftFilter = EVERY) -> ReviewCounts:
        """Drafts by review state; the filter's own review state is ignored."""
        conditions = [*narrow(chosen, review=False), DRAFTED]
        groups = select(draft.c.review, draft.c.flagged, func.count()).where(*conditions)
        counts = dict.fromkeys((*REVIEW_STATES, "flagged"), 0)
        with self._access.reading() as conn:
            for state, flagged, count in conn.execute(groups.group_by(draft.c.review, draft.c.flagged)):
                counts[state] += count
                if flagged and state == "pending":
                    counts["flagged"] += count
        return ReviewCounts(**counts)

    def acceptance(self, by: By, *, run_id: int | None = None, comparison_id: int | None = None) -> list[AcceptanceRow]:
        """
        Approved and rejected drafts by kind, level, model or batch size (items asked in the call that made them).

        Args:
            by: What to group by; drafts reused from an earlier run have no batch size and are left out of that one.
            run_id: Of one run.
            comparison_id: Of all runs of a comparison; neither: of every run.
        """
        column = _BY[by]
        sums = (count_if(draft.c.review == "approved"), count_if(draft.c.review == "rejected"))
        rows = select(column, *sums).where(DRAFTED, draft.c.review != "pending").group_by(column).order_by(column)
        if by == "batch":
            rows = rows.join(call, call.c.id == draft.c.call)
        if run_id is not None:
            rows = rows.where(draft.c.run == run_id)
        if comparison_id is not None:
            rows = rows.join(run, run.c.id == draft.c.run).where(run.c.comparison_id == comparison_id)
        with self._access.reading() as conn:
            return [AcceptanceRow(str(value), approved, rejected) for value, approved, rejected in conn.execute(rows)]

    def batch_quality(self, provider: str, model: str, kind: str, lang: str) -> list[BatchQualityRow]:
        """The newest 2,000 drafts made with a model for a kind and language in its newest 30 runs, by batch size."""
        facts = {"provider": provider, "model": model, "kind": kind, "lang": lang, "purpose": "drafts"}
        with self._access.reading() as conn:
            return read_batch_quality(conn, calls_like(facts))

    def opinions(self, draft_ids: Sequence[int]) -> dict[int, OpinionRow]:
        """The newest scored opinion of each draft; drafts without one are left out."""
        with self._access.reading() as conn:
            return read_newest_opinions(conn, draft_ids)

    def run_opinions(self, run_id: int, limit: int = 50, offset: int = 0) -> list[OpinionRow]:
        """A page of the opinions of a run, the lowest scores first."""
        scored = select(opinion).where(opinion.c.run == run_id).order_by(opinion.c.score, opinion.c.id)
        with self._access.reading() as conn:
            return [read_opinion(row) for row in conn.execute(scored.limit(limit).offset(offset))]

    def opinion_counts(self, run_id: int) -> OpinionCounts:
        """The counts of a run of judgements so far."""
        with self._access.reading() as conn:
            return read_opinion_counts(conn, run_id)

    def subjects(self, run_id: int, slots: Sequence[int]) -> dict[int, Subject]:
        """Slot number to the draft that it judges; a draft that was cleaned away is left out."""
        with self._access.reading() as conn:
            return read_subjects(conn, run_id, slots)
