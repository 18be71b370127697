"""Drafts that two people decide: blind until both have decided, then one state or a third look."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from engine.reports.agreement import Agreement, agreement, krippendorff_alpha
from engine.store import DraftFilter, QualityFilter, Reviewer, Store
from engine.store.quality_rows import VotesRow
from tests.unit.test_store_kit import answered, planned, spec

ANN, BOB, EVE = (Reviewer(name.lower(), name) for name in ("Ann", "Bob", "Eve"))
ALL = DraftFilter()


@pytest.fixture
def store(database: str) -> Iterator[Store]:
    with Store.open(database) as opened:
        yield opened


@pytest.fixture
def drafts(store: Store) -> list[int]:
    """Eight pending drafts, each for two people."""
    run = planned(store)
    answered(store, run, *range(8))
    assert store.overlaps.add(ALL, 100).result() == 8
    return store.drafts.ids(ALL)


def state(store: Store, draft: int) -> str:
    return store.drafts.get(draft).review


def pending(store: Store, who: Reviewer) -> set[int]:
    return set(store.drafts.ids(DraftFilter(review="pending", viewer=who.id)))


def test_the_first_decision_is_nobodys_business(store: Store, drafts: list[int]) -> None:
    """Until both have decided the draft is pending for all others, and its history and note are the person's own."""
    one = drafts[0]
    assert store.reviews.decide([one], "rejected", ANN, "level").result() == [one]
    assert state(store, one) == "pending"
    assert (one in pending(store, ANN), one in pending(store, BOB)) == (False, True)
    assert store.reviews.counts(DraftFilter(viewer=ANN.id)).pending == 7
    assert store.reviews.histories([one], viewer=BOB.id) == store.reviews.notes([one]) == {}
    assert store.reviews.history(one) == []
    assert store.reviews.notes([one], viewer=ANN.id) == {one: "level"}
    store.reviews.comment(one, "too hard", ANN).result()
    assert store.reviews.notes([one], viewer=BOB.id) == {}


def test_no_figure_tells_the_first_decision(store: Store, drafts: list[int]) -> None:
    """The tables of reviewers, of reasons and of a comparison's arms count it when both have decided."""
    one = drafts[0]
    run = store.drafts.get(one).run

    def told() -> tuple[list[tuple[str, int, int]], dict[str, int], list[int]]:
        people = [(row.reviewer, row.approved, row.rejected) for row in store.quality.reviewers(QualityFilter())]
        reasons = store.quality.reasons(QualityFilter())
        return people, reasons, [row.approved for row in store.arms.review_times([run], 60.0)]

    store.reviews.decide([one], "approved", ANN).result()
    assert told() == ([("ann", 0, 0)], {}, [0])
    store.reviews.decide([one], "approved", BOB).result()
    assert told() == ([("ann", 1, 0), ("bob", 1, 0)], {}, [2])


def test_two_equal_decisions_are_the_state(store: Store, drafts: list[int]) -> None:
    """Then everybody sees both."""
    one = drafts[0]
    for who in (ANN, BOB):
        store.reviews.decide([one], "approved", who).result()
    assert state(store, one) == "approved"
    assert [row.who for row in store.reviews.histories([one])[one]] == ["Ann", "Bob"]
    assert not store.drafts.count(DraftFilter(overlap="disagreed"))


def test_two_different_decisions_get_a_third_look(store: Store, drafts: list[int]) -> None:
    """The draft stays pending for all, is listed, and the next decision is its state; undone, it is listed again."""
    one = drafts[0]
    store.reviews.decide([one], "approved", ANN).result()
    store.reviews.decide([one], "rejected", BOB).result()
    listed = DraftFilter(overlap="disagreed", viewer=ANN.id)
    assert (state(store, one), store.drafts.ids(listed)) == ("pending", [one])
    assert one in pending(store, ANN) & pending(store, BOB) & pending(store, EVE)
    store.reviews.decide([one], "rejected", EVE).result()
    assert (state(store, one), store.drafts.ids(listed)) == ("rejected", [])
    store.reviews.undo(drafts=[one]).result()
    assert (state(store, one), store.drafts.ids(listed)) == ("pending", [one])


def test_one_person_has_one_vote(store: Store, drafts: list[int]) -> None:
    """Deciding again replaces the vote; it never makes two of one."""
    one = drafts[0]
    for verdict in ("approved", "rejected"):
        store.reviews.decide([one], verdict, ANN).result()
    assert state(store, one) == "pending"
    store.reviews.decide([one], "rejected", BOB).result()
    assert state(store, one) == "rejected"


def test_a_vote_is_undone(store: Store, drafts: list[int]) -> None:
    """Before the other has decided, and after: the draft waits again."""
    one = drafts[0]
    store.reviews.decide([one], "approved", ANN).result()
    last = store.reviews.last_decision(ANN)
    assert last is not None
    assert store.reviews.undo(batch=last.batch).result() == [one]
    assert one in pending(store, ANN)
    for who in (ANN, BOB):
        store.reviews.decide([one], "approved", who).result()
    store.reviews.undo(drafts=[one]).result()
    assert (state(store, one), one in pending(store, ANN), one in pending(store, BOB)) == ("pending", False, True)


