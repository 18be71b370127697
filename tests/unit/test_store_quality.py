"""What the checks found and what was approved, counted from the rows."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from engine.spec import Tuning
from engine.store import AcceptanceRow, CallStart, CheckRow, NewComparison, NewRun, Settlement, Store
from engine.work import Flag, plan
from tests.unit.test_store_kit import answered, kept, planned, prints, spec


@pytest.fixture
def store(database: str) -> Iterator[Store]:
    with Store.open(database) as opened:
        yield opened


def test_flags_and_refusals_are_counted_by_code(store: Store) -> None:
    """Every flag of every draft and every refused item of every call counts once, refusals first."""
    run = planned(store)
    off, note = Flag("length", "12 words"), Flag("answer_visible", "blank 1", "note")
    for slots, flags, refused in (((0, 1), (off,), {"json": 2}), ((2,), (off, note), {"json": 1, "missing": 1})):
        call = store.calls.start(CallStart(run, 0, 1, slots, 1.0)).result()
        drafts = [kept(number, flags=flags) for number in slots]
        store.calls.settle(Settlement(call, "partial", drafts=drafts, refused=refused)).result()
    assert store.drafts.checks(run) == [
        CheckRow("json", "refused", 3),
        CheckRow("missing", "refused", 1),
        CheckRow("length", "flagged", 3),
        CheckRow("answer_visible", "note", 1),
    ]
    assert store.drafts.checks(planned(store, salt="other")) == []
    assert [call.refused for call in store.calls.page(run)] == [{"json": 1, "missing": 1}, {"json": 2}]


def test_acceptance_counts_what_was_decided(store: Store) -> None:
    """Approved and rejected by level, model and batch size; pending drafts are not counted."""
    run = planned(store)
    answered(store, run, 0, 1, 2)
    answered(store, run, 3)
    ids = {draft.slot: draft.id for draft in store.drafts.page()}
    store.reviews.decide([ids[0], ids[1], ids[3]], "approved").result()
    store.reviews.decide([ids[2]], "rejected").result()
    assert store.reviews.acceptance("batch", run_id=run) == [AcceptanceRow("1", 1, 0), AcceptanceRow("3", 2, 1)]
    assert store.reviews.acceptance("kind") == [AcceptanceRow("cloze", 3, 1)]
    assert sum(row.approved + row.rejected for row in store.reviews.acceptance("level")) == 4
    assert store.reviews.acceptance("model", run_id=run) == [AcceptanceRow("", 3, 1)]
    store.reviews.undo(last=4).result()
    assert store.reviews.acceptance("kind") == []


def test_a_comparison_counts_its_own_runs(store: Store) -> None:
    """Acceptance of a comparison is that of its arms, of no other run."""
    made = spec()
    comparison = store.comparisons.create(NewComparison(made, [{"name": "serial"}], 1)).result()
    new = NewRun(made, Tuning(), "fast", comparison_id=comparison, arm="serial", trial=1)
    arm = store.runs.create(new, plan(made), prints(plan(made))).result()
    for run in (arm, planned(store, salt="other")):
        answered(store, run, 0, 1)
        store.reviews.decide([draft.id for draft in store.drafts.page() if draft.run == run], "approved").result()
    assert store.reviews.acceptance("kind", comparison_id=comparison) == [AcceptanceRow("cloze", 2, 0)]
    assert store.reviews.acceptance("kind") == [AcceptanceRow("cloze", 4, 0)]
