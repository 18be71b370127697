"""The day's budget: decided where calls are entered, for every process at once."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest

from engine.errors import SpecError, StoreError
from engine.job import Job
from engine.money.cost import Day
from engine.spec import Tuning
from engine.store import CallStart, DayFull, Settlement, Store
from engine.store.budgets import SpentSums, calls_of_day
from tests.unit.test_store_kit import planned, spec

TODAY = Day("practice", 100.0, 1.0)


@pytest.fixture
def store(database: str) -> Iterator[Store]:
    with Store.open(database) as opened:
        yield opened


def enter(store: Store, run: int, worst_usd: float, *, at: float = 200.0, day: Day = TODAY) -> int | DayFull:
    return store.calls.start(CallStart(run, 0, 1, (0,), at, worst_usd=worst_usd, day=day)).result()


def test_all_runs_of_a_day_count(store: Store) -> None:
    """What other runs spent since midnight counts; yesterday, and other providers, do not."""
    first, second = planned(store), planned(store, salt="b")
    enter(store, first, 0.9, at=50.0)
    assert isinstance(enter(store, first, 0.6), int)
    assert isinstance(enter(store, second, 0.3), int)
    assert enter(store, second, 0.2) == DayFull(pytest.approx(0.9), 0.0)
    assert isinstance(enter(store, second, 0.2, day=Day("openrouter", 100.0, 1.0)), int)
    assert store.calls.spent_since("practice", 100.0) == pytest.approx(1.1)


def test_what_is_settled_for_less_makes_room(store: Store) -> None:
    """A call in flight counts at its worst, a settled one at what it cost."""
    run = planned(store)
    call = enter(store, run, 0.8)
    assert isinstance(call, int) and isinstance(enter(store, run, 0.5), DayFull)
    store.calls.settle(Settlement(call, "ok", cost_usd=0.1)).result()
    assert isinstance(enter(store, run, 0.5), int)


def test_the_mark_moves_and_the_sum_stays(store: Store) -> None:
    """Over hours of calls, settled, in flight and in doubt, what is remembered agrees with what the rows say."""
    run, other, marks = planned(store), planned(store, salt="b"), SpentSums()
    for step in range(60):
        at = 100.0 + 7 * step
        call = enter(store, (run, other)[step % 2], 0.01, at=at, day=Day("practice", 100.0, 99.0))
        if step % 5 and isinstance(call, int):
            store.calls.settle(Settlement(call, "ok", cost_usd=0.001 * step, ended_at=at + 1)).result()
        if step % 20 == 19:
            store.runs.end(run, "paused", at=at).result()
        spent_usd = store.write(
            lambda conn, at=at: marks.spent(conn, calls_of_day(TODAY.provider, TODAY.since), at)
        ).result()  # type: ignore[misc]
        assert spent_usd == pytest.approx(store.calls.spent_since("practice", 100.0))
    assert store.write(
        lambda conn: marks.spent(conn, calls_of_day("practice", 400.0), 600.0)
    ).result() == pytest.approx(store.calls.spent_since("practice", 400.0))


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)  # a server counts leases by its own clock
def test_only_the_living_are_waited_for(store: Store) -> None:
    """What a running process has in flight may free budget; what a silent one left never will."""
    run = planned(store)
    store.runs.claim(run, "me", 200.0).result()
    store.runs.start(run).result()
    enter(store, run, 0.8)
    assert enter(store, run, 0.5, at=210.0) == DayFull(0.0, pytest.approx(0.8))
    assert enter(store, run, 0.5, at=500.0) == DayFull(pytest.approx(0.8), 0.0)


def test_a_call_without_room_is_not_entered(store: Store) -> None:
    """Nothing is written for a call that may not be sent."""
    run = planned(store)
    assert isinstance(enter(store, run, 1.1), DayFull)
    assert (store.runs.totals(run).calls, store.calls.count(run)) == (0, 0)


def test_two_processes_never_pass_it_together(database: str) -> None:
    """Two stores on one database, entering at once: what is reserved stays within the day's budget."""
    with Store.open(database) as one, Store.open(database) as other:
        run = planned(one)
        entered: list[int | DayFull] = []

        def work(store: Store) -> None:
            for _ in range(30):
                entered.append(enter(store, run, 0.03))

        threads = [threading.Thread(target=work, args=(store,)) for store in (one, other)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert sum(isinstance(one, int) for one in entered) == 33
        assert one.calls.spent_since("practice", 100.0) <= 1.0


def test_a_run_at_work_keeps_its_budget(store: Store) -> None:
    """Only a run that nobody works on takes another budget."""
    run = planned(store)
    assert isinstance(store.runs.set_budget(run, budget_usd=2.0).exception(), StoreError)
    store.runs.end(run, "paused").result()
    store.runs.set_budget(run, budget_usd=2.0, budget_day_usd=3.0).result()
    row = store.runs.get(run)
    assert (row.spec["budget_usd"], row.limits["overrides"]) == (2.0, {"budget_day_usd": 3.0})


def test_a_budget_that_is_spent_is_refused() -> None:
    """Going on needs more than what is spent, and the message says how much that is."""
    job = Job(spec(), Tuning())
    assert job.funded(0.5, 0.6, None).spec.budget_usd == 0.6
    assert job.funded(0.5, None, 2.0).overrides.budget_day_usd == 2.0
    with pytest.raises(SpecError, match=r"\$0.5000 of it is spent already"):
        job.funded(0.5, 0.5, None)
    with pytest.raises(SpecError, match="budget_usd is -1"):
        job.funded(0.0, -1, None)
