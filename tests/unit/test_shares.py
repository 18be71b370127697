"""Shares of a run: how it is cut, who may work on one, and what happens to them when the run ends."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.errors import StoreError
from engine.generate.shares import ROUNDS, cut_slots, shares_at_once
from engine.messages import Message
from engine.process import lease_now
from engine.spec import RunSpec, Tuning
from engine.store import AutoResume, CallStart, RunFull, Settlement, Store
from engine.store.shares import DONE, OPEN, STOPPED
from engine.work import plan
from tests.unit.test_store_kit import planned

PARTS = ((0, 1, 2), (3, 4, 5), (6, 7))


@pytest.fixture
def store(database: str) -> Iterator[Store]:
    with Store.open(database) as opened:
        yield opened


@pytest.fixture
def run(store: Store) -> int:
    """A run of eight slots in three shares, of which two are worked on at a time."""
    made = planned(store)
    fence = store.runs.claim(made, "desk", lease_now()).result()
    assert fence is not None
    store.shares.cut(made, fence, PARTS, places=2, at_once=2).result()
    return made


def claim(store: Store, share: int, owner: str = "one", later_s: float = 0.0) -> int | None:
    return store.shares.claim(share, owner, lease_now() + later_s).result()


def start(store: Store, run: int, share: int, fence: int | None, **more: float) -> int | RunFull:
    entered = store.calls.start(CallStart(run, 0, 1, (0,), 101.0, fence=fence, share=share, **more)).result()
    assert isinstance(entered, int | RunFull)
    return entered


@given(st.integers(1, 256), st.integers(1, 10), st.integers(1, 60), st.integers(1, 64))
def test_a_cut_loses_no_slot(concurrency: int, batch_size: int, per_combo: int, places: int) -> None:
    """Shares hold every slot once, each at least half of ten rounds, and together the run's concurrency."""
    slots = plan(RunSpec("cloze", "en", (2, 3), ("a", "b", "c"), per_combo))
    tuning = Tuning(concurrency, batch_size)
    at_once = shares_at_once(len(slots), tuning, places)
    if at_once == 1:
        assert concurrency <= places or len(slots) < ROUNDS * concurrency * batch_size
        return
    cut = cut_slots(slots, tuning, places)
    assert sorted((slot for share in cut.shares for slot in share), key=lambda slot: slot.number) == slots
    assert cut.at_once == at_once <= len(cut.shares)
    assert concurrency <= cut.places * at_once < concurrency + at_once and cut.places <= places
    assert min(map(len, cut.shares)) >= ROUNDS * (cut.places - 1) * batch_size / 2


def test_a_topic_at_a_level_stays_in_one_share() -> None:
    """Where the shares are about equal so, they are cut between topics and levels."""
    slots = plan(RunSpec("cloze", "en", (2, 3), ("a", "b", "c"), 20))
    cut = cut_slots(slots, Tuning(4, 1), 2)
    cells = [{slot.cell for slot in share} for share in cut.shares]
    assert sum(map(len, cells)) == 6
    assert sorted(map(len, cut.shares)) == [20] * 6


def test_so_many_shares_are_worked_on_at_a_time(store: Store, run: int) -> None:
    """A third process gets none while two have one; the next is free when one is done."""
    first, second, third = (share.id for share in store.shares.of(run))
    assert [share.id for share in store.shares.free()] == [first, second]
    assert (fence := claim(store, first)) == 1 and claim(store, second, "two") == 1
    assert (claim(store, third, "three"), store.shares.free()) == (None, [])
    assert store.shares.end(first, fence, DONE).result()
    assert [share.id for share in store.shares.free()] == [third]
    assert claim(store, third, "three") == 1


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)  # a server counts leases by its own clock
def test_a_silent_process_loses_its_share(store: Store, run: int) -> None:
    """Who takes it gets a new fence, the old process cannot write, and its call in flight is in doubt."""
    share = store.shares.of(run)[0].id
    old = claim(store, share)
    call = start(store, run, share, old)
    assert isinstance(call, int) and claim(store, share, "two", 10.0) is None
    assert (new := claim(store, share, "two", 100.0)) == 2
    row = store.calls.get(call)
    assert row is not None and (row.outcome, row.reason_code) == ("in_doubt", "process_gone")
    with pytest.raises(StoreError, match="another process"):
        start(store, run, share, old)
    assert isinstance(store.calls.settle(Settlement(call, "ok"), old, share).exception(), StoreError)
    assert isinstance(store.drafts.fail(run, {0: "schema"}, old, share).exception(), StoreError)
    assert store.shares.heartbeat([share], "one", lease_now()).result() == []
    assert not store.shares.end(share, old or 0, DONE).result()
    assert isinstance(start(store, run, share, new), int)


