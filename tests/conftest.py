"""Every test has its folder as a marker: `-m unit`, `-m "slow or screens"`."""

from __future__ import annotations

from pathlib import Path

import pytest

TESTS = Path(__file__).parent


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the tests before pytest selects by marker."""
    for item in items:
        item.add_marker(item.path.relative_to(TESTS).parts[0])
