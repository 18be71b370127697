"""
What all tests share.

Every test has its folder as a marker: `-m unit`, `-m "slow or not browser"`. How busy the machine is decides no test:
hypothesis measures no times.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

settings.register_profile("untimed", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("untimed")

TESTS = Path(__file__).parent


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the tests before pytest selects by marker."""
    for item in items:
        item.add_marker(item.path.relative_to(TESTS).parts[0])
