"""The writer: durable when its future is done, and one op's failure is its own."""

from __future__ import annotations

import asyncio
import multiprocessing
import sqlite3
import threading
from collections.abc import Iterator
from multiprocessing.connection import Connection as Pipe
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, event

from engine.errors import Moved, StoreError, Unwritable
from engine.store import Store, committed
from tests.unit.test_store_kit import FullDisk, planned, sent

SPAWN = multiprocessing.get_context("spawn")


@pytest.fixture
def store(database: str) -> Iterator[Store]:
    """An empty store."""
    with Store.open(database) as opened:
        yield opened


def test_a_failing_op_fails_alone(store: Store) -> None:
    """Of three ops in one transaction, the one that breaks fails with StoreError and its neighbours are stored."""
    release = _hold(store)
    before = store.profiles.set("one", {"rpm": 1})
    broken = store.write(lambda conn: conn.exec_driver_sql("INSERT INTO nowhere VALUES (1)").rowcount)
    after = store.profiles.set("two", {"rpm": 2})
    release.set()
    assert (before.result(), after.result()) == (None, None)
    assert isinstance(broken.exception(), StoreError)
    assert list(store.profiles.all()) == ["one", "two"]


def test_a_failing_op_leaves_nothing(store: Store) -> None:
    """An op that breaks half way has written nothing."""

    def half(conn: Connection) -> None:
        conn.exec_driver_sql("INSERT INTO profile (name, updated_at) VALUES ('half', 0)")
        raise ValueError("broke")

    assert "broke" in str(store.write(half).exception())
    assert store.profiles.all() == {}


def test_waiting_ops_share_a_commit(store: Store) -> None:
    """Ops that wait together are committed together."""
    release = _hold(store)
    seen = [store.write(lambda conn: conn) for _ in range(50)]
    release.set()
    assert all(future.result() is seen[0].result() for future in seen)


def test_what_nobody_hurries_waits_for_company(store: Store) -> None:
    """An answer that the writer has taken already shares the commit of the next call's row, if that comes soon."""

    assert any(_share(store) for _ in range(50))


