"""
Finds drafts that may be similar by the short hashes they share; kinds measures how similar they are.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import BigInteger, Connection, Dialect, Select, bindparam, func, literal_column, select, union_all
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
_COLUMNS = [draft.c[name] for name in ("id", "slot", "topic", "title", "content")]


Found = tuple[int, int, int]
"""The id, run and slot of a draft."""


def _named(hashes: Sequence[int], counts: int) -> dict[str, int]:
    return dict(zip(_PLACES[counts], (one for one in hashes if weight(one) == counts), strict=False))


_EACH = f"""
WITH asked AS (
    SELECT * FROM unnest(%(place)s::int[], %(hash)s::bigint[], %(weight)s::int[], %(most)s::int[])
    AS a (place, hash, weight, most)
), hits AS (
    SELECT a.place, s.draft, sum(a.weight) AS shared
    FROM asked a
    CROSS JOIN LATERAL (SELECT draft FROM shingle WHERE hash = a.hash ORDER BY draft DESC LIMIT a.most) s
    GROUP BY a.place, s.draft HAVING sum(a.weight) >= {WORTH_MEASURING}
), ranked AS (
    SELECT *, row_number() OVER (PARTITION BY place ORDER BY shared DESC, draft DESC) AS rank FROM hits
)
SELECT r.place, d.id, d.run, d.slot FROM ranked r JOIN draft d ON d.id = r.draft
WHERE r.rank <= {MOST} ORDER BY r.place, r.rank
"""  # noqa: S608 - constants
"""The same on PostgreSQL for several drafts at once: each question to a server costs the time of its way."""


def find_each(cursor: DBAPICursor, dialect: Dialect, sketches: Sequence[Sequence[int]]) -> list[list[Found]]:
    """What `find_similar` finds for each sketch; on PostgreSQL with one statement."""
    if dialect.name != "postgresql":
        return [find_similar(cursor, dialect, hashes) for hashes in sketches]
    found: list[list[Found]] = [[] for _ in sketches]
    asked = [
        (place, one, counts, NEWEST[counts])
        for place, hashes in enumerate(sketches)
        for counts in _PLACES
        for one in _named(hashes, counts).values()
    ]
    if asked:
        names = ("place", "hash", "weight", "most")
        cursor.execute(_EACH, dict(zip(names, map(list, zip(*asked, strict=True)), strict=True)))
        for place, *draft_of in cursor.fetchall():
            found[place].append((draft_of[0], draft_of[1], draft_of[2]))
    return found


def find_similar(cursor: DBAPICursor, dialect: Dialect, hashes: Sequence[int]) -> list[tuple[int, int, int]]:
    """(id, run, slot) of the drafts that share enough of these hashes; see `Drafts.similar`."""
    compiled = _FOUND.compiled(dialect)
    cursor.execute(compiled.sql, compiled.bound({**_named(hashes, 1), **_named(hashes, 2)}))
    return list(cursor.fetchall())


def read_texts(conn: Connection, draft_ids: Sequence[int]) -> list[SimilarDraft]:
    """The texts of these drafts, where they have one."""
    there = select(*_COLUMNS).where(draft.c.id.in_(list(draft_ids)), draft.c.state == literal_column("'drafted'"))
    return [SimilarDraft(*row) for row in conn.execute(there) if row.content]
