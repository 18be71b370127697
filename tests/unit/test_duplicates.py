"""Near-duplicates: found in the library and in the run itself, refused once, then kept and flagged."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace

import pytest

from engine.generate.duplicates import MAX_OWN, DuplicateCheck
from engine.generate.task import Drafting
from engine.kinds import ParsedReply, fingerprint, jaccard, marks, shingles, sketch, weight
from engine.messages import Message
from engine.practice.pen import Ask
from engine.practice.write import write
from engine.spec import RunSpec, Tuning
from engine.store import CallStart, NewRun, Settlement, Store
from engine.work import Content, Draft, Flag, Packet, Slot, plan

SPEC = RunSpec("cloze", "en", (3,), ("Campus",), 10)


@pytest.fixture
def store(database: str) -> Iterator[Store]:
    with Store.open(database) as opened:
        yield opened


def content(index: int) -> Content:
    item = write("cloze", "en", {}, Ask("s0", "Campus", 3, (120, 180), (4, 6)), index)
    return {name: value for name, value in item.items() if name != "id"}


def reworded(made: Content, words: int) -> Content:
    """The same story with its first words changed: 4 words are about a tenth less alike."""
    text = made["passage"].split(" ")
    return {**made, "passage": " ".join(["other" if place < words else word for place, word in enumerate(text)])}


def reading(*drafts: tuple[int, Content]) -> ParsedReply:
    return ParsedReply(tuple(Draft(Slot(number, "Campus", 3, number), made) for number, made in drafts), ())


def run_of(store: Store, *contents: Content, spec: RunSpec = SPEC) -> int:
    """A run with these drafts, stored as their call's settlement stores them."""
    slots = plan(spec)
    run = store.runs.create(NewRun(spec, Tuning(), "fast"), slots, [str(slot.number) for slot in slots]).result()
    drafts = [Draft(slot, made) for slot, made in zip(slots, contents, strict=False)]
    call = store.calls.start(CallStart(run, 0, 1, (0,), 1.0)).result()
    filed = Drafting(spec, "fast", near(store, run)).file(Settlement(call, "ok"), drafts)
    store.calls.settle(filed).result()
    return run


def near(store: Store, run: int = 99, **more: bool) -> DuplicateCheck:
    return DuplicateCheck(store, SPEC, run, **{"library": True, "asks_again": True, **more})


def codes(sifted: ParsedReply) -> tuple[list[str], list[str]]:
    """(flags, rejections) of a reading, as codes."""
    return [flag.code for draft in sifted.drafts for flag in draft.flags], [one.code for one in sifted.rejections]


def test_a_copy_is_refused_once_then_kept_and_flagged(store: Store) -> None:
    """A duplicate of the library is asked for again with the other's title to avoid; the second time it is kept."""
    run_of(store, content(0))
    checker = near(store)
    first = checker.sift(reading((3, reworded(content(0), 4))))
    assert (codes(first), checker.titles(Packet(0, (Slot(3, "Campus", 3, 3),)))) == (
        ([], ["duplicate"]),
        [content(0)["title"]],
    )
    second = checker.sift(reading((3, reworded(content(0), 6))))
    assert codes(second) == (["duplicate"], [])
    flag = second.drafts[0].flags[0]
    assert "the same as #1" in flag.detail and flag.values["name"] == "#1"


def test_half_alike_is_only_flagged(store: Store) -> None:
    """Between 15 and 50 % the draft is kept at once and says which draft it is similar to."""
    run_of(store, content(0))
    made = reworded(content(0), 75)
    share = jaccard(shingles(made, "en"), shingles(content(0), "en"))
    assert 0.15 < share < 0.50
    assert codes(near(store).sift(reading((3, made)))) == (["similar"], [])


@pytest.mark.parametrize("asks_again", [True, False])
def test_a_text_under_another_topic_is_an_answer_handed_back(store: Store, asks_again: bool) -> None:
    """A gateway that repeats an answer under right new ids fills no slot of another topic, however often it does."""
    run_of(store, content(0))
    checker = near(store, asks_again=asks_again)
    checker.sift(reading((7, content(1))))
    for again in (0, 1, 0):
        strange = ParsedReply((Draft(Slot(3, "Sports", 3, 0), content(again)),), ())
        assert codes(checker.sift(strange)) == ([], ["replayed"])


def test_a_text_for_another_level_is_an_answer_handed_back(store: Store) -> None:
    """The same text does not fill a slot of the same topic at another level."""
    run_of(store, content(0))
    checker = near(store)
    for _ in range(2):
        assert codes(checker.sift(ParsedReply((Draft(Slot(3, "Campus", 5, 0), content(0)),), ()))) == ([], ["replayed"])


