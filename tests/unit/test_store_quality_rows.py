"""The sums of the Quality and Spend pages, counted from the rows."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import text

from engine.store import (
    AgreementRow,
    CallStart,
    QualityFilter,
    QualityRow,
    ReviewerRow,
    ScoreRow,
    Settlement,
    Store,
)
from engine.store.quality_rows import OTHER_REASON
from engine.work import Flag
from tests.unit.test_store_kit import answered, kept, planned, sent

ALL = QualityFilter()


@pytest.fixture
def store(database: str) -> Iterator[Store]:
    with Store.open(database) as opened:
        yield opened


@pytest.fixture
def run(store: Store) -> int:
    """Four drafts of one model, in one run."""
    made = planned(store)
    answered(store, made, 0, 1, 2, 3, model="m")
    return made


def ids(store: Store) -> list[int]:
    return [draft.id for draft in store.drafts.page() if draft.state == "drafted"]


def test_groups_count_what_became_of_drafts(store: Store, run: int) -> None:
    """Every draft is in one group; pending ones are neither approved nor rejected."""
    one, two = (draft.id for draft in store.drafts.page() if draft.level == 1 and draft.state == "drafted")
    three = next(draft.id for draft in store.drafts.page() if draft.level == 2 and draft.state == "drafted")
    store.reviews.decide([one, two], "approved").result()
    store.reviews.decide([three], "rejected").result()
    assert store.quality.groups(ALL, ()) == [QualityRow((), 4, 2, 1, 0)]
    assert sorted(store.quality.groups(ALL, ("model", "level")), key=lambda row: row.values) == [
        QualityRow(("m", "1"), 2, 2, 0, 0),
        QualityRow(("m", "2"), 2, 0, 1, 0),
    ]
    assert store.quality.groups(ALL, ("run", "level"), ["2"]) == [QualityRow((str(run), "2"), 2, 0, 1, 0)]


def test_a_filter_leaves_the_others_out(store: Store, run: int) -> None:
    """Model, kind, language and the time of the run narrow the drafts."""
    at = store.quality.made_at()[run]
    none = (
        QualityFilter(model="n"),
        QualityFilter(kind="shadowing"),
        QualityFilter(lang="ja"),
        QualityFilter(until=at),
    )
    assert [sum(row.drafts for row in store.quality.groups(one, ("kind",))) for one in none] == [0, 0, 0, 0]
    assert store.quality.groups(QualityFilter("m", "cloze", "en", at, at + 1), ("run",))[0].drafts == 4


def test_reasons_are_those_of_the_newest_rejection(store: Store, run: int) -> None:
    """Each rejected draft counts once; what has no name is other, and what was undone is gone."""
    one, two, three, four = ids(store)
    for draft, note in ((one, "wrong"), (two, "wrong: a typo"), (three, "too dull"), (four, "level")):
        store.reviews.decide([draft], "rejected", note=note).result()
    store.reviews.undo(drafts=[four]).result()
    store.reviews.decide([four], "rejected").result()
    assert store.quality.reasons(ALL) == {"wrong": 2, "": 1, OTHER_REASON: 1}


def test_flags_count_drafts(store: Store) -> None:
    """A draft counts once for each of its flags, also where one flag's name begins another's."""
    run = planned(store)
    drafts = [kept(0, flags=(Flag("length"), Flag("similar", severity="note"))), kept(1, flags=(Flag("lengthy"),))]
    store.calls.settle(Settlement(sent(store, run, 0, 1), "ok", drafts=drafts)).result()
    assert store.quality.flags(ALL, ["length", "similar", "markup"]) == {"length": 1, "similar": 1}
    assert store.quality.flags(ALL, []) == {}


def test_scores_are_whole_numbers(store: Store, run: int) -> None:
    """Drafts by the second model's score, rounded down; drafts without one are left out."""
    store.write(lambda conn: conn.exec_driver_sql("UPDATE draft SET score = 3.5 + slot WHERE slot < 2")).result()
    store.reviews.decide(ids(store)[:1], "approved").result()
    assert store.quality.scores(ALL) == [ScoreRow(3, 1, 1, 0), ScoreRow(4, 1, 0, 0)]


def test_a_break_is_no_work(store: Store, run: int) -> None:
    """A person's pace leaves long pauses out; drafts decided together are one decision."""
    one, two, three, four = ids(store)
    for at, drafts in ((0.0, [one]), (20.0, [two, three]), (5000.0, [four])):
        store.reviews.decide(drafts, "approved", "ann", at=at).result()
    assert store.quality.reviewers(ALL) == [ReviewerRow("ann", "ann", 4, 0, 1, 20.0)]
    assert store.quality.reviewers(QualityFilter(model="m")) == store.quality.reviewers(ALL)
    assert store.quality.reviewers(QualityFilter(model="n")) == []


def test_agreement_takes_the_last_word_of_each(store: Store, run: int) -> None:
    """Of the drafts that two people decided, those with the same verdict agree."""
    one, two, three, _four = ids(store)
    said: tuple[tuple[int, str, str], ...]
    said = ((one, "ann", "approved"), (one, "bob", "rejected"), (one, "bob", "approved"), (two, "bob", "approved"))
    said += ((two, "ann", "rejected"), (three, "ann", "approved"))
    rows = [{"draft": draft, "reviewer": who, "verdict": verdict} for draft, who, verdict in said]
    statement = "INSERT INTO review (draft, reviewer, verdict, at) VALUES (:draft, :reviewer, :verdict, 1.0)"
    store.write(lambda conn: conn.execute(text(statement), rows).rowcount).result()
    assert store.quality.agreement(ALL) == [AgreementRow("ann", "bob", 2, 1)]
    assert store.quality.agreement(QualityFilter(kind="shadowing")) == []


def test_spend_is_counted_by_run_and_time(store: Store, run: int) -> None:
    """Each call is in one span of its run; one that never ended counts at its upper bound."""
    before = sum(row.cost_usd for row in store.spend.spans())
    start = CallStart(run, 0, 1, (0,), 10_000.0, worst_usd=0.5)
    store.calls.start(start).result()
    call = store.calls.start(CallStart(run, 0, 2, (0,), 10_100.0, worst_usd=0.5)).result()
    store.calls.settle(Settlement(call, "failed", cost_usd=0.25)).result()
    late = store.spend.spans()[-1]
    assert (late.run, late.at, late.calls, late.cost_usd) == (run, 9_900.0, 2, 0.75)
    assert sum(row.cost_usd for row in store.spend.spans()) == before + 0.75


def test_a_run_brings_its_drafts(store: Store, run: int) -> None:
    """What the cost per approved draft is divided by: the approved drafts of the run."""
    store.reviews.decide(ids(store)[:2], "approved").result()
    row = store.spend.runs()[run]
    assert (row.drafted, row.approved, row.provider, row.kind, row.drafts_run) == (4, 2, "practice", "cloze", run)
