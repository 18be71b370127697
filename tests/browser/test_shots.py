"""Pictures of every page in light, dark and narrow, for a person to look at (tests/browser/shots)."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import SHOTS
from tests.browser.kit import Open, picture
from tests.browser.test_journey import badge, launch

LOOKS = {"light": ("light", 1400), "dark": ("dark", 1400), "narrow": ("light", 480)}
TALLEST = 3000


@pytest.fixture(scope="module")
def made() -> dict[str, str]:
    """The address of the run that the pictures show."""
    return {}


def snap(page: Page, name: str, tallest: int = TALLEST) -> None:
    """Take the whole page, however long."""
    picture(page, SHOTS / f"{name}.png", tallest)


@pytest.mark.parametrize("look", LOOKS)
@pytest.mark.parametrize("locale", ["en-US", "zh-CN"])
def test_every_page_is_drawn_without_an_error(browse: Open, made: dict[str, str], look: str, locale: str) -> None:
    """Launch, Runs, one run and Review are drawn in every look and language, no box of an exception on any."""
    if not made:
        page = browse()
        launch(page, "Daily life\nCampus\nTravel", latency_ms=300, drafts=10)
        badge(page, "Done")
        made["run"] = page.url
    scheme, width = LOOKS[look]
    paths = {"launch": "/", "runs": "/runs", "run": made["run"], "review": "/review", "health": "/health"}
    for name, path in paths.items():
        page = browse(path, locale=locale, scheme=scheme, width=width)
        snap(page, f"{name}-{look}-{locale[:2]}")
        expect(page.get_by_test_id("stException")).to_have_count(0)
