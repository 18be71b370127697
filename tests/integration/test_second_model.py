"""Reviews by a second model over real HTTP: every draft gets its opinion, and nothing that goes wrong harms a draft."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any, get_args

import pytest

from engine import DraftFilter, Overrides, Review, Runner, SpecError, Tuning
from engine.messages import Message
from engine.practice import PracticeProcess
from engine.profiles import PracticeSettings
from engine.providers import Catalog
from engine.reports import Thresholds, review_forecast, saving_of
from engine.spec import Lang, kind_names, options_class
from engine.store import RunRow, Store
from tests.integration.conftest import QUICK, Bench
from tests.integration.test_run import wait_for_calls
from tests.matrix import matrix, slow
from tests.waiting import PATIENCE_S, until

CELL = {"levels": (3,), "topics": ("Campus",), "per_combo": 30}


def reviewed(bench: Bench, run: int, **more: Any) -> RunRow:
    """A review of a run's drafts, waited for."""
    return bench.runner.join(bench.runner.review(asked(bench, run, **more)), 0.02)


def asked(bench: Bench, run: int, **more: Any) -> Review:
    overrides = Overrides(base_url=bench.practice.base_url)
    return Review(run, "practice", "practice-strong", **{"overrides": overrides, **more})


def contents(store: Store, run: int) -> list[tuple[Any, ...]]:
    """All of a run's drafts that a review could harm."""
    return [(row.state, row.review, row.content, row.flags) for row in store.drafts.each(DraftFilter(run=run))]


def test_thirty_drafts_are_judged_in_twelve_calls(bench: Bench) -> None:
    """30 cloze drafts: 6 calls for scores, 6 for the blind solve, 30 opinions, and one ledger with the provider."""
    run = bench.run(bench.job(**CELL)).id
    before = bench.practice.stats()
    row = reviewed(bench, run)
    after = bench.practice.stats()
    counts = bench.store.reviews.opinion_counts(row.id)
    assert (row.state, row.purpose, row.parent_run, row.totals.planned, row.totals.calls) == (
        *("done", "review", run),
        *(60, 12),
    )
    assert (counts.drafts, counts.ok + counts.fix + counts.reject) == (30, 30)
    assert counts.blanks > counts.solved > 0.8 * counts.blanks
    for ours, theirs in {"calls": "calls", "tokens_in": "tokens_in", "tokens_out": "tokens_out"}.items():
        assert getattr(row.totals, ours) == after[theirs] - before[theirs]


@pytest.mark.parametrize(("kind", "lang"), matrix(kind_names(), get_args(Lang)))
def test_every_kind_and_language_is_judged(bench: Bench, kind: str, lang: Lang) -> None:
    """Each draft has one opinion; a repair that is offered passes the kind's own checks, so it can be stored."""
    run = bench.run(bench.job(kind=kind, lang=lang, options=options_class(kind)())).id
    row = reviewed(bench, run)
    opinions = bench.store.reviews.run_opinions(row.id, limit=100)
    assert (row.state, len(opinions)) == ("done", 40)
    assert any(one.repair for one in opinions)
    assert all(one.reasons for one in opinions if one.verdict != "ok")
    assert all((one.solved is not None) == (kind == "cloze") for one in opinions)


@pytest.mark.parametrize(("only", "drafts"), [("all", 30), ("sample:7", 7)])
def test_a_review_is_forecast_before_it_starts(bench: Bench, only: str, drafts: int) -> None:
    """Calls are exact, the cost is near what is then paid, and so is the saving; nothing is sent for it."""
    run = bench.run(bench.job(**CELL)).id
    before = bench.practice.stats()["calls"]
    forecast = review_forecast(bench.store, Catalog.load(), asked(bench, run, only=only))
    assert (forecast.drafts, bench.practice.stats()["calls"]) == (drafts, before)
    row = reviewed(bench, run, only=only)
    assert forecast.calls == row.totals.calls
    assert 0.8 * row.totals.cost_usd <= forecast.cost_usd <= 1.8 * row.totals.cost_usd
    saved = saving_of(bench.store, Catalog.load(), bench.store.runs.get(run), [row]).share
    assert saved is not None and forecast.saving.share == pytest.approx(saved, abs=0.3)


def test_a_draft_carries_its_newest_score(bench: Bench) -> None:
    """draft.score is the lowest score of the newest opinion."""
    run = bench.run(bench.job(**CELL)).id
    reviewed(bench, run)
    reviewed(bench, run, only="sample:7")
    drafts = bench.store.drafts.page(DraftFilter(run=run), limit=50)
    opinions = bench.store.reviews.opinions([draft.id for draft in drafts])
    assert {draft.id: draft.score for draft in drafts} == {
        draft: min(one.scores.values()) for draft, one in opinions.items()
    }
    assert len({one.run for one in opinions.values()}) == 2


