"""A run that several workers make at once, each a share of it."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

from engine import Job, Overrides, Runner, RunSpec, Store, Tuning
from engine.practice import PracticeProcess
from engine.profiles import Catalog, PracticeSettings
from engine.runners.service import serve
from tests.integration.conftest import QUICK
from tests.waiting import until

PLACES = 4
POLL_S = 0.02
pytestmark = pytest.mark.parametrize("database", ["postgresql"], indirect=True)


class Team:
    """A desk that submits runs, and workers with four places each."""

    def __init__(self, url: str, practice: PracticeProcess, stack: ExitStack) -> None:
        self.url = url
        self._stack = stack
        self._practice = practice
        self.store = stack.enter_context(Store.open(url))
        self.desk = stack.enter_context(Runner(self.store, Catalog.load(Path("none.toml")), role="offers"))

    def job(self, drafts: int = 160, budget_usd: float | None = None) -> Job:
        """Two shares of four places each at a time, of ten rounds or more."""
        spec = RunSpec("cloze", "en", (3, 4), ("Daily life", "Campus"), drafts // 4, budget_usd=budget_usd)
        return Job(spec, Tuning(2 * PLACES, 1), overrides=Overrides(base_url=self._practice.base_url))

    @contextmanager
    def worker(self) -> Iterator[Runner]:
        """One that takes what is free until it is closed."""
        store, stop = self._stack.enter_context(Store.open(self.url)), threading.Event()
        with Runner(store, Catalog.load(Path("none.toml")), role="serves", share_places=PLACES) as runner:
            thread = threading.Thread(target=serve, args=(store, runner, PLACES, stop))
            thread.start()
            try:
                yield runner
            finally:
                stop.set()
                thread.join()


@pytest.fixture
def team(database: str, practice: PracticeProcess, monkeypatch: pytest.MonkeyPatch) -> Iterator[Team]:
    monkeypatch.setenv("DRAFTMILL_LEASE_S", "2")
    practice.configure(PracticeSettings(**QUICK))
    with ExitStack() as stack:
        yield Team(database, practice, stack)


def test_two_workers_make_one_run(team: Team) -> None:
    """Each makes shares of it, and together exactly the drafts that were asked for."""
    run = team.desk.submit(team.job())
    with team.worker(), team.worker():
        until(lambda: sum(share.is_held for share in team.store.shares.of(run)) == 2)
        done = team.desk.join(run, POLL_S)
    assert (done.state, done.totals.drafted, done.totals.late) == ("done", 160, 0)


def test_one_worker_makes_the_shares_one_after_the_other(team: Team) -> None:
    """It never has more calls in flight than places."""
    run = team.desk.submit(team.job(80))
    with team.worker():
        done = team.desk.join(run, POLL_S)
    assert (done.state, done.totals.drafted) == ("done", 80)
