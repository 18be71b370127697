"""The dashboard's own process is asked to end, and killed, while it works on a run."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from engine import Job, RunSpec, Store, Tuning
from engine.profiles import PracticeSettings
from engine.store import NewRun
from engine.work import plan
from tests.browser.kit import ROOT, free_port, wait_for

SLOW = PracticeSettings(base_ms=1000, item_ms=0, jitter=0)


class Server:
    """`draftmill` on a database that holds one run nobody works on."""

    def __init__(self, home: Path) -> None:
        self.home = home
        with Store.open(home / "draftmill.db") as store:
            spec = RunSpec("cloze", "en", (2,), ("Campus",), per_combo=60)
            job, slots = Job(spec, Tuning(2, 1), practice=SLOW), plan(spec)
            new = NewRun(spec, job.tuning, "practice-fast", limits=job.settings())
            store.runs.create(new, slots, [str(slot.number) for slot in slots]).result()

    def start(self) -> str:
        port = free_port()
        command = [sys.executable, "-m", "engine.cli", "--port", str(port), "--headless"]
        environment = {**os.environ, "DRAFTMILL_HOME": str(self.home)}
        with (self.home / "log.txt").open("ab") as log:
            self.process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=log, stderr=log)
        wait_for(f"http://127.0.0.1:{port}/_stcore/health", self.process)
        return f"http://127.0.0.1:{port}"

    def end(self, how: signal.Signals) -> None:
        self.process.send_signal(how)
        self.process.wait(20)


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    made = Server(tmp_path)
    yield made
    if made.process.poll() is None:
        made.end(signal.SIGKILL)


def test_the_dashboard_is_told_to_end_and_started_again(chromium: Browser, server: Server) -> None:
    """Killed, its run is offered at the next start; asked to end, it drains its calls and pauses the run."""
    page = chromium.new_page()
    _resume(page, server)
    server.end(signal.SIGKILL)
    _resume(page, server)
    server.end(signal.SIGTERM)
    with Store.open(server.home / "draftmill.db") as store:
        row = store.runs.get(1)
    assert (row.state, row.reason.startswith("Draftmill was closed"), row.totals.in_flight) == ("paused", True, 0)
    assert row.totals.calls - row.totals.in_doubt == row.totals.drafted > 0
    assert row.totals.in_doubt <= 2  # those of the kill
    page.close()


def _resume(page: Page, server: Server) -> None:
    """Open the list, press Resume in the offer, and wait on the run's page for a draft more."""
    address = server.start()
    page.goto(f"{address}/runs")
    page.get_by_text("1 run was interrupted.").wait_for()
    page.get_by_role("button", name="Resume").click()
    page.get_by_text("1 run was interrupted.").wait_for(state="detached")
    page.goto(f"{address}/runs?run=1")
    progress = page.get_by_text(re.compile(r"^\d+ of 60 drafts")).first
    made = progress.inner_text().split()[0]
    expect(progress).not_to_have_text(re.compile(rf"^{made} of 60"))
