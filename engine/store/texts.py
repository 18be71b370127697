"""
Own texts that drafts are made from: stored once, by version. A run keeps its own copy of the passages it uses.
"""

from __future__ import annotations

from collections.abc import Collection
from concurrent.futures import Future
from typing import Any

from sqlalchemy import Connection, Select, delete, func, insert, select

from engine.errors import StoreError
from engine.kinds import OwnText, Passage
from engine.messages import Message
from engine.spec.sources import Source
from engine.store.access import StorePart, same
from engine.store.fields import ReadModel
from engine.store.text_tables import TextColumns, source_text


class TextRow(ReadModel, TextColumns):
    """A stored text with its passages."""

    id: int

    def cut(self) -> tuple[Passage, ...]:
        """Its passages, those included that no draft can be made from."""
        return tuple(
            Passage(number, one["body"], one["units"], Message.from_json(one["problem"]) if one["problem"] else None)
            for number, one in enumerate(self.passages, 1)
        )

    def rows(self) -> list[tuple[Source, Passage]]:
        """Every passage as a source, and as it was cut."""
        return [(Source(self.name, one.number, one.body, self.id, self.version), one) for one in self.cut()]

    def sources(self, chosen: Collection[int] | None = None) -> tuple[Source, ...]:
        """The passages that drafts can be made from, or those of them with a chosen number."""
        return tuple(
            source for source, one in self.rows() if one.problem is None and (chosen is None or one.number in chosen)
        )


class Texts(StorePart):
    """Reads and writes of own texts."""

    def add(self, text: OwnText) -> Future[int]:
        """
        Store a text: as the next version, if one of its name and language is stored.

        Returns:
            Its id.

        Raises:
            StoreError: (in the future) the same words are stored already; the message names that text.
        """
        row = {
            "created_at": self._access.clock.wall(),
            "name": text.name,
            "lang": text.lang,
            "digest": text.digest,
            "units": sum(one.units for one in text.passages),
            "passages": [
                {"body": one.body, "units": one.units, "problem": one.problem.to_json() if one.problem else None}
                for one in text.passages
            ],
        }

        def op(conn: Connection) -> int:
            found = conn.execute(_columns_of(lang=text.lang, digest=text.digest)).first()
            if found is not None:
                raise StoreError("text_twice", text=found.id, name=found.name, version=found.version)
            newest = select(func.max(source_text.c.version)).where(*same(source_text, name=text.name, lang=text.lang))
            version = (conn.execute(newest).scalar() or 0) + 1
            key = conn.execute(insert(source_text), {**row, "version": version}).inserted_primary_key
            return int(key[0]) if key else 0

        return self._access.write(op)

    def find(self, text: OwnText) -> TextRow | None:
        """The stored text with the same words, if any."""
        return self._first(lang=text.lang, digest=text.digest)

    def get(self, text_id: int) -> TextRow:
        """
        One text.

        Raises:
            StoreError: there is none with this id.
        """
        found = self._first(id=text_id)
        if found is None:
            raise StoreError("text_gone", text=text_id)
        return found

    def all(self, lang: str | None = None) -> list[TextRow]:
        """Every stored text of a language, or of all, newest first."""
        rows = select(source_text).order_by(source_text.c.id.desc())
        if lang is not None:
            rows = rows.where(source_text.c.lang == lang)
        with self._access.reading() as conn:
            return [TextRow.of(row._mapping) for row in conn.execute(rows)]

    def remove(self, text_id: int) -> Future[None]:
        """
        Delete a text; runs that used it keep their passages.

        Raises:
            StoreError: (in the future) there is none with this id.
        """

        def op(conn: Connection) -> None:
            if not conn.execute(delete(source_text).where(source_text.c.id == text_id)).rowcount:
                raise StoreError("text_gone", text=text_id)

        return self._access.write(op)

    def _first(self, **values: object) -> TextRow | None:
        with self._access.reading() as conn:
            row = conn.execute(_columns_of(**values)).first()
        return TextRow.of(row._mapping) if row is not None else None


def _columns_of(**values: object) -> Select[Any]:
    return select(source_text).where(*same(source_text, **values))
