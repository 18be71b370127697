"""The ledger: every attempt in it, money never under-reported, a slot filled once."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from engine.errors import StoreError
from engine.messages import Message
from engine.store import DraftFilter, Settlement, Store
from tests.unit.test_store_kit import answered, kept, planned, sent


@pytest.fixture
def store(database: str) -> Iterator[Store]:
    """An empty store."""
    with Store.open(database) as opened:
        yield opened


@pytest.fixture
def run(store: Store) -> int:
    """A planned run of 8 slots."""
    return planned(store)


def test_a_call_is_in_the_ledger_before_it_is_sent(store: Store, run: int) -> None:
    """From its start a call is counted, in flight, with its upper bound reserved."""
    sent(store, run, 0, 1, worst_usd=0.5)
    totals = store.runs.totals(run)
    assert (totals.calls, totals.in_flight, totals.asked, totals.cost_usd, totals.reserved_usd) == (1, 1, 2, 0.0, 0.5)


@pytest.mark.parametrize("size", [0, 10, 5_000_000])
def test_an_answer_is_kept_as_it_came(store: Store, run: int, size: int) -> None:
    """The raw body of an answer comes back byte for byte, of whatever size."""
    call = sent(store, run, 0)
    store.calls.answer(call, 200, b"\x00\xff" * size, 101.0).result()
    assert store.calls.reply(call) == b"\x00\xff" * size


def test_an_answer_is_taken_once(store: Store, run: int) -> None:
    """A second answer or settlement of one call is refused and changes nothing."""
    call = sent(store, run, 0)
    store.calls.answer(call, 200, b"first", 101.0).result()
    assert isinstance(store.calls.answer(call, 200, b"second", 102.0).exception(), StoreError)
    store.calls.settle(Settlement(call, "ok", cost_usd=0.1)).result()
    assert isinstance(store.calls.settle(Settlement(call, "ok", cost_usd=0.9)).exception(), StoreError)
    assert (store.calls.reply(call), store.runs.totals(run).cost_usd) == (b"first", 0.1)


def test_a_settled_call_stores_its_drafts(store: Store, run: int) -> None:
    """Drafts, failures, usage and cost of a call are stored together."""
    settled = answered(store, run, 0, 1, failed={1: "schema"}, tokens_in=10, tokens_out=20, cost_usd=0.02, model="m-7")
    totals = store.runs.totals(run)
    assert settled.stored == (0,)
    assert (totals.drafted, totals.failed, totals.kept, totals.tokens_out, totals.cost_usd) == (1, 1, 1, 20, 0.02)
    assert store.drafts.causes(run) == {"schema": 1}
    assert store.drafts.page(DraftFilter(run=run))[0].model == store.calls.page(run)[0].model == "m-7"


def test_a_packet_that_comes_twice_is_stored_once(store: Store, run: int) -> None:
    """A second draft for a slot is counted as late and never overwrites the first."""
    first, second = sent(store, run, 0, 1), sent(store, run, 0, 1)
    store.calls.settle(Settlement(first, "ok", drafts=[kept(0, "first")])).result()
    settled = store.calls.settle(Settlement(second, "ok", drafts=[kept(0, "second"), kept(1, "second")])).result()
    assert (settled.stored, settled.late) == ((1,), 1)
    assert [row.title for row in store.drafts.page(DraftFilter(run=run))] == ["first", "second"]
    assert (store.runs.totals(run).kept, store.runs.totals(run).late) == (2, 1)


def test_a_call_in_doubt_counts_at_its_upper_bound(store: Store, run: int) -> None:
    """A call settled without a cost keeps the one reserved for it, marked as an estimate."""
    call = sent(store, run, 0, worst_usd=0.5)
    store.calls.settle(Settlement(call, "in_doubt", "late", cost_usd=None)).result()
    totals = store.runs.totals(run)
    assert (totals.in_doubt, totals.cost_usd, totals.reserved_usd, totals.cost_is_estimate) == (1, 0.5, 0.0, True)


def test_what_a_run_leaves_in_flight_is_in_doubt(store: Store, run: int) -> None:
    """A run that ends leaves no call in flight for ever."""
    sent(store, run, 0, worst_usd=0.5)
    store.runs.end(run, "cancelled", at=500.0).result()
    (call,) = store.calls.page(run)
    assert (call.outcome, call.ended_at, call.cost_usd) == ("in_doubt", 500.0, 0.5)


def test_asks_are_counted_before_the_answer(store: Store, run: int) -> None:
    """How often a slot was asked for is known even if asking for it ends the process."""
    sent(store, run, 0, 1)
    sent(store, run, 1, attempt=2)
    assert store.drafts.asks(run) == {0: 1, 1: 2}
    assert store.runs.totals(run).retried == 1


def test_odd_text_is_stored(store: Store, run: int) -> None:
    """Lone surrogates and NULs in a reply stop no write; the content comes back as it was."""
    odd = kept(0, title="half \ud83d and \0", search="\ud83d \0 odd")
    odd.draft.content["passage"] = "\ud83d\0"
    settled = store.calls.settle(
        Settlement(sent(store, run, 0), "ok", message=Message("\ud83d\0"), drafts=[odd])
    ).result()
    (row,) = store.drafts.page(DraftFilter(run=run, text="odd"))
    assert settled.stored == (0,)
    assert (row.title, row.content) == ("half \ufffd and \ufffd", {"passage": "\ud83d\0"})


def test_429s_are_counted_wherever_they_stand(store: Store, run: int) -> None:
    """A 429 counts by its status or, inside a 200, by its outcome."""
    for outcome, status in (("rate_limited", 429), ("rate_limited", 200), ("failed", 429), ("failed", 500)):
        store.calls.settle(Settlement(sent(store, run, 0), outcome, status=status, ended_at=101.0)).result()
    assert store.runs.totals(run).http_429 == 3
    assert [(b.http_429, b.failed_calls) for b in store.calls.timeline(run, 60)] == [(3, 1)]


def test_failures_are_grouped_by_reason(store: Store, run: int) -> None:
    """Failed calls are listed by reason, the commonest first, with the newest message."""
    for reason, message in (("late", "a"), ("busy", "b"), ("busy", "c")):
        newest = sent(store, run, 0)
        store.calls.settle(Settlement(newest, "failed", reason, Message(message))).result()
    answered(store, run, 0)
    assert [(f.reason, f.count, f.message) for f in store.calls.failures(run)] == [("busy", 2, "c"), ("late", 1, "a")]
    assert store.calls.failures(run)[0].newest_call == newest
    assert len(store.calls.page(run, failed_only=True)) == store.calls.count(run, failed_only=True) == 3


def test_the_timeline_adds_up_to_the_totals(store: Store, run: int) -> None:
    """The spans of a timeline hold every ended call once, quiet spans included."""
    for slot, (start, end) in enumerate([(100.0, 103.5), (101.0, 109.0), (108.0, 109.5)]):
        call = sent(store, run, slot, at=start)
        store.calls.settle(Settlement(call, "ok", ended_at=end, tokens_in=5, drafts=[kept(slot)])).result()
    buckets = store.calls.timeline(run, 2.0)
    assert [b.at for b in buckets] == [100.0, 102.0, 104.0, 106.0, 108.0]
    assert [b.in_flight for b in buckets] == [2, 1, 1, 1, 0]
    assert sum(b.drafted for b in buckets) == sum(b.calls for b in buckets) == store.runs.totals(run).drafted == 3
    assert sum(b.tokens for b in buckets) == 15


def test_samples_are_of_good_calls_alone(store: Store, run: int) -> None:
    """Forecasts see (items asked, seconds) of good calls of this provider and model only."""
    answered(store, run, 0, 1)
    answered(store, run, 2, outcome="failed")
    assert store.calls.latencies("practice", "fast", "cloze", "en") == store.calls.run_latencies(run) == [(2, 2.0)]
    assert store.calls.latencies("practice", "slow", "cloze", "en") == []


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)  # a server counts leases by its own clock
def test_a_process_that_lost_its_run_changes_nothing(store: Store) -> None:
    """Its late answer is kept as it came and stays in doubt; it settles no call and gives up no slot."""
    run = planned(store)
    old = store.runs.claim(run, "frozen", 100.0).result()
    store.runs.start(run).result()
    late, unread = (sent(store, run, slot, at=101.0, worst_usd=0.25, fence=old) for slot in (0, 1))
    store.calls.answer(unread, 200, b"{}", 102.0, fence=old).result()
    new = store.runs.claim(run, "new", 200.0).result()
    assert store.calls.answer(late, 200, b"late", 201.0, fence=old).result() is False
    assert store.calls.reply(late) == b"late"
    for call in (late, unread):
        refused = store.calls.settle(Settlement(call, "ok", drafts=[kept(call)]), fence=old)
        assert isinstance(refused.exception(), StoreError)
    assert isinstance(store.drafts.fail(run, {2: "schema"}, fence=old).exception(), StoreError)
    totals = store.runs.totals(run)
    assert (totals.drafted, totals.failed, totals.in_doubt, totals.cost_usd) == (0, 0, 1, 0.25)
    assert store.calls.settle(Settlement(unread, "ok", drafts=[kept(1)]), fence=new).result().stored == (1,)
