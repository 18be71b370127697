"""Blind pairs: who gets which, what is kept, and what the answers say."""

from __future__ import annotations

import itertools
import random
from collections import Counter
from collections.abc import Iterator

import pytest

from dashboard.charts.page import to_html
from engine.compare import Share, pair_results, paired, pairs_sentence
from engine.compare.pairs import draw, strengths
from engine.errors import SpecError, StoreError
from engine.store import MadeDraft, PairRow, Reviewer, Store
from engine.store.pairs import HELD_S
from tests.unit.test_compare_report import CONCURRENT, SERIAL, Rows

ANN, BEN = Reviewer("ann", "Ann"), Reviewer("ben", "Ben")


@pytest.fixture
def store(database: str) -> Iterator[Store]:
    with Store.open(database) as opened:
        yield opened


@pytest.fixture
def rows(store: Store) -> Rows:
    made = Rows(store, SERIAL, CONCURRENT)
    for trial in (1, 2):
        made.done(SERIAL, trial)
        made.done(CONCURRENT, trial)
    return made


def started(rows: Rows, count: int = 10, overlap: int = 1) -> int:
    runs = rows.store.runs.page(9, comparison_id=rows.id)
    pairs = paired(rows.store, runs, count, overlap, seed=1)
    return rows.store.pairs.start(rows.id, pairs, overlap).result()


def test_pairs_are_of_one_slot_and_one_trial(rows: Rows) -> None:
    """Two drafts of a pair were made for the same slot in the same trial by two arms; no pair comes twice."""
    made = rows.store.pairs.all(started(rows, 100))
    drafts = {draft.id: draft for draft in rows.store.drafts.page(limit=99)}
    trials = {row.id: row.trial for row in rows.store.runs.page(9, comparison_id=rows.id)}
    assert len(made) == 16 == len({frozenset((one.left_draft, one.right_draft)) for one in made})
    for one in made:
        left, right = drafts[one.left_draft], drafts[one.right_draft]
        assert (left.slot, trials[left.run]) == (right.slot, trials[right.run])
        assert {one.left_arm, one.right_arm} == {"serial", "concurrent"}


def test_sides_are_random_and_kept() -> None:
    """Each arm is about as often on the left as on the right, every two arms have as many pairs, and a seed decides."""
    drafts = [MadeDraft(run, slot, "pending", False, (), None, 3, 1, 100 * run + slot)
              for run in (1, 2, 3) for slot in range(100)]  # fmt: skip
    places = {run: (f"arm {run}", 1) for run in (1, 2, 3)}
    made = draw(drafts, places, 150, 1, random.Random(5))
    assert made == draw(drafts, places, 150, 1, random.Random(5))
    assert set(Counter(frozenset((one.left_arm, one.right_arm)) for one in made).values()) == {50}
    assert all(35 < count < 65 for count in Counter(one.left_arm for one in made).values())


def test_two_reviewers_never_get_the_same_pair(rows: Rows) -> None:
    """What one has, the other does not get; together they get every pair once."""
    pairing = started(rows, 10)
    seen: dict[str, set[int]] = {"ann": set(), "ben": set()}
    for _ in range(10):
        for who in (ANN, BEN):
            for one in rows.store.pairs.give(pairing, who, 2).result()[:1]:
                seen[who.id].add(one.id)
                rows.store.pairs.answer(one.id, who, "left").result()
    assert not seen["ann"] & seen["ben"]
    assert len(seen["ann"] | seen["ben"]) == 10


def test_overlap_shows_a_pair_to_others_never_twice_to_one(rows: Rows) -> None:
    """With an overlap of two, both reviewers read all ten pairs, and each reads none twice."""
    pairing = started(rows, 10, overlap=2)
    for who in (ANN, BEN):
        mine = rows.store.pairs.give(pairing, who, 99).result()
        assert len(mine) == 10 == len({frozenset((one.left_draft, one.right_draft)) for one in mine})
    assert {one.reviewer for one in rows.store.pairs.all(pairing)} == {"ann", "ben"}


def test_a_reload_loses_nothing(rows: Rows) -> None:
    """The same pairs are given again, in the same order and with the same sides, until they are answered."""
    pairing = started(rows)
    before = rows.store.pairs.give(pairing, ANN, 3).result()
    assert rows.store.pairs.give(pairing, ANN, 3).result() == before
    assert rows.store.pairs.answer(before[0].id, ANN, "both").result()
    assert rows.store.pairs.give(pairing, ANN, 3).result()[:2] == before[1:]


