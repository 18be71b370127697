"""
Blind overlap: drafts that two people decide, neither of whom sees the other's decision until both have decided.

Until then such a draft is pending for everybody else, and so in every count and export. Two equal decisions become its
review state; after two different ones it stays pending, and is listed as `disagreed` for a third look.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import replace

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Connection,
    Select,
    cast,
    delete,
    exists,
    func,
    insert,
    literal,
    or_,
    select,
    update,
)

from engine.store.access import StorePart, chunks
from engine.store.draft_filter import DRAFTED, VOTE, narrow
from engine.store.records import VOTES, DraftFilter
from engine.store.run_rows import count_if
from engine.store.tables import draft, overlap, review

_open = (overlap.c.votes < VOTES, draft.c.review == "pending")


class Overlaps(StorePart):
    """Reads and writes of the drafts that two people decide."""

    def add(self, chosen: DraftFilter, percent: int) -> Future[int]:
        """
        Give a share of the pending drafts of a filter to two people, chosen at random and always the same.

        Args:
            chosen: Which drafts.
            percent: Of these, 0 to 100.

        Returns:
            How many drafts were added.
        """
        pending = select(draft.c.id, literal(0)).where(*narrow(replace(chosen, review="pending")), DRAFTED)
        drawn = pending.where(_drawn() < percent, draft.c.id.not_in(select(overlap.c.draft)))
        added = insert(overlap).from_select(["draft", "votes"], drawn).returning(overlap.c.draft)
        return self._access.write(lambda conn: len(conn.scalars(added).all()))

    def end(self, chosen: DraftFilter) -> Future[int]:
        """
        Wait no longer for a second decision on the drafts of a filter: the first one counts.

        Returns:
            How many drafts had waited; those without a decision are pending as before.
        """
        waiting = select(overlap.c.draft).join(draft, draft.c.id == overlap.c.draft).where(*_open, *narrow(chosen))

        def op(conn: Connection) -> int:
            ended = list(conn.scalars(waiting))
            for part in chunks(ended):
                _apply(conn, _verdicts(conn, part))
                conn.execute(delete(overlap).where(overlap.c.draft.in_(part)))
            return len(ended)

        return self._access.write(op)


def awaited(conn: Connection, ids: Sequence[int]) -> set[int]:
    """Those of some pending drafts on which two people have not decided yet."""
    rows = select(overlap.c.draft).join(draft, draft.c.id == overlap.c.draft)
    return set(conn.scalars(rows.where(overlap.c.draft.in_(list(ids)), *_open, DRAFTED)))


def withdraw(conn: Connection, ids: Sequence[int], reviewer: str, at: float) -> None:
    """Undo a person's own votes on some drafts: they vote again."""
    own = update(review).where(review.c.draft.in_(list(ids)), review.c.reviewer == reviewer, *VOTE)
    conn.execute(own.values(undone_at=at))


def count_votes(conn: Connection, ids: Iterable[int]) -> None:
    """Count the votes on drafts that were decided or undone; two equal ones become the review state."""
    for part in chunks(list(ids)):
        known = list(conn.scalars(select(overlap.c.draft).where(overlap.c.draft.in_(list(part)))))
        verdicts = _verdicts(conn, known)
        for votes in range(VOTES + 1):
            these = [one for one in known if min(VOTES, len(verdicts.get(one, ()))) == votes]
            conn.execute(update(overlap).where(overlap.c.draft.in_(these)).values(votes=votes))
        _apply(conn, {one: given for one, given in verdicts.items() if len(given) >= VOTES})


def _verdicts(conn: Connection, ids: Sequence[int]) -> dict[int, list[str]]:
    found: dict[int, list[str]] = {}
    rows = select(review.c.draft, review.c.verdict).where(review.c.draft.in_(list(ids)), *VOTE)
    for row in conn.execute(rows):
        found.setdefault(row.draft, []).append(row.verdict)
    return found


def _apply(conn: Connection, verdicts: Mapping[int, Sequence[str]]) -> None:
    """Where all votes on a draft are the same they become its review state."""
    for verdict in ("approved", "rejected"):
        these = [one for one, given in verdicts.items() if set(given) == {verdict}]
        pending = update(draft).where(draft.c.id.in_(these), draft.c.review == "pending")
        conn.execute(pending.values(review=verdict))


def visible(viewer: str | None) -> ColumnElement[bool]:
    """Rows of `review` that a person may see (None: that anybody may): not others' on drafts that wait for a vote."""
    waits = exists(
        select(overlap.c.draft)
        .join(draft, draft.c.id == overlap.c.draft)
        .where(overlap.c.draft == review.c.draft, *_open)
        .correlate(review)
    )
    own = [] if viewer is None else [review.c.reviewer == viewer]
    return or_(review.c.verdict == "edited", ~waits, *own)


def votes_by_draft(*conditions: ColumnElement[bool]) -> Select[int, int]:
    """(approved, rejected) of each draft that at least two people voted on."""
    approved, rejected = (count_if(review.c.verdict == verdict).label(verdict) for verdict in ("approved", "rejected"))
    rows = select(approved, rejected).select_from(review).join(draft, draft.c.id == review.c.draft)
    return rows.where(*VOTE, *conditions).group_by(review.c.draft).having(func.count() >= VOTES)


def _drawn() -> ColumnElement[int]:
    """0 to 99, unrelated to the ids' own order and to the part a draft is in."""
    return (cast(draft.c.id, BigInteger) * 30_011 + 7_919) % 65_521 % 100
