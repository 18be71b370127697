"""
Finding drafts by the words in them, by an index where the database has one.

SQLite keeps `draft_search`, an FTS5 table of the trigrams of each draft's `search` column, filled by triggers in the
transaction that writes the draft (migration 0003). It holds no text: it only says which drafts are worth looking at.
PostgreSQL has no such table and reads the texts with LIKE. docs/store.md says why it is built so.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Boolean, ColumnElement, String, and_, func, literal, select
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

from engine.store.columns import searchable
from engine.store.tables import draft

GRAM = 3
"""Characters of a trigram; a word this long is found by the index alone."""
SCANNED = 20_000
"""A single character is in no index of trigrams: the newest drafts, this many, are read for it."""

_every = draft.alias("every_draft")
_LAST = chr(0x10FFFF)  # sorts behind every character


class _Indexed(FunctionElement[bool]):
    """Drafts whose trigrams an FTS5 expression matches; true for every draft where there is no such index."""

    type = Boolean()
    inherit_cache = True
    name = "indexed"


class _Begun(FunctionElement[bool]):
    """Drafts with a trigram between two strings: how a word of two characters is found among trigrams."""

    type = Boolean()
    inherit_cache = True
    name = "begun"


# The unary plus keeps SQLite from walking the hits by id: it walks the desk's index in the order wanted and asks the
# hits, which stay in memory, about each id.
_SQLITE = "(+%s IN (SELECT rowid FROM draft_search WHERE draft_search MATCH %s))"
_TERMS = (
    "coalesce((SELECT group_concat('\"' || replace(term, '\"', '\"\"') || '\"', ' OR ') "
    "FROM draft_search_terms WHERE term >= %s AND term < %s), '\"' || char(1, 1, 1) || '\"')"
)


@compiles(_Indexed)
@compiles(_Begun)
def _anywhere(_element: FunctionElement[bool], _compiler: SQLCompiler, **_kw: Any) -> str:
    return "(1 = 1)"


@compiles(_Indexed, "sqlite")
def _indexed(element: _Indexed, compiler: SQLCompiler, **kw: Any) -> str:
    return _SQLITE % tuple(compiler.process(part, **kw) for part in element.clauses)


@compiles(_Begun, "sqlite")
def _begun(element: _Begun, compiler: SQLCompiler, **kw: Any) -> str:
    draft_id, low, high = (compiler.process(part, **kw) for part in element.clauses)
    return _SQLITE % (draft_id, _TERMS % (low, high))


def holding(text: str) -> list[ColumnElement[bool]]:
    """
    Conditions for drafts that hold every word of a text, in any order; case and width do not matter.

    A word of one character is looked for in the newest 20,000 drafts only.
    """
    return [_holds(word) for word in searchable(text).split()]


def _holds(word: str) -> ColumnElement[bool]:
    read = draft.c.search.contains(word, autoescape=True)
    if len(word) >= GRAM:
        indexed = _Indexed(draft.c.id, literal(_grams(word), String))
        return and_(indexed, read)
    if len(word) == GRAM - 1:
        return and_(_Begun(draft.c.id, literal(word, String), literal(word + _LAST, String)), read)
    newest = select(func.max(_every.c.id)).scalar_subquery()
    return and_(draft.c.id > newest - SCANNED, read)


def _grams(word: str) -> str:
    """The FTS5 expression for every trigram of a word; that they stand together is seen by reading the text."""
    grams = dict.fromkeys(word[at : at + GRAM] for at in range(len(word) - GRAM + 1))
    return " AND ".join('"' + gram.replace('"', '""') + '"' for gram in grams)
