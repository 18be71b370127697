"""
Table of the library: word lists and style notes, a row for each version.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Index

from engine.store.fields import Columns, as_json, key, mark, number, word


class MaterialColumns(Columns):
    """A version of a word list or a style note."""

    what: str = word("words")
    """`words` or `style`."""
    name: str = word()
    kind: str = word()
    """Of drafts; a word list is for all kinds."""
    lang: str = word()
    version: int = number()
    """From 1, in the order they were saved."""
    author: str = word()
    created_at: float
    archived: bool = mark()
    """Not offered any more; the same in all versions of a name."""
    size: int = number()
    """Words of a list, characters of a note."""
    body: dict[str, Any] = as_json()
    """Its text and examples."""


class MaterialTable(MaterialColumns, table=True):
    """The library."""

    __tablename__ = "material"
    __table_args__ = (Index("material_version", "what", "name", "kind", "lang", "version", unique=True),)

    id: int | None = key()


material = Columns.metadata.tables["material"]
