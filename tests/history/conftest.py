"""One practice provider for the histories, on the children's time scale."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from engine.practice import PracticeProcess, PracticeSettings
from tests.history.session import SCALE

WELL = {"base_ms": 400, "item_ms": 20, "hold_s": 40, "keepalive_s": 2, "retry_after_in": "scaled"}


@pytest.fixture(scope="session")
def provider() -> Iterator[PracticeProcess]:
    """A provider on the children's clock; each session sets its faults."""
    with PracticeProcess(PracticeSettings(time_scale=SCALE, **WELL)) as process:
        yield process


@pytest.fixture
def practice(provider: PracticeProcess) -> PracticeProcess:
    """The provider, well again."""
    provider.configure({**WELL, "faults": {}})
    return provider


@pytest.fixture
def database(tmp_path: Path) -> Path:
    return tmp_path / "draftmill.db"
