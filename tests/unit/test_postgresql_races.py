"""Two processes on one PostgreSQL database, at the worst moment: each test is a race that was lost once."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import suppress
from typing import Any

import pytest
from sqlalchemy import Connection, event, make_url, text
from sqlalchemy.exc import SQLAlchemyError

from engine.errors import StoreError
from engine.money.cost import Day
from engine.process import lease_now
from engine.runners.run_status import run_status_now
from engine.store import CallStart, DayFull, Settlement, Store
from engine.store.budgets import SpentSums, day_full
from engine.store.postgresql import open_engine, with_driver
from engine.store.settling import call_row, check_fence, enter_call
from tests.postgresql import NONE, Databases, Server, own_server
from tests.unit.test_store_kit import kept, planned, sent

BRIEF_S = 0.3
"""How long a statement that has to wait for another transaction is watched."""


@pytest.fixture
def stores(postgresql: Databases) -> Iterator[tuple[Store, Store]]:
    """Two stores on one database, as two processes have them."""
    url = postgresql.new()
    with Store.open(url) as one, Store.open(url) as other:
        yield one, other
    postgresql.drop(url)


def meanwhile(
    store: Store,
    first: Callable[[Connection], Any],
    other: Callable[[], Future[Any]],
    last: Callable[[Connection], Any] = lambda conn: None,
) -> Future[Any]:
    """In one transaction: do something, let the other process try its own for a moment, do the last step, commit."""
    begun: list[Future[Any]] = []

    def op(conn: Connection) -> Any:
        done = first(conn)
        if not begun:
            begun.append(other())
        with suppress(TimeoutError, StoreError):
            begun[0].result(BRIEF_S)
        last(conn)
        return done

    store.write(op).result()
    return begun[0]


def test_no_call_is_entered_under_an_old_fence(stores: tuple[Store, Store]) -> None:
    """A process that reads its fence and is taken over before it commits has no call in flight afterwards."""
    one, other = stores
    run = planned(one)
    fence = one.runs.claim(run, "one", lease_now()).result()

    claimed = meanwhile(
        one,
        lambda conn: check_fence(conn, run, fence),
        lambda: other.runs.claim(run, "other", lease_now(), gone="one"),
        lambda conn: enter_call(conn, call_row(CallStart(run, 0, 1, (0,), 1.0)), []),
    )
    assert claimed.result(10) == 2
    assert [call.outcome for call in other.calls.page(run)] == ["in_doubt"]


def test_no_call_is_settled_under_an_old_fence(stores: tuple[Store, Store]) -> None:
    """A settlement waits for a takeover that is being committed, and is then refused."""
    one, other = stores
    run = planned(one)
    fence = one.runs.claim(run, "one", lease_now()).result()
    call = sent(one, run, 0, fence=fence)
    settlement = Settlement(call, "ok", drafts=[kept(0)])
    taken = f"UPDATE run SET fence = fence + 1 WHERE id = {run}"
    late = meanwhile(other, lambda conn: conn.exec_driver_sql(taken), lambda: one.calls.settle(settlement, fence))
    assert isinstance(late.exception(10), StoreError)
    assert one.runs.totals(run).drafted == 0


def test_the_days_budget_counts_what_another_process_is_entering(stores: tuple[Store, Store]) -> None:
    """Two calls that fit the day's budget one by one, but not together, are not both entered."""
    one, other = stores
    run = planned(one)
    day = Day("practice", 0.0, 1.0)
    start = CallStart(run, 0, 1, (0,), 100.0, worst_usd=0.6, day=day)
    entered: list[Future[Any]] = []

    def enter(conn: Connection) -> Any:
        return day_full(conn, SpentSums(), day, 0.6, 100.0) or enter_call(conn, call_row(start), [])

    entered.append(meanwhile(one, enter, lambda: other.calls.start(start)))
    assert isinstance(entered[0].result(10), DayFull)
    assert one.calls.spent_since("practice", 0.0) == 0.6


