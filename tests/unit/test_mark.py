"""The mark beside the database: what a lost write-ahead log has cost is said at the next start."""

from __future__ import annotations

import logging
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from engine.messages import NOTHING
from engine.store import Store
from engine.store.mark import DatabaseMark, Held, loss
from tests.unit.test_store_kit import planned, sent

BEFORE = Held(first=5.0, runs=3, calls=40, answers=38, at=1000.0)
CRASH = """
import os, sys, time
from engine.store import CallStart, NewRun, Store
from tests.unit.test_store_kit import planned, sent
store = Store.open(sys.argv[1])
run = planned(store)
store.write(lambda conn: conn.connection.cursor().execute("PRAGMA user_version")).result()
for slot in range(8):
    store.calls.answer(sent(store, run, slot), 200, b"{}", 101.0).result()
    time.sleep(0.1)
os._exit(1)
"""
"""A process that dies after eight answers, most of them in the log alone; it sleeps as a provider would."""


@pytest.mark.parametrize(
    ("now", "lost"),
    [
        (BEFORE, None),
        (Held(5.0, 4, 50, 50, 2000.0), None),
        (Held(5.0, 3, 36, 36, 2000.0), (0, 4)),
        (Held(5.0, 3, 40, 36, 2000.0), (0, 2)),
        (Held(5.0, 1, 10, 10, 2000.0), (2, 30)),
        (Held(None, 0, 0, 0, 2000.0), (3, 40)),
        (Held(7.0, 1, 1, 1, 2000.0), None),
    ],
)
def test_a_database_that_holds_less_than_before_has_lost_it(now: Held, lost: tuple[int, int] | None) -> None:
    """Runs, calls and answers below the mark are counted; another database, known by its first run, has lost none."""
    found = loss(BEFORE, now)
    assert (found is NOTHING) == (lost is None)
    assert lost is None or (found.values["runs"], found.values["calls"]) == lost


def test_without_a_mark_nothing_is_known() -> None:
    """A database that was copied without its mark is not suspected."""
    assert loss(None, BEFORE) is NOTHING


@pytest.fixture
def crashed(tmp_path: Path) -> Path:
    """A database whose process was killed: the newest writes are in its write-ahead log."""
    file = tmp_path / "a.db"
    done = subprocess.run([sys.executable, "-c", CRASH, str(file)], cwd=Path(__file__).parents[2], timeout=600)
    assert done.returncode == 1 and file.with_name("a.db-wal").stat().st_size
    return file


def test_a_crash_alone_loses_nothing(crashed: Path) -> None:
    """With its log the database is whole, and nothing is said."""
    with Store.open(crashed) as store:
        assert store.loss is NOTHING and store.runs.totals(1).calls == 8


@pytest.mark.parametrize("damage", [Path.unlink, lambda wal: wal.write_bytes(b"")])
def test_a_lost_log_is_told_at_the_start(crashed: Path, caplog: pytest.LogCaptureFixture, damage: object) -> None:
    """A log that was removed or emptied has cost calls: the store and its health say how many."""
    marked = DatabaseMark(crashed).read()
    assert marked is not None
    damage(crashed.with_name("a.db-wal"))  # type: ignore[operator]
    with caplog.at_level(logging.ERROR), Store.open(crashed) as store:
        there = store.runs.totals(1).calls
        assert store.loss.values["calls"] == marked.calls - there > 0
        assert store.health().loss == store.loss
    assert "-wal" in caplog.text
    with Store.open(crashed) as store:
        assert store.loss is NOTHING  # said once: the work goes on from here


def test_an_older_copy_is_recognised(tmp_path: Path) -> None:
    """A copy from yesterday in the place of today's file is recognised by what it lacks."""
    with Store.open(tmp_path / "a.db") as store:
        run = planned(store)
    shutil.copy(tmp_path / "a.db", tmp_path / "old.db")
    with Store.open(tmp_path / "a.db") as store:
        sent(store, run, 0, 1)
    shutil.copy(tmp_path / "old.db", tmp_path / "a.db")
    with Store.open(tmp_path / "a.db") as store:
        assert store.loss.values["calls"] == 1


def test_a_new_database_in_the_old_ones_place_has_lost_nothing(tmp_path: Path) -> None:
    """The file was moved aside, as the product advises: the mark of the old one says nothing about the new one."""
    with Store.open(tmp_path / "a.db") as store:
        sent(store, planned(store), 0)
    (tmp_path / "a.db").rename(tmp_path / "aside.db")
    with Store.open(tmp_path / "a.db") as store:
        assert store.is_new and store.loss is NOTHING
