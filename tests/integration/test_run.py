"""Whole runs over real HTTP: exactly what was asked for, whatever the provider does."""

from __future__ import annotations

import asyncio
import threading
from collections import Counter
from concurrent.futures import Future
from dataclasses import replace
from typing import Any, get_args

import pytest

from engine import Runner, Store, Tuning
from engine.practice import PracticeProcess
from engine.profiles import PracticeSettings
from engine.reports import progress_of, tuning_for
from engine.spec import Lang, kind_names, options_class
from engine.store import DraftFilter, NewRun, Runs, RunState
from engine.work import plan
from tests.integration.conftest import QUICK, Bench
from tests.matrix import matrix, slow
from tests.waiting import until

CELLS = {("Daily life", 3): 10, ("Daily life", 4): 10, ("Campus", 3): 10, ("Campus", 4): 10}


def cells(bench: Bench, run: int) -> dict[tuple[str, int], int]:
    return {(cell.topic, cell.level): cell.drafted for cell in bench.store.drafts.cells(run)}


@pytest.mark.parametrize(("kind", "lang"), matrix(kind_names(), get_args(Lang)))
def test_exactly_ten_in_every_cell_in_fourteen_calls(bench: Bench, kind: str, lang: Lang) -> None:
    """40 drafts at batch 3 are 14 calls and 10 drafts a cell, for every kind and language."""
    row = bench.run(bench.job(kind=kind, lang=lang, options=options_class(kind)()))
    assert (row.state, row.totals.calls, cells(bench, row.id)) == ("done", 14, CELLS)
    assert row.totals.flagged == 0


@pytest.mark.parametrize("batch_size", [slow(1), 3, slow(5)])
def test_faults_cost_calls_and_no_drafts(store: Store, runner: Runner, batch_size: int) -> None:
    """
    With 10 % short, 5 % malformed, 5 % 503 and 2 % resets: exactly N, <= 1.35 x the plan, one ledger.

    Only what broke off twice is not bought a third time: by chance in one of eight runs.
    """
    faults = {"short": 0.10, "malformed": 0.05, "503": 0.05, "reset": 0.02}
    # By chance alone the share of faulty answers comes near the bound once in 40 times, and one of a hundred packets
    # meets four faults in a row once in 50 times: a seed of its own, and five retries.
    with PracticeProcess(PracticeSettings(**QUICK, seed=11, faults=faults)) as practice:
        bench = Bench(store, runner, practice)
        row = bench.run(bench.job(tuning=Tuning(8, batch_size, retries=5), per_combo=75))
        doubts = [call for call in store.calls.page(row.id, 1000) if call.outcome == "in_doubt"]
        times = Counter(call.packet for call in doubts)
        left = {slot for call in doubts if times[call.packet] > 1 for slot in call.slots}
        assert (row.state, row.totals.drafted) == ("incomplete" if left else "done", 300 - len(left))
        assert len(left) <= 2 * batch_size
        assert row.totals.calls <= 1.35 * 300 / batch_size
        assert bench.served() == row.totals.calls


@pytest.mark.parametrize("concurrency", [slow(1), 5])
def test_no_more_calls_are_in_flight_than_asked_for(store: Store, runner: Runner, concurrency: int) -> None:
    """The next call goes while an answer is stored and read; it never overtakes the answer at the provider."""
    with PracticeProcess(PracticeSettings(base_ms=100, item_ms=0, jitter=0.5)) as practice:
        bench = Bench(store, runner, practice)
        row = bench.run(bench.job(tuning=Tuning(concurrency, 1), per_combo=25))
        assert (row.state, practice.stats()["most_in_flight"]) == ("done", concurrency)


def test_a_known_limit_is_never_passed(limited: Bench) -> None:
    """A run that knows the limit gets no 429."""
    limited.practice.configure(PracticeSettings(**QUICK, rpm=30, window_s=60))
    row = limited.run(limited.job(tuning=Tuning(8, 2), rpm=30, per_combo=10))
    assert (row.state, row.totals.calls, row.totals.http_429) == ("done", 20, 0)


