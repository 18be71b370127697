"""Advice on the rows of a run: what the facts are taken from."""

from __future__ import annotations

import pytest

from engine.errors import UnknownRun
from engine.reports.advice.from_rows import advice_for
from engine.spec import Tuning
from engine.store import ChangeRow, DraftFilter, NewRun, Settlement, Store
from engine.work import plan
from tests.unit.test_store_kit import kept, planned, prints, sent, spec


def started(store: Store, tuning: Tuning, drafts: int = 48) -> int:
    """A run of so many slots that is at work."""
    made = spec(per_combo=drafts // 4)
    slots = plan(made)
    run = store.runs.create(NewRun(made, tuning, "fast"), slots, prints(slots)).result()
    store.runs.start(run).result()
    return run


def call(store: Store, run: int, at: float, *slots: int, keep: int = 0, took: float = 2.0, **more: object) -> None:
    """A call of `took` seconds that keeps the first `keep` of its slots."""
    more = {"outcome": "ok", "ended_at": at + took, "tokens_out": 100, **more}
    drafts = [kept(number) for number in slots[:keep]]
    store.calls.settle(Settlement(sent(store, run, *slots, at=at), drafts=drafts, **more)).result()  # type: ignore[arg-type]


def short(store: Store, run: int, number: int, *, keep: int, reason: str) -> None:
    """A packet of four that keeps fewer."""
    slots = range(4 * number, 4 * number + 4)
    call(store, run, 100.0 + 2 * number, *slots, keep=keep, outcome="partial", reason=reason)


def codes(store: Store, run: int) -> list[str]:
    """All advice but that about this machine's disk, which may be slow."""
    return [advice.code for advice in advice_for(store, run) if advice.code != "slow_writes"]


def test_a_new_run_gets_no_advice(store: Store) -> None:
    """Before the first call there is nothing to say; a run that does not exist is an error."""
    assert advice_for(store, planned(store)) == ()
    with pytest.raises(UnknownRun):
        advice_for(store, 99)


def test_429s_of_the_ledger_are_advised_on(store: Store) -> None:
    """Refusals in the rows become a slower pace; a run that is well has none."""
    run = started(store, Tuning(1, 4))
    for number in range(10):
        call(store, run, 100.0 + 2 * number, *range(4 * number, 4 * number + 4), keep=4)
    assert codes(store, run) == []
    for number in range(3):
        call(store, run, 120.0 + number, 40, outcome="rate_limited", status=429, took=0.1)
    assert codes(store, run) == ["slow_down"]


def test_short_replies_are_counted_by_size(store: Store) -> None:
    """Items that did not come back ask for a smaller batch; items refused for another reason do not."""
    run = started(store, Tuning(1, 4))
    for number in range(4):
        short(store, run, number, keep=2, reason="script")
    assert codes(store, run) == []
    for number in range(4, 8):
        short(store, run, number, keep=1, reason="missing")
    assert codes(store, run) == ["smaller_batch"]
    assert advice_for(store, run)[0].evidence["lost"] == 12


def test_calls_side_by_side_are_counted(store: Store) -> None:
    """Calls that follow each other are one in flight, whatever the concurrency; four at one time are four."""
    run = started(store, Tuning(4, 1))
    for number in range(8):
        call(store, run, 100.0 + 2 * number, number, keep=1)
    assert codes(store, run) == ["idle_concurrency"]
    for number in range(8, 12):
        call(store, run, 120.0, number, keep=1)
    assert codes(store, run) == []


def test_rising_tokens_show(store: Store) -> None:
    """Drafts that take half as much again in the second half of the run are advised on."""
    run = started(store, Tuning(1, 1))
    for number in range(24):
        call(store, run, 100.0 + 2 * number, number, keep=1, tokens_out=100 if number < 12 else 150)
    assert codes(store, run) == ["tokens_rising"]


def test_what_was_chosen_since_counts(store: Store) -> None:
    """Advice is on the Tuning in force, not on that of the start."""
    run = started(store, Tuning(4, 1))
    for number in range(8):
        call(store, run, 100.0 + 2 * number, number, keep=1)
    chosen = ChangeRow(at=120.0, what="tuning", before={"concurrency": 4}, after={"concurrency": 1, "batch_size": 1})
    store.runs.add_changes(run, [chosen]).result()
    assert codes(store, run) == []


def test_calls_at_their_deadline_are_not_the_networks(store: Store) -> None:
    """When no call had a whole answer in time, the advice is a minute: the time of an answer is unknown."""
    run = started(store, Tuning(1, 1))
    for number in range(10):
        call(store, run, 100.0 + 6 * number, number, took=5.0, outcome="in_doubt", reason="late")
    assert codes(store, run) == ["deadline", "slow_pace"]
    assert advice_for(store, run)[0].settings == {"deadline_s": 60}


def test_advice_stays_between_two_checkpoints(store: Store) -> None:
    """With 100 and with 119 calls the advice is the same to the word, though the newest calls all failed."""
    run = started(store, Tuning(1, 1), drafts=400)
    for number in range(100):
        refused = {"outcome": "rate_limited", "status": 429} if number % 4 == 0 else {}
        call(store, run, 100.0 + 3 * number, number, keep=not refused, **refused)
    before = advice_for(store, run)
    assert "slow_down" in [advice.code for advice in before]
    for number in range(100, 119):
        call(store, run, 400.0 + number, number, took=0.1, outcome="rate_limited", status=429)
    assert advice_for(store, run) == before
    call(store, run, 520.0, 119, took=0.1, outcome="rate_limited", status=429)
    assert advice_for(store, run) != before


def test_quality_is_read_by_batch_size(store: Store) -> None:
    """Drafts of packets of four that are rejected, and single ones that are approved, ask for single ones."""
    run = started(store, Tuning(1, 4), drafts=80)
    for number in range(10):
        call(store, run, 100.0 + 2 * number, *range(4 * number, 4 * number + 4), keep=4)
    for number in range(40, 80):
        call(store, run, 200.0 + 2 * number, number, keep=1)
    by_slot = {row.slot: row.id for row in store.drafts.page(DraftFilter(run=run), limit=100)}
    store.reviews.decide([by_slot[slot] for slot in range(40)], "rejected").result()
    store.reviews.decide([by_slot[slot] for slot in range(40, 80)], "approved").result()
    found = [advice for advice in advice_for(store, run) if advice.code == "lower_quality"]
    assert [advice.settings for advice in found] == [{"batch_size": 1}]
