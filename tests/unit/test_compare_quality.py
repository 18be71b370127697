"""What the drafts of an arm were worth, from rows: acceptance, flags, minutes of review, cost per approved draft."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest

from engine.compare import (
    ArmReport,
    Group,
    SecondModel,
    Share,
    batch_sentence,
    batch_verdict,
    cost_sentence,
    not_worse,
    quality_sentence,
    recommended,
    report,
    tiering_sentence,
    to_json,
)
from engine.compare.quality import ArmQuality, known_usd, measured, merged
from engine.compare.verdict import judge, sentence
from engine.spec import Tuning
from engine.store import CallStart, MadeDraft, NewRun, Settlement, Store
from engine.work import Flag, plan
from tests.unit.test_compare_report import CONCURRENT, SERIAL, Rows
from tests.unit.test_compare_shares import SEEDS, reviewed
from tests.unit.test_store_kit import kept, prints, spec


@pytest.fixture
def rows(store: Store) -> Rows:
    return Rows(store, SERIAL, CONCURRENT, trials=2)


def ids(rows: Rows, run: int) -> list[int]:
    return sorted(draft.id for draft in rows.store.drafts.page(limit=50) if draft.run == run)


def test_acceptance_is_that_of_the_rows(rows: Rows) -> None:
    """Approved of decided, with its interval; cost per approved draft is cost per draft / acceptance."""
    for trial in (1, 2):
        run = rows.done(SERIAL, trial)
        rows.store.reviews.decide(ids(rows, run)[:6], "approved").result()
        rows.store.reviews.decide(ids(rows, run)[6:], "rejected").result()
    arm = rows.report().arms[0]
    assert (arm.quality.accepted, arm.cost_per_approved) == (Share(12, 16), pytest.approx(0.01 / 0.75))
    assert arm.approved_per_h == pytest.approx(3600 * 0.75)
    found = to_json(rows.report())[0]
    assert (found["decided"], found["approved"], found["acceptance_low"]) == (16, 12, pytest.approx(0.505, abs=0.001))


def test_few_decisions_give_no_cost(rows: Rows) -> None:
    """With nine decided drafts the cost per approved draft is not known yet."""
    run = rows.done(SERIAL)
    rows.store.reviews.decide(ids(rows, run), "approved").result()
    arm = rows.report().arms[0]
    assert (arm.quality.accepted.whole, arm.cost_per_approved) == (8, None)


def test_a_minute_of_review_is_the_gap_between_decisions(rows: Rows) -> None:
    """The first decision has no time, a break counts as five minutes, and each reviewer has a clock of their own."""
    run = rows.done(SERIAL)
    for place, at in enumerate((1000.0, 1030.0, 1060.0, 5000.0)):
        rows.store.reviews.decide([ids(rows, run)[place]], "approved", "ann", at=at).result()
    rows.store.reviews.decide([ids(rows, run)[4]], "rejected", "ben", at=1010.0).result()
    rows.store.reviews.decide([ids(rows, run)[5]], "approved", "ben", at=1020.0).result()
    quality = rows.report().arms[0].quality
    assert (quality.review_s, quality.approved_by_people) == (30 + 30 + 300 + 10, 5)
    assert quality.minutes_per_approved == pytest.approx(370 / 60 / 5)


def test_what_was_undone_takes_no_time(rows: Rows) -> None:
    """A decision that was undone counts neither as one nor as a start."""
    run = rows.done(SERIAL)
    first, second, *_ = ids(rows, run)
    rows.store.reviews.decide([first], "approved", "ann", at=1000.0).result()
    rows.store.reviews.undo(last=1).result()
    rows.store.reviews.decide([second], "approved", "ann", at=1040.0).result()
    assert rows.report().arms[0].quality.review_s == 0


def packet(rows: Rows, flags: dict[int, tuple[Flag, ...]]) -> None:
    """A run of two calls of four, with flags by slot."""
    run = rows.queue(SERIAL)
    rows.store.runs.claim(run, "me", 0.0).result()
    rows.store.runs.start(run).result()
    for number, slots in enumerate(((0, 1, 2, 3), (4, 5, 6, 7))):
        call = rows.store.calls.start(CallStart(run, number, 1, slots, 100.0 + number)).result()
        plain = [kept(slot) for slot in slots]
        drafts = [replace(one, draft=replace(one.draft, flags=flags.get(one.draft.slot.number, ()))) for one in plain]
        rows.store.calls.settle(Settlement(call, "ok", drafts=drafts, ended_at=102.0 + number)).result()
    rows.store.runs.end(run, "done").result()


def test_flags_are_counted_by_code_and_place(rows: Rows) -> None:
    """The place is that in the packet, not in the run."""
    packet(rows, {3: (Flag("markup", ""),), 7: (Flag("markup", ""), Flag("similar", ""))})
    quality = rows.report().arms[0].quality
    assert (quality.flags, quality.flagged) == ({"markup": 2, "similar": 1}, Share(2, 8))
    assert {place: one.flagged for place, one in quality.by_place.items()} == {
        1: Share(0, 2), 2: Share(0, 2), 3: Share(0, 2), 4: Share(2, 2),
    }  # fmt: skip
    assert (quality.by_size[4].repeated, quality.by_size[4].kept) == (Share(1, 8), Share(8, 8))
    assert quality.by_size[4].drafts_per_call_s == pytest.approx(8 / 4)


def arm(name: str, accepted: Share, cost: float = 0.01, speed: float = 1.0, **more: str) -> ArmReport:
    quality = ArmQuality(accepted=accepted)
    made = ArmReport(name, Tuning(), 3, (), items_per_s=speed, success_rate=1.0, cost_a_draft=cost, quality=quality)
    share = accepted.value if accepted.enough else None
    return replace(made, cost_per_approved=cost / share if share else None, approved_per_h=speed, **more)


def test_a_difference_is_said_with_its_interval() -> None:
    """The best arm is compared with one that is clearly worse, if there is one."""
    arms = [arm("A", Share(55, 60)), arm("B", Share(54, 60)), arm("C", Share(39, 60))]
    text = str(quality_sentence(arms[::2]))
    assert text.startswith("A is approved more often than C: 92 % against 65 %, 95 % CI of the difference 12 to 40")
    assert "A is approved more often than C: 92 % against 65 %" in str(quality_sentence(arms))
    assert "No clear difference" in str(quality_sentence(arms[:2]))


@pytest.mark.parametrize("acceptance", [0.65, 0.8, 0.92])
@pytest.mark.parametrize("count", [2, 3, 5, 8])
def test_of_equal_arms_none_is_called_better(acceptance: float, count: int) -> None:
    """However many arms there are: at most 10 of 100 seeds say that one of them is approved more often."""
    rngs = [random.Random(seed) for seed in range(SEEDS)]
    found = [[arm(str(n), reviewed(rng, acceptance)) for n in range(count)] for rng in rngs]
    assert sum(quality_sentence(arms).says("found.quality_real") for arms in found) <= 10
    assert sum(len(not_worse(arms)) < count for arms in found) <= 10


def test_a_real_difference_is_seen_among_three() -> None:
    """Beside a third arm, 92 % against 65 % of 60 drafts is still called real in four of five seeds."""
    rngs = [random.Random(seed) for seed in range(SEEDS)]
    found = [[arm(str(n), reviewed(rng, true)) for n, true in enumerate((0.92, 0.65, 0.85))] for rng in rngs]
    assert sum(quality_sentence(arms).says("found.quality_real") for arms in found) >= 80


def test_few_decisions_are_not_enough_yet() -> None:
    """Under ten decided drafts nothing is said but that."""
    arms = [arm("A", Share(9, 9)), arm("B", Share(1, 60))]
    assert str(quality_sentence(arms)).startswith("Not enough yet")
    assert str(cost_sentence(arms)).startswith("Not enough yet")
    chosen = recommended(arms, judge(arms, 1))
    assert chosen is not None and chosen.by_speed
    assert recommended(arms[:1], judge(arms[:1], 1)) is None  # alone it is not "the fastest"


def test_the_arm_to_use_is_the_cheapest_of_the_good() -> None:
    """A cheap arm that is clearly worse is not recommended; one that is about as good is."""
    strong, fast, bad = (
        arm("strong", Share(57, 60), 0.04), arm("fast", Share(54, 60), 0.01), arm("bad", Share(20, 60), 0.001),
    )  # fmt: skip
    chosen = recommended([strong, fast, bad], None)
    assert chosen is not None and (chosen.arm, chosen.why.code) == ("fast", "use.better")
    chosen = recommended([strong, fast], None)
    assert chosen is not None and (chosen.arm, chosen.why.code) == ("fast", "use.cheap_good")


def test_a_cheap_arm_that_is_likely_worse_is_not_recommended() -> None:
    """Among five arms 80 % against 95 % of 60 may be chance, and is not called clear; the arm to use is another."""
    good = [arm(f"good {n}", Share(57 - n, 60), 0.04) for n in range(4)]
    arms = [*good, arm("cheap", Share(48, 60), 0.01)]
    chosen = recommended(arms, None)
    assert chosen is not None and chosen.arm.startswith("good") and chosen.why.code == "use.likely"
    assert len(not_worse(arms)) == 5 and quality_sentence(arms).code == "found.quality_unproved"


def test_where_nothing_is_approved_nothing_is_recommended() -> None:
    """All rejected: no arm is praised, and the cost per approved draft is said to be none yet, not unpriced."""
    arms = [replace(arm(name, Share(0, 12)), approved_per_h=0.0) for name in "ab"]
    chosen = recommended(arms, judge(arms, 1))
    assert chosen is not None and (chosen.why.code, chosen.by_speed) == ("use.none", True)
    assert str(cost_sentence(arms)) == "No draft is approved yet: a, b."
    some = [arms[0], arm("c", Share(2, 12), 0.04)]
    best = recommended(some, None)
    assert best is not None and best.arm == "c"


def test_of_equally_cheap_good_arms_the_one_with_most_approved_drafts_is_used() -> None:
    """Costs per approved draft within 5 % are equal: the hour decides; beyond, the cost does."""
    slow, quick = arm("slow", Share(160, 200), 0.0100), arm("quick", Share(160, 200), 0.0104, 3.4)
    chosen = recommended([slow, quick], None)
    assert chosen is not None and chosen.arm == "quick"
    assert "about as cheap as slow" in str(chosen.why) and "3.4× as many" in str(chosen.why)
    assert str(cost_sentence([slow, quick, arm("dear", Share(160, 200), 0.05)])).startswith("slow, quick cost about")
    assert "80 % of its drafts are approved, no clear difference from slow (80 %)" in str(chosen.why)
    dear = recommended([slow, arm("quick", Share(160, 200), 0.0106, 3.4)], None)
    assert dear is not None and dear.arm == "slow"
    worse = recommended([slow, arm("quick", Share(100, 200), 0.0060, 3.4)], None)
    assert worse is not None and worse.arm == "slow"


@pytest.mark.parametrize(("decided", "provisional"), [(20, True), (200, False)])
def test_few_reviewed_drafts_make_it_provisional(decided: int, provisional: bool) -> None:
    """Where the interval of the difference to the best is wider than 30 points, the recommendation is provisional."""
    arms = [arm("a", Share(decided * 3 // 4, decided), 0.01), arm("b", Share(decided * 4 // 5, decided), 0.04)]
    chosen = recommended(arms, None)
    assert chosen is not None and chosen.why.says("use.provisional") is provisional


def whole(made: ArmReport) -> ArmReport:
    """The arm with every draft reviewed."""
    return replace(made, quality=replace(made.quality, flagged=Share(0, made.quality.accepted.whole)))


def test_an_unproved_lead_in_approval_is_no_reason() -> None:
    """The headline gives approval as a reason only where every other arm is clearly worse."""
    arms = [arm("A", Share(57, 60), 0.01), arm("B", Share(53, 60), 0.04)]
    chosen = recommended(arms, None)
    assert chosen is not None and str(chosen.why) == (
        "Use A: it is the cheapest per approved draft ($0.011). No clear difference in approval: 95 %, B 88 %."
    )
    assert "No clear difference in approval: A 95 %, B 88 %" in str(quality_sentence(arms))
    clear = recommended([arms[0], arm("C", Share(39, 60), 0.04)], None)
    assert clear is not None and clear.why.code == "use.best"


def test_the_quality_sentence_is_about_the_recommended_arm() -> None:
    """It is compared with an arm that differs from it in acceptance; where others differ clearly, both are said."""
    equal = [arm(name, Share(part, 20), cost) for name, part, cost in (("a", 20, 4), ("b", 20, 1), ("c", 19, 4))]
    assert "No clear difference in approval: b 100 %, c 95 %" in str(quality_sentence(equal))
    cheap = [arm("a", Share(56, 60), 0.04), arm("b", Share(50, 60), 0.01), arm("c", Share(40, 60), 0.02)]
    assert str(quality_sentence(cheap)).startswith("a is approved more often than c")
    assert "No clear difference in approval: a 93 %, b 83 %" in str(quality_sentence(cheap))


def test_where_all_is_reviewed_more_drafts_are_asked_for() -> None:
    """Review that is still to do is asked for; without it only more drafts can tell."""
    arms = [arm("a", Share(15, 20), 0.01), arm("b", Share(16, 20), 0.04)]
    for some, more, provisional in (
        (arms, "review", "provisional"),
        (list(map(whole, arms)), "make", "provisional_made"),
    ):
        chosen = recommended(some, None)
        assert chosen is not None and chosen.why.says(f"use.{provisional}")
        assert quality_sentence(some).says(f"found.{more}_more")
    few = [whole(arm("a", Share(5, 8))), whole(arm("b", Share(6, 8), speed=2.0))]
    verdict = judge(few, 1)
    fast = recommended(few, verdict)
    assert fast is not None and fast.why.says("found.make_more") and fast.why.code == "use.speed_unproved"
    assert quality_sentence(few).says("found.make_more") and cost_sentence(few).says("found.make_more")


def test_tiering_is_measured_per_approved_draft() -> None:
    """The fast model with the strong one as judge against the strong one alone; other arms do not count."""
    strong = arm("strong", Share(54, 60), 0.04, model="s")
    cheap = arm("fast + strong", Share(54, 60), 0.01, model="f", judge="s")
    assert str(tiering_sentence([strong, cheap])).startswith("fast + strong saves 75 % per approved draft")
    worse = arm("fast + strong", Share(10, 60), 0.01, model="f", judge="s")
    assert tiering_sentence([strong, worse]).code == "found.tiering_costs"
    assert not tiering_sentence([strong, arm("fast", Share(54, 60), 0.01, model="f")]).code
    assert not tiering_sentence([strong, replace(cheap, tuning=Tuning(4, 3))]).code  # batches save money, too


def test_a_free_model_is_the_cheapest() -> None:
    """A model that nobody bills beside a paid one: its approved drafts cost nothing, and it is the one to use."""
    arms = [arm("paid", Share(54, 60), 0.01), arm("local", Share(53, 60), 0.0, 0.5)]
    arms[1] = replace(arms[1], cost_per_approved=0.0)
    chosen, verdict = recommended(arms, judge(arms, 1)), judge(arms, 1)
    assert chosen is not None and chosen.arm == "local"
    assert str(cost_sentence(arms)) == "An approved draft of local costs nothing, of paid $0.011."
    assert str(sentence(verdict, arms)).endswith("local is the cheapest at $0 per draft.")
    free = [replace(one, cost_a_draft=0.0, cost_per_approved=0.0) for one in arms]
    assert [recommended(some, None).why.code for some in (free, free[::-1])] == ["use.fast_good"] * 2  # type: ignore[union-attr]


def test_an_unknown_price_is_never_called_cheap(rows: Rows) -> None:
    """Rows at an unknown price hold upper bounds: the arm has no cost, its drafts are compared without money."""
    unpriced, known = arm("unpriced", Share(54, 60), 0.001), arm("priced", Share(55, 60), 0.01, 0.5)
    arms = [replace(unpriced, cost_a_draft=None, cost_per_approved=None), known]
    chosen = recommended(arms, None)
    assert chosen is not None and (chosen.arm, chosen.why.code) == ("unpriced", "use.fast_good")
    assert str(cost_sentence(arms)) == "Unknown, as the provider's prices are missing: unpriced."
    assert str(cost_sentence([*arms, arm("dear", Share(54, 60), 0.04)])).endswith("missing: unpriced.")
    assert "cheapest" not in str(sentence(judge(arms, 1), arms))
    row = rows.store.runs.get(rows.done(SERIAL))
    bound = replace(row.totals, cost_is_estimate=True)
    assert known_usd(row) == pytest.approx(0.08)
    assert known_usd(row.model_copy(update={"limits": {"price_known": False}, "totals": bound})) is None


def test_what_a_second_model_costs_is_waited_for(store: Store) -> None:
    """Until it has judged every run, an approved draft has no cost: the arm would look as cheap as its writer alone."""
    rows = Rows(store, replace(SERIAL, judge=SecondModel("practice", "strong")))
    runs = [rows.done(SERIAL, trial) for trial in (1, 2)]
    for run in runs:
        store.reviews.decide(ids(rows, run), "approved").result()
    costs = [rows.report().arms[0].cost_per_approved]
    for run in runs:
        placed = {"comparison_id": rows.id, "arm": SERIAL.name, "purpose": "review", "parent_run": run}
        review = store.runs.create(NewRun(spec(), SERIAL.tuning, "strong", **placed), [], []).result()
        store.runs.end(review, "done").result()
        costs.append(rows.report().arms[0].cost_per_approved)
    assert costs == [None, None, pytest.approx(0.01)]


def sized(approved: int, call_s: float, decided: int = 60) -> Group:
    return Group(Share(approved, decided), Share(0, 60), Share(0, 60), Share(60, 60), call_s)


@pytest.mark.parametrize(
    ("sizes", "code", "size"),
    [
        ({1: sized(55, 90), 4: sized(54, 36), 8: sized(30, 27)}, "holds", 4),
        ({1: sized(55, 90), 4: sized(54, 36), 8: sized(53, 27)}, "larger", 8),
        ({1: sized(58, 90), 4: sized(40, 36)}, "smaller", 1),
        ({1: sized(3, 90, 5), 4: sized(4, 36, 5)}, "larger", 4),
        ({4: sized(54, 36)}, "few", 0),
    ],
)
def test_the_guides_batch_is_checked(sizes: dict[int, Group], code: str, size: int) -> None:
    """The size to use is the fastest whose drafts are not clearly worse than those of the best size."""
    found = batch_verdict(sizes)
    expected = ("holds", 4) if size == 4 and code == "larger" else (code, size)
    assert (found.code, found.size) == expected
    assert str(batch_sentence(found))


def test_a_better_share_by_chance_is_said_to_be_so() -> None:
    """Beside a size with more approved drafts the reader learns why it is not the one to use."""
    found = batch_verdict({2: sized(15, 40, 16), 3: sized(46, 30)})
    assert (found.size, found.by_chance) == (3, True)
    assert "may be chance." in str(batch_sentence(found))
    assert not batch_verdict({1: sized(58, 90), 4: sized(40, 36)}).by_chance


@pytest.mark.parametrize(("drafts", "more"), [(60, "found.review_more"), (24, "found.make_more")])
def test_a_size_that_seems_worse_is_not_called_good(drafts: int, more: str) -> None:
    """A faster size with a clearly lower share that may be chance: not clear yet, with both figures and what to do."""
    sizes = {size: sized(part, took, 24) for size, part, took in ((1, 21, 60), (4, 22, 36), (8, 18, 20))}
    found = batch_verdict({size: replace(one, flagged=Share(0, drafts)) for size, one in sizes.items()})
    said = batch_sentence(found)
    assert (found.code, found.other, said.says(more)) == ("unclear", 4, True)
    assert "with 8 per call 75 % are approved" in str(said) and "with 4 per call 92 %" in str(said)


def test_groups_of_several_arms_are_one() -> None:
    """Counts and seconds add up."""
    both = merged([{4: sized(10, 5)}, {4: sized(20, 7), 1: sized(1, 1)}])
    assert (both[4].accepted, both[4].call_s, list(both)) == (Share(30, 120), 12, [1, 4])


def test_no_draft_is_no_figure() -> None:
    """An arm without a draft has neither shares nor minutes."""
    found = measured([], [])
    assert (found.accepted.value, found.refused.value, found.score, found.minutes_per_approved) == (None,) * 4
    scored = MadeDraft(1, 0, "pending", False, (), 4.0, 3, 1)
    assert measured([scored, replace(scored, score=None)], []).score == 4.0


def test_an_old_comparison_opens_as_it_did(rows: Rows) -> None:
    """A row without models has the comparison's own provider, and no judge."""
    rows.done(SERIAL)
    one = report(rows.store, rows.id).arms[0]
    assert (one.name, one.provider, one.judge) == ("serial", "practice", "")


def test_a_run_of_another_number_of_drafts_is_not_compared(rows: Rows) -> None:
    """Unequal N is not compared: such a run counts for neither speed nor quality."""
    slots = plan(spec())[:4]
    placed = {"comparison_id": rows.id, "arm": SERIAL.name, "trial": 1}
    run = rows.store.runs.create(NewRun(spec(), SERIAL.tuning, "fast", **placed), slots, prints(slots)).result()
    rows.store.runs.claim(run, "me", 0.0).result()
    rows.store.runs.start(run).result()
    rows.call(run, SERIAL, 1.0, range(4))
    rows.store.runs.end(run, "done").result()
    one = rows.report().arms[0]
    assert (one.trials_done, one.items_per_s, one.quality.flagged.whole) == (0, None, 0)
