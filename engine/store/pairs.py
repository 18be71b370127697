"""
Blind pair reviews: pairs are given to reviewers, answered, undone and counted.

A pair belongs to the reviewer it was given to, until that person has not looked at the page for half an hour. All of it
is stored, so a reload loses nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Literal

from sqlalchemy import ColumnElement, Connection, Select, and_, func, insert, select, update

from engine.errors import StoreError
from engine.store.access import StorePart
from engine.store.fields import ReadModel
from engine.store.pair_tables import PairColumns, PairingColumns, pair, pairing
from engine.store.records import Reviewer
from engine.store.tables import draft

Choice = Literal["left", "right", "both", "neither"]
HELD_S = 1800.0
"""How long a pair waits for its reviewer; after that it may be given to somebody else."""
CHOICES: tuple[Choice, ...] = ("left", "right", "both", "neither")


@dataclass(frozen=True, slots=True)
class NewPair:
    """Two drafts of one slot, with their sides."""

    left_draft: int
    right_draft: int
    left_arm: str
    right_arm: str
    repeat: int = 0


_UNANSWERED = pair.c.choice == ""


class PairingRow(PairingColumns, ReadModel):
    """A blind pair review."""

    id: int


class PairRow(PairColumns, ReadModel):
    """A pair."""

    id: int


class Pairs(StorePart):
    """Reads and writes of blind pair reviews."""

    def start(self, comparison_id: int, pairs: Sequence[NewPair], overlap: int = 1) -> Future[int]:
        """
        Record a pairing with its pairs, in this order.

        Returns:
            Its id; that of the pairing which goes on, where there is one: a second click starts none.
        """
        now = self._access.clock.wall()
        names = ("left_draft", "right_draft", "left_arm", "right_arm", "repeat")

        def op(conn: Connection) -> int:
            open_now = select(pairing.c.id).where(pairing.c.comparison == comparison_id, pairing.c.ended_at.is_(None))
            if (going := conn.execute(open_now).scalar()) is not None:
                return int(going)
            row = {"comparison": comparison_id, "created_at": now, "overlap": overlap}
            made = conn.execute(insert(pairing), row).inserted_primary_key
            number = int(made[0]) if made else 0
            rows = [{name: getattr(one, name) for name in names} for one in pairs]
            if rows:
                placed = [{**one, "pairing": number, "place": place} for place, one in enumerate(rows)]
                conn.execute(insert(pair), placed)
            return number

        return self._access.write(op)

    def newest(self, comparison_id: int) -> PairingRow | None:
        """The newest pairing of a comparison; None: it has none."""
        rows = select(pairing).where(pairing.c.comparison == comparison_id).order_by(pairing.c.id.desc()).limit(1)
        with self._access.reading() as conn:
            row = conn.execute(rows).first()
        return None if row is None else PairingRow.of(row._mapping)

    def all(self, pairing_id: int) -> list[PairRow]:
        """The pairs of a pairing whose drafts are still there, in order."""
        with self._access.reading() as conn:
            rows = conn.execute(_pairs(pairing_id).order_by(pair.c.place))
            return [PairRow.of(row._mapping) for row in rows]

    def give(self, pairing_id: int, who: Reviewer, ahead: int, at: float | None = None) -> Future[list[PairRow]]:
        """
        The next pairs of a reviewer, who gets new ones until `ahead` of them are open; none once the pairing has ended.

        No two reviewers hold one row, and no reviewer is given the same two drafts twice. A pair that its reviewer has
        not asked for again within HELD_S is free.
        """
        now = self._access.now(at)
        return self._access.write(lambda conn: _give(conn, pairing_id, who, ahead, now))

    def answer(self, pair_id: int, who: Reviewer, choice: Choice, at: float | None = None) -> Future[bool]:
        """
        Answer a pair that was given to this reviewer; False: it was not, or is answered, or the arms are shown.

        Raises:
            StoreError: the choice is none of CHOICES.
        """
        if choice not in CHOICES:
            raise StoreError("pair_choice", choice=str(choice))
        mine = and_(pair.c.id == pair_id, pair.c.reviewer == who.id, pair.c.choice == "", pair.c.pairing.in_(_going()))
        change = update(pair).where(mine).values(choice=choice, answered_at=self._access.now(at))
        return self._access.write(lambda conn: conn.execute(change).rowcount == 1)

    def undo(self, pairing_id: int, who: Reviewer) -> Future[int | None]:
        """
        Take the reviewer's last answer back.

        Returns:
            The pair, which is their next one again; None: there is no answer, or the arms are shown.
        """
        mine = (pair.c.pairing == pairing_id, pair.c.reviewer == who.id, pair.c.choice != "")
        last = select(pair.c.id).where(*mine, pair.c.pairing.in_(_going()))
        newest = last.order_by(pair.c.answered_at.desc(), pair.c.place.desc()).limit(1)

        def op(conn: Connection) -> int | None:
            found = conn.execute(newest).scalar()
            if found is not None:
                conn.execute(update(pair).where(pair.c.id == found).values(choice="", answered_at=None))
            return None if found is None else int(found)

        return self._access.write(op)

    def end(self, pairing_id: int) -> Future[None]:
        """End a pairing: from now on its arms are shown and nothing can be answered."""
        now = self._access.clock.wall()
        change = update(pairing).where(pairing.c.id == pairing_id, pairing.c.ended_at.is_(None)).values(ended_at=now)

        def op(conn: Connection) -> None:
            conn.execute(change)

        return self._access.write(op)


def _give(conn: Connection, pairing_id: int, who: Reviewer, ahead: int, now: float) -> list[PairRow]:
    mine = _pairs(pairing_id).where(pair.c.reviewer == who.id)
    open_now = mine.where(_UNANSWERED, pair.c.pairing.in_(_going())).order_by(pair.c.place)
    own = [row for row in conn.execute(open_now) if _take(conn, row.id, who, row.reviewer, now)]
    if len(own) < ahead:
        seen = {_drafts(row.left_draft, row.right_draft) for row in conn.execute(mine)}
        free = _pairs(pairing_id).where(_is_free(now), pair.c.reviewer != who.id, pair.c.pairing.in_(_going()))
        for row in conn.execute(free.order_by(pair.c.repeat, pair.c.place)).all():
            if len(own) >= ahead:
                break
            drafts = _drafts(row.left_draft, row.right_draft)
            if drafts not in seen and _take(conn, row.id, who, row.reviewer, now):
                seen.add(drafts)
                own.append(row)
    return [PairRow.of(row._mapping).model_copy(update={"reviewer": who.id, "given_at": now}) for row in own]


def _is_free(now: float) -> ColumnElement[bool]:
    """Nobody has it, or whoever has it is gone."""
    return _UNANSWERED & ((pair.c.reviewer == "") | (func.coalesce(pair.c.given_at, 0.0) <= now - HELD_S))


def _take(conn: Connection, pair_id: int, who: Reviewer, before: str, now: float) -> bool:
    """Whether the pair was still as it was read: another process may have been quicker."""
    same = and_(pair.c.id == pair_id, pair.c.reviewer == before, _UNANSWERED)
    return conn.execute(update(pair).where(same).values(reviewer=who.id, given_at=now)).rowcount == 1


def _drafts(one: int, other: int) -> tuple[int, int]:
    return min(one, other), max(one, other)


def _going() -> Select[int]:
    return select(pairing.c.id).where(pairing.c.ended_at.is_(None))


def _pairs(pairing_id: int) -> Select[tuple[object, ...]]:
    return select(pair).where(pair.c.pairing == pairing_id, _there(pair.c.left_draft), _there(pair.c.right_draft))


def _there(column: ColumnElement[int]) -> ColumnElement[bool]:
    found = select(func.count()).where(draft.c.id == column, draft.c.state == "drafted").correlate(pair)
    return found.scalar_subquery() > 0
