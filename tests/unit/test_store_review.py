"""Drafts found, decided on and given back: only what is pending is decided, and undo is exact."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from engine.errors import StoreError
from engine.store import DraftFilter, Edit, ReviewCounts, Settlement, Store
from engine.work import Flag
from tests.unit.test_store_kit import CONTENT, answered, kept, planned, sent


@pytest.fixture
def store(database: str) -> Iterator[Store]:
    """A store with one run of 8 slots, 4 of them drafted: drafts 1 to 4."""
    with Store.open(database) as opened:
        answered(opened, planned(opened), 0, 1, 2, 3)
        yield opened


def test_only_pending_drafts_are_decided(store: Store) -> None:
    """A second decision, and one on a slot without a draft, changes nothing and says so."""
    assert store.reviews.decide([1, 2, 8, 99], "approved", "ana").result() == [1, 2]
    assert store.reviews.decide([2, 3], "rejected", "bo").result() == [3]
    assert store.reviews.counts() == ReviewCounts(pending=1, approved=2, rejected=1)
    assert [(r.draft, r.verdict, r.who) for r in store.reviews.history(draft_id=2)] == [(2, "approved", "ana")]


def test_undo_restores_exactly(store: Store) -> None:
    """After undo, drafts are in every column what they were before."""
    before = store.drafts.page()
    store.reviews.decide([1, 2], "approved").result()
    store.reviews.edit(Edit(1, {"passage": "new"}, "New", "new", (Flag("length"),))).result()
    store.reviews.decide([3], "rejected").result()
    assert store.reviews.undo(last=4).result() == [1, 2, 3]
    assert store.drafts.page() == before


def test_undo_takes_back_the_newest_of_a_draft(store: Store) -> None:
    """Undoing a draft's newest step gives the step before; a step that another depends on is left."""
    store.reviews.decide([1], "approved").result()
    store.reviews.edit(Edit(1, {"passage": "new"}, "New", "new")).result()
    assert store.reviews.undo([1]).result() == []
    assert store.reviews.undo(drafts=[1]).result() == [1]
    assert (store.drafts.get(1).content, store.drafts.get(1).review) == (CONTENT, "approved")
    assert store.reviews.undo([1]).result() == [1]
    assert store.reviews.undo([1]).result() == []


def test_an_undone_draft_can_be_decided_again(store: Store) -> None:
    """Undo makes a draft pending; who decided what stays on record."""
    store.reviews.decide([1], "approved").result()
    store.reviews.undo(last=1).result()
    assert store.reviews.decide([1], "rejected").result() == [1]
    assert [(r.verdict, r.undone_at is None) for r in store.reviews.history(1)] == [
        ("rejected", True),
        ("approved", False),
    ]


def test_an_edit_changes_what_is_found(store: Store) -> None:
    """An edited draft is found by its new words and flags, not by its old ones."""
    store.reviews.edit(Edit(1, {"passage": "Snow fell."}, "Snow", "Snow fell.", (Flag("length"),))).result()
    assert [row.id for row in store.drafts.page(DraftFilter(text="snow"))] == [1]
    assert [row.id for row in store.drafts.page(DraftFilter(text="bus"))] == [2, 3, 4]
    assert [row.id for row in store.drafts.page(DraftFilter(flagged=True))] == [1]
    assert isinstance(store.reviews.edit(Edit(8, {}, "", "")).exception(), StoreError)


@pytest.mark.parametrize(
    ("chosen", "count"),
    [
        (DraftFilter(), 4),
        (DraftFilter(state=None), 8),
        (DraftFilter(state="planned"), 4),
        (DraftFilter(topic="tea"), 2),
        (DraftFilter(level=2, topic="rain"), 1),
        (DraftFilter(kind="shadowing"), 0),
        (DraftFilter(lang="en", ids=[1, 2, 7]), 2),
        (DraftFilter(text="LATE  bus"), 4),
        (DraftFilter(text="bu%late"), 0),
        (DraftFilter(text="x' OR '1'='1"), 0),
        (DraftFilter(topic="tea'; DROP TABLE draft; --"), 0),
    ],
)
def test_a_filter_finds_what_it_says(store: Store, chosen: DraftFilter, count: int) -> None:
    """Pages, counts and exports agree on a filter, and SQL in it is text."""
    assert (
        len(store.drafts.page(chosen)) == store.drafts.count(chosen) == len(list(store.drafts.each(chosen, 3))) == count
    )


def test_case_and_width_do_not_matter(store: Store) -> None:
    """A text is found whatever its case and width, in any script."""
    call = sent(store, 1, 4)
    store.calls.settle(Settlement(call, "ok", drafts=[kept(4, search="ＴＯＫＹＯ Straße ｶﾌｪ")])).result()
    for text in ("tokyo", "ＴＯＫＹＯ", "STRASSE", "カフェ"):
        assert [row.slot for row in store.drafts.page(DraftFilter(text=text))] == [4]


def test_pages_do_not_overlap(store: Store) -> None:
    """Pages one after the other hold every draft once, in order."""
    assert [row.id for page in range(3) for row in store.drafts.page(limit=2, offset=2 * page)] == [1, 2, 3, 4]
    assert [row.id for row in store.drafts.page(order="newest")] == [4, 3, 2, 1]


def test_what_needs_a_look_comes_first(store: Store) -> None:
    """Flagged drafts come first, then the oldest; a note is no flag."""
    drafts = [kept(4, flags=(Flag("short", severity="note"),)), kept(5, flags=(Flag("length"),))]
    store.calls.settle(Settlement(sent(store, 1, 4, 5), "ok", drafts=drafts)).result()
    assert [row.slot for row in store.drafts.page(order="flagged")] == [5, 0, 1, 2, 3, 4]
    assert store.reviews.counts().flagged == store.runs.totals(1).flagged == 1


def test_cells_tell_what_is_missing(store: Store) -> None:
    """Each topic at each level says what it wants, has and has lost."""
    store.drafts.fail(1, {4: "barren"}).result()
    cells = {(cell.topic, cell.level): (cell.wanted, cell.drafted, cell.failed) for cell in store.drafts.cells(1)}
    assert cells == {("rain", 1): (2, 1, 0), ("rain", 2): (2, 1, 0), ("tea", 1): (2, 1, 1), ("tea", 2): (2, 1, 0)}


def test_too_many_ids_are_refused(store: Store) -> None:
    """A filter by more than 10,000 ids is refused with the bound."""
    with pytest.raises(StoreError, match="10,000"):
        store.drafts.count(DraftFilter(ids=range(10_001)))


def test_many_are_decided_at_once(store: Store) -> None:
    """A decision on more drafts than one statement takes is one decision."""
    assert store.reviews.decide(range(1, 3000), "approved").result() == [1, 2, 3, 4]


def test_a_profile_is_kept_and_forgotten(store: Store) -> None:
    """What a person edited of a profile is there until it is taken back."""
    store.profiles.set("deepseek", {"rpm": 30}).result()
    store.profiles.set("deepseek", {"rpm": 60}).result()
    assert store.profiles.all() == {"deepseek": {"rpm": 60}}
    store.profiles.set("deepseek", None).result()
    assert store.profiles.all() == {}
