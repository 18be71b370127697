"""Requests from outside: one key makes one run."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from engine.errors import SpecError
from engine.spec import Tuning
from engine.store import NewRun, RunRequest, Store
from engine.work import plan
from tests.unit.test_store_kit import prints, spec


def made(store: Store, request: RunRequest) -> int:
    slots = plan(spec())
    return store.runs.create(NewRun(spec(), Tuning(), "fast", request=request), slots, prints(slots)).result()


def test_a_key_makes_one_run(database: str) -> None:
    """Eight requests with one key, at the same time from two processes, are one run with its slots once."""
    with Store.open(database) as one, Store.open(database) as other, ThreadPoolExecutor(8) as threads:
        asked = one.requests.read("k-1", b"{}")
        assert one.requests.run_of(asked) is None
        runs = set(threads.map(lambda n: made((one, other)[n % 2], asked), range(8)))
        assert runs == {one.requests.run_of(asked)}
        assert (one.runs.count(), one.runs.totals(runs.pop()).planned) == (1, 8)


def test_a_key_is_for_one_body(tmp_path: Path) -> None:
    """The same key with another body is refused; another key makes another run."""
    with Store.open(tmp_path / "draftmill.db") as store:
        first = made(store, store.requests.read("k-1", b"{}"))
        with pytest.raises(SpecError, match="choose a new one"):
            store.requests.run_of(store.requests.read("k-1", b"{ }"))
        assert made(store, store.requests.read("k-2", b"{}")) != first


@pytest.mark.parametrize("key", ["", " ", "a\nb", "\u00e9", "k" * 256])
def test_a_key_is_short_and_plain(key: str, tmp_path: Path) -> None:
    """What a header cannot hold, or a row should not, is no key."""
    with Store.open(tmp_path / "draftmill.db") as store, pytest.raises(SpecError, match="visible ASCII"):
        store.requests.read(key, b"{}")