def test_what_nobody_hurries_is_written_all_the_same(store: Store) -> None:
    """Without company it is written by itself, in the order queued."""
    assert store._writer.write(lambda _conn: 1, within_s=0.003).result(10) == 1


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_a_locked_database_is_said(store: Store) -> None:
    """When another program holds the file, the future says that it is locked."""
    store.write(lambda conn: conn.exec_driver_sql("PRAGMA busy_timeout=0").rowcount).result()
    other = sqlite3.connect(store.where, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    failed = store.profiles.set("x", {})
    assert "locked" in str(failed.exception())
    other.close()
    assert store.profiles.set("x", {}).result() is None


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_a_full_disk_is_said_and_survived(store: Store) -> None:
    """When nothing more fits, the future says so; once there is space, the same store writes again."""
    _allow_pages(store, 1)
    assert "disk is full" in str(store.profiles.set("x", {"note": "n" * 100_000}).exception())
    _allow_pages(store, 10_000)
    assert store.profiles.set("x", {"note": "n" * 100_000}).result() is None


def test_a_patient_write_outlasts_a_read_only_database(tmp_path: Path) -> None:
    """What was given time waits while the file is read-only and is stored when it no longer is; what was not fails."""
    with Store.open(tmp_path / "a.db") as store:
        run = planned(store)
        event.listen(store._database.writer, "connect", _forbid_writes)
        store._database.writer.dispose()
        patient = store.drafts.fail(run, {0: "schema"})
        assert "read-only" in str(store.profiles.set("x", {}).exception())
        assert ("read-only" in store.trouble, patient.done()) == (True, False)
        event.remove(store._database.writer, "connect", _forbid_writes)
        assert patient.result(10) is None
        assert (store.runs.totals(run).failed, store.trouble, store.profiles.set("x", {}).result()) == (1, "", None)


def test_patience_ends(tmp_path: Path) -> None:
    """A paid answer that has waited as long as it may is left in the journal, and stored before anything else."""
    with Store.open(tmp_path / "a.db", patience_s=0.3) as store:
        run = planned(store)
        call, disk = sent(store, run, 0), FullDisk(store)
        failed = store.calls.answer(call, 200, b"n" * 1_000_000, 1.0).exception(10)
        assert ("disk is full" in str(failed), "disk is full" in store.trouble) == (True, True)
        assert isinstance(store.profiles.set("x", {}).exception(), Unwritable)  # what was paid for comes first
        disk.free()
        assert store.profiles.set("x", {}).result() is None
        assert (store.calls.reply(call), store.trouble) == (b"n" * 1_000_000, "")
        assert not list(tmp_path.glob("*.left.jsonl"))


@pytest.mark.parametrize("replaced", [False, True])
def test_a_moved_file_is_not_written(tmp_path: Path, replaced: bool) -> None:
    """Buying stops at the next commit; a paid answer waits in the journal and is stored when the file is back."""
    here, there = tmp_path / "a.db", tmp_path / "moved" / "a.db"
    there.parent.mkdir()
    with Store.open(here) as store:
        run = planned(store)
        call = sent(store, run, 0)
        here.rename(there)
        if replaced:
            here.write_bytes(b"")
        assert isinstance(store.calls.answer(call, 200, b"paid", 101.0).exception(10), Moved)
        assert "moved or replaced" in str(store.profiles.set("x", {}).exception(10))
        there.rename(here)
        assert store.profiles.set("x", {}).result(10) is None
        assert (store.calls.reply(call), store.trouble) == (b"paid", "")


def test_a_planned_run_is_in_the_file_itself(tmp_path: Path) -> None:
    """A write-ahead log that is lost does not take a run with it that was planned: its plan is in the file."""
    with Store.open(tmp_path / "a.db") as store:
        run = planned(store)
        store.profiles.set("x", {}).result()
        copy = tmp_path / "copy.db"
        copy.write_bytes((tmp_path / "a.db").read_bytes())
    with Store.open(copy) as found:
        assert found.runs.totals(run).planned == 8


def test_the_environment_names_the_database(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a name DRAFTMILL_DATABASE is opened, a file or a URL."""
    for name in (str(tmp_path / "named.db"), f"sqlite:///{tmp_path / 'url.db'}"):
        monkeypatch.setenv("DRAFTMILL_DATABASE", name)
        with Store.open(None) as store:
            assert store.where.endswith(Path(name).name)


def test_close_writes_what_waits(database: str) -> None:
    """Closing stores every op accepted before it, and accepts none after it."""
    store = Store.open(database)
    futures = [store.profiles.set(str(number), {}) for number in range(200)]
    store.close()
    assert all(future.done() and future.exception() is None for future in futures)
    with pytest.raises(StoreError, match="closed"):
        store.profiles.set("late", {})


async def test_a_cancelled_wait_does_not_cancel_the_write(store: Store) -> None:
    """A task that is cancelled while it waits takes no write with it."""
    release = _hold(store)
    task = asyncio.create_task(committed(store.profiles.set("paid", {})))
    await asyncio.sleep(0)
    task.cancel()
    await asyncio.wait([task])
    release.set()
    await committed(store.profiles.set("next", {}))
    assert "paid" in store.profiles.all()


def test_readers_cannot_write(store: Store) -> None:
    """A read's connection refuses to write, whatever is asked of it."""
    with pytest.raises(StoreError, match="read-only"), store._access.reading() as conn:
        conn.exec_driver_sql("DELETE FROM profile")


def test_kill_9_loses_nothing_that_was_promised(database: str) -> None:
    """Every write whose future was done before kill -9 is there after reopening."""
    ours, theirs = SPAWN.Pipe(duplex=False)
    child = SPAWN.Process(target=_write_for_ever, args=(database, theirs))
    child.start()
    theirs.close()
    promised = [ours.recv() for _ in range(100)]
    child.kill()
    child.join()
    promised += _rest(ours)
    with Store.open(database) as store:
        assert set(promised) <= {call.id for call in store.calls.page(1, limit=100_000)}
        assert store.health().problem == ""


def test_two_processes_write_to_one_database(database: str) -> None:
    """Two processes that open a new file at once and write to it both succeed in full."""
    children = [SPAWN.Process(target=_write_some, args=(database, name)) for name in ("a", "b")]
    for child in children:
        child.start()
    for child in children:
        child.join()
    assert [child.exitcode for child in children] == [0, 0]
    with Store.open(database) as store:
        assert len(store.profiles.all()) == 100


def _share(store: Store) -> bool:
    """Whether two writes, the first of them not hurried and taken by the writer, came into one commit."""
    first = store._writer.write(lambda conn: conn, within_s=0.003)
    while store._writer._queue.qsize():
        pass
    second = store.write(lambda conn: conn)
    return first.result() is second.result()


def _hold(store: Store) -> threading.Event:
    """Keep the writer in one op until the event is set, so that what follows waits together."""
    release, entered = threading.Event(), threading.Event()

    def wait(_conn: Connection) -> None:
        entered.set()
        release.wait(30)

    store.write(wait)
    entered.wait(30)
    return release


def _forbid_writes(connection: sqlite3.Connection, _record: object) -> None:
    connection.execute("PRAGMA query_only=ON")


def _allow_pages(store: Store, pages: int) -> None:
    store.write(lambda conn: conn.exec_driver_sql(f"PRAGMA max_page_count={pages}").scalar()).result()


def _write_for_ever(path: str, pipe: Pipe[Any, Any]) -> None:
    store = Store.open(path)
    run = planned(store)
    while True:
        pipe.send(sent(store, run, 0))


def _rest(pipe: Pipe[Any, Any]) -> list[int]:
    rest: list[int] = []
    try:
        while True:
            rest.append(pipe.recv())
    except EOFError:
        return rest


def _write_some(path: str, name: str) -> None:
    with Store.open(path) as store:
        for number in range(50):
            store.profiles.set(f"{name}{number}", {}).result()