@pytest.mark.slow
def test_an_unknown_limit_costs_pauses_and_no_drafts(limited: Bench) -> None:
    """429s of an undeclared limit slow the run down; they spend no retries and lose nothing."""
    limited.practice.configure(PracticeSettings(**QUICK, rpm=6, window_s=1.0))
    row = limited.run(limited.job(tuning=Tuning(4, 3, retries=1), per_combo=10))
    assert (row.state, row.totals.drafted) == ("done", 40)
    assert row.totals.http_429 > 0


def test_without_retries_nothing_is_sent_twice(bench: Bench) -> None:
    """retries 0: each packet is one call, and what it does not bring is failed with its reason."""
    bench.practice.configure(PracticeSettings(**QUICK, faults={"short": 0.5, "503": 0.2}))
    row = bench.run(bench.job(tuning=Tuning(4, 3, retries=0)))
    assert (row.state, row.totals.calls) == ("incomplete", 14)
    assert row.totals.drafted + row.totals.failed == 40
    assert "Daily life" in row.reason or "Campus" in row.reason


def test_a_run_that_lost_slots_is_completed_later(bench: Bench) -> None:
    """Retrying what failed asks for those slots only, and the run is done."""
    bench.practice.configure(PracticeSettings(**QUICK, faults={"short": 0.5}))
    row = bench.run(bench.job(tuning=Tuning(4, 3, retries=0)))
    bench.practice.configure(PracticeSettings(**QUICK))
    before = bench.served()
    bench.runner.resume(row.id, retry=True)
    again = bench.runner.join(row.id, 0.02)
    assert (again.state, cells(bench, row.id)) == ("done", CELLS)
    assert bench.served() - before <= row.totals.failed


def test_paid_drafts_are_reused(bench: Bench) -> None:
    """The same spec again costs no call; with reuse off it is made again."""
    bench.run(bench.job())
    again = bench.run(bench.job())
    anew = bench.run(bench.job(reuse=False))
    assert (again.state, again.totals.calls, again.totals.cached) == ("done", 0, 40)
    assert (anew.totals.calls, anew.totals.cached) == (14, 0)


def test_more_copies_cost_only_the_new_ones(bench: Bench) -> None:
    """Asking for 12 a cell after 10 buys 8 drafts."""
    bench.run(bench.job())
    more = bench.run(bench.job(per_combo=12))
    assert (more.state, more.totals.cached, more.totals.drafted) == ("done", 40, 48)


def test_a_cancel_keeps_what_was_paid(bench: Bench) -> None:
    """Queued calls stop at once, calls in flight drain and their drafts are kept; every slot has ended."""
    bench.practice.configure(PracticeSettings(base_ms=400, item_ms=0))
    before = bench.served()
    run = bench.runner.submit(bench.job(tuning=Tuning(2, 1)))
    wait_for_calls(bench, run, 2)
    bench.runner.cancel(run)
    totals = bench.runner.join(run, 0.02).totals
    assert bench.store.runs.get(run).state == "cancelled"
    assert totals.drafted == totals.calls == bench.served() - before
    assert totals.drafted + totals.cancelled == 40


def test_a_queued_run_is_cancelled_before_its_first_call(bench: Bench) -> None:
    """A fifth run waits for a place; cancelled there, it has made no call."""
    bench.practice.configure(PracticeSettings(base_ms=3000, item_ms=0))
    runs = [bench.runner.submit(bench.job(tuning=Tuning(1, 10), reuse=False, per_combo=2)) for _ in range(5)]
    bench.runner.cancel(runs[4])
    assert bench.runner.join(runs[4], 0.02).state == "cancelled"
    assert bench.store.runs.get(runs[4]).totals.calls == 0
    assert [bench.runner.join(run, 0.02).state for run in runs[:4]] == ["done"] * 4


def test_closing_pauses_and_resuming_ends(bench: Bench) -> None:
    """A runner that is closed drains and pauses its runs; resumed, they ask only for what is open."""
    bench.practice.configure(PracticeSettings(base_ms=300, item_ms=0))
    run = bench.runner.submit(bench.job(tuning=Tuning(2, 2)))
    wait_for_calls(bench, run, 2)
    bench.runner.close()
    paused = bench.store.runs.get(run)
    assert paused.state == "paused"
    assert paused.totals.open == 40 - paused.totals.drafted


