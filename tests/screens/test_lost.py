"""What the pages show and offer when a process, the provider or the database was lost."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from dashboard import shared
from engine import Job, RunRow, RunSpec, Tuning, compare
from engine.messages import Message
from engine.process import lease_now
from engine.profiles import PracticeSettings
from engine.store import AutoResume, CallStart, NewRun
from engine.work import plan
from tests.gone import Gone
from tests.screens.conftest import QUICK, Page
from tests.waiting import PATIENCE_S

ARMS = compare.preset_arms(("serial", "combined"), 2)


def left_behind(topic: str) -> int:
    """A run of two drafts whose process has fallen silent with a call in flight."""
    store, spec = shared.store(), RunSpec("cloze", "en", (2,), (topic,), per_combo=2)
    job, slots = Job(spec, Tuning(2, 1), practice=QUICK), plan(spec)
    new = NewRun(spec, job.tuning, "practice-fast", limits=job.settings())
    run = store.runs.create(new, slots, [f"{topic}{slot.number}" for slot in slots]).result()
    fence = store.runs.claim(run, "gone", 1.0).result()
    store.runs.start(run).result()
    store.calls.start(CallStart(run, 0, 1, (0,), 2.0, worst_usd=0.5, fence=fence)).result()
    return run


def going(topic: str) -> int:
    spec = RunSpec("cloze", "en", (2,), (topic,), per_combo=100)
    return shared.runner().submit(Job(spec, Tuning(1, 1), practice=PracticeSettings(base_ms=300, item_ms=0)))


def said(test: AppTest) -> str:
    kinds = (test.markdown, test.caption, test.info, test.warning, test.error, test.code)
    return "\n".join(str(one.value) for kind in kinds for one in kind)


@pytest.mark.parametrize("name", ["runs", "launch"])
def test_an_interrupted_run_is_offered(page: Page, name: str) -> None:
    """Runs and Launch offer to go on; one press does, and the offer is gone."""
    run = left_behind(f"Offer {name}")
    test = page(name)
    assert "was interrupted" in said(test)
    test.button(key="offer_resume").click().run()
    assert shared.runner().join(run).state == "done"
    assert "interrupted" not in said(page(name))


def test_an_interrupted_comparison_is_offered_once(page: Page) -> None:
    """The runs of a comparison that was killed are one line with a link to it; one press goes on with all of them."""
    spec = RunSpec("cloze", "en", (2,), ("Killed",), per_combo=2)
    with Gone(shared.store(), shared.shipped()) as gone:
        made = compare.start(shared.store(), gone, Job(spec, Tuning(), practice=QUICK), ARMS, 2)
    for row in shared.store().runs.page(9, comparison_id=made):
        shared.store().runs.claim(row.id, "gone", 1.0).result()
        shared.store().runs.start(row.id).result()
    test = page("launch")
    assert "1 comparison was interrupted" in said(test)
    assert "run was" not in said(test) and "runs were" not in said(test)
    test.button(key="offer_resume").click().run()
    for row in shared.store().runs.page(9, comparison_id=made):
        assert shared.runner().join(row.id).state == "done"
    assert "interrupted" not in said(page("launch"))


def test_an_interrupted_run_says_so_on_its_page(page: Page) -> None:
    """The page shows that nobody is at work, offers to resume, and tells what is in doubt and what it may cost."""
    run = left_behind("One")
    test = page("runs", run=str(run))
    assert "process of this run has ended" in said(test)
    assert not [button for button in test.button if button.key == "run_pause"]
    test.button(key="run_resume").click().run()
    assert shared.runner().join(run).state == "done"
    assert "1 call is in doubt: up to $0.50" in said(page("runs", run=str(run))).replace("\\", "")


def test_an_interrupted_run_is_shown_as_one_that_stopped(page: Page) -> None:
    """Nobody works on it: no request is active, its drafts can be reviewed, Resume comes first."""
    run = left_behind("Stopped")
    test = page("runs", run=str(run))
    assert "In work" not in said(test)
    test.segmented_control(key="run_tab").set_value("performance").run()
    assert next(metric.value for metric in test.metric if metric.label == "Active requests") == "0"
    keys = [str(button.key) for button in test.button]
    assert keys.index("run_resume") < keys.index("run_cancel")
    shared.runner().cancel(run)


def test_interrupted_runs_are_a_chip_of_the_list(page: Page) -> None:
    """The list counts the interrupted ones and narrows to them."""
    run = left_behind("Chip")
    test = page("runs")
    chips = test.segmented_control(key="runs_state")
    assert any(option.startswith("Interrupted · ") for option in chips.options)
    assert f"Run {run} " in chips.set_value("interrupted").run().page_link[-1].value
    shared.runner().cancel(run)
    assert shared.store().runs.state(run) == "cancelled"


def test_a_run_is_paused_and_resumed(page: Page) -> None:
    """Pause lets what is in flight come in; the page shows it pausing, then paused; Resume goes on."""
    run = going("Pause")
    test = page("runs", run=str(run))
    test.button(key="run_pause").click().run()
    row = shared.runner().join(run)
    assert (row.state, row.totals.in_doubt, row.totals.drafted) == ("paused", 0, row.totals.calls)
    test = page("runs", run=str(run))
    test.button(key="run_resume").click().run()
    assert shared.store().runs.state(run) in ("queued", "running")
    shared.runner().cancel(run)
    assert shared.runner().join(run).state == "cancelled"


def test_a_run_that_waits_says_when_it_is_tried_again(page: Page) -> None:
    """A run whose provider is down says when it is tried again, listed and opened; Pause ends the waiting."""
    run = left_behind("Waits")
    again = AutoResume(lease_now() + 3600, 1, 5)
    shared.store().runs.end(
        run, "paused", Message("provider_down", {"calls": 5, "why": "no answer."}), again=again
    ).result()
    assert "Next attempt at " in said(page("runs"))
    test = page("runs", run=str(run))
    assert "Next attempt at " in said(test)
    test.button(key="run_pause").click().run()
    assert shared.store().runs.get(run).retry_at is None
    assert "Next attempt at " not in said(page("runs", run=str(run)))
    shared.runner().cancel(run)


def test_a_database_that_cannot_be_written_says_what_to_do(page: Page, make: Callable[..., RunRow]) -> None:
    """While the database is held by another program, the run's page says so, and that it continues by itself."""
    row = make(topics=("Trouble",))
    store = shared.store()
    store.write(lambda conn: conn.exec_driver_sql("PRAGMA busy_timeout=0").scalar()).result()
    with closing(sqlite3.connect(store.where, isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        waiting = store.drafts.fail(row.id, {})
        while not store.trouble:
            pass
        words = said(page("runs", run=str(row.id)))
        assert ("Runs continue automatically" in words, "locked" in words) == (True, True)
    assert waiting.result(10) is None
    store.write(lambda conn: conn.exec_driver_sql("PRAGMA busy_timeout=10000").scalar()).result()
    assert "Runs continue automatically" not in said(page("runs", run=str(row.id)))


@pytest.fixture
def other_database(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The dashboard of this process on another file."""

    def close() -> None:
        shared.runner.clear()
        shared.store.clear()

    close()
    monkeypatch.setenv("DRAFTMILL_HOME", str(tmp_path))
    yield tmp_path / "draftmill.db"
    monkeypatch.undo()
    close()


def test_a_damaged_database_is_a_page(other_database: Path) -> None:
    """A file that is no database gives a page with advice, no traceback, and is left as it was."""
    other_database.write_bytes(b"my holiday notes" * 1000)
    test = AppTest.from_file(str(Path(shared.__file__).with_name("app.py")), default_timeout=PATIENCE_S).run()
    assert not test.exception
    assert test.title[0].value == "The database cannot be opened"
    assert "move it aside" in test.code[0].value
    assert other_database.read_bytes() == b"my holiday notes" * 1000
