"""Changes of limits and Tuning are kept with their run; commits are timed."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest

from engine.errors import StoreError
from engine.store import ChangeRow, Store
from engine.store.database import connect
from engine.store.journal import Journal
from engine.store.writer import MEASURED, WriterThread
from tests.unit.test_store_kit import downgrade, planned


@pytest.fixture
def store(database: str) -> Iterator[Store]:
    """An empty store."""
    with Store.open(database) as opened:
        yield opened


def learned(at: float, rpm: int) -> ChangeRow:
    """A limit that became known."""
    return ChangeRow(
        at=at,
        what="limits",
        before={"rpm": 0, "shape": "window"},
        after={"rpm": rpm, "shape": "even"},
        why="window_found",
    )


def test_changes_come_back_as_they_went_in(store: Store) -> None:
    """What was kept of a change is what is read: when, what, from, to, why."""
    run = planned(store)
    kept = [learned(100.5, 60), ChangeRow(at=101.0, what="tuning", before={"batch_size": 3}, after={"batch_size": 5})]
    store.runs.add_changes(run, kept).result()
    assert store.runs.changes(run) == kept


def test_changes_are_in_the_order_of_time(store: Store) -> None:
    """The oldest change comes first, whenever it was stored; those of one moment in the order they were added."""
    run = planned(store)
    store.runs.add_changes(run, [learned(9.0, 3), learned(9.0, 4)]).result()
    store.runs.add_changes(run, [learned(1.0, 5)]).result()
    assert [change.after["rpm"] for change in store.runs.changes(run)] == [5, 3, 4]


def test_what_two_processes_of_a_run_learn_together_is_told_once(store: Store) -> None:
    """A process that follows another stores the same limits a moment later: they are one change, a third one is not."""
    run = planned(store)
    for at, rpm in ((1.0, 60), (2.0, 90), (3.0, 60)):
        store.runs.add_changes(run, [learned(at, rpm)]).result()
        again = {**learned(at + 0.1, rpm).model_dump(), "why": "shared"}
        again["after"] = {**again["after"], "certainty": 0.9}
        store.runs.add_changes(run, [ChangeRow(**again)]).result()
    assert [change.after["rpm"] for change in store.runs.changes(run)] == [60, 90, 60]


def test_a_belief_that_becomes_surer_again_shows_its_last_certainty(store: Store) -> None:
    """Of rows that say the same limits and the same reason, the last says how sure it is."""
    run = planned(store)
    rows = [learned(at, 60).model_dump() | {"why": "surer"} for at in (1.0, 2.0, 3.0)]
    for row, sure in zip(rows, (0.6, 0.85, 0.97), strict=True):
        row["after"] = {**row["after"], "certainty": sure}
    store.runs.add_changes(run, [ChangeRow(**row) for row in rows]).result()
    assert [change.after["certainty"] for change in store.runs.changes(run)] == [0.97]


def test_each_run_has_its_own_changes(store: Store) -> None:
    """A run does not see another's changes, and a run without any has none."""
    one, other = planned(store), planned(store)
    store.runs.add_changes(one, [learned(1.0, 60)]).result()
    store.runs.add_changes(other, []).result()
    assert (len(store.runs.changes(one)), store.runs.changes(other)) == (1, [])


def test_a_change_of_no_run_is_refused(store: Store) -> None:
    """Changes of a run that does not exist are not kept."""
    assert isinstance(store.runs.add_changes(7, [learned(1.0, 60)]).exception(), StoreError)
    assert store.runs.changes(7) == []


def test_the_first_schema_is_brought_up_to_date(tmp_path: Path) -> None:
    """A database of the first release gets the table, and keeps what it holds."""
    with Store.open(tmp_path / "a.db") as store:
        run = planned(store)
    downgrade(tmp_path / "a.db", "0001")
    with Store.open(tmp_path / "a.db") as store:
        store.runs.add_changes(run, [learned(1.0, 60)]).result()
        assert (store.runs.totals(run).open, len(store.runs.changes(run))) == (8, 1)


def test_commits_are_timed(store: Store) -> None:
    """A store knows what a commit takes once there are 8: the first ones may hold a whole plan."""
    for number in range(8):
        assert store.commit_ms == 0.0
        store.profiles.set(str(number), {}).result()
    store.profiles.set("last", {}).result()
    assert 0 < store.commit_ms < 10_000


def test_the_median_forgets(tmp_path: Path) -> None:
    """The commit time is the median of the newest 64; an old slow one does not stay."""
    ticks = (second * second for second in count())  # the n-th commit takes 4n + 1 s
    database = connect(f"sqlite:///{tmp_path / 'a.db'}")
    writer = WriterThread(database.writer, Journal("a", tmp_path), lambda conn, entry: True, timer=lambda: next(ticks))
    for _ in range(MEASURED + 2):
        writer.write(lambda conn: None).result()
    writer.close()
    assert writer.commit_ms == 1000 * (4 * (2 + (MEASURED - 1) / 2) + 1)