class ResumedAtOnce(Runs):
    """Runs whose provider is well again, and that a person resumes, before their process knows of the pause."""

    bench: Bench

    def end(self, run_id: int, state: RunState, *args: Any, **named: Any) -> Future[bool]:
        ended = super().end(run_id, state, *args, **named)
        if state != "paused":
            return ended
        known = Future[bool]()
        stored = ended.result()
        self.bench.practice.configure(PracticeSettings(**QUICK))
        self.bench.runner.resume(run_id)
        asyncio.get_running_loop().call_soon(known.set_result, stored)
        return known


def test_a_run_that_is_resumed_in_the_moment_of_its_pause_goes_on(bench: Bench) -> None:
    """It begins again when the work that paused it is over, although nobody asks for it twice."""
    bench.store.runs = runs = ResumedAtOnce(bench.store._access)
    runs.bench = bench
    bench.practice.configure(PracticeSettings(**QUICK, faults={"quota": 1.0}))
    run = bench.runner.submit(bench.job())
    until(lambda: bench.store.runs.get(run).state == "done")


def test_drafts_of_one_run_differ(bench: Bench) -> None:
    """No two drafts of a run share their text."""
    row = bench.run(bench.job(per_combo=25))
    texts = [str(draft.content) for draft in bench.store.drafts.page(DraftFilter(run=row.id), limit=200)]
    assert len(set(texts)) == len(texts) == 100


