"""The dashboard as a person meets it: its own server, its own home, a real Chromium."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

from engine import Runner, Store
from engine.profiles import Catalog
from tests.browser.kit import CHROMIUM, FLAGS, Open, opening, serving

SHOTS = Path(__file__).parent / "shots"
QUICK = {
    "test_axe.py": ["nothing[/-light]"],
    "test_doors.py": [""],
    "test_exports.py": ["deck"],
    "test_journey.py": ["newcomer", "by_keys"],
    "test_launch.py": ["wrong_field"],
    "test_runs.py": ["stays_clean[Performance]"],
}
"""Parts of the names of the tests that `make test` runs, one of each sort; the other browser tests are slow."""


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the slow tests of this folder before pytest selects by marker."""
    for item in items:
        if item.path.parent == SHOTS.parent and not any(part in item.name for part in QUICK.get(item.path.name, ())):
            item.add_marker("slow")


@pytest.fixture(scope="package")
def common_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The home of the dashboard that most tests share, empty at first."""
    return tmp_path_factory.mktemp("home")


@pytest.fixture(scope="package")
def address(common_home: Path) -> Iterator[str]:
    """The dashboard on a free port."""
    with serving(common_home) as url:
        yield url


@pytest.fixture(scope="package")
def chromium() -> Iterator[Browser]:
    """One browser for all tests."""
    if CHROMIUM is None:
        pytest.skip("no Chromium found (Debian: apt-get install chromium)")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def browse(chromium: Browser, address: str) -> Iterator[Open]:
    """Open a page in a session of its own: browse("/runs", locale="zh-CN", scheme="dark", width=480)."""
    with opening(chromium, address) as open_page:
        yield open_page


@pytest.fixture(scope="package")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The data folder of the dashboard whose drafts are reviewed."""
    return tmp_path_factory.mktemp("keys")


@pytest.fixture(scope="package")
def runner(home: Path) -> Iterator[Runner]:
    """Makes runs for that dashboard."""
    with Store.open(home / "draftmill.db") as store, Runner(store, Catalog.load()) as opened:
        yield opened


@pytest.fixture(scope="package")
def store(runner: Runner, home: Path) -> Iterator[Store]:
    """Reads what that dashboard has stored."""
    with Store.open(home / "draftmill.db") as opened:
        yield opened


@pytest.fixture(scope="package")
def url(runner: Runner, home: Path) -> Iterator[str]:
    """Where that dashboard is."""
    with serving(home) as address:
        yield address


@pytest.fixture
def visit(chromium: Browser, url: str) -> Iterator[Open]:
    """Open a page of that dashboard in a session of its own."""
    with opening(chromium, url) as open_page:
        yield open_page