def test_what_a_reviewer_left_behind_is_given_to_others(rows: Rows) -> None:
    """After half an hour without a look the next reviewer gets the pair, and the first can no longer answer it."""
    pairing = started(rows, 4)
    left = {one.id for one in rows.store.pairs.give(pairing, ANN, 4, at=1000.0).result()}
    assert rows.store.pairs.give(pairing, BEN, 4, at=1000.0 + HELD_S - 1).result() == []
    assert {one.id for one in rows.store.pairs.give(pairing, BEN, 4, at=1000.0 + HELD_S).result()} == left
    assert not rows.store.pairs.answer(min(left), ANN, "left").result()
    assert rows.store.pairs.answer(min(left), BEN, "right").result()


def test_who_goes_on_keeps_the_pairs(rows: Rows) -> None:
    """Every look at the page holds the pairs for another half hour; an answered pair is never given again."""
    pairing = started(rows, 4)
    first = rows.store.pairs.give(pairing, ANN, 4, at=1000.0).result()[0]
    rows.store.pairs.answer(first.id, ANN, "left", at=1001.0).result()
    assert len(rows.store.pairs.give(pairing, ANN, 3, at=1000.0 + HELD_S - 1).result()) == 3
    assert rows.store.pairs.give(pairing, BEN, 4, at=1000.0 + HELD_S).result() == []


def test_an_answer_counts_once_and_for_its_reviewer_only(rows: Rows) -> None:
    """A second answer, another's answer and an unknown word change nothing."""
    pairing = started(rows)
    one = rows.store.pairs.give(pairing, ANN, 1).result()[0]
    assert not rows.store.pairs.answer(one.id, BEN, "left").result()
    assert rows.store.pairs.answer(one.id, ANN, "left").result()
    assert not rows.store.pairs.answer(one.id, ANN, "right").result()
    with pytest.raises(StoreError):
        rows.store.pairs.answer(one.id, ANN, "maybe")  # type: ignore[arg-type]


def test_undo_brings_the_last_pair_back(rows: Rows) -> None:
    """One's own last answer is taken back and is the next pair again; without one nothing happens."""
    pairing = started(rows)
    assert rows.store.pairs.undo(pairing, ANN).result() is None
    one, other = rows.store.pairs.give(pairing, ANN, 2).result()
    rows.store.pairs.answer(one.id, ANN, "left", at=1.0).result()
    rows.store.pairs.answer(other.id, ANN, "left", at=2.0).result()
    assert rows.store.pairs.undo(pairing, BEN).result() is None
    assert rows.store.pairs.undo(pairing, ANN).result() == other.id
    assert rows.store.pairs.give(pairing, ANN, 2).result()[0].id == other.id


def test_after_the_end_nothing_is_answered(rows: Rows) -> None:
    """Once the arms are shown, no pair is given, answered or undone; a new pairing is another one."""
    pairing = started(rows)
    one = rows.store.pairs.give(pairing, ANN, 1).result()[0]
    assert started(rows) == pairing
    rows.store.pairs.end(pairing).result()
    assert rows.store.pairs.give(pairing, ANN, 1).result() == []
    assert not rows.store.pairs.answer(one.id, ANN, "left").result()
    assert rows.store.pairs.undo(pairing, ANN).result() is None
    assert started(rows) != pairing


def test_the_report_has_the_result_once_the_arms_are_shown(rows: Rows) -> None:
    """The HTML says nothing of the pairs while they are blind, and has their chart and sentence after the end."""
    pairing = started(rows)
    for one in rows.store.pairs.give(pairing, ANN, 10).result():
        chosen = "left" if one.left_arm == "serial" else "right"
        rows.store.pairs.answer(one.id, ANN, chosen).result()  # type: ignore[arg-type]
    assert "Which drafts are preferred?" not in to_html(rows.report(), store=rows.store)
    rows.store.pairs.end(pairing).result()
    made = to_html(rows.report(), store=rows.store)
    assert "Which drafts are preferred?" in made and "serial is preferred: it won 10 of 10 pairs" in made