def test_reviews_stay_out_of_the_drafts(bench: Bench) -> None:
    """The slots of a review are no drafts: no page, no count and no cache shows them."""
    run = bench.run(bench.job(**CELL)).id
    row = reviewed(bench, run)
    assert bench.store.drafts.count() == bench.store.reviews.counts().pending == 30
    assert bench.store.drafts.count(DraftFilter(run=row.id)) == 0
    assert bench.store.calls.samples("practice", "practice-strong", "cloze", "en") == []
    assert [one.id for one in bench.store.runs.children(run, "review")] == [row.id]


def test_nothing_is_decided_by_default(bench: Bench) -> None:
    """Without thresholds a review only says what it thinks."""
    run = bench.run(bench.job(**CELL)).id
    before = contents(bench.store, run)
    reviewed(bench, run)
    assert contents(bench.store, run) == before
    assert bench.store.reviews.history() == []


def test_thresholds_decide_and_are_taken_back(bench: Bench) -> None:
    """With thresholds the model approves and rejects in its own name; undo restores every draft."""
    run = bench.run(bench.job(**CELL)).id
    before = contents(bench.store, run)
    row = reviewed(bench, run, thresholds=Thresholds(accept_at=4, reject_below=2))
    counts, decided = bench.store.reviews.opinion_counts(row.id), bench.store.reviews.history(limit=100)
    assert counts.approved > 0
    assert counts.approved + counts.rejected == len(decided)
    assert {one.who for one in decided} == {"practice-strong"}
    for one in decided:
        opinion = bench.store.reviews.opinions([one.draft])[one.draft]
        assert one.verdict == ("approved" if opinion.score and opinion.score >= 4 else "rejected")
    bench.store.reviews.undo(last=len(decided)).result()
    assert contents(bench.store, run) == before


def test_a_person_is_never_overruled(bench: Bench) -> None:
    """Drafts that were decided before the review stay as they were decided; rejected ones are not even asked about."""
    run = bench.run(bench.job(**CELL)).id
    ids = [draft.id for draft in bench.store.drafts.page(DraftFilter(run=run), limit=50)]
    bench.store.reviews.decide(ids[:10], "approved").result()
    bench.store.reviews.decide(ids[10:20], "rejected").result()
    row = reviewed(bench, run, thresholds=Thresholds(4, 4))
    assert row.totals.planned == 40
    drafts = {draft.id: draft.review for draft in bench.store.drafts.page(DraftFilter(run=run), limit=50)}
    assert [drafts[one] for one in ids[:20]] == ["approved"] * 10 + ["rejected"] * 10


@pytest.mark.parametrize(
    "fault", ["short", "malformed", *map(slow, ("truncated", "fenced", "doubled_id", "unknown_id")), "503"]
)
def test_faults_cost_calls_and_no_opinions(bench: Bench, fault: str) -> None:
    """What comes back short or spoilt is asked for again, and only that: 30 whole opinions in the end."""
    run = bench.run(bench.job(**CELL)).id
    with PracticeProcess(PracticeSettings(**QUICK, seed=11, faults={fault: 0.3})) as practice:
        row = reviewed(bench, run, tuning=Tuning(4, 5, retries=5), overrides=Overrides(base_url=practice.base_url))
    opinions = bench.store.reviews.run_opinions(row.id, limit=100)
    assert (row.state, len(opinions)) == ("done", 30)
    assert all(one.scores and one.solve for one in opinions)


@pytest.mark.parametrize(
    ("faults", "reason"),
    [({"unknown_id": 1.0}, "unreadable"), ({"quota": 1.0}, "quota"), ({"html": 1.0}, "no_envelope")],
)
def test_a_model_that_fails_pauses_the_review(bench: Bench, faults: dict[str, float], reason: str) -> None:
    """Garbage, a used-up quota or a sign-in page pauses the review, saying so; no draft is touched, and it goes on."""
    run = bench.run(bench.job(**CELL)).id
    before = contents(bench.store, run)
    bench.practice.configure(PracticeSettings(**QUICK, faults=faults))
    row = reviewed(bench, run, thresholds=Thresholds(4, 4), tuning=Tuning(4, 1, retries=5))
    assert (row.state, row.reason.split(":")[0]) == ("paused", reason)
    assert contents(bench.store, run) == before
    bench.practice.configure(PracticeSettings(**QUICK))
    bench.runner.resume(row.id)
    assert bench.runner.join(row.id, 0.02).state == "done"


