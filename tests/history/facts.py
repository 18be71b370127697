"""
What a law looks at: the rows of a database as they lie in the file, the provider's own account, and the files.

The rows are read with plain sqlite3, not through the store: the judge must not borrow the eyes of the accused.
"""

from __future__ import annotations

import json
import sqlite3
import time
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from engine import Store
from engine.practice import PracticeProcess

Row = Mapping[str, Any]

ENDED = ("done", "incomplete", "cancelled")
OPEN = ("in_flight", "answered")
QUIET_S = 60.0


@dataclass(frozen=True)
class Facts:
    """
    One moment of a database, and what the provider has seen until then.

    `at_rest`: no process works on it, and none was killed since: every run must have ended or paused.
    `shown`: run id to what the screens show (Totals). `served`: the provider's log; empty where it was not asked.
    `files`: everything that lies beside the database, for the law of the key.
    """

    runs: Sequence[Row]
    slots: Sequence[Row]
    calls: Sequence[Row]
    replies: Mapping[int, bytes]
    shown: Mapping[int, Row] = field(default_factory=dict)
    served: Sequence[Row] = ()
    at_rest: bool = True
    deadline_s: float = 120.0
    files: Mapping[str, bytes] = field(default_factory=dict)
    secrets: Sequence[str] = ()

    def slots_of(self, run: Row) -> list[Row]:
        """The slots of one run."""
        return [slot for slot in self.slots if slot["run"] == run["id"]]

    def calls_of(self, run: Row) -> list[Row]:
        """The calls of one run."""
        return [call for call in self.calls if call["run"] == run["id"]]


def gather(
    path: Path,
    served: Sequence[Row] = (),
    *,
    at_rest: bool = True,
    deadline_s: float = 120.0,
    secrets: Sequence[str] = (),
) -> Facts:
    """Read a database and its folder, as the next process that opens them."""
    files = {str(file): file.read_bytes() for file in sorted(path.parent.rglob("*")) if secrets and file.is_file()}
    with Store.open(path) as store:
        store.write(lambda _: None).result()  # what dead processes left in their journals is stored before this
        shown = {row.id: asdict(row.totals) for row in store.runs.page(limit=1000)}
        replies = {call: store.calls.reply(call) for call in _answered(path)}
    with closing(_open(path)) as database:
        return Facts(
            runs=_rows(database, "run"),
            slots=_rows(database, "draft"),
            calls=_rows(database, "call"),
            replies=replies,
            shown=shown,
            served=served,
            at_rest=at_rest,
            deadline_s=deadline_s,
            files=files,
            secrets=secrets,
        )


class Account:
    """The provider's log from this moment on."""

    def __init__(self, practice: PracticeProcess) -> None:
        self._practice = practice
        self._since = practice.stats()["calls"]

    def read(self) -> list[Row]:
        """The calls since, once every one of them has ended: what a dead client asked for is written and billed too."""
        until = time.monotonic() + QUIET_S
        while self._practice.stats()["open"] and time.monotonic() < until:
            time.sleep(0.02)
        return [row for row in self._practice.stats(log=True)["log"] if row["number"] > self._since]


def _open(path: Path) -> sqlite3.Connection:
    database = sqlite3.connect(path)
    database.row_factory = sqlite3.Row
    return database


def _rows(database: sqlite3.Connection, table: str) -> list[Row]:
    return [
        {name: _plain(name, value) for name, value in dict(row).items()}
        for row in database.execute(f"SELECT * FROM {table}")
    ]


def _plain(name: str, value: Any) -> Any:
    """The columns of JSON as what they hold."""
    return json.loads(value) if name in ("slots", "spec", "tuning", "content") and isinstance(value, str) else value


def _answered(path: Path) -> list[int]:
    with closing(_open(path)) as database:
        return [row["call"] for row in database.execute("SELECT call FROM reply")]