def test_a_pair_whose_draft_is_gone_is_left_out(rows: Rows) -> None:
    """Drafts that were deleted are not asked about."""
    pairing = started(rows, 16)
    run = min(row.id for row in rows.store.runs.page(9, comparison_id=rows.id))
    rows.store.run_list.delete(run).result()
    assert len(rows.store.pairs.all(pairing)) == 8
    assert len(rows.store.pairs.give(pairing, ANN, 99).result()) == 8


def answered(*choices: str, arms: tuple[str, str] = ("A", "B"), reviewer: str = "ann", first: int = 0) -> list[PairRow]:
    facts = {
        "pairing": 1,
        "repeat": 0,
        "given_at": None,
        "left_arm": arms[0],
        "right_arm": arms[1],
        "reviewer": reviewer,
    }
    return [
        PairRow(id=n, place=n, left_draft=2 * n, right_draft=2 * n + 1, choice=choice, answered_at=1.0, **facts)
        for n, choice in enumerate(choices, first)
    ]


def test_the_win_share_counts_pairs_with_a_winner() -> None:
    """Ties are beside it; the people who answered are counted."""
    found = pair_results([*answered(*["left"] * 12, *["right"] * 4, "both", "neither", ""), *answered("left", first=50,
                         reviewer="ben")])  # fmt: skip
    best, other = found.arms
    assert (best.name, best.won, best.both, best.neither) == ("A", Share(13, 17), 1, 1)
    assert (other.won, found.answered, found.pairs, found.reviewers) == (Share(4, 17), 19, 20, {"ann": 18, "ben": 1})
    assert str(pairs_sentence(found)).startswith("A is preferred: it won 13 of 17")
    assert pairs_sentence(pair_results(answered(*["left"] * 9))).code == "found.pairs_few"
    assert pairs_sentence(pair_results(answered(*["left", "right"] * 9))).code == "found.pairs_unproved"


@pytest.mark.parametrize(("arms", "pairs", "readers"), [(2, 60, 1), (2, 60, 3), (3, 90, 1), (5, 200, 1)])
def test_of_equal_arms_none_is_called_preferred(arms: int, pairs: int, readers: int) -> None:
    """At most 10 of 100 seeds say so, with many arms and with several readers of each pair who mostly agree."""
    found = [pairs_sentence(pair_results(blind(seed, arms, pairs, readers))).code for seed in range(100)]
    assert found.count("found.pairs_real") <= 10


def blind(seed: int, arms: int, pairs: int, readers: int) -> list[PairRow]:
    """Answers on arms that are equally good; each pair has a better draft, which four of five readers see."""
    rng, rows, both = random.Random(seed), [], list(itertools.combinations("ABCDE"[:arms], 2))
    for n in range(pairs):
        better = rng.choice(("left", "right"))
        for reader in range(readers):
            seen = better if rng.random() < 0.8 else rng.choice(("left", "right"))
            rows += answered(seen, arms=both[n % len(both)], reviewer=f"{reader}", first=n)
    return rows


def test_agreement_is_on_the_arm_not_on_the_side() -> None:
    """Two people who chose the same draft agree, whichever side it was on."""
    one, other = answered("left"), answered("right", arms=("B", "A"), reviewer="ben")
    swapped = [row.model_copy(update={"left_draft": 1, "right_draft": 0}) for row in other]
    assert pair_results([*one, *swapped]).read_twice == Share(1, 1)


def test_two_arms_have_the_strengths_of_their_wins() -> None:
    """With two arms a strength is the share of wins."""
    found = strengths({("A", "B"): 30, ("B", "A"): 10}, ["A", "B"])
    assert found == pytest.approx({"A": 0.75, "B": 0.25}, abs=1e-6)


def test_strengths_are_found_again() -> None:
    """Wins in exact proportion to strengths of 6 : 3 : 1 give those strengths, also where two arms never met."""
    true = {"A": 0.6, "B": 0.3, "C": 0.1}
    beaten = {(i, j): 100 * true[i] / (true[i] + true[j]) for i in true for j in true if i != j}
    assert strengths(beaten, "ABC") == pytest.approx(true, abs=1e-5)
    chain = {pair: count for pair, count in beaten.items() if set(pair) != {"A", "C"}}
    assert strengths(chain, "ABC") == pytest.approx(true, abs=1e-5)


def test_a_comparison_without_pairs_says_so(store: Store) -> None:
    """One arm, or no draft, makes no pair."""
    with pytest.raises(SpecError, match="same slot"):
        paired(store, [], 10)
