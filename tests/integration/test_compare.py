"""Comparisons over real HTTP: equal work for every arm, nothing lost when stopped, nothing sent when refused."""

from __future__ import annotations

import time
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from statistics import median

import pytest

from engine import Job, Overrides, Runner, RunSpec, SpecError, Store, Tuning, compare
from engine.compare import Arm, Writer
from engine.job import SecondModel
from engine.profiles import Catalog, PracticeSettings
from engine.runners.reviews import TUNING as REVIEW_TUNING
from engine.store import NewComparison, RunRow, Runs
from tests.gone import Gone
from tests.integration.conftest import Bench
from tests.waiting import until

CANARY = "sk-canary-0ddba11"
SLOW = {"base_ms": 60, "item_ms": 5, "jitter": 0.0}
ARMS = compare.preset_arms(("serial", "combined"), 12)
SMALL = {"topics": ("Campus",), "levels": (2,), "per_combo": 6}


def finished(bench: Bench, comparison: int) -> list[RunRow]:
    """The comparison's runs in the order they were submitted, once none is open."""
    until(lambda: compare.report(bench.store, comparison).state not in ("queued", "running"))
    return sorted(bench.store.runs.page(200, comparison_id=comparison), key=lambda row: row.id)


def wait_for_a_trial(store: Store, comparison: int) -> None:
    until(lambda: compare.report(store, comparison).runs_done)


def test_every_arm_does_the_same_work(bench: Bench) -> None:
    """Every run makes N drafts, none from the cache, and no two runs of a comparison work at one time."""
    made = compare.start(bench.store, bench.runner, bench.job(**SMALL), ARMS, 3, note="first", seed=1)
    rows = finished(bench, made)
    assert [row.totals.drafted for row in rows] == [6] * 6
    assert [row.totals.calls for row in rows] == [6 if row.arm == "serial" else 2 for row in rows]
    assert sum(row.totals.cached for row in rows) == 0
    assert all((before.ended_at or 0) <= (after.started_at or 0) for before, after in pairwise(rows))
    assert [row.trial for row in rows] == [1, 1, 2, 2, 3, 3]


def test_arms_are_told_apart(bench: Bench) -> None:
    """Four calls at a time are faster than one and about as fast as forecast; a refresh shows the same figures."""
    bench.practice.configure(PracticeSettings(**{**SLOW, "base_ms": 200}))
    arms = compare.preset_arms(("serial", "concurrent"), 16)
    made = compare.start(bench.store, bench.runner, bench.job(**{**SMALL, "per_combo": 16}), arms, 2)
    finished(bench, made)
    at = compare.report(bench.store, made)
    concurrent = at.arms[1]
    assert (at.state, at.verdict and at.verdict.best) == ("done", "concurrent")
    assert concurrent.predicted_items_per_s > at.arms[0].predicted_items_per_s  # how close: benchmarks/bench_compare.py
    assert 1.5 < (concurrent.speedup or 0) < 6
    assert at == compare.report(bench.store, made)


def test_an_estimate_counts_every_trial(bench: Bench) -> None:
    """Two arms of 6 and 2 calls, five times: 40 calls, 60 drafts, and a speed for each arm once a reply was timed."""
    job = bench.job(**SMALL)
    assert not compare.estimate_comparison(bench.store, Catalog.load(), job, ARMS, 5).predicted
    bench.runner.join(bench.runner.submit(job), 0.02)
    at = compare.estimate_comparison(bench.store, Catalog.load(), job, ARMS, 5)
    assert (at.runs, at.drafts, at.calls) == (10, 60, 40)
    assert set(at.predicted) == {"serial", "combined"}
    assert at.predicted["combined"] > at.predicted["serial"] > 0


def test_cancel_keeps_what_is_done(bench: Bench) -> None:
    """After a cancel the trials that ended are kept, and no run is open."""
    bench.practice.configure(PracticeSettings(**SLOW))
    made = compare.start(bench.store, bench.runner, bench.job(**SMALL), ARMS, 5)
    wait_for_a_trial(bench.store, made)
    compare.cancel(bench.store, made)
    rows = finished(bench, made)
    at = compare.report(bench.store, made)
    assert at.state == "cancelled"
    assert 1 <= at.runs_done < 10
    assert {row.state for row in rows} <= {"done", "cancelled"}
    assert [call for row in rows for call in bench.store.calls.page(row.id) if call.outcome != "ok"] == []


