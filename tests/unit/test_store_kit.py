"""What the store's tests share: a small run on an SQLite file, and its calls in one line."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from sqlalchemy import create_engine

import engine.store as store_package
from engine.spec import RunSpec, Tuning
from engine.store import CallStart, Kept, NewRun, Settled, Settlement, Store
from engine.work import Draft, Flag, Slot, plan

CONTENT = {"passage": "The bus was late."}


def spec(topics: Iterable[str] = ("tea", "rain"), per_combo: int = 2) -> RunSpec:
    """Two topics at two levels, twice: 8 slots."""
    return RunSpec("cloze", "en", (1, 2), tuple(topics), per_combo)


def prints(slots: Iterable[Slot], salt: str = "") -> list[str]:
    """One fingerprint a slot, the same for the same cell and copy."""
    return [f"{salt}{slot.topic}/{slot.level}/{slot.copy}" for slot in slots]


def planned(store: Store, made: RunSpec | None = None, salt: str = "", **cached: Any) -> int:
    """A planned run."""
    made = made or spec()
    slots = plan(made)
    return store.runs.create(NewRun(made, Tuning(), "fast"), slots, prints(slots, salt), **cached).result()


def sent(store: Store, run: int, *slots: int, at: float = 100.0, **more: Any) -> int:
    """A call in flight for these slots."""
    return store.calls.start(CallStart(run, 0, more.pop("attempt", 1), slots, at, **more)).result()


def kept(number: int, title: str = "Bus", flags: tuple[Flag, ...] = (), search: str = "The bus was late.") -> Kept:
    """A draft for the slot of this number."""
    return Kept(Draft(Slot(number, "tea", 1, 0), dict(CONTENT), flags), title, search)


def answered(
    store: Store, run: int, *slots: int, outcome: str = "ok", failed: Mapping[int, str] | None = None, **more: Any
) -> Settled:
    """A call that brought a draft for each of these slots, or failed some."""
    failed = failed or {}
    drafts = [kept(number) for number in slots if number not in failed]
    call = sent(store, run, *slots)
    more = {"ended_at": 102.0, **more}
    return store.calls.settle(Settlement(call, outcome, drafts=drafts, failed=failed, **more)).result()


def downgrade(path: Path, revision: str) -> None:
    """Make a database what it was at an older revision."""
    config = Config()
    config.set_main_option("script_location", str(Path(store_package.__file__).parent / "migrations"))
    database = create_engine(f"sqlite:///{path}")
    with database.begin() as conn:
        config.attributes["connection"] = conn
        command.downgrade(config, revision)
    database.dispose()


class FullDisk:
    """A database that may not grow by a page, until its ballast is thrown out."""

    def __init__(self, store: Store) -> None:
        self._path = store.where
        with closing(sqlite3.connect(self._path, timeout=10)) as other, other:
            other.execute("CREATE TABLE ballast (weight BLOB)")
            other.execute("INSERT INTO ballast VALUES (zeroblob(2000000))")
        store.write(lambda conn: conn.exec_driver_sql("PRAGMA max_page_count=1").scalar()).result()

    def free(self) -> None:
        with closing(sqlite3.connect(self._path, timeout=10)) as other, other:
            other.execute("DELETE FROM ballast")
