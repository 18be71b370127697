"""Asking again for what was rejected, and editing what is kept."""

from __future__ import annotations

import pytest

from engine import DraftFilter, SpecError, StoreError, edit_draft
from engine.store import NewRun
from tests.integration.conftest import Bench


def test_only_the_rejected_slots_are_asked_for_again(bench: Bench) -> None:
    """A refill is a run of exactly the rejected slots; nothing of the first run changes, no text comes back."""
    first = bench.run(bench.job())
    drafts = bench.store.drafts.page(limit=100)
    rejected = [drafts[number] for number in (0, 4, 5, 39)]
    bench.store.reviews.decide([row.id for row in rejected], "rejected").result()
    before = bench.store.drafts.page(DraftFilter(run=first.id), limit=100)
    again = bench.runner.join(bench.runner.refill(first.id), 0.02)
    made = bench.store.drafts.page(DraftFilter(run=again.id))
    assert (again.state, again.planned, again.parent_run, again.note) == ("done", 4, first.id, "refill of run 1")
    assert [(row.topic, row.level, row.refills) for row in made] == [(r.topic, r.level, r.id) for r in rejected]
    assert {row.source for row in made} == {"call"}
    assert bench.store.drafts.page(DraftFilter(run=first.id), limit=100) == before
    assert not {str(row.content) for row in made} & {str(row.content) for row in before}
    assert not {row.fingerprint for row in made} & {row.fingerprint for row in before}


def test_a_rejected_draft_is_asked_for_again_once(bench: Bench) -> None:
    """A second press finds nothing left; a draft rejected later is asked for alone, and so is a rejected refill."""
    first = bench.run(bench.job(per_combo=2))
    ids = [row.id for row in bench.store.drafts.page(DraftFilter(run=first.id))]
    with pytest.raises(StoreError, match="no rejected draft"):
        bench.runner.refill(first.id)
    bench.store.reviews.decide(ids[:2], "rejected").result()
    assert bench.store.drafts.refillable() == {first.id: 2}
    again = bench.runner.join(bench.runner.refill(first.id, DraftFilter(ids=ids[:1])), 0.02)
    assert bench.store.drafts.refillable() == {first.id: 1}
    bench.runner.join(bench.runner.refill(first.id), 0.02)
    with pytest.raises(StoreError, match="no rejected draft"):
        bench.runner.refill(first.id)
    (refill,) = bench.store.drafts.page(DraftFilter(run=again.id))
    bench.store.reviews.decide([refill.id], "rejected").result()
    third = bench.runner.join(bench.runner.refill(again.id), 0.02)
    assert (third.state, third.totals.drafted) == ("done", 1)


def test_two_processes_do_not_refill_the_same_draft(bench: Bench) -> None:
    """What another process asked for between the look and the plan is refused, and no run is left behind."""
    first = bench.run(bench.job(per_combo=1))
    (draft, *_rest) = bench.store.drafts.page(DraftFilter(run=first.id))
    bench.store.reviews.decide([draft.id], "rejected").result()
    (slot,) = bench.store.drafts.rejected_slots(DraftFilter()).values()
    again = bench.runner.refill(first.id)
    row = bench.store.runs.get(first.id)
    late = bench.store.runs.create(NewRun(bench.job().spec, bench.job().tuning, row.model), [slot], ["x"], None, {0: 1})
    assert isinstance(late.exception(), StoreError)
    assert [run.id for run in bench.store.runs.page(10)] == [again, first.id]


def test_an_edit_passes_the_checks_of_its_kind(bench: Bench) -> None:
    """A good edit is stored with fresh flags and found by its words; a bad one is refused with the reason."""
    first = bench.run(bench.job(per_combo=1))
    (row, *_rest) = bench.store.drafts.page(DraftFilter(run=first.id))
    edit_draft(bench.store, row, {**row.content, "title": "Heliotrope"}, "ana")
    edited = bench.store.drafts.get(row.id)
    assert (edited.title, edited.review) == ("Heliotrope", "pending")
    assert [found.id for found in bench.store.drafts.page(DraftFilter(text="heliotrope"))] == [row.id]
    for content, why in (
        ({**row.content, "passage": "{{1}} only"}, "placeholders"),
        ({**row.content, "blanks": []}, "placeholders"),
        (edited.content, "nothing was changed"),
    ):
        with pytest.raises(SpecError, match=why):
            edit_draft(bench.store, edited, content)
    with pytest.raises(StoreError, match="somebody else"):
        edit_draft(bench.store, row, {**row.content, "title": "Late"})
    assert bench.store.drafts.get(row.id) == edited