def test_a_restart_loses_nothing(bench: Bench, tmp_path: Path) -> None:
    """Closed in the middle and resumed by another runner, a comparison makes every draft once, in the order planned."""
    bench.practice.configure(PracticeSettings(**SLOW))
    before = bench.served()
    made = compare.start(bench.store, bench.runner, bench.job(**SMALL), ARMS, 3)
    wait_for_a_trial(bench.store, made)
    bench.runner.close()
    assert compare.report(bench.store, made).state == "paused"
    with Runner(bench.store, Catalog.load(tmp_path / "providers.toml")) as runner:
        compare.resume(bench.store, runner, made)
        rows = finished(bench, made)
    assert [(row.state, row.totals.drafted) for row in rows] == [("done", 6)] * 6
    assert bench.served() - before == sum(row.totals.calls for row in rows) == 3 * (6 + 2)
    assert compare.report(bench.store, made).state == "done"


def test_runs_of_a_process_that_has_gone_are_taken_over(bench: Bench, tmp_path: Path) -> None:
    """What a dead process left queued or running is resumed by whoever is asked to."""
    with Gone(bench.store, Catalog.load(tmp_path / "providers.toml")) as gone:
        made = compare.start(bench.store, gone, bench.job(**SMALL), ARMS, 1)
    first = min(row.id for row in bench.store.runs.page(9, comparison_id=made))
    bench.store.runs.claim(first, "gone", 0.0).result()
    bench.store.runs.start(first).result()
    assert compare.report(bench.store, made).state == "paused"
    compare.resume(bench.store, bench.runner, made)
    assert [row.state for row in finished(bench, made)] == ["done", "done"]


class LateRuns(Runs):
    """Runs that another process claims right before or right after they are listed."""

    first = False

    def page(
        self, limit: int = 50, offset: int = 0, state: str | None = None, comparison_id: int | None = None
    ) -> list[RunRow]:
        rows = super().page(limit, offset, state, comparison_id)
        for row in rows:
            self.claim(row.id, "another", time.time()).result()
        return super().page(limit, offset, state, comparison_id) if self.first else rows


@pytest.mark.parametrize("first", [True, False])
def test_a_cancel_leaves_what_was_claimed_to_its_process(bench: Bench, tmp_path: Path, first: bool) -> None:
    """A queued run that is claimed during the cancel is asked to stop, not ended over its calls in flight."""
    catalog = Catalog.load(tmp_path / "providers.toml")
    with Store.open(tmp_path / "late.db") as store, Gone(store, catalog) as gone:
        made = compare.start(store, gone, bench.job(**SMALL), ARMS, 1)
        store.runs = runs = LateRuns(store._access)
        runs.first = first
        compare.cancel(store, made)
        rows = store.runs.page(comparison_id=made)
    assert [(row.state, row.command, row.owner) for row in rows] == [("queued", "cancel", "another")] * 2


def test_a_resume_of_what_is_at_work_changes_nothing(bench: Bench) -> None:
    """Resuming a comparison that goes on, twice, makes no run more."""
    bench.practice.configure(PracticeSettings(**SLOW))
    made = compare.start(bench.store, bench.runner, bench.job(**SMALL), ARMS, 2)
    compare.resume(bench.store, bench.runner, made)
    compare.resume(bench.store, bench.runner, made)
    assert [(row.state, row.totals.drafted) for row in finished(bench, made)] == [("done", 6)] * 4


def test_what_was_never_submitted_is_submitted(bench: Bench) -> None:
    """A comparison whose process ended while its runs were being queued gets the missing ones, and no others."""
    made = compare.start(bench.store, bench.runner, bench.job(**SMALL), ARMS, 2)
    finished(bench, made)
    whole = bench.store.comparisons.get(made)
    cut = bench.store.comparisons.create(NewComparison(RunSpec.from_json(whole.spec), whole.arms, 2)).result()
    assert compare.report(bench.store, cut).state == "paused"
    compare.resume(bench.store, bench.runner, cut)
    compare.resume(bench.store, bench.runner, cut)
    rows = finished(bench, cut)
    assert sorted((row.arm, row.trial) for row in rows) == [(arm.name, trial) for arm in ARMS[::-1] for trial in (1, 2)]
    assert [row.totals.drafted for row in rows] == [6] * 4