def test_decisions_on_many_are_votes_and_decisions(store: Store, drafts: list[int]) -> None:
    """A bulk decision votes where two decide and decides the rest; one undo takes all of it back."""
    run = planned(store, spec(("sun",)), salt="b")
    answered(store, run, 0, 1)
    ids = store.drafts.ids(ALL)
    store.reviews.decide(drafts[:4], "approved", BOB).result()
    assert store.reviews.decide(ids, "approved", ANN).result() == ids
    assert store.reviews.counts(ALL).approved == 4 + 2
    last = store.reviews.last_decision(ANN)
    assert last is not None
    assert store.reviews.undo(batch=last.batch).result() == ids
    assert (store.reviews.counts(ALL).pending, pending(store, BOB) & set(drafts)) == (10, set(drafts[4:]))


def test_an_overlap_is_in_two_parts_and_the_rest_in_one(store: Store) -> None:
    """Of three parts each draft is in one, and each draft of the overlap in the part before as well."""
    run = planned(store, spec(tuple(f"topic {n}" for n in range(50))))
    answered(store, run, *range(200))
    added = store.overlaps.add(ALL, 20).result()
    assert 20 <= added <= 60
    assert store.overlaps.add(ALL, 20).result() == 0
    waiting = set(store.drafts.ids(DraftFilter(overlap="waiting")))
    parts = [set(store.drafts.ids(DraftFilter(share=(part, 3)))) for part in (1, 2, 3)]
    times = {draft: sum(draft in part for part in parts) for draft in store.drafts.ids(ALL)}
    assert {draft for draft, count in times.items() if count == 2} == waiting
    assert set(times.values()) == {1, 2} and len(waiting) == added


def test_what_waits_can_be_ended(store: Store, drafts: list[int]) -> None:
    """The first decision counts, what nobody decided is pending and decided by one."""
    store.reviews.decide(drafts[:2], "rejected", ANN).result()
    assert store.overlaps.end(ALL).result() == 8
    assert (state(store, drafts[0]), state(store, drafts[2])) == ("rejected", "pending")
    store.reviews.decide([drafts[2]], "approved", BOB).result()
    assert state(store, drafts[2]) == "approved"


def test_votes_are_counted_by_draft(store: Store, drafts: list[int]) -> None:
    """Only drafts with two votes; a third look is no vote."""
    store.reviews.decide(drafts[:3], "approved", ANN).result()
    store.reviews.decide(drafts[:1], "rejected", BOB).result()
    store.reviews.decide(drafts[1:2], "approved", BOB).result()
    store.reviews.decide(drafts[:1], "approved", EVE).result()
    assert store.quality.votes(QualityFilter()) == [VotesRow(1, 1, 1), VotesRow(2, 0, 1)]
    assert store.quality.votes(QualityFilter(kind="shadowing")) == []


def test_a_deleted_run_leaves_no_overlap(store: Store, drafts: list[int]) -> None:
    """The rows go with the drafts."""
    run = store.drafts.get(drafts[0]).run
    store.runs.end(run, "cancelled").result()
    store.run_list.delete(run).result()
    statement = "SELECT count(*) FROM overlap"
    assert store.write(lambda conn: conn.exec_driver_sql(statement).scalar()).result() == 0


def units(*observers: str) -> list[tuple[int, ...]]:
    """Counts of the categories by unit; a dot is a missing value."""
    categories = sorted(set("".join(observers)) - {"."})
    return [tuple(map(column.count, categories)) for column in zip(*observers, strict=True)]


def test_alpha_is_that_of_the_published_examples() -> None:
    """Krippendorff (2011), nominal: 4 observers, 12 units, missing values; and 2 observers with 10 binary units."""
    four = units("123321412...", "1233224125.3", ".3332342251.", "12332441251.")
    assert krippendorff_alpha(four) == pytest.approx(0.743, abs=0.0005)
    assert krippendorff_alpha(units("0100000010", "1110010000")) == pytest.approx(0.095, abs=0.0005)


def test_alpha_has_no_value_without_variation() -> None:
    """Full agreement is 1, the opposite below 0; where all values are one, or none has a pair, there is no figure."""
    assert krippendorff_alpha([(2, 0), (0, 2), (3, 0)]) == 1.0
    assert (krippendorff_alpha([(1, 1), (1, 1)]) or 0.0) < 0
    assert (
        krippendorff_alpha([(2, 0), (3, 0)]) is krippendorff_alpha([(1, 0), (0, 1)]) is krippendorff_alpha([]) is None
    )


def test_agreement_needs_ten_drafts() -> None:
    """Under ten drafts there is no figure, only their number."""
    assert agreement([VotesRow(2, 0, 5), VotesRow(1, 1, 4)], 3) == Agreement(9, None, None, 3)
    found = agreement([VotesRow(2, 0, 6), VotesRow(0, 2, 2), VotesRow(1, 1, 2)], 1)
    assert (found.drafts, found.same, found.disagreed) == (10, 0.8, 1)
    assert found.alpha == pytest.approx(1 - 19 * 4 / (400 - 14**2 - 6**2))