def test_a_late_answer_of_a_lost_share_is_kept(store: Store, run: int) -> None:
    """Its bytes are stored; its call stays in doubt."""
    share = store.shares.of(run)[0].id
    fence = claim(store, share)
    call = start(store, run, share, fence)
    assert isinstance(call, int)
    store.runs.end(run, "paused").result()
    assert store.calls.answer(call, 200, b"late", 103.0, fence, share).result() is False
    assert store.calls.reply(call) == b"late"


def test_the_end_of_a_run_closes_its_shares(store: Store, run: int) -> None:
    """Who works on one is refused from then on, its calls are in doubt, and nothing of it is free."""
    share = store.shares.of(run)[0].id
    fence = claim(store, share)
    call = start(store, run, share, fence)
    assert store.runs.end(run, "paused", Message("paused_by_hand")).result()
    assert (store.shares.of(run), store.shares.free()) == ([], [])
    assert isinstance(call, int) and (row := store.calls.get(call)) is not None and row.outcome == "in_doubt"
    with pytest.raises(StoreError, match="another process"):
        start(store, run, share, fence)


def test_a_run_that_is_taken_over_keeps_its_shares(store: Store, run: int) -> None:
    """The process that cut it is gone; those that work on shares go on, and their calls in flight are not in doubt."""
    share = store.shares.of(run)[0].id
    fence = claim(store, share)
    call = start(store, run, share, fence)
    assert store.runs.claim(run, "other", lease_now(), gone="desk").result() == 2
    assert isinstance(call, int) and (row := store.calls.get(call)) is not None and row.outcome == "in_flight"
    assert isinstance(start(store, run, share, fence), int)


def test_a_command_frees_no_share(store: Store, run: int) -> None:
    """A run that is to pause or to be cancelled is not begun anywhere else."""
    store.runs.set_command(run, "pause").result()
    assert store.shares.free() == []
    assert claim(store, store.shares.of(run)[0].id) is None


def test_a_share_says_why_it_stopped(store: Store, run: int) -> None:
    """The reason, and when the run resumes by itself, are read by the process that has the run."""
    share = store.shares.of(run)[0].id
    why, again = Message("provider_down", {"calls": 3, "why": Message("")}), AutoResume(130.0, 1, 3)
    assert store.shares.end(share, claim(store, share) or 0, STOPPED, why, again).result()
    row = store.shares.of(run)[0]
    assert (row.state, row.why, row.again, row.is_held) == (STOPPED, why, again, False)


def test_a_share_that_is_let_go_is_free_at_once(store: Store, run: int) -> None:
    """Its process ends; another takes it without waiting for the lease."""
    share = store.shares.of(run)[0].id
    assert store.shares.end(share, claim(store, share) or 0, OPEN).result()
    assert claim(store, share, "two") == 2


def test_shares_spend_one_budget(store: Store, run: int) -> None:
    """A call at its upper bound must fit into what all shares together have left."""
    one, two, _ = (share.id for share in store.shares.of(run))
    first, second = claim(store, one), claim(store, two, "two")
    call = start(store, run, one, first, worst_usd=0.8, run_budget_usd=1.0)
    assert start(store, run, two, second, worst_usd=0.5, run_budget_usd=1.0) == RunFull(0.0, pytest.approx(0.8))
    assert isinstance(call, int)
    store.calls.settle(Settlement(call, "ok", cost_usd=0.6), first, one).result()
    assert start(store, run, two, second, worst_usd=0.5, run_budget_usd=1.0) == RunFull(pytest.approx(0.6), 0.0)
    assert isinstance(start(store, run, two, second, worst_usd=0.4, run_budget_usd=1.0), int)


def test_who_makes_which_share_is_known(store: Store, run: int) -> None:
    """Each process is listed with its shares, and the one that has the run with their number."""
    share = store.shares.of(run)[1].id
    claim(store, share)
    desk, one = store.offers.workers()
    assert [(held.run, held.share, held.shares, held.planned) for held in desk.held] == [(run, None, 3, 8)]
    assert [(held.run, held.share, held.shares, held.planned) for held in one.held] == [(run, 2, 3, 3)]