@pytest.mark.parametrize(
    ("arms", "trials"),
    [((), 3), (ARMS, 0), ((*ARMS, ARMS[0]), 3), (tuple(Arm(f"{n}", Tuning(n)) for n in range(1, 12)), 20)],
)
def test_a_bad_grid_sends_nothing(bench: Bench, arms: tuple[Arm, ...], trials: int) -> None:
    """What cannot be compared is refused before a row is written or a call is made."""
    before = bench.served()
    with pytest.raises(SpecError):
        compare.start(bench.store, bench.runner, bench.job(**SMALL), arms, trials)
    assert (bench.served(), bench.store.runs.count(), bench.store.comparisons.page()) == (before, 0, [])


def test_an_arm_above_the_profile_sends_nothing(store: Store, runner: Runner, monkeypatch: pytest.MonkeyPatch) -> None:
    """One arm the profile does not allow refuses the whole comparison, the arms before it too."""
    monkeypatch.setenv("OPENROUTER_API_KEY", CANARY)
    job = Job(RunSpec("cloze", "en", (2,), ("Campus",), provider="openrouter"), Tuning())
    with pytest.raises(SpecError, match="concurrency is 65"):
        compare.start(store, runner, job, (Arm("serial", Tuning()), Arm("many", Tuning(65))), 1)
    assert (store.runs.count(), store.comparisons.page()) == (0, [])


@pytest.mark.parametrize("model", ["practice-strnog", "practice-fast + practice-strnog"])
@pytest.mark.parametrize("own", [True, False])
def test_an_unknown_model_sends_nothing(bench: Bench, model: str, own: bool) -> None:
    """A model that its provider does not list is refused before any arm costs money, with the arm and near names."""
    before = bench.served()
    writers = [compare.read_writer(text, ["practice"]) for text in (model, "practice-strong")]
    arms = compare.crossed(ARMS, [compare.with_provider(one, "practice") for one in writers])
    job = bench.job(**SMALL)
    with pytest.raises(SpecError, match=r"practice-strnog.*'[^']*practice-strnog.*nearest are practice-strong"):
        compare.start(bench.store, bench.runner, replace(job, overrides=Overrides()) if own else job, arms, 1)
    assert (bench.served(), bench.store.runs.count(), bench.store.comparisons.page()) == (before, 0, [])


def test_a_provider_without_a_list_is_not_held_against_a_model(bench: Bench, tmp_path: Path) -> None:
    """Where the list cannot be asked for, and where the profile names the model itself, the comparison starts."""
    (tmp_path / "providers.toml").write_text(
        '[dead]\nbase_url = "http://127.0.0.1:9/v1"\n'
        f'[own]\nbase_url = "{bench.practice.base_url}"\nmodels = ["mine"]\n'
    )
    catalog = Catalog.load(tmp_path / "providers.toml")
    arms = compare.crossed(
        ARMS[1:], [Writer("dead", "any"), Writer("own", "mine"), Writer("own", "practice-fast:free")]
    )
    with Runner(bench.store, catalog) as runner:
        made = compare.start(bench.store, runner, bench.job(**SMALL), arms, 1)
        compare.cancel(bench.store, made)
        assert len(finished(bench, made)) == 3


def test_a_judged_arm_has_its_review(bench: Bench) -> None:
    """Each run of an arm with a second model is judged by it, once; the other arm is not. Resuming adds nothing."""
    judge = SecondModel("practice", "practice-strong")
    own, plain = compare.crossed(ARMS[1:], [Writer("", "practice-small", judge), Writer("", "practice-strong")])
    made = compare.start(bench.store, bench.runner, bench.job(**SMALL), (own, plain), 2)
    rows = finished(bench, made)
    compare.resume(bench.store, bench.runner, made)
    assert rows == finished(bench, made)
    drafts = {row.id: row for row in rows if row.purpose == "drafts"}
    reviews = [row for row in rows if row.purpose == "review"]
    assert {(row.arm, row.model) for row in drafts.values()} == {(a.name, a.model) for a in (own, plain)}
    assert sorted(row.parent_run or 0 for row in reviews) == [id for id, row in drafts.items() if row.arm == own.name]
    assert {(row.model, row.state, row.arm) for row in reviews} == {("practice-strong", "done", own.name)}
    assert (compare.report(bench.store, made).state, compare.report(bench.store, made).runs) == ("done", 4)


