"""
Finding drafts by the words in them, by an index where the database has one.

SQLite keeps `draft_search`, an FTS5 table of the trigrams of each draft's `search` column (migration 0003): a word is
the phrase of its trigrams, so that no text is read. Triggers fill it 64 drafts at a time; those that are due meanwhile
(`draft_search_due`, migration 0008) are read with LIKE. PostgreSQL finds the same LIKE in an index of trigrams
(migration 0012), where it has one, and two characters in an index of pairs (migration 0028). docs/store.md says why it
is built so.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, String, and_, func, literal, select
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

from engine.store.columns import searchable, storable
from engine.store.tables import draft

GRAM = 3
"""Characters of a trigram."""
SCANNED = 10_000
"""A single character is in no index of trigrams: the newest drafts, this many, are read for it."""

_every = draft.alias("every_draft")
_LAST = chr(0x10FFFF)  # sorts behind every character


class _Indexed(FunctionElement[bool]):
    """
    Drafts that contain a word of three characters or more: (id, FTS5 expression, the condition without an index).

    It has no type: SQLAlchemy writes `(...) = 1` after a Boolean, and SQLite then reads every text to know its value.
    """

    inherit_cache = True
    name = "indexed"


class _Begun(FunctionElement[bool]):
    """Drafts with a trigram that begins with two characters: (id, low, high, the condition without an index)."""

    inherit_cache = True
    name = "begun"


class _Paired(FunctionElement[bool]):
    """Texts that contain two characters, both ASCII's or neither: (text, both, the condition without an index)."""

    inherit_cache = True
    name = "paired"


# The unary plus keeps SQLite from walking the hits by id: it walks the review index in the order wanted and asks the
# hits, which stay in memory, about each id.
_SQLITE = (
    "(+{id} IN (SELECT rowid FROM draft_search WHERE draft_search MATCH {match})"
    " OR (+{id} IN (SELECT draft FROM draft_search_due) AND {like}))"
)
_TERMS = (
    "coalesce((SELECT group_concat('\"' || replace(term, '\"', '\"\"') || '\"', ' OR ') "
    "FROM draft_search_terms WHERE term >= %s AND term < %s), '\"' || char(1, 1, 1) || '\"')"
)


@compiles(_Indexed)
@compiles(_Begun)
@compiles(_Paired)
def _read(element: FunctionElement[bool], compiler: SQLCompiler, **kw: Any) -> str:
    return str(compiler.process(list(element.clauses)[-1], **kw))


@compiles(_Indexed, "sqlite")
def _indexed(element: _Indexed, compiler: SQLCompiler, **kw: Any) -> str:
    draft_id, match, like = (compiler.process(part, **kw) for part in element.clauses)
    return _SQLITE.format(id=draft_id, match=match, like=like)


@compiles(_Begun, "sqlite")
def _begun(element: _Begun, compiler: SQLCompiler, **kw: Any) -> str:
    draft_id, low, high, like = (compiler.process(part, **kw) for part in element.clauses)
    return _SQLITE.format(id=draft_id, match=_TERMS % (low, high), like=like)


@compiles(_Paired, "postgresql")
def _paired(element: _Paired, compiler: SQLCompiler, **kw: Any) -> str:
    words, both, like = (compiler.process(part, **kw) for part in element.clauses)
    # LIKE is the quicker one for a draft that is found in another way, such as the order of a page.
    return f"({like} AND draftmill_pairs({words}) @> ARRAY[{both}]::text[])"


def holding(text: str) -> list[ColumnElement[bool]]:
    """
    Conditions for drafts that contain every word of a text, in any order; case and width do not matter.

    A word of one character is looked for in the newest 10,000 drafts only.
    """
    return [_holds(word) for word in searchable(storable(text)).split()]


def _holds(word: str) -> ColumnElement[bool]:
    read = draft.c.search.contains(word, autoescape=True)
    if len(word) >= GRAM:
        return _Indexed(draft.c.id, literal('"' + word.replace('"', '""') + '"', String), read)
    if len(word) == GRAM - 1:
        if min(word) > "~" or "!" <= min(word) <= max(word) <= "~":
            read = _Paired(draft.c.search, literal(word, String), read)
        return _Begun(draft.c.id, literal(word, String), literal(word + _LAST, String), read)
    newest = select(func.max(_every.c.id)).scalar_subquery()
    return and_(draft.c.id > newest - SCANNED, read)
