"""A provider that is down and comes back, a network that is away, a deadline shorter than the answer."""

from __future__ import annotations

import re
import signal
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from engine import Runner, RunRow, Store, Tuning
from engine.clock import RealClock
from engine.practice import PracticeProcess
from engine.profiles import Catalog, PracticeSettings
from tests.integration.conftest import QUICK, Bench
from tests.integration.test_cli import Cli
from tests.integration.test_lost_process import RUN, ended
from tests.ports import free_port
from tests.waiting import until

SCALE = 100.0  # half a minute is 0.3 s
DOWN = PracticeSettings(**QUICK, faults={"503": 1.0})
BOUND = 35


@pytest.fixture(params=[SCALE])
def patient(store: Store, practice: PracticeProcess, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Bench]:
    """A runner that tries again by itself, on a clock that runs fast."""
    catalog = Catalog.load(tmp_path / "providers.toml")
    with Runner(store, catalog, RealClock(request.param), waits=True) as runner:
        yield Bench(store, runner, practice)


def test_an_outage_is_waited_out(patient: Bench) -> None:
    """A run whose provider is down pauses and says when it is tried again; when it is back, it ends by itself."""
    patient.practice.configure(DOWN)
    before = patient.served()
    run = patient.runner.submit(patient.job(tuning=Tuning(4, 1, retries=2)))
    seen = list[RunRow]()

    def is_waiting() -> bool:  # the row as it was then: the next try comes within a third of a second
        seen.append(patient.store.runs.get(run))
        return seen[-1].retry_at is not None

    until(is_waiting)
    row = seen[-1]
    assert (row.state, row.reason.split(":")[0], row.totals.open) == ("paused", "provider_down", 40)
    until(lambda: patient.store.runs.get(run).tries >= 2)
    patient.practice.configure(PracticeSettings(**QUICK))
    until(lambda: patient.store.runs.state(run) == "done")
    row = patient.store.runs.get(run)
    assert (row.totals.drafted, row.retry_at) == (40, None)
    assert row.totals.calls == patient.served() - before <= 40 + BOUND


def is_left_alone(row: RunRow) -> bool:
    return row.state == "paused" and row.retry_at is None


@pytest.mark.slow
@pytest.mark.parametrize("patient", [20 * SCALE], indirect=True)
def test_an_endless_outage_costs_no_more_than_its_bound(patient: Bench) -> None:
    """Probes are calls like others: when the extra calls are used up, the run waits for a person."""
    patient.practice.configure(DOWN)
    run = patient.runner.submit(patient.job(tuning=Tuning(8, 1, retries=5)))
    until(lambda: is_left_alone(patient.store.runs.get(run)))
    assert patient.store.runs.totals(run).calls == BOUND
    patient.practice.configure(PracticeSettings(**QUICK))
    patient.runner.resume(run)
    assert patient.runner.join(run, 0.02).state == "done"


def test_what_waits_outlives_its_process(store: Store, patient: Bench, tmp_path: Path) -> None:
    """A run that waits to be tried again is taken up by whichever process is there when its time comes."""
    patient.practice.configure(DOWN)
    run = patient.runner.submit(patient.job(tuning=Tuning(4, 1, retries=2)))
    until(lambda: patient.store.runs.get(run).retry_at is not None)
    patient.runner.close()
    patient.practice.configure(PracticeSettings(**QUICK))
    with Runner(store, Catalog.load(tmp_path / "none.toml"), RealClock(SCALE), waits=True):
        until(lambda: store.runs.state(run) == "done")


@pytest.mark.parametrize("patient", [SCALE / 20], indirect=True)
def test_pausing_stops_the_tries(patient: Bench) -> None:
    """A run that waits to be tried again no longer does once it is paused by hand."""
    patient.practice.configure(DOWN)
    run = patient.runner.submit(patient.job(tuning=Tuning(1, 1, retries=1)))
    until(lambda: patient.store.runs.get(run).retry_at is not None)
    patient.runner.pause(run)
    row = patient.store.runs.get(run)
    assert (row.state, row.retry_at, row.tries) == ("paused", None, 0)


@pytest.mark.slow
def test_a_network_that_is_away_is_waited_for(patient: Bench) -> None:
    """Offline at the start: nothing is sent, nothing billed; when the address answers, the run ends by itself."""
    port = free_port()
    run = patient.runner.submit(patient.job(f"http://127.0.0.1:{port}/v1"))
    until(lambda: patient.store.runs.get(run).retry_at is not None)
    row = patient.store.runs.get(run)
    assert (row.reason.split(":")[0], row.totals.cost_usd, row.totals.in_doubt) == ("unreachable", 0.0, 0)
    with PracticeProcess(PracticeSettings(**QUICK), port=port):
        until(lambda: patient.store.runs.state(run) == "done")
    assert patient.store.runs.totals(run).drafted == 40


@pytest.mark.slow
def test_a_deadline_shorter_than_the_answer_buys_each_packet_twice_at_most(bench: Bench) -> None:
    """Every answer comes too late: two sends a packet, all in doubt at their upper bound, shown in the run's sums."""
    bench.practice.configure(PracticeSettings(base_ms=1500, item_ms=0))
    before = bench.served()
    job = bench.job(tuning=Tuning(2, 1, retries=5))
    row = bench.run(replace(job, overrides=replace(job.overrides, deadline_s=0.3)))
    sends = Counter(slot for call in bench.store.calls.page(row.id, limit=500) for slot in call.slots)
    assert (row.state, row.reason.split(":")[0], max(sends.values())) == ("paused", "late", 2)
    assert row.totals.in_doubt == row.totals.calls == bench.served() - before <= BOUND
    assert row.totals.in_doubt_usd == pytest.approx(row.totals.cost_usd)
    assert row.totals.cost_usd > 0


def test_a_long_retry_after_says_until_when(limited: Bench) -> None:
    """A provider that asks to wait for longer than two minutes pauses the run, with the time of day."""
    limited.practice.configure(PracticeSettings(**QUICK, rpm=1, window_s=3600.0))
    row = limited.run(limited.job(tuning=Tuning(1, 10), per_combo=5))
    assert (row.state, row.reason.split(":")[0]) == ("paused", "long_wait")
    when = row.reason.rstrip(".").split("That is at ")[1]
    assert re.fullmatch(r"\d\d:\d\d:\d\d|\d{4}-\d\d-\d\d \d\d:\d\d", when), when  # with the date where it is tomorrow


@pytest.mark.slow
def test_the_command_line_waits_when_told(tmp_path: Path, practice: PracticeProcess) -> None:
    """`run --wait` says when it tries again; Ctrl-C ends the waiting, and the run stays paused."""
    practice.configure(DOWN)
    cli = Cli(tmp_path, practice.base_url)
    child = cli.start(*RUN, "--retries", "1", "--wait")
    assert child.stderr is not None
    assert "the next try is at " in child.stderr.readline()
    child.send_signal(signal.SIGINT)
    left = ended(child)
    assert (child.returncode, left["state"], left["retry_at"]) == (4, "paused", None)
