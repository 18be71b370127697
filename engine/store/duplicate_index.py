"""
Finds drafts that may be similar by the short hashes they share; kinds measures how similar they are.
"""

from __future__ import annotations

import json
from collections.abc import Sequence

from sqlalchemy import BigInteger, Dialect, Integer, Select, bindparam, func, literal_column, select, union_all
from sqlalchemy.engine.interfaces import DBAPICursor

from engine.kinds import NEWEST, SINGLE, THREES, WORTH_MEASURING, weight
from engine.store.prepared import Prepared
from engine.store.review_rows import SimilarDraft
from engine.store.tables import draft, shingle

MOST = 6
"""Most drafts to compare with a new one."""
_PLACES = {1: [f"single{place}" for place in range(SINGLE)], 2: [f"three{place}" for place in range(THREES)]}
"""Names of a sketch's hashes in the statement, by their weight."""


def _found() -> Select[tuple[int, int, int]]:
    """The newest drafts of each hash, those that share most first: one statement, built once."""
    pages = [
        select(shingle.c.draft, literal_column(str(counts)).label("weight"))
        .where(shingle.c.hash == bindparam(place, -1, BigInteger()))
        .order_by(shingle.c.draft.desc())
        .limit(literal_column(str(NEWEST[counts])))
        .subquery()
        for counts, places in _PLACES.items()
        for place in places
    ]
    every = union_all(*(select(page.c.draft, page.c.weight) for page in pages)).subquery()
    shared = func.sum(every.c.weight)
    most = (
        select(every.c.draft, shared.label("shared"))
        .group_by(every.c.draft)
        .having(shared >= WORTH_MEASURING)
        .order_by(shared.desc(), every.c.draft.desc())
        .limit(MOST)
        .subquery()
    )
    named = select(draft.c.id, draft.c.run, draft.c.slot).join(most, draft.c.id == most.c.draft)
    return named.order_by(most.c.shared.desc(), draft.c.id.desc())


_FOUND = Prepared(_found())
_IDS = [f"draft{place}" for place in range(MOST)]
_COLUMNS = [draft.c[name] for name in ("id", "slot", "topic", "level", "title", "content")]
_TEXTS = Prepared(
    select(*_COLUMNS).where(
        draft.c.id.in_([bindparam(name, 0, Integer()) for name in _IDS]), draft.c.state == literal_column("'drafted'")
    )
)


def _named(hashes: Sequence[int], counts: int) -> dict[str, int]:
    return dict(zip(_PLACES[counts], (one for one in hashes if weight(one) == counts), strict=False))


def find_similar(cursor: DBAPICursor, dialect: Dialect, hashes: Sequence[int]) -> list[tuple[int, int, int]]:
    """(id, run, slot) of the drafts that share enough of these hashes; see `Drafts.similar`."""
    compiled = _FOUND.compiled(dialect)
    cursor.execute(compiled.sql, compiled.bound({**_named(hashes, 1), **_named(hashes, 2)}))
    return list(cursor.fetchall())


def read_texts(cursor: DBAPICursor, dialect: Dialect, draft_ids: Sequence[int]) -> list[SimilarDraft]:
    """The texts of these drafts, at most six, where they have one."""
    compiled = _TEXTS.compiled(dialect)
    cursor.execute(compiled.sql, compiled.bound(dict(zip(_IDS, draft_ids, strict=False))))
    rows = [(*row, json.loads(content)) for *row, content in cursor.fetchall() if content]
    return [SimilarDraft(*row) for row in rows if row[-1]]
