"""A run's life in rows: planned once, worked on by one process, every slot ending in one state."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.errors import StoreError, UnknownRun
from engine.messages import Message
from engine.spec import RunSpec, Tuning
from engine.store import CallStart, DraftFilter, NewComparison, NewRun, Store
from engine.store.run_budget import with_budget, with_day_budget
from engine.store.run_steps import Claim
from engine.work import plan
from tests.unit.test_store_kit import answered, planned, prints, sent, spec


@pytest.fixture(scope="module")
def store(shared_database: str) -> Iterator[Store]:
    """One store; every test plans a run of its own."""
    with Store.open(shared_database) as opened:
        yield opened


def test_a_run_is_planned_whole(store: Store) -> None:
    """A planned run holds one open slot for each wanted draft, and gives its spec back."""
    row = store.runs.get(planned(store))
    assert (row.state, row.planned, row.totals.planned, row.totals.open) == ("queued", 8, 8, 8)
    assert RunSpec.from_json(row.spec) == spec()
    assert store.drafts.open_slots(row.id) == plan(spec())


def test_a_run_planned_wrongly_leaves_nothing(store: Store) -> None:
    """If the slots cannot be stored, there is no run either."""
    before = store.runs.count()
    failed = store.runs.create(NewRun(spec(), Tuning(), "fast"), plan(spec()), ["one"])
    assert isinstance(failed.exception(), StoreError)
    assert store.runs.count() == before


def test_an_unknown_run_is_said(store: Store) -> None:
    """Reading or changing a run that is not there raises UnknownRun."""
    with pytest.raises(UnknownRun):
        store.runs.get(10**6)
    assert isinstance(store.runs.set_command(10**6, "cancel").exception(), UnknownRun)


def test_a_run_is_claimed_once(store: Store) -> None:
    """Of two processes only one gets a queued run."""
    run = planned(store)
    assert store.runs.claim(run, "first", 100.0).result() == 1
    assert store.runs.claim(run, "second", 100.1).result() is None


@pytest.mark.parametrize("shared_database", ["sqlite"], indirect=True)  # a server counts leases by its own clock
def test_a_silent_process_loses_its_run(store: Store) -> None:
    """A run whose heartbeat is old goes to whoever asks, under a new fence; the old process cannot send or end it."""
    run = planned(store)
    fence = store.runs.claim(run, "old", 100.0).result()
    store.runs.start(run).result()
    assert store.runs.claim(run, "new", 131.0).result() == 2
    late = store.calls.start(CallStart(run, 0, 1, (0,), 132.0, fence=fence))
    assert "another process" in str(late.exception())
    assert store.runs.end(run, "paused", fence=fence).result() is False
    assert store.runs.heartbeat([run], "old", 133.0).result() == []
    assert store.runs.heartbeat([run], "new", 133.0).result() == [run]


def test_a_beating_process_keeps_its_run(store: Store) -> None:
    """A run whose heartbeat is fresh cannot be claimed."""
    run = planned(store)
    store.runs.claim(run, "old", 100.0).result()
    store.runs.start(run).result()
    store.runs.heartbeat([run], "old", 120.0).result()
    assert store.runs.claim(run, "new", 131.0).result() is None


@pytest.mark.parametrize("shared_database", ["sqlite"], indirect=True)  # a server counts leases by its own clock
def test_a_heartbeat_from_the_future_is_not_believed(store: Store) -> None:
    """A heartbeat more than a lease ahead of now locks no run: its clock was wrong, and the run may be taken."""
    run = planned(store)
    store.runs.claim(run, "old", 10_000.0).result()
    store.runs.start(run).result()
    sent(store, run, 0)
    assert store.runs.claim(run, "new", 9_971.0).result() is None
    assert store.runs.claim(run, "new", 9_969.0).result() == 2
    assert [call.ended_at for call in store.calls.page(run)] == [9_969.0]


@pytest.mark.parametrize("shared_database", ["sqlite"], indirect=True)  # a server counts leases by its own clock
def test_a_claim_puts_what_was_in_flight_in_doubt(store: Store) -> None:
    """A call sent by a process that died is in doubt at its upper bound; an answer it stored waits to be read."""
    run = planned(store)
    store.runs.claim(run, "old", 100.0).result()
    store.runs.start(run).result()
    sent(store, run, 0, worst_usd=0.25)
    stored = sent(store, run, 1)
    store.calls.answer(stored, 200, b"{}", 101.0).result()
    store.runs.claim(run, "new", 200.0).result()
    totals = store.runs.totals(run)
    assert (totals.in_doubt, totals.cost_usd, totals.cost_is_estimate) == (1, 0.25, True)
    assert [call.id for call in store.calls.unsettled(run)] == [stored]


def test_a_run_is_done_only_when_it_is_whole(store: Store) -> None:
    """`done` is refused while a slot has no draft, and nothing is changed."""
    run = planned(store)
    answered(store, run, *range(7))
    assert "1 slots without a draft" in str(store.runs.end(run, "done").exception())
    assert store.runs.get(run).state == "queued"
    answered(store, run, 7)
    assert store.runs.end(run, "done").result() is True


def test_a_run_ends_once(store: Store) -> None:
    """A run that has ended keeps its first ending, and no slot of it stays open."""
    run = planned(store)
    assert store.runs.end(run, "cancelled", Message("by hand"), at=300.0).result() is True
    assert store.runs.end(run, "incomplete", at=400.0).result() is False
    row = store.runs.get(run)
    assert (row.state, row.reason, row.ended_at, row.totals.cancelled) == ("cancelled", "by hand", 300.0, 8)


def test_what_failed_can_be_asked_for_again(store: Store) -> None:
    """Reopening queues the run with its failed and cancelled slots open; drafted ones stay."""
    run = planned(store)
    answered(store, run, 0, 1, failed={1: "schema"})
    store.runs.end(run, "incomplete").result()
    assert store.runs.reopen(run).result() == 7
    row = store.runs.get(run)
    assert (row.state, row.totals.drafted, row.totals.open) == ("queued", 1, 7)
    assert isinstance(store.runs.reopen(run).exception(), StoreError)


def test_a_paused_run_keeps_its_slots_open(store: Store) -> None:
    """Pausing leaves open what is open; resuming reopens nothing else."""
    run = planned(store)
    answered(store, run, 0, failed={0: "schema"})
    store.runs.end(run, "paused").result()
    assert store.runs.reopen(run, states=()).result() == 0
    assert (store.runs.totals(run).open, store.runs.totals(run).failed) == (7, 1)


def test_commands_are_seen_until_the_run_ends(store: Store) -> None:
    """A command waits in the row for whoever works on the run, and is gone with its end."""
    run, quiet = planned(store), planned(store)
    assert store.runs.set_command(run, "cancel").result() is True
    assert store.runs.commands([run, quiet]) == {run: "cancel"}
    store.runs.end(run, "cancelled").result()
    assert store.runs.commands([run, quiet]) == {}
    assert store.runs.set_command(run, "pause").result() is False


def test_drafts_already_paid_for_are_copied(store: Store) -> None:
    """A cached draft fills its slot at planning, tells where it is from, and is counted as cached."""
    first = planned(store, salt="paid")
    answered(store, first, 0)
    found = store.drafts.cached(prints(plan(spec()), "paid"))
    second = planned(store, salt="paid", cached={0: found["paidtea/1/0"]})
    (copy,) = store.drafts.page(DraftFilter(run=second))
    (origin,) = store.drafts.page(DraftFilter(run=first))
    assert (copy.content, copy.title, copy.source, copy.origin) == (origin.content, origin.title, "cache", origin.id)
    assert (store.runs.totals(second).cached, store.runs.totals(second).kept, store.runs.totals(second).open) == (
        1,
        0,
        7,
    )


def test_what_was_rejected_is_not_reused(store: Store) -> None:
    """Rejecting a draft, or a copy of it, takes its content out of the cache."""
    first = planned(store, salt="bad")
    answered(store, first, 0)
    found = store.drafts.cached(["badtea/1/0"])
    second = planned(store, salt="bad", cached={0: found["badtea/1/0"]})
    assert store.drafts.count_cached(["badtea/1/0", "badtea/1/0", "none"]) == 1
    (copy,) = store.drafts.page(DraftFilter(run=second))
    store.reviews.decide([copy.id], "rejected").result()
    assert store.drafts.cached(["badtea/1/0"]) == {}
    store.reviews.decide([copy.origin or 0], "rejected").result()
    assert store.runs.totals(planned(store, cached={0: found["badtea/1/0"]})).cached == 0


def test_runs_come_newest_first_with_their_sums(store: Store) -> None:
    """A page of runs is newest first, each with its own totals."""
    older, newer = planned(store), planned(store)
    answered(store, older, 0, 1)
    answered(store, newer, 0, tokens_out=7)
    page = store.runs.page(limit=2)
    assert [(row.id, row.totals.drafted, row.totals.tokens_out) for row in page] == [(newer, 1, 7), (older, 2, 0)]
    assert store.runs.page(limit=1, offset=1)[0].id == older
    assert store.runs.count("queued") >= 2


def test_a_comparison_finds_its_runs(store: Store) -> None:
    """Runs made for a comparison are found by it."""
    comparison = store.comparisons.create(NewComparison(spec(), [{"name": "serial"}], 3)).result()
    new = NewRun(spec(), Tuning(), "fast", comparison_id=comparison, arm="serial", trial=1)
    run = store.runs.create(new, plan(spec()), prints(plan(spec()))).result()
    assert [(row.id, row.arm, row.trial) for row in store.runs.page(comparison_id=comparison)] == [(run, "serial", 1)]
    assert store.comparisons.get(comparison).trials == 3


STEPS = st.lists(
    st.tuples(st.sampled_from(["keep", "fail", "give up", "cancel", "end", "reopen", "resume"]), st.integers(0, 7)),
    max_size=14,
)


@settings(max_examples=40, deadline=None)
@given(steps=STEPS)
def test_every_slot_is_in_exactly_one_state(store: Store, steps: list[tuple[str, int]]) -> None:
    """Whatever happens in whatever order: planned = drafted + failed + cancelled + open, and a draft is never lost."""
    run = planned(store)
    drafted: set[int] = set()
    for step, slot in steps:
        drafted |= _do(store, run, step, slot)
        totals = store.runs.totals(run)
        assert totals.planned == totals.drafted + totals.failed + totals.cancelled + totals.open == 8
        assert totals.drafted == totals.kept == len(drafted)
        assert {row.slot for row in store.drafts.page(DraftFilter(run=run))} == drafted


def _do(store: Store, run: int, step: str, slot: int) -> set[int]:
    if step == "keep":
        return set(answered(store, run, slot, (slot + 1) % 8, slot).stored)
    if step == "fail":
        answered(store, run, slot, failed={slot: "schema"})
    elif step == "give up":
        store.drafts.fail(run, {slot: "barren"}).result()
    elif step == "cancel":
        store.runs.end(run, "cancelled").result()
    elif step == "end":
        store.runs.end(run, "incomplete").result()
    else:
        store.runs.reopen(run, () if step == "resume" else ("failed", "cancelled")).exception()
    return set()


@pytest.mark.parametrize(
    ("state", "owner", "heartbeat_at", "free"),
    [
        ("queued", None, None, True),
        ("queued", "other", 99.0, False),
        ("queued", "other", 60.0, True),
        ("queued", "gone", 99.0, True),
        ("running", "other", 99.0, False),
        ("running", "other", 60.0, True),
        ("running", "gone", 99.0, True),
        ("paused", None, None, False),
        ("done", "gone", None, False),
    ],
)
def test_a_run_is_free_when_nobody_works_on_it(
    state: str, owner: str | None, heartbeat_at: float | None, free: bool
) -> None:
    """A queued run without an owner is free, and a run whose owner is silent or has ended; no other."""
    assert Claim("me", 100.0, 30.0, "gone").may_take(state, owner, heartbeat_at) is free


def test_another_budget_leaves_the_rest_unchanged() -> None:
    """A new budget replaces one value of the spec, a new daily budget one override; None changes nothing."""
    limits = {"rpm": 60, "overrides": {"rpm": 60}}
    assert with_budget({"kind": "k", "budget_usd": 1.0}, 2.0) == {"kind": "k", "budget_usd": 2.0}
    assert with_day_budget(limits, 3.0) == {"rpm": 60, "overrides": {"rpm": 60, "budget_day_usd": 3.0}}
    assert (with_budget({"kind": "k"}, None), with_day_budget(limits, None)) == ({"kind": "k"}, limits)


def test_runs_are_found_by_state_and_reason(store: Store) -> None:
    """A list of states finds the runs in them; with a reason, those that have exactly this reason."""
    first, second, third = (planned(store) for _ in range(3))
    store.runs.end(first, "paused", Message("closed")).result()
    store.runs.end(second, "paused", Message("asked")).result()
    assert [row.id for row in store.runs.in_states(("queued", "paused"))][:3] == [third, second, first]
    assert [row.id for row in store.runs.in_states(("queued", "paused"), reason_code="closed")] == [first]
