"""Who works on what is on the pages of a run and of Health, and in no way of a person who is alone."""

from __future__ import annotations

from streamlit.testing.v1 import AppTest

from dashboard import shared
from engine import Job, Runner, RunSpec, Tuning
from engine.process import lease_now
from tests.screens.conftest import QUICK, Page


def said(test: AppTest) -> str:
    return "\n".join(str(one.value) for one in (*test.caption, *test.header)).replace("\\", "")


def offered(topic: str) -> int:
    """A run that is left to workers."""
    with Runner(shared.store(), shared.shipped(), role="offers") as desk:
        return desk.submit(Job(RunSpec("cloze", "en", (2,), (topic,), per_combo=2), Tuning(), practice=QUICK))


def test_a_run_says_which_worker_has_it(page: Page) -> None:
    """Before a worker takes it the page says that it waits; then which process, and since when."""
    run = offered("Held")
    assert "Waiting for a worker." in said(page("runs", run=str(run)))
    assert shared.store().runs.claim(run, "elsewhere/1:77:5.00:a", lease_now()).result()
    text = said(page("runs", run=str(run)))
    assert "In work at process 77 on elsewhere (for " in text and "Waiting" not in text
    (worker,) = shared.store().offers.workers()
    assert [(held.run, held.planned, held.in_flight) for held in worker.held] == [(run, 2, 0)]
    shared.store().runs.end(run, "cancelled").result()


def test_who_is_alone_sees_no_workers(page: Page) -> None:
    """With a file there is no table of workers, and one's own run names no process."""
    assert "Workers" not in said(page("health"))
    run = shared.runner().submit(Job(RunSpec("cloze", "en", (2,), ("Alone",)), Tuning(), practice=QUICK))
    row = shared.store().runs.get(run)
    assert "In work at" not in said(page("runs", run=str(run)))
    shared.runner().join(run)
    assert shared.runner().holds(row)  # a page may have read the row before the run ended
