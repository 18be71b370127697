"""
Which drafts, in which order: a DraftFilter as SQL conditions, and the ids of a page.

A page is found in the index `draft_desk` alone; only the rows of the page are read whole.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Literal

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Select,
    String,
    and_,
    cast,
    func,
    literal,
    literal_column,
    not_,
    or_,
    select,
    tuple_,
    type_coerce,
)
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

from engine.errors import StoreError
from engine.store.columns import to_json
from engine.store.records import VOTES, DraftFilter
from engine.store.search import holding
from engine.store.tables import draft, overlap, review

Order = Literal["oldest", "newest", "flagged", "score"]
"""`flagged`: what needs a look first, then the oldest. `score`: the lowest score first, what has none last."""

MOST_IDS = 10_000

_rank: ColumnElement[Any] = func.coalesce(draft.c.score, literal_column("1e9"))
"""The score; a draft without one ranks after all others."""


class _ByDatabase(FunctionElement[Any]):
    """One meaning that each database reads an index by in other words: (on PostgreSQL, on SQLite)."""

    inherit_cache = True
    name = "by_database"


@compiles(_ByDatabase)
def _on_server(element: _ByDatabase, compiler: SQLCompiler, **kw: Any) -> str:
    return str(compiler.process(next(iter(element.clauses)), **kw))


@compiles(_ByDatabase, "sqlite")
def _on_sqlite(element: _ByDatabase, compiler: SQLCompiler, **kw: Any) -> str:
    return str(compiler.process(list(element.clauses)[1], **kw))


DRAFTED = draft.c.state == literal_column("'drafted'")
"""A literal: SQLite uses a partial index only for a condition that is written out."""

VOTE = (review.c.blind.is_(True), review.c.undone_at.is_(None))
"""Rows of `review` that are votes on drafts of the overlap."""


def ordered(order: Order, *, back: bool = False) -> list[ColumnElement[Any]]:
    """The columns of an order; `back`: reversed."""
    by_id = draft.c.id.desc() if (order == "newest") != back else draft.c.id
    if order == "flagged":
        calm, flagged = not_(draft.c.flagged), draft.c.flagged
        return [_ByDatabase(calm.desc(), flagged) if back else _ByDatabase(calm, flagged.desc()), by_id]
    if order == "score":
        return [_rank.desc() if back else _rank, by_id]
    return [by_id]


def page_of(
    chosen: DraftFilter,
    order: Order,
    limit: int,
    offset: int = 0,
    *more: ColumnElement[bool],
    back: bool = False,
) -> Select[Any]:
    """The ids of a page of drafts."""
    if order == "flagged" and chosen.flagged is not None:
        order = "oldest"  # the same, and the order of an index
    page = select(draft.c.id).where(*more, *narrow(chosen))  # of conditions of equal cost the first is tried first
    return page.order_by(*ordered(order, back=back)).limit(limit).offset(offset)


def narrow(chosen: DraftFilter, *, review: bool = True) -> list[ColumnElement[bool]]:
    """
    A filter as conditions; `review=False` leaves its review state out.

    Raises:
        StoreError: more than 10,000 ids.
    """
    names = ("run", "kind", "lang", "level", "topic", "model", "flagged", *(["review"] if review else []))
    conditions = [draft.c[name] == getattr(chosen, name) for name in names if getattr(chosen, name) is not None]
    if review and chosen.not_review is not None:
        conditions.append(draft.c.review != chosen.not_review)
    if chosen.state is not None:
        conditions.append(DRAFTED if chosen.state == "drafted" else draft.c.state == chosen.state)
    if chosen.flag is not None:
        conditions.append(
            type_coerce(draft.c.flags, String).contains(f'"code":{to_json(chosen.flag)},', autoescape=True)
        )
    if chosen.score is not None:
        conditions += [draft.c.score >= chosen.score[0], draft.c.score < chosen.score[1]]
    if chosen.scored is not None:
        conditions.append(draft.c.score.is_not(None) if chosen.scored else draft.c.score.is_(None))
    conditions += holding(chosen.text or "")
    if chosen.sample is not None:
        conditions.append(draft.c.id.in_(_sampled(chosen)))
    if chosen.share is not None:
        conditions.append(_in_part(*chosen.share))
    if chosen.overlap is not None:
        votes = overlap.c.votes >= VOTES if chosen.overlap == "disagreed" else overlap.c.votes < VOTES
        conditions += [draft.c.review == "pending", draft.c.id.in_(select(overlap.c.draft).where(votes))]
    if chosen.viewer is not None and chosen.overlap != "waiting":
        conditions.append(or_(draft.c.review != "pending", draft.c.id.not_in(_voted(chosen.viewer))))
    if chosen.ids is not None:
        if len(chosen.ids) > MOST_IDS:
            raise StoreError("drafts_named_many", n=len(chosen.ids), most=MOST_IDS)
        conditions.append(draft.c.id.in_(list(chosen.ids)))
    return conditions


def _sampled(chosen: DraftFilter) -> Select[Any]:
    """
    The ids of a sample, drawn from the drafts of the filter in any review state, so that decisions do not change it,
    and whichever drafts are named.

    The order of the remainders is the same at every reading.
    """
    every = replace(chosen, sample=None, flagged=None, ids=None, viewer=None)
    drawn = select(draft.c.id).where(*narrow(every, review=False))
    return drawn.order_by(_scattered(), draft.c.id).limit(chosen.sample)


def _in_part(part: int, parts: int) -> ColumnElement[bool]:
    """The drafts of a part, and those of the next part that two people decide: they are in two parts."""
    number = _scattered() % parts
    twice = and_(number == part % parts, draft.c.id.in_(select(overlap.c.draft)))
    return or_(number == part - 1, twice) if parts > 1 else number == 0


def _voted(viewer: str) -> Select[Any]:
    """The drafts that a person has voted on, and that wait for another vote."""
    votes = select(overlap.c.draft).join(review, review.c.draft == overlap.c.draft)
    return votes.where(overlap.c.votes < VOTES, review.c.reviewer == viewer, *VOTE)


def _scattered() -> ColumnElement[int]:
    """Numbers whose order is unrelated to the ids' own order."""
    return cast(draft.c.id, BigInteger) * 48_271 % 65_537


def past(order: Order, at: int, flagged: bool, score: float | None = None, *, back: bool) -> ColumnElement[bool]:
    """The drafts after one in an order (`back`: before it); `flagged` and `score` are those of that one."""
    after = draft.c.id > at if (order != "newest") != back else draft.c.id < at
    if order == "flagged":
        others = and_(draft.c.flagged.is_(back), draft.c.flagged.is_not(flagged))  # flagged drafts come first
        beyond = or_(others, and_(draft.c.flagged.is_(flagged), after)).self_group()
        return _ByDatabase(_beyond(not_(draft.c.flagged), not flagged, at, back=back), beyond)
    if order == "score":
        return _beyond(_rank, 1e9 if score is None else score, at, back=back)
    return after


def _beyond(first: ColumnElement[Any], value: object, at: int, *, back: bool) -> ColumnElement[bool]:
    """Compared as a row, it is a range of the index (first, id)."""
    ours, place = tuple_(first, draft.c.id), tuple_(literal(value), literal(at))
    return ours < place if back else ours > place