def test_a_refused_key_stops_before_anything_is_spent(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    """A review of a provider whose key is missing is refused by name; no run is made."""
    run = bench.run(bench.job(**CELL)).id
    monkeypatch.delenv("OPENROUTER_API_KEY", raising=False)
    with pytest.raises(SpecError, match="OPENROUTER_API_KEY"):
        bench.runner.review(Review(run, "openrouter"))
    assert bench.store.runs.children(run, "review") == []


def test_the_budget_of_a_review_is_kept(bench: Bench) -> None:
    """A review spends no more than its own budget, and pauses saying so."""
    run = bench.run(bench.job(**CELL)).id
    row = reviewed(bench, run, budget_usd=0.016)
    assert (row.state, row.reason.split(":")[0]) == ("paused", "budget")
    assert 0 < row.totals.cost_usd <= 0.016
    assert row.totals.drafted + row.totals.open == 60


def test_a_review_is_cancelled_like_a_run(bench: Bench) -> None:
    """Cancelled in the middle, it keeps the opinions that were paid for; every slot has ended."""
    run = bench.run(bench.job(**CELL)).id
    bench.practice.configure(PracticeSettings(base_ms=400, item_ms=0))
    started = bench.runner.review(asked(bench, run, tuning=Tuning(2, 5)))
    wait_for_calls(bench, started, 2)
    bench.runner.cancel(started)
    row = bench.runner.join(started, 0.02)
    assert (row.state, row.totals.open) == ("cancelled", 0)
    assert row.totals.drafted == 5 * row.totals.calls
    assert row.totals.drafted + row.totals.cancelled == 60


def test_a_review_is_taken_up_where_it_was_closed(bench: Bench, tmp_path: Path) -> None:
    """A runner that closes pauses its review; another asks only for the slots still open."""
    run = bench.run(bench.job(**CELL)).id
    bench.practice.configure(PracticeSettings(base_ms=300, item_ms=0))
    started = bench.runner.review(asked(bench, run, tuning=Tuning(2, 5)))
    wait_for_calls(bench, started, 2)
    bench.runner.close()
    half = bench.store.runs.get(started)
    assert (half.state, half.totals.open) == ("paused", 60 - half.totals.drafted)
    with Runner(bench.store, bench.runner._catalog) as another:
        another.resume(started)
        row = another.join(started, 0.02)
    assert (row.state, row.totals.calls) == ("done", 12)
    assert bench.store.reviews.opinion_counts(started).drafts == 30


@pytest.mark.slow
def test_a_killed_review_goes_on(bench: Bench, tmp_path: Path) -> None:
    """kill -9 in mid-review: resumed, it ends with 30 opinions, and only what was in flight is bought twice."""
    run = bench.run(bench.job(**CELL)).id
    bench.practice.configure(PracticeSettings(base_ms=800, item_ms=0))
    line = ["review", str(run), "--model", "practice-strong", "--base-url", bench.practice.base_url, "--json"]
    home = {**os.environ, "DRAFTMILL_DATABASE": str(tmp_path / "draftmill.db")}
    killed = subprocess.Popen([sys.executable, "-m", "engine.cli", *line, "--concurrency", "2"], env=home)
    until(lambda: any(one.totals.drafted >= 10 for one in bench.store.runs.children(run, "review")))
    killed.send_signal(signal.SIGKILL)
    killed.wait()
    started = bench.store.runs.children(run, "review")[0].id
    bench.store.runs.end(started, "paused", Message("killed")).result()
    bench.runner.resume(started)
    row = bench.runner.join(started, 0.02)
    assert (row.state, bench.store.reviews.opinion_counts(started).drafts) == ("done", 30)
    assert row.totals.calls <= 12 + 2


@pytest.mark.slow
def test_the_command_line_tells_the_opinions(bench: Bench, tmp_path: Path) -> None:
    """`draftmill review` waits, ends with 0 and prints the review's own figures on its last line."""
    run = bench.run(bench.job(**CELL)).id
    line = ["review", str(run), "--model", "practice-strong", "--only", "sample:10", "--accept-at", "4"]
    done = subprocess.run(
        [sys.executable, "-m", "engine.cli", *line, "--base-url", bench.practice.base_url, "--json"],
        env={**os.environ, "DRAFTMILL_DATABASE": str(tmp_path / "draftmill.db")},
        capture_output=True,
        text=True,
        timeout=PATIENCE_S,
    )
    said = json.loads(done.stdout.splitlines()[-1])
    assert said["saving"] == pytest.approx(1 - said["tiered_usd"] / said["strong_usd"], abs=0.001)
    assert (done.returncode, said["state"], said["reviewed_run"], said["reviewed"]) == (0, "done", run, 10)
    assert said["approved_by_model"] == bench.store.reviews.counts().approved > 0


@pytest.mark.parametrize("only", ["", "sample:0", "sample:x", "some", "sample:"])
def test_a_choice_that_is_none_is_refused(only: str) -> None:
    """What to review is all, flagged or sample:N; the message says so."""
    with pytest.raises(SpecError, match="choose all, flagged, or sample:N"):
        Review(1, "practice", only=only)


def test_a_review_of_a_review_is_refused(bench: Bench) -> None:
    """Opinions are not reviewed; the message names the run they are about."""
    run = bench.run(bench.job(**CELL)).id
    row = reviewed(bench, run, only="sample:5")
    with pytest.raises(SpecError, match=f"name the run it is about: {run}"):
        bench.runner.review(asked(bench, row.id))
    with pytest.raises(SpecError, match="no draft to review"):
        bench.runner.review(asked(bench, run, only="flagged"))
