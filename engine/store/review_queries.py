"""
What the review desk reads beside its pages: the draft next to another, and what there is to narrow by.
"""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import ColumnElement, and_, literal_column, or_, select

from engine.store.base import Part
from engine.store.drafts import Order, page_of
from engine.store.records import EVERY, DraftFilter
from engine.store.tables import draft, review, run
from engine.store.verdicts import Facets
from engine.work import Content

_DRAFTED = draft.c.state == literal_column("'drafted'")
MOST_RUNS = 200


class ReviewQueries(Part):
    """Reads of the review desk."""

    def adjacent(
        self,
        chosen: DraftFilter = EVERY,
        order: Order = "oldest",
        at: int | None = None,
        *,
        back: bool = False,
        without: Collection[int] = (),
    ) -> int | None:
        """
        The draft next to one in an order, whether or not that one is among the chosen.

        Args:
            chosen: Which drafts.
            order: As `drafts` has it.
            at: The draft to start from; None: before the first one, or behind the last.
            back: The one before instead of the one after.
            without: Drafts to pass over.

        Returns:
            Its id; None when there is none.
        """
        more: list[ColumnElement[bool]] = [draft.c.id.not_in(list(without))] if without else []
        with self._access.reading() as conn:
            if at is not None:
                flagged = conn.execute(select(draft.c.flagged).where(draft.c.id == at)).scalar()
                more.append(_past(order, at, bool(flagged), back=back))
            return conn.execute(page_of(chosen, order, 1, 0, *more, back=back)).scalar()

    def facets(self, most: int = 500) -> Facets:
        """The topics and models of all drafts, by name, and the newest runs; at most `most` of each."""
        with self._access.reading() as conn:
            topics, models = (
                tuple(conn.scalars(select(column).where(_DRAFTED).distinct().order_by(column).limit(most)))
                for column in (draft.c.topic, draft.c.model)
            )
            runs = conn.scalars(select(run.c.id).order_by(run.c.id.desc()).limit(min(most, MOST_RUNS)))
            return Facets(topics, models, tuple(runs))

    def original(self, draft_id: int) -> Content | None:
        """What a draft said before anybody edited it; None when nobody has, or every edit was taken back."""
        edits = select(review.c.previous).where(
            review.c.draft == draft_id, review.c.verdict == "edited", review.c.undone_at.is_(None)
        )
        with self._access.reading() as conn:
            previous = conn.execute(edits.order_by(review.c.id).limit(1)).scalar()
        return None if previous is None else previous["content"]


def _past(order: Order, at: int, flagged: bool, *, back: bool) -> ColumnElement[bool]:
    later = draft.c.id > at if (order != "newest") != back else draft.c.id < at
    if order != "flagged":
        return later
    beyond = draft.c.flagged.is_(back)  # the flagged ones stand before the others
    return or_(and_(beyond, draft.c.flagged.is_not(flagged)), and_(draft.c.flagged.is_(flagged), later))
