"""
What all tests share.

Every test has its folder as a marker: `-m unit`, `-m "slow or not browser"`. How busy the machine is decides no test:
hypothesis measures no times.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from engine.store import Store
from tests.databases import new_file
from tests.postgresql import NONE, Databases, databases

settings.register_profile("untimed", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("quick", settings.get_profile("untimed"), max_examples=20)
settings.load_profile("untimed")

TESTS = Path(__file__).parent
MAIN = sys.modules["__main__"]


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the tests before pytest selects by marker."""
    for item in items:
        item.add_marker(item.path.relative_to(TESTS).parts[0])


@pytest.fixture(autouse=True)
def _main_module() -> Iterator[None]:
    """Streamlit makes the page that it runs the main module; a child process of a later test would run the page."""
    yield
    sys.modules["__main__"] = MAIN


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """An empty store."""
    with Store.open(new_file(tmp_path / "draftmill.db")) as opened:
        yield opened


@pytest.fixture(scope="session")
def postgresql() -> Iterator[Databases]:
    """The databases of a PostgreSQL server; without one the test is skipped."""
    with databases() as found:
        if found is None:
            pytest.skip(NONE)
        yield found


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.slow)])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A new database: an SQLite file, and in the slow pass once more a PostgreSQL database."""
    yield from new_database(request, tmp_path)


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def shared_database(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Both in `make test` too, one for all tests of a file, each of which makes what it needs."""
    yield from new_database(request, tmp_path_factory.mktemp("store"))


def new_database(request: pytest.FixtureRequest, folder: Path) -> Iterator[str]:
    """A database of the fixture's parameter."""
    if request.param == "sqlite":
        yield str(new_file(folder / "draftmill.db"))
        return
    server: Databases = request.getfixturevalue("postgresql")
    url = server.new()
    yield url
    server.drop(url)
