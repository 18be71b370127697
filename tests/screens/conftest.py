"""The pages over a real store and a real practice provider, in a folder of the test session's own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from dashboard import shared
from engine import Job, RunRow, RunSpec, Tuning
from engine.profiles import PracticeSettings
from tests.waiting import PATIENCE_S

APP = Path(__file__).parents[2] / "dashboard" / "app.py"
QUICK = PracticeSettings(base_ms=20, item_ms=2)

Page = Callable[..., AppTest]
Make = Callable[..., RunRow]


@pytest.fixture(scope="session", autouse=True)
def mill(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """The process's own Store and Runner, in a home of their own."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DRAFTMILL_HOME", str(tmp_path_factory.mktemp("home")))
        for name in ("DRAFTMILL_DATABASE", "OPENROUTER_API_KEY", "DEEPSEEK_API_KEY"):
            patch.delenv(name, raising=False)
        yield
        shared.runner().close()
        shared.store().close()


@pytest.fixture(autouse=True)
def nothing_cached() -> None:
    """What pages keep for seconds is of the session before; each test sees the store as it is."""
    st.cache_data.clear()


@pytest.fixture(scope="session")
def first(mill: None) -> AppTest:
    """A session that has run once, and so knows what every session has to find out: the components and the pages."""
    return AppTest.from_file(str(APP), default_timeout=PATIENCE_S).run()


@pytest.fixture
def page(first: AppTest) -> Page:
    """Open a page: page("launch", lang="English", run="1")."""

    def open_page(name: str = "launch", locale: str = "en-US", reviewer: str = "", **query: str) -> AppTest:
        test = AppTest.from_file(str(APP), default_timeout=PATIENCE_S)
        test._bidi_component_manager = first._bidi_component_manager  # it reads the metadata of every installed package
        test._registered_pages = first._registered_pages
        test.context = {"locale": locale, "theme": "light"}
        if reviewer:
            test.session_state["reviewer_cookie"] = reviewer
        for key, value in query.items():
            test.query_params[key] = value
        test.switch_page(f"screens/{name}/page.py").run()
        assert not test.exception
        return test

    return open_page


@pytest.fixture
def make() -> Make:
    """Run a job to its end: make(topics=("Campus",), faults={"503": 1.0})."""

    def run(faults: dict[str, float] | None = None, retries: int = 2, batch_size: int = 3, **spec: object) -> RunRow:
        asked = {"kind": "cloze", "lang": "en", "levels": (2,), "topics": ("Campus",), "per_combo": 3, **spec}
        practice = PracticeSettings(base_ms=20, item_ms=2, faults=faults or {})
        tuning = Tuning(4, batch_size, retries=retries)
        job = Job(RunSpec(**asked), tuning, practice=practice)  # type: ignore[arg-type]  # the test names the fields
        return shared.runner().join(shared.runner().submit(job))

    return run


@pytest.fixture
def empty(tmp_path: Path) -> Iterator[None]:
    """The process opens an empty database, and its own again afterwards."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DRAFTMILL_DATABASE", str(tmp_path / "empty.db"))
        _reopen()
        yield
    _reopen()


def _reopen() -> None:
    shared.runner.clear()
    shared.store.clear()