def test_two_threads_submitting_share_the_gate(limited: Bench) -> None:
    """Runs of one provider and key started from several threads together keep its limit."""
    limited.practice.configure(PracticeSettings(**QUICK, rpm=40))
    jobs = [limited.job(tuning=Tuning(4, 5), rpm=40, reuse=False) for _ in range(3)]
    runs: list[int] = []
    threads = [threading.Thread(target=lambda job=job: runs.append(limited.runner.submit(job))) for job in jobs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    ended = [limited.runner.join(run, 0.02) for run in runs]
    assert [row.state for row in ended] == ["done"] * 3
    assert sum(row.totals.http_429 for row in ended) == 0


def wait_for_calls(bench: Bench, run: int, calls: int) -> None:
    until(lambda: bench.store.runs.get(run).totals.calls >= calls)


def test_the_practice_provider_starts_by_itself(bench: Bench) -> None:
    """Without a base_url the practice provider is started for the run, set as the job says."""
    job = bench.job(tuning=Tuning(4, 5), per_combo=2)
    own = type(job)(job.spec, job.tuning, practice=PracticeSettings(**QUICK))
    row = bench.run(own)
    assert (row.state, row.base_url) == ("done", "")


def test_a_process_of_its_own_keeps_its_account(practice: PracticeProcess) -> None:
    """The practice provider says how many calls it has served."""
    assert practice.stats()["calls"] >= 0


def test_a_budget_is_never_passed(bench: Bench) -> None:
    """At eight calls in flight the spend stays within the budget, and the run pauses saying so."""
    row = bench.run(bench.job(tuning=Tuning(8, 1), budget_usd=0.01, per_combo=50))
    assert (row.state, row.reason.startswith("budget")) == ("paused", True)
    assert 0.005 < row.totals.cost_usd <= 0.01
    assert row.totals.open > 0


def test_auto_grows_its_batch(bench: Bench) -> None:
    """Where a call is costly and every item comes back, the batch grows, and the change log says so."""
    bench.practice.configure(PracticeSettings(base_ms=300, item_ms=5, jitter=0.0))  # a call costs, an item hardly
    start = tuning_for("auto", 300)
    row = bench.run(bench.job(tuning=start, per_combo=75))
    chosen = [change.after["batch_size"] for change in bench.store.runs.changes(row.id) if change.what == "tuning"]
    assert (row.state, row.totals.drafted) == ("done", 300)
    assert max(chosen) > start.batch_size


def test_a_detected_limit_is_kept_with_the_run(bench: Bench) -> None:
    """A limit that was detected is in the run's change log, with its reason."""
    bench.practice.configure(PracticeSettings(base_ms=100, item_ms=0, max_in_flight=2))
    row = bench.run(bench.job(tuning=Tuning(4, 1)))
    changes = bench.store.runs.changes(row.id)
    assert (row.state, {change.what for change in changes}) == ("done", {"limits"})
    assert all(change.why and row.created_at <= change.at for change in changes)


def test_a_saved_limit_is_in_force(bench: Bench) -> None:
    """A limit saved in the dashboard is the profile's from the next run on."""
    bench.store.profiles.set("practice", {"limits": {"rpm": 7, "window_s": 2.0}}).result()
    row = bench.run(bench.job(tuning=Tuning(4, 5)))
    assert (row.limits["rpm"], row.limits["window_s"], row.state) == (7, 2.0, "done")


def test_a_run_whose_process_is_gone_is_taken_over(bench: Bench) -> None:
    """A run left running by a process that fell silent is resumed by another, which asks for what is open."""
    job = bench.job()
    slots = plan(job.spec)
    new = NewRun(job.spec, job.tuning, "practice-fast", limits=job.settings())
    run = bench.store.runs.create(new, slots, [str(slot.number) for slot in slots]).result()
    assert bench.store.runs.claim(run, "gone", 1.0).result() == 1
    bench.store.runs.start(run).result()
    bench.runner.resume(run)
    row = bench.runner.join(run, 0.02)
    assert (row.state, row.fence, cells(bench, run)) == ("done", 2, CELLS)


def test_rate_headers_are_read(limited: Bench) -> None:
    """A limit that only the answers' headers tell is kept: no 429."""
    limited.practice.configure(PracticeSettings(**QUICK, rpm=600, rate_headers=True))
    row = limited.run(limited.job(tuning=Tuning(4, 1)))
    assert (row.state, row.totals.http_429) == ("done", 0)
    assert [change.why for change in limited.store.runs.changes(row.id)] == ["header"]


def test_a_run_goes_on_with_a_larger_budget(bench: Bench) -> None:
    """Paused at its budget at eight in flight, a run resumed with a larger one ends done within that."""
    row = bench.run(bench.job(tuning=Tuning(8, 1), budget_usd=0.01))
    assert (row.state, row.reason.partition(":")[0]) == ("paused", "budget")
    bench.runner.resume(row.id, budget_usd=1.0)
    again = bench.runner.join(row.id, 0.02)
    assert (again.state, again.spec["budget_usd"]) == ("done", 1.0)
    assert 0.01 < again.totals.cost_usd <= 1.0


def test_the_days_budget_holds_for_all_runs(bench: Bench) -> None:
    """Two runs at once, eight in flight each: together they stay within the day's budget and pause saying so."""
    bench.store.profiles.set("practice", {"budget_day_usd": 0.01}).result()
    jobs = [bench.job(tuning=Tuning(8, 1), per_combo=50, reuse=False) for _ in range(2)]
    rows = [bench.runner.join(run, 0.02) for run in [bench.runner.submit(job) for job in jobs]]
    assert [(row.state, row.reason.partition(":")[0]) for row in rows] == [("paused", "budget_day")] * 2
    assert 0.005 < sum(row.totals.cost_usd for row in rows) <= 0.01
    bench.store.profiles.set("practice", None).result()
    bench.runner.resume(rows[0].id)
    assert bench.runner.join(rows[0].id, 0.02).state == "done"


def test_an_unknown_price_is_counted_at_its_bound_and_said(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    """A paid model without a listed price: the run says that the price is not known, and still keeps its budget."""
    monkeypatch.setenv("SOME_KEY", "abc-123")
    job = bench.job(tuning=Tuning(4, 5), budget_usd=5.0)
    paid = replace(job, spec=replace(job.spec, provider="deepseek", model="practice-fast"))
    bench.store.profiles.set("deepseek", {"extra_body": {}, "limits": {"rpm": 0}}).result()
    row = bench.run(replace(paid, overrides=replace(paid.overrides, key_env="SOME_KEY")))
    assert (row.state, progress_of(bench.store, row.id).price_known) == ("done", False)
    assert row.totals.cost_usd < 0.1  # the provider says what it billed, and that figure is used