def test_asking_again_in_vain_ends(store: Store) -> None:
    """Two duplicates in a row, each asked for again: from then on a duplicate is kept at once, and flagged."""
    run_of(store, content(0))
    checker = near(store)
    for number in (3, 4):
        checker.sift(reading((number, content(0))))
    for number in (3, 4, 5, 6):
        assert codes(checker.sift(reading((number, content(0))))) == (["duplicate"], [])


def test_other_stories_are_left_alone(store: Store) -> None:
    """Distinct drafts are neither flagged nor refused."""
    run_of(store, *(content(number) for number in range(10)))
    sifted = near(store).sift(reading(*((number, content(number + 10)) for number in range(30))))
    assert (len(sifted.drafts), codes(sifted)) == (30, ([], []))


def test_one_answer_may_hold_its_own_double(store: Store) -> None:
    """Two drafts of one packet, and of packets side by side, are compared with each other before they are stored."""
    checker = near(store)
    sifted = checker.sift(reading((0, content(0)), (1, content(0))))
    assert ([draft.slot.number for draft in sifted.drafts], codes(sifted)[1]) == ([0], ["duplicate"])
    assert codes(checker.sift(reading((2, reworded(content(0), 2)))))[1] == ["duplicate"]


def test_without_retries_a_duplicate_is_kept(store: Store) -> None:
    """Where nothing is asked twice, what was paid for is kept and flagged."""
    run_of(store, content(0))
    assert codes(near(store, asks_again=False).sift(reading((3, content(0))))) == (["duplicate"], [])


def test_a_comparison_looks_at_its_own_run_only(store: Store) -> None:
    """The arms of a comparison make the same drafts: another run's are not looked at, the own run's are."""
    run = run_of(store, content(0))
    assert codes(near(store, library=False).sift(reading((3, content(0))))) == ([], [])
    assert codes(near(store, run, library=False).sift(reading((3, content(0)))))[1] == ["duplicate"]


def test_a_draft_is_no_duplicate_of_itself(store: Store) -> None:
    """An answer read again after a crash meets the draft that it has stored itself."""
    run = run_of(store, content(0))
    assert codes(near(store, run).sift(reading((0, content(0))))) == ([], [])


def test_a_copy_from_the_cache_is_no_duplicate(store: Store) -> None:
    """A draft taken over from an earlier run is not in the way of its origin, nor counted twice."""
    first = run_of(store, content(0))
    slots = plan(SPEC)
    prints = [fingerprint(SPEC, slot, "fast") for slot in slots]
    copied = {0: store.drafts.cached(prints)[prints[0]]}
    second = store.runs.create(NewRun(SPEC, Tuning(), "fast"), slots, prints, copied).result()
    hashes = sketch(marks(shingles(content(0), "en"), "cloze", "en"))
    assert store.runs.totals(second).cached == 1
    assert [run for _draft, run, _slot in store.drafts.similar(hashes)] == [first]


def test_kinds_and_languages_are_apart() -> None:
    """The same text of another kind or language shares no hash; the same text shares all."""
    pieces = shingles(content(0), "en")
    own = marks(pieces, "cloze", "en")
    assert own == marks(frozenset(list(pieces)), "cloze", "en")
    assert not own & (marks(pieces, "shadowing", "en") | marks(pieces, "cloze", "zh"))
    assert [weight(one) for one in sketch(own)] == [1] * 8 + [2] * 10


def test_a_long_run_forgets_what_is_stored(store: Store) -> None:
    """What a run remembers of itself is bounded; older drafts are found in the library."""
    checker = near(store)
    for number in range(MAX_OWN + 50):
        checker.sift(replace(reading((number, content(number)))))
    assert (len(checker._own), set().union(*checker._by_hash.values()) == set(checker._own)) == (MAX_OWN, True)


def test_the_flag_of_a_draft_of_this_run_is_a_code_with_values(store: Store) -> None:
    """A flag that names a draft of the same run is read back from its row as the same message, for any language."""
    checker = near(store)
    checker.sift(reading((3, content(0))))
    assert checker.sift(reading((4, content(0)))).drafts == ()
    (again,) = checker.sift(reading((4, content(0)))).drafts
    flag = Flag.from_json(json.loads(json.dumps(again.flags[0].to_json())))
    assert (
        flag.message
        == again.flags[0].message
        == Message("draft.duplicate", {"share": 100, "name": Message("draft_of_run", {"number": 4})})
    )
