"""Cleaning: content goes, counts and money stay, and what must not be touched is not."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from engine.cli.clean import read_age
from engine.errors import SpecError, StoreError
from engine.store import CachedDraft, Cleanup, CleanupResult, DraftFilter, Edit, Settlement, Store
from engine.work import plan
from tests.unit.test_store_kit import answered, planned, prints, sent, spec

EVERYTHING = Cleanup(before=1_000.0, raw=True, rejected=True, cancelled=True)


@pytest.fixture
def store(database: str) -> Iterator[Store]:
    """A store with one ended run of 8 slots, all drafted: drafts 1 and 2 rejected, 3 approved, at 200 s."""
    with Store.open(database) as opened:
        run = planned(opened)
        call = sent(opened, run, 0)
        opened.calls.answer(call, 200, b"body" * 100, 101.0).result()
        opened.calls.settle(Settlement(call, "ok", cost_usd=0.5, ended_at=102.0)).result()
        answered(opened, run, *range(8))
        opened.runs.end(run, "done", at=150.0).result()
        opened.reviews.decide([1, 2], "rejected", "ana", "dull", at=200.0).result()
        opened.reviews.decide([3], "approved", at=200.0).result()
        yield opened


def test_looking_changes_nothing(store: Store) -> None:
    """What would be freed is counted, in things and bytes, and nothing is touched."""
    before = store.drafts.page(), store.runs.get(1)
    swept = store.cleanable(EVERYTHING)
    assert (swept.replies, swept.reply_bytes, swept.drafts, swept.runs) == (1, 400, 2, 0)
    assert swept.draft_bytes > 40
    assert swept.bytes == swept.reply_bytes + swept.draft_bytes
    assert (store.drafts.page(), store.runs.get(1)) == before


def test_only_what_is_named_is_cleaned(store: Store) -> None:
    """Without a name nothing goes; with one, that alone."""
    assert store.clean(Cleanup(before=1_000.0)).result() == CleanupResult()
    assert store.clean(Cleanup(before=1_000.0, raw=True)).result().drafts == 0
    assert all(row.content for row in store.drafts.page())
    with pytest.raises(StoreError, match="no stored reply"):
        store.calls.reply(1)


def test_only_what_is_old_is_cleaned(store: Store) -> None:
    """What is younger than the age stays: a draft's age is that of its rejection."""
    assert store.clean(replace(EVERYTHING, before=102.0)).result() == CleanupResult()
    assert store.clean(replace(EVERYTHING, before=150.0)).result().drafts == 0
    assert store.clean(replace(EVERYTHING, before=201.0)).result().drafts == 2


def test_counts_and_money_stay(store: Store) -> None:
    """The sums of a run and of the review are after a cleaning what they were before: laws 1 and 8."""
    before = store.runs.get(1), store.reviews.counts(), store.drafts.cells(1), store.calls.page(1)
    store.clean(EVERYTHING).result()
    assert (store.runs.get(1), store.reviews.counts(), store.drafts.cells(1), store.calls.page(1)) == before
    totals = store.runs.totals(1)
    assert totals.planned == totals.drafted + totals.failed + totals.cancelled + totals.open == 8


def test_a_rejected_draft_keeps_its_name_alone(store: Store) -> None:
    """Content and search text go, title and verdict stay; approved and pending drafts are as they were."""
    before = store.drafts.page()
    store.clean(EVERYTHING).result()
    after = store.drafts.page()
    assert [(row.content, row.title, row.review, row.reason) for row in after[:2]] == [
        ({}, "Bus", "rejected", "cleaned")
    ] * 2
    assert after[2:] == before[2:]
    assert store.drafts.count(DraftFilter(text="bus late")) == 6
    assert store.clean(EVERYTHING).result() == CleanupResult()


def test_a_cleaned_draft_is_not_brought_back(store: Store) -> None:
    """Its rejection cannot be undone, its edits are gone, and the cache still leaves it out."""
    store.reviews.edit(Edit(1, {"passage": "new"}, "New", "new"), at=201.0).result()
    fingerprints = prints(plan(spec()))
    known = set(store.drafts.cached(fingerprints))
    store.clean(EVERYTHING).result()
    assert store.reviews.undo(drafts=[1, 2]).result() == []
    decision = store.reviews.last_decision("ana")
    assert decision is not None and store.reviews.undo(batch=decision.batch).result() == []
    assert [(one.verdict, one.note) for one in store.reviews.history(1)] == [("rejected", "dull")]
    assert set(store.drafts.cached(fingerprints)) == known


def test_a_draft_that_was_copied_stays(store: Store) -> None:
    """A draft whose copy is in another run keeps its content, also when it is rejected later."""
    store.reviews.undo(drafts=[1]).result()
    run = planned(store, cached={0: CachedDraft(1, "Bus", (), "fast")})
    store.runs.end(run, "incomplete").result()
    store.reviews.decide([1], "rejected", at=200.0).result()
    assert store.clean(EVERYTHING).result().drafts == 1
    assert store.drafts.get(1).content


@pytest.mark.parametrize("state", ["queued", "running", "paused"])
def test_an_open_run_is_left_alone(store: Store, state: str) -> None:
    """Nothing of a run that may still go on is cleaned: neither its answers nor its drafts."""
    store.runs.reopen(1, ()).result()
    if state != "queued":
        store.runs.start(1).result()
    if state == "paused":
        store.runs.end(1, "paused").result()
    assert store.runs.get(1).state == state
    assert store.clean(EVERYTHING).result() == CleanupResult()


def test_a_cancelled_run_goes_when_it_holds_nothing(store: Store) -> None:
    """A cancelled run without draft and call goes with its slots; one that cost money stays in the ledger."""
    empty, paid = planned(store, salt="a"), planned(store, salt="b")
    answered(store, paid, 0, outcome="failed", failed={0: "barren"})
    for run in (empty, paid):
        store.runs.end(run, "cancelled", at=300.0).result()
    swept = store.clean(EVERYTHING).result()
    assert (swept.runs, swept.slots) == (1, 8)
    assert [run.id for run in store.runs.page()] == [paid, 1]
    assert store.runs.totals(paid).calls == 1


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_the_file_becomes_smaller(store: Store) -> None:
    """What was cleaned is given back to the disk; while a run is at work it is not, and says so."""
    call = sent(store, 1, 0)
    store.calls.answer(call, 200, bytes(range(256)) * 4096, 101.0).result()
    store.calls.settle(Settlement(call, "failed")).result()
    store.clean(Cleanup(1e12, raw=True)).result()
    store.runs.reopen(1, ()).result()
    store.runs.start(1).result()
    with pytest.raises(StoreError, match="run 1 is at work"):
        store.vacuum()
    store.runs.end(1, "done").result()
    before = store.bytes
    assert store.vacuum() > 2**14
    assert store.bytes < before
    assert len(store.drafts.page()) == 8


@pytest.mark.parametrize(("text", "seconds"), [("30d", 2_592_000), ("12h", 43_200), (" 2w ", 1_209_600), ("0d", 0)])
def test_an_age_is_read(text: str, seconds: int) -> None:
    """A number and h, d or w."""
    assert read_age(text) == seconds


@pytest.mark.parametrize("text", ["30", "d", "-1d", "1.5d", "30 days", ""])
def test_what_is_no_age_is_refused(text: str) -> None:
    """Anything else says what to write."""
    with pytest.raises(SpecError, match="such as 30d"):
        read_age(text)
