"""A database that cannot be written while drafts are bought: buying stops, what was paid for is stored later."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import IO

import pytest

from engine import Runner, Store, Tuning
from engine.practice import PracticeProcess
from engine.profiles import Catalog, PracticeSettings
from tests.integration.conftest import Bench
from tests.integration.test_cli import Cli, wait_for_calls
from tests.integration.test_lost_process import RUN, ended
from tests.matrix import slow
from tests.unit.test_store_kit import FullDisk
from tests.waiting import until

CONCURRENCY = 3


@pytest.fixture
def paced(bench: Bench) -> Bench:
    """Calls that take half a second: at any moment some are in flight."""
    bench.practice.configure(PracticeSettings(base_ms=500, item_ms=0, jitter=0))
    return bench


def submitted(bench: Bench) -> int:
    """A run of 12 calls of which two were sent."""
    run = bench.runner.submit(bench.job(tuning=Tuning(CONCURRENCY, 1), per_combo=3))
    until(lambda: bench.store.runs.totals(run).calls >= 2)
    return run


class Lock:
    """Another program that holds the database."""

    def __init__(self, store: Store) -> None:
        store.write(lambda conn: conn.exec_driver_sql("PRAGMA busy_timeout=0").scalar()).result()
        self._other = sqlite3.connect(store.where, timeout=10, isolation_level=None)
        self._other.execute("BEGIN EXCLUSIVE")

    def free(self) -> None:
        self._other.close()


@pytest.mark.parametrize(("fault", "said"), [(FullDisk, "disk is full"), slow(Lock, "locked")])
def test_a_run_waits_for_a_database_and_goes_on(paced: Bench, fault: type[FullDisk] | type[Lock], said: str) -> None:
    """While nothing can be written nothing more is bought, the store says why; then the run goes on, nothing twice."""
    before = paced.served()
    run = submitted(paced)
    held = fault(paced.store)
    until(lambda: said in paced.store.trouble)
    bought = paced.store.runs.totals(run).calls
    time.sleep(1.5)
    assert paced.served() - before <= bought <= paced.store.runs.totals(run).drafted + CONCURRENCY
    held.free()
    row = paced.runner.join(run, 0.02)
    assert (row.state, row.totals.drafted, row.totals.in_doubt, paced.store.trouble) == ("done", 12, 0, "")
    assert row.totals.calls == paced.served() - before == 12


@pytest.mark.slow
def test_a_run_that_waited_too_long_is_taken_up_again(
    paced: Bench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Out of patience, the run lets go; when the database can be written it goes on by itself, with what was paid."""
    monkeypatch.setenv("DRAFTMILL_LEASE_S", "1.2")
    before = paced.served()
    with (
        Store.open(tmp_path / "other.db", patience_s=0.5) as store,
        Runner(store, Catalog.load(), waits=True) as runner,
    ):
        bench = Bench(store, runner, paced.practice)
        run = submitted(bench)
        disk = FullDisk(store)
        until(lambda: bool(runner.gave_up(run)))
        assert "disk is full" in runner.gave_up(run)
        disk.free()
        until(lambda: store.runs.state(run) == "done")
        totals = store.runs.totals(run)
    assert (totals.drafted, totals.in_doubt, totals.calls) == (12, 0, paced.served() - before)
    assert not list(tmp_path.glob("*unsaved*"))


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A real file system of 12 MB."""
    folder = tmp_path / "small"
    folder.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=12m", "tmpfs", folder], capture_output=True)
    if mounted.returncode:
        pytest.skip("a file system can be mounted by root alone")
    yield folder
    subprocess.run(["umount", "-l", folder], check=True)


def unsaved(folder: Path) -> int:
    """How many answers wait in the files beside the database, each after a line for its owner."""
    return sum(file.read_bytes().count(b"\n") - 1 for file in folder.glob("*unsaved*"))


@pytest.mark.slow
def test_kill_9_on_a_full_disk_loses_no_answer(small_disk: Path, practice: PracticeProcess) -> None:
    """Answers that came while the disk was full outlive kill -9: the next start reads them, and buys none again."""
    practice.configure(PracticeSettings(base_ms=2000, item_ms=0, jitter=0))
    cli = Cli(small_disk, practice.base_url)
    # The first call to a model that never answered goes alone.
    cli.start(*RUN, "--levels", "3", "--per-combo", "1").communicate()
    before = practice.stats()["calls"]
    child = cli.start(*RUN, "--per-combo", "6", "--concurrency", "2", "--batch-size", "1")
    wait_for_calls(small_disk, 2, runs=2)
    with (small_disk / "filler").open("wb", buffering=0) as filler:
        fill(filler)
        assert child.stderr is not None
        assert "the disk is full; free some space; nothing is lost" in child.stderr.readline()
    until(lambda: unsaved(small_disk) == 2)  # their space was there before the disk was full
    child.kill()
    child.communicate()
    (small_disk / "filler").unlink()
    done = ended(cli.start_as(*cli.line("resume", "2", "--json")))
    assert (done["state"], done["drafted"], done["in_doubt"]) == ("done", 6, 0)
    assert done["calls"] == practice.stats()["calls"] - before == 6
    assert not list(small_disk.glob("*unsaved*"))


def fill(file: IO[bytes]) -> None:
    for size in (2**20, 2**12, 1):
        with suppress(OSError):
            while True:
                os.write(file.fileno(), bytes(size))
