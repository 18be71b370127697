"""
The library: word lists and style notes, every version of them. Nothing is changed or deleted: a new version is added.
"""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy import ColumnElement, Connection, func, insert, select, update

from engine.errors import StoreError
from engine.store.access import StorePart, same
from engine.store.draft_rows import read_flags
from engine.store.fields import ReadModel
from engine.store.library_tables import MaterialColumns
from engine.store.tables import draft, material, run
from engine.work import Flag, Slot

What = Literal["words", "style"]


@dataclass(frozen=True, slots=True)
class Shelf:
    """Where the versions of one word list or style note are."""

    what: What
    name: str
    lang: str
    kind: str = ""
    """Of a style note; empty for a word list."""

    @property
    def columns(self) -> dict[str, str]:
        """The columns that name it."""
        return {"what": self.what, "name": self.name, "kind": self.kind, "lang": self.lang}


class MaterialRow(MaterialColumns, ReadModel):
    """A version of a word list or a style note."""

    id: int

    @property
    def shelf(self) -> Shelf:
        """Where its other versions are."""
        return Shelf("style" if self.what == "style" else "words", self.name, self.lang, self.kind)

    @property
    def ref(self) -> str:
        """The version by name: "house@3"."""
        return f"{self.name}@{self.version}"


class Library(StorePart):
    """Reads and writes of word lists and style notes."""

    def add(self, shelf: Shelf, body: Mapping[str, Any], size: int, author: str = "") -> Future[int]:
        """
        Save a version; one that says the same as the newest is not saved again.

        Returns:
            Its number, from 1.
        """
        at = self._access.clock.wall()

        def op(conn: Connection) -> int:
            newest = conn.execute(_versions(shelf).limit(1)).first()
            if newest is not None and newest.body == dict(body):
                conn.execute(update(material).where(*_on(shelf)).values(archived=False))
                return int(newest.version)
            version = newest.version + 1 if newest is not None else 1
            row = {**shelf.columns, "version": version, "author": author, "created_at": at, "size": size}
            conn.execute(insert(material), {**row, "body": dict(body)})
            conn.execute(update(material).where(*_on(shelf)).values(archived=False))
            return int(version)

        return self._access.write(op)

    def archive(self, shelf: Shelf, archived: bool = True) -> Future[None]:
        """Stop offering a word list or a style note, or offer it again; runs that used it keep it."""

        def op(conn: Connection) -> None:
            if not conn.execute(update(material).where(*_on(shelf)).values(archived=archived)).rowcount:
                raise StoreError("material_gone", name=shelf.name)

        return self._access.write(op)

    def newest(self, what: What | None = None, *, archived: bool = False) -> list[MaterialRow]:
        """The newest version of each, by name."""
        keys = [material.c[name] for name in ("what", "name", "kind", "lang")]
        last = select(func.max(material.c.id)).group_by(*keys)
        conditions: list[ColumnElement[bool]] = [material.c.id.in_(last), material.c.archived.is_(archived)]
        if what is not None:
            conditions.append(material.c.what == what)
        rows = select(material).where(*conditions).order_by(material.c.what, material.c.name, *keys[2:])
        with self._access.reading() as conn:
            return [MaterialRow.of(row._mapping) for row in conn.execute(rows)]

    def versions(self, shelf: Shelf) -> list[MaterialRow]:
        """All versions, the newest first; none where there is no such name."""
        with self._access.reading() as conn:
            return [MaterialRow.of(row._mapping) for row in conn.execute(_versions(shelf))]

    def refs(self, what: What, lang: str, kind: str = "") -> list[str]:
        """The versions that are offered for a language (and a kind), by name and newest first: "house@3"."""
        rows = select(material.c.name, material.c.version)
        rows = rows.where(*same(material, what=what, lang=lang, kind=kind), material.c.archived.is_(False))
        with self._access.reading() as conn:
            found = conn.execute(rows.order_by(material.c.name, material.c.version.desc()))
            return [f"{row.name}@{row.version}" for row in found]

    def find(self, shelf: Shelf, version: int | None = None) -> MaterialRow | None:
        """A version, or the newest one; None: there is none."""
        rows = _versions(shelf)
        if version is not None:
            rows = rows.where(material.c.version == version)
        with self._access.reading() as conn:
            row = conn.execute(rows.limit(1)).first()
        return None if row is None else MaterialRow.of(row._mapping)

    def slots(self, run_id: int) -> list[tuple[Slot, bool, tuple[Flag, ...]]]:
        """The slots of a run, each with whether it has a draft, and the draft's flags."""
        columns = (draft.c.slot, draft.c.topic, draft.c.level, draft.c.copy, draft.c.state, draft.c.flags)
        with self._access.reading() as conn:
            rows = conn.execute(select(*columns).where(draft.c.run == run_id).order_by(draft.c.slot))
            made = [(Slot(*row[:4]), row.state, row.flags) for row in rows]
        return [(slot, state == "drafted", read_flags(flags)) for slot, state, flags in made]

    def styles_of_runs(self) -> dict[int, str]:
        """The version of the style note of each run that used one: "house@3"."""
        used = select(run.c.id, run.c.style).where(run.c.style != "")
        with self._access.reading() as conn:
            return {row.id: row.style for row in conn.execute(used)}


def _on(shelf: Shelf) -> list[ColumnElement[bool]]:
    return same(material, **shelf.columns)


def _versions(shelf: Shelf) -> Any:
    return select(material).where(*_on(shelf)).order_by(material.c.version.desc())