def test_a_process_that_freezes_in_a_transaction_keeps_nobody_waiting(
    postgresql: Databases, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its locks are free after a third of its lease, and its transaction is undone."""
    monkeypatch.setenv("DRAFTMILL_LEASE_S", "1")
    url = postgresql.new()
    with Store.open(url) as store:
        run = planned(store)
        frozen = open_engine(with_driver(make_url(url)), writes=True)
        with suppress(SQLAlchemyError), frozen.connect() as conn:
            conn.execute(text("UPDATE run SET note = 'lost'"))
            assert store.runs.set_command(run, "pause").result(20)
            conn.commit()
        frozen.dispose()
        assert store.runs.get(run).note == ""
    postgresql.drop(url)


def test_a_clock_that_is_ahead_takes_no_run_over(stores: tuple[Store, Store]) -> None:
    """A machine whose clock is an hour ahead leaves the runs of the others alone, and shows them as they are."""
    one, other = stores
    run = planned(one)
    assert one.runs.claim(run, "one", lease_now()).result() == 1
    one.runs.start(run).result()
    assert other.runs.claim(run, "other", lease_now() + 3600).result() is None
    assert other.runs.claim(run, "other", lease_now() - 3600).result() is None
    assert run_status_now(other.runs.get(run)) == "running"


def test_a_heartbeat_is_the_servers_time(stores: tuple[Store, Store], postgresql: Databases) -> None:
    """A process whose clock is an hour behind keeps its runs, and a silent one loses them after the lease."""
    one, other = stores
    run = planned(one)
    one.runs.claim(run, "one", lease_now() - 3600).result()
    one.runs.heartbeat([run], "one", lease_now() - 3600).result()
    assert other.runs.claim(run, "other", lease_now()).result() is None
    silent = f"UPDATE run SET heartbeat_at = heartbeat_at - 31 WHERE id = {run}"
    other.write(lambda conn: conn.exec_driver_sql(silent).rowcount).result()
    assert other.runs.claim(run, "other", lease_now()).result() == 2


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    """A server that a test may stop: what it has committed is on the disk."""
    with own_server(options="") as found:
        if found is None:
            pytest.skip(NONE)
        yield found


@pytest.mark.parametrize("mode", ["fast", "immediate"])
def test_a_restart_of_the_server_loses_nothing(server: Server, mode: str) -> None:
    """While the server is down, calls and answers wait; afterwards each is there once, and reads work again."""
    url = Databases(server.url).new()
    with Store.open(url) as store:
        run = planned(store)
        call = sent(store, run, 0)
        server.stop(mode)
        answered = store.calls.answer(call, 200, b"paid", 101.0)
        entered = store.calls.start(CallStart(run, 1, 1, (1,), 102.0))
        refused = store.profiles.set("x", {})
        assert isinstance(refused.exception(30), StoreError)
        assert not answered.done() and not entered.done()
        assert store.trouble
        server.start()
        assert answered.result(30) is True
        assert isinstance(entered.result(30), int)
        assert store.calls.reply(call) == b"paid"
        assert [row.outcome for row in store.calls.page(run)] == ["in_flight", "answered"]
        assert store.trouble == ""


def _lost_after(conn: Connection) -> None:
    """The commit reaches the server, its answer does not come back."""
    driver = conn.connection.driver_connection
    assert driver is not None
    driver.commit()
    driver.close()


def _lost_before(conn: Connection) -> None:
    """The connection breaks before the commit reaches the server."""
    driver = conn.connection.driver_connection
    assert driver is not None
    driver.close()


def test_a_commit_that_nobody_confirmed_is_not_done_twice(postgresql: Databases) -> None:
    """The connection is lost while the commit is on its way: the server is asked whether it had come."""
    url = postgresql.new()
    with Store.open(url) as store:
        run = planned(store)
        for come in (True, False):
            event.listen(store._database.writer, "commit", _lost_after if come else _lost_before, once=True)
            entered = store.calls.start(CallStart(run, 1, 1, (1,), 102.0)).result(10)
            assert store.calls.page(run)[0].id == entered
        assert store.calls.count(run) == 2
    postgresql.drop(url)
