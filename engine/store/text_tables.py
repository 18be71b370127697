"""
The table of own texts. A base holds the columns that the table and its read model share.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import UniqueConstraint

from engine.store.fields import Columns, as_json, key, number, word


class TextColumns(Columns):
    """One version of a text, cut into passages."""

    created_at: float
    name: str = word()
    lang: str = word()
    version: int = number()
    """From 1, within texts of the same name and language."""
    digest: str = word()
    """Of its words: the same text is stored once in a language."""
    units: int = number()
    passages: list[dict[str, Any]] = as_json()
    """`body`, `units` and `problem` (a message, or null) of each."""


class TextTable(TextColumns, table=True):
    """Own texts."""

    __tablename__ = "source_text"
    __table_args__ = (UniqueConstraint("lang", "digest", name="source_text_digest"),)

    id: int | None = key()


source_text = Columns.metadata.tables["source_text"]