def test_the_time_of_a_second_model_is_that_of_its_calls(bench: Bench) -> None:
    """Once a review was timed, a judged arm is forecast to take what its calls take beside the drafts."""
    job, judge = bench.job(**SMALL), SecondModel("practice", "practice-strong")
    judged = compare.crossed(ARMS[1:], [Writer("", "practice-small", judge)])
    finished(bench, compare.start(bench.store, bench.runner, job, judged, 1))
    plain = [replace(arm, judge=None) for arm in judged]
    catalog = Catalog.load()
    with_it, without = (compare.estimate_comparison(bench.store, catalog, job, arms, 1) for arms in (judged, plain))
    timed = bench.store.calls.samples("practice", "practice-strong", "cloze", "en", purpose="review")
    each_s = median(one.seconds for one in timed) / REVIEW_TUNING.concurrency
    assert (with_it.wall_s or 0) - (without.wall_s or 0) == pytest.approx((with_it.calls - without.calls) * each_s)


class EndsEarly(Runner):
    """Its process ends before the second model is asked."""

    def judge(self, run: int) -> None:
        pass


def test_a_review_that_never_began_is_made_up_for(bench: Bench) -> None:
    """A comparison whose process ended before the second model was asked is paused, and resuming asks it."""
    arms = compare.crossed(ARMS[1:], [Writer("", "practice-small", SecondModel("practice", "practice-strong"))])
    with EndsEarly(bench.store, Catalog.load()) as early:
        made = compare.start(bench.store, early, bench.job(**SMALL), arms, 1)
        assert [row.purpose for row in finished(bench, made)] == ["drafts"]
    assert compare.report(bench.store, made).state == "paused"
    compare.resume(bench.store, bench.runner, made)
    assert [(row.purpose, row.state) for row in finished(bench, made)] == [("drafts", "done"), ("review", "done")]
    assert compare.report(bench.store, made).state == "done"


def test_an_outage_is_found_once(bench: Bench, tmp_path: Path) -> None:
    """The first trial finds it, the others of the arm are paused without a call; so again when a person resumes."""
    (tmp_path / "providers.toml").write_text('[dead]\nbase_url = "http://127.0.0.1:9/v1"\ndefault_model = "m"\n')
    catalog = Catalog.load(tmp_path / "providers.toml")
    arms = compare.crossed(ARMS[1:], [Writer("dead", "m"), Writer("", "practice-fast")])
    with Runner(bench.store, catalog) as runner:
        made = compare.start(bench.store, runner, bench.job(**SMALL), arms, 3)
        first = [row for row in finished(bench, made) if row.arm == "m"]
        compare.resume(bench.store, runner, made)
        rows = finished(bench, made)
    again = [row for row in rows if row.arm == "m"]
    assert {(row.state, row.why.code) for row in (*first, *again)} == {("paused", first[0].why.code)}
    assert first[0].totals.calls and [row.totals.calls for row in first[1:]] == [0, 0]
    assert again[0].totals.calls > first[0].totals.calls and [row.totals.calls for row in again[1:]] == [0, 0]
    assert [row.state for row in rows if row.arm != "m"] == ["done"] * 3


def test_a_provider_that_is_down_pauses_its_arm_only(bench: Bench, tmp_path: Path) -> None:
    """The other provider's arm is done; the comparison is paused, with the reason."""
    (tmp_path / "providers.toml").write_text('[dead]\nbase_url = "http://127.0.0.1:9/v1"\ndefault_model = "m"\n')
    catalog = Catalog.load(tmp_path / "providers.toml")
    arms = compare.crossed(ARMS[1:], [Writer("dead", "m"), Writer("", "practice-fast")])
    with Runner(bench.store, catalog) as runner:
        made = compare.start(bench.store, runner, bench.job(**SMALL), arms, 1)
        rows = {row.arm: row for row in finished(bench, made)}
        assert (rows["practice-fast"].state, rows["m"].state) == ("done", "paused")
        at = compare.report(bench.store, made)
    assert (at.state, at.why.code) == ("paused", rows["m"].why.code) and at.why.code
