"""Who decided: two people of one name, decisions on decided drafts, comments, the list of the last decisions."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from engine.store import DraftFilter, Edit, Reviewer, Settlement, Store
from engine.store.notes import current_note, join_note, split_note
from tests.unit.test_store_kit import downgrade, kept, planned, sent

ANA, NAMESAKE = Reviewer("https://id.example 1", "Ana"), Reviewer("https://id.example 2", "Ana")


@pytest.fixture
def store(database: str) -> Iterator[Store]:
    """A store with drafts 1 to 4."""
    with Store.open(database) as opened:
        call = sent(opened, planned(opened), *range(4))
        opened.calls.settle(Settlement(call, "ok", drafts=[kept(slot) for slot in range(4)])).result()
        yield opened


def test_two_people_of_one_name_do_not_share_an_undo(store: Store) -> None:
    """The last decision is that of the identity; the name is what is shown."""
    store.reviews.decide([1], "approved", ANA).result()
    store.reviews.decide([2], "approved", NAMESAKE).result()
    mine = store.reviews.last_decision(ANA)
    assert mine is not None and mine.draft == 1
    assert [(row.who, row.reviewer) for row in store.reviews.history()] == [("Ana", NAMESAKE.id), ("Ana", ANA.id)]
    assert store.reviews.session(ANA, 0.0).drafts == 1
    assert store.reviews.last_decision("Ana") is None


def test_a_decided_draft_is_decided_again_as_it_was_shown(store: Store) -> None:
    """A rejected draft is approved directly; where it is not rejected any more, nothing is done; undo restores it."""
    store.reviews.decide([1, 2], "rejected", ANA).result()
    assert store.reviews.decide([1], "approved", NAMESAKE, was="pending").result() == []
    assert store.reviews.decide([1, 2], "approved", NAMESAKE, was="rejected").result() == [1, 2]
    assert store.reviews.decide([1], "approved", ANA, was="rejected").result() == []
    last = store.reviews.last_decision(NAMESAKE)
    assert last is not None
    assert store.reviews.undo(batch=last.batch).result() == [1, 2]
    assert [row.review for row in store.drafts.page()] == ["rejected", "rejected", "pending", "pending"]


def test_the_last_decisions_are_listed_newest_first(store: Store) -> None:
    """Decisions, edits and comments of one person that are not undone, one line for those decided together."""
    store.reviews.decide([1, 2], "rejected", ANA, at=10.0).result()
    store.reviews.decide([3], "approved", NAMESAKE).result()
    store.reviews.comment(4, "nice", ANA, at=20.0).result()
    store.reviews.edit(Edit(4, {"passage": "new"}, "New", "new"), ANA, at=30.0).result()
    listed = store.reviews.last_decisions(ANA)
    assert [(one.verdict, one.drafts, one.draft, one.at) for one in listed] == [
        ("edited", 1, 4, 30.0),
        ("noted", 1, 4, 20.0),
        ("rejected", 2, 1, 10.0),
    ]
    for one in listed:
        assert store.reviews.undo(batch=one.batch).result()
    assert (store.reviews.last_decisions(ANA), store.drafts.get(3).review) == ([], "approved")


def test_a_comment_outlives_a_decision(store: Store) -> None:
    """A decision without a note keeps the words of the one before, and ends its reason."""
    store.reviews.comment(1, "nice", ANA).result()
    store.reviews.decide([1], "approved", ANA).result()
    assert store.reviews.notes([1]) == {1: "nice"}
    assert store.drafts.get(1).review == "approved"
    assert not store.reviews.comment(99, "nobody", ANA).result()


@pytest.mark.parametrize(
    ("note", "parts"),
    [
        ("level", ("level", "")),
        ("level: too many idioms", ("level", "too many idioms")),
        ("levels are fine", ("", "levels are fine")),
        ("see: lesson 3", ("", "see: lesson 3")),
        ("", ("", "")),
    ],
)
def test_a_note_is_a_reason_and_words(note: str, parts: tuple[str, str]) -> None:
    """A note is taken apart and put together again without loss."""
    assert split_note(note) == parts
    assert join_note(*parts) == note


def test_the_current_note_follows_the_history() -> None:
    """A comment can clear a note; an edit leaves it; a new verdict ends the reason of the last."""
    assert current_note([("rejected", "level: hard"), ("approved", "")]) == "hard"
    assert current_note([("rejected", "level: hard"), ("edited", "")]) == "level: hard"
    assert current_note([("noted", "hard"), ("noted", "")]) == ""
    assert current_note([("noted", "hard"), ("rejected", "wrong")]) == "wrong"


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_an_older_database_gets_identities(store: Store) -> None:
    """The identity of a decision made before there were identities is its name."""
    store.reviews.decide([1], "approved", "ana@example.com").result()
    store.close()
    downgrade(Path(store.where), "0009")
    with sqlite3.connect(store.where) as connection:
        assert "reviewer" not in {row[1] for row in connection.execute("PRAGMA table_info(review)")}
    with Store.open(store.where) as again:
        last = again.reviews.last_decision("ana@example.com")
        assert last is not None and again.reviews.undo(batch=last.batch).result() == [1]


def test_the_lowest_score_comes_first(store: Store) -> None:
    """In the order of scores drafts follow one another in both directions, those without a score last."""
    scores = "UPDATE draft SET score = CASE id WHEN 2 THEN 4.0 WHEN 3 THEN 1.5 WHEN 4 THEN 4.0 END"
    store.write(lambda conn: conn.exec_driver_sql(scores).rowcount).result()
    every = DraftFilter()
    order = [row.id for row in store.drafts.page(every, order="score")]
    assert order == [3, 2, 4, 1]
    for place, draft in enumerate(order):
        assert store.drafts.beside(every, "score", draft) == order[place + 1 :]
        assert store.drafts.beside(every, "score", draft, back=True) == order[:place][::-1]


def test_a_sample_stays_the_same_while_it_is_decided(store: Store) -> None:
    """A sample is drawn whatever the review state, so that its drafts leave Pending and are not replaced."""
    drawn = [row.id for row in store.drafts.page(DraftFilter(sample=2))]
    assert len(drawn) == 2
    store.reviews.decide([drawn[0]], "approved", ANA).result()
    assert [row.id for row in store.drafts.page(DraftFilter(sample=2))] == drawn
    assert [row.id for row in store.drafts.page(DraftFilter(sample=2, review="pending"))] == drawn[1:]
    counts = store.reviews.counts(DraftFilter(sample=2))
    assert (counts.pending, counts.approved) == (1, 1)
    others = {row.id for row in store.drafts.page(DraftFilter())} - set(drawn)
    assert not any(store.drafts.count(DraftFilter(sample=2, ids=[one])) for one in others)
