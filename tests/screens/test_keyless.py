"""A dashboard that leaves runs to workers: it needs no key, and shows what becomes of them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from streamlit.testing.v1 import AppTest

from dashboard import shared
from engine import DraftFilter, Runner
from engine.runners.roles import WORKERS_ENV
from engine.runners.service import take_free
from tests.screens.conftest import Page


@pytest.fixture(autouse=True)
def keyless(mill: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The runner of the process offers runs, as with DRAFTMILL_WORKERS=1; no provider's key is set."""
    monkeypatch.setenv(WORKERS_ENV, "1")
    shared.runner.clear()
    assert not shared.runner().needs_keys
    yield
    monkeypatch.undo()
    shared.runner.clear()


def said(test: AppTest) -> str:
    shown = (*test.caption, *test.markdown, *test.info, *test.warning, *test.error)
    return "\n".join(str(one.value) for one in shown).replace("\\", "")


def launch(test: AppTest, topic: str) -> int:
    """Start a run of one draft for a topic; its id."""
    before = {row.id for row in shared.store().runs.page(1000)}
    test.text_area(key="launch_topics").set_value(topic).run()
    test.number_input(key="launch_per_combo").set_value(1).run()
    test.button(key="launch_button").click().run()
    assert not test.exception
    (new,) = {row.id for row in shared.store().runs.page(1000)} - before
    return new


def test_a_provider_without_a_key_here_is_offered(page: Page) -> None:
    """The form asks for no key; the run waits for a worker that has it, and can be paused, resumed and cancelled."""
    test = page()
    test.selectbox(key="launch_provider").set_value("openrouter").run()
    assert "The workers have the key." in said(test) and "No key yet" not in said(test)
    run = launch(test, "Keyless")
    row = shared.store().runs.get(run)
    assert (row.state, row.offered, row.owner, row.provider) == ("queued", True, None, "openrouter")
    assert "Waiting for a worker." in said(page("runs", run=str(run)))
    for act, state in ((shared.runner().pause, "paused"), (shared.runner().resume, "queued")):
        act(run)
        assert shared.store().runs.state(run) == state
    shared.runner().cancel(run)
    assert shared.store().runs.state(run) == "cancelled"
    assert shared.store().calls.count(run) == 0


def test_what_a_worker_makes_is_on_the_pages(page: Page) -> None:
    """The dashboard only offers; a worker makes the run, and its drafts are there to review."""
    run = launch(page(), "Offered")
    assert not shared.runner().has(run)
    with Runner(shared.store(), shared.shipped(), role="serves") as worker:
        assert take_free(shared.store(), worker, 64) >= 1
        row = worker.join(run)
    assert (row.state, row.totals.drafted) == ("done", row.planned)
    assert "Waiting for a worker." not in said(page("runs", run=str(run)))
    assert shared.store().reviews.counts(DraftFilter(run=run)).pending == row.planned
