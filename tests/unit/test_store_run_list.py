"""The table of runs: filters, order, labels, archive, and deleting without losing what was spent."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from engine.errors import StoreError, UnknownRun
from engine.spec import RunSpec, Tuning
from engine.store import CallStart, Deletion, Kept, NewComparison, NewRun, RunFilter, Settlement, Store
from engine.work import Draft, Slot, plan


@pytest.fixture
def store(database: str) -> Iterator[Store]:
    with Store.open(database) as made:
        yield made


def add(
    store: Store,
    topic: str,
    made: int = 1,
    parent: int | None = None,
    per_combo: int = 2,
    comparison: int | None = None,
) -> int:
    """An ended run with `made` drafts of one call that cost $0.5."""
    spec = RunSpec("cloze", "en", (2,), (topic,), per_combo=per_combo)
    slots = plan(spec)
    new = NewRun(spec, Tuning(), "practice-fast", parent_run=parent, comparison_id=comparison)
    run = store.runs.create(new, slots, [f"{topic}{slot.number}" for slot in slots]).result()
    fence = store.runs.claim(run, "me", 1.0).result()
    store.runs.start(run, fence=fence).result()
    call = store.calls.start(CallStart(run, 0, 1, tuple(range(made)), 1.0)).result()
    assert isinstance(call, int)
    drafts = tuple(Kept(Draft(slots[at], {"title": "t"}), "t", "t") for at in range(made))
    store.calls.settle(Settlement(call, "ok", ended_at=2.0, cost_usd=0.5, drafts=drafts), fence).result()
    store.runs.end(run, "incomplete" if made < per_combo else "done").result()
    return run


def ids(store: Store, chosen: RunFilter, **how: object) -> list[int]:
    return [row.id for row in store.run_list.page(chosen, 50, **how)]  # type: ignore[arg-type]  # an order


def test_runs_are_found_by_what_they_say(store: Store) -> None:
    """Every word must be in a topic, the model, a tag or the note; a number finds its run."""
    campus, travel = add(store, "Campus"), add(store, "旅行 100%")
    store.run_list.describe(campus, [" spring ", "spring", ""], "for Anna").result()
    assert ids(store, RunFilter("campus practice")) == ids(store, RunFilter("SPRING anna")) == [campus]
    assert ids(store, RunFilter("旅行 0%")) == [travel]
    assert campus in ids(store, RunFilter(str(campus)))
    assert store.runs.get(campus).tags == ["spring"]


def test_the_newest_run_of_a_comparison_stands_for_it(store: Store) -> None:
    """A comparison is one row, with the filters and the count of its newest run; unfolded it is all of its runs."""
    spec = RunSpec("cloze", "en", (2,), ("Compared",))
    comparison = store.comparisons.create(NewComparison(spec, [], 1)).result()
    alone = add(store, "Campus")
    old, new = (add(store, "Compared", made=made, comparison=comparison) for made in (2, 1))
    assert ids(store, RunFilter()) == [new, alone]
    assert ids(store, RunFilter("compared")) == [new]
    assert store.run_list.counts(RunFilter()) == {"incomplete": 2}
    assert ids(store, RunFilter(folded=False)) == [new, old, alone]


def test_runs_made_from_a_run_are_folded_under_it(store: Store) -> None:
    """Regenerations are under their parent, and by themselves only when they are asked for."""
    parent = add(store, "Campus")
    child = add(store, "Campus again", parent=parent)
    assert ids(store, RunFilter()) == [parent]
    assert ids(store, RunFilter(folded=False)) == [child, parent]
    assert store.run_list.parts([parent, child]) == {parent: [child]}


def test_counts_and_pages_agree(store: Store) -> None:
    """The counts by state are those of the rows that the filter gives."""
    add(store, "a", 2), add(store, "b"), store.run_list.archive(add(store, "c")).result()
    assert store.run_list.counts(RunFilter()) == {"done": 1, "incomplete": 1}
    assert store.run_list.counts(RunFilter(archived=True)) == {"incomplete": 1}
    assert len(ids(store, RunFilter(states=("done",)))) == 1


def test_runs_are_sorted(store: Store) -> None:
    """By size, by what is left to review, by age."""
    small, large = add(store, "small", 1, per_combo=1), add(store, "large", 2, per_combo=3)
    store.reviews.decide([row.id for row in store.drafts.page()[:2] if row.run == large], "approved").result()
    assert ids(store, RunFilter(), order="oldest") == [small, large]
    assert ids(store, RunFilter(), order="largest") == [large, small]
    assert ids(store, RunFilter(), order="least_reviewed") == [small, large]


def test_deleting_keeps_what_was_spent(store: Store) -> None:
    """Drafts and replies go, the calls and their cost stay; the run is in no list any more."""
    run = add(store, "Campus", 2)
    assert store.run_list.deletion(run) == Deletion(2, 2, 0, 0)
    store.run_list.delete(run).result()
    row = store.runs.get(run)
    assert (row.totals.drafted, row.totals.cost_usd, row.deleted_at is not None) == (0, 0.5, True)
    assert (ids(store, RunFilter()), store.runs.page(), store.runs.count()) == ([], [], 0)
    assert store.calls.spent_since("practice", 0.0) == 0.5


def test_approved_drafts_are_never_deleted_silently(store: Store) -> None:
    """A run with an approved draft is deleted only when that is confirmed."""
    run = add(store, "Campus", 2)
    store.reviews.decide([store.drafts.page()[0].id], "approved").result()
    with pytest.raises(StoreError) as refused:
        store.run_list.delete(run).result()
    assert refused.value.message.code == "run_has_approved"
    store.run_list.delete(run, approved=True).result()
    assert store.runs.get(run).totals.approved == 0


def test_an_open_or_unknown_run_is_not_deleted(store: Store) -> None:
    """A run at work keeps its drafts; a run that is not there is reported."""
    spec = RunSpec("cloze", "en", (2,), ("a",))
    run = store.runs.create(NewRun(spec, Tuning(), "m"), [Slot(0, "a", 2, 0)], ["x"]).result()
    with pytest.raises(StoreError, match="open"):
        store.run_list.delete(run).result()
    with pytest.raises(UnknownRun):
        store.run_list.delete(999).result()
    with pytest.raises(UnknownRun):
        store.run_list.archive(999).result()
