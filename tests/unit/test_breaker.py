"""The circuit breaker of a provider and the retries of a run: rows, one for all processes."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from engine.errors import StoreError
from engine.messages import Message
from engine.process import lease_now
from engine.store import BreakerKey, CallStart, ProviderDown, ProviderNews, RetriesSpent, Settlement, Store, pause_s
from tests.unit.test_store_kit import planned

KEY = BreakerKey("https://api.example.com", "fast", "a1b2")
WHY = Message("unreachable", {"said": "HTTP 503."})


class Process:
    """One of several processes on a database: calls of one run, on a clock that only `at` moves."""

    def __init__(self, store: Store, run: int, key: BreakerKey = KEY) -> None:
        self.store = store
        self.run = run
        self._key = key
        self.at = lease_now()

    def enter(self, retry_budget: int | None = None) -> object:
        start = CallStart(self.run, 0, 1, (0,), self.at, breaker=self._key, retry_budget=retry_budget)
        return self.store.calls.start(start).result()

    def settle(self, call: object, *, answered: bool, trips_at: int = 3) -> None:
        assert isinstance(call, int)
        news = ProviderNews(self._key, self.at, answered, trips_at, WHY)
        self.store.calls.settle(Settlement(call, "ok" if answered else "failed", provider=news)).result()

    def fail(self, times: int, trips_at: int = 3) -> None:
        for call in [self.enter() for _ in range(times)]:
            self.settle(call, answered=False, trips_at=trips_at)


@pytest.fixture
def two(database: str) -> Iterator[tuple[Process, Process]]:
    """Two processes, each with a run at one provider, with one key."""
    with Store.open(database) as one, Store.open(database) as other:
        yield Process(one, planned(one)), Process(other, planned(other, salt="b"))


def reopens(two: tuple[Process, Process]) -> None:
    """The pause of the breaker is over, for a server's clock too."""
    ended = "UPDATE breaker SET open_until = 1.0"
    two[0].store.write(lambda conn: conn.exec_driver_sql(ended).rowcount).result()


def test_what_one_process_finds_holds_for_the_other(two: tuple[Process, Process]) -> None:
    """After the calls that trip it nothing is entered by any process; it says how long, how many calls, and why."""
    one, other = two
    one.fail(2)
    other.fail(1)
    for process in two:
        held = process.enter()
        assert isinstance(held, ProviderDown)
        assert (held.unanswered, held.why) == (3, WHY)
        assert held.wait_s == pytest.approx(pause_s(1), abs=5)
    assert [process.store.calls.count(process.run) for process in two] == [2, 1]


def test_one_call_finds_out_and_its_answer_frees_all(two: tuple[Process, Process]) -> None:
    """When the pause is over one process sends one call, the others wait for what it brings."""
    one, other = two
    one.fail(3)
    reopens(two)
    probe = other.enter()
    assert isinstance(probe, int)
    assert one.enter() == other.enter() == ProviderDown(0.0, 3, WHY)
    other.settle(probe, answered=True)
    assert isinstance(one.enter(), int) and isinstance(other.enter(), int)


def test_a_probe_without_an_answer_opens_it_for_longer(two: tuple[Process, Process]) -> None:
    """30 s, then a minute; an answer lets the count begin again."""
    one, other = two
    one.fail(3)
    reopens(two)
    other.fail(1)
    held = one.enter()
    assert isinstance(held, ProviderDown)
    assert (held.unanswered, held.wait_s) == (4, pytest.approx(pause_s(2), abs=5))
    assert [pause_s(tries) for tries in (1, 2, 3, 4, 5, 6, 99)] == [30, 60, 120, 240, 480, 600, 600]


def test_calls_in_flight_do_not_prolong_the_pause(two: tuple[Process, Process]) -> None:
    """What was sent before it opened is counted, and no more."""
    one, other = two
    late = [one.enter() for _ in range(5)]
    other.fail(3)
    for call in late:
        one.settle(call, answered=False)
    held = other.enter()
    assert isinstance(held, ProviderDown)
    assert (held.unanswered, held.wait_s) == (8, pytest.approx(pause_s(1), abs=5))


def test_an_answer_between_failures_starts_the_count_again(two: tuple[Process, Process]) -> None:
    """Calls in a row are counted, whichever process sends them."""
    one, other = two
    one.fail(2)
    other.settle(other.enter(), answered=True)
    one.fail(2)
    assert isinstance(other.enter(), int)


def test_another_model_or_key_is_not_held(two: tuple[Process, Process]) -> None:
    """A provider may be short of one model, or refuse one key, and serve the rest."""
    one, other = two
    one.fail(3)
    for key in (BreakerKey(KEY.base_url, "strong", KEY.key), BreakerKey(KEY.base_url, KEY.model, "c3d4")):
        assert isinstance(Process(other.store, other.run, key).enter(), int)


def test_a_person_may_try_at_once(database: str) -> None:
    """Launching or resuming a run lets the next call find out, before the pause is over."""
    with Store.open(database) as store:
        run = planned(store)
        key = BreakerKey("", "fast", "a1b2")
        process = Process(store, run, key)
        process.fail(3)
        store.runs.end(run, "paused").result()
        store.runs.reopen(run, ()).result()
        assert isinstance(process.enter(), int)
        assert process.enter() == ProviderDown(0.0, 3, WHY)


def test_the_retries_of_a_run_are_one_budget(two: tuple[Process, Process]) -> None:
    """However many processes work on a run, it repeats no more calls than its budget; first calls cost none."""
    one, other = two
    same = Process(other.store, one.run)
    entered = [process.enter(retry_budget=3) for process in (one, same, one, same, one)]
    assert [isinstance(call, int) for call in entered] == [True, True, True, False, False]
    assert entered[3] == RetriesSpent()
    assert isinstance(same.enter(), int)
    assert one.store.calls.count(one.run) == 4


def test_a_takeover_keeps_the_retries_and_a_resume_gives_new_ones(database: str) -> None:
    """A process that dies leaves what it has spent; a person who resumes the run lets it spend again."""
    with Store.open(database) as store:
        run = planned(store)
        process = Process(store, run)
        store.runs.claim(run, "one", lease_now()).result()
        process.enter(retry_budget=1)
        store.runs.claim(run, "other", lease_now(), gone="one").result()
        assert process.enter(retry_budget=1) == RetriesSpent()
        store.runs.end(run, "paused").result()
        store.runs.reopen(run, ()).result()
        assert isinstance(process.enter(retry_budget=1), int)


def test_who_lost_a_run_neither_probes_nor_repeats(two: tuple[Process, Process]) -> None:
    """A call under an old fence changes nothing."""
    one, other = two
    one.fail(3)
    reopens(two)
    start = CallStart(one.run, 0, 1, (0,), one.at, breaker=KEY, retry_budget=1, fence=7)
    assert isinstance(one.store.calls.start(start).exception(), StoreError)
    assert isinstance(other.enter(), int)
