"""Accessibility: axe-core finds nothing on any page in light and dark; phones and zoom; the document's language."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import axe_playwright_python
import pytest
from playwright.sync_api import Page, expect

from tests.browser.kit import Open, settle
from tests.browser.test_journey import badge, launch
from tests.browser.test_runs import open_tab

AXE = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text("utf-8")
STREAMLITS_OWN: dict[str, str] = {}
"""Rules that Streamlit's own markup breaks, each with the reason why we cannot: none at present."""
STYLED = """() => getComputedStyle(document.documentElement).getPropertyValue('--dm-ready') === '1'
  && document.getAnimations().every(one => one.playState !== 'running')"""
"""The page has its style sheet, and nothing is being faded in."""
PAGES = (
    "/",
    "/runs",
    "/review",
    "/compare",
    "/health",
    "/settings",
    "Drafts",
    "Performance",
    "Calls",
    "Second model",
    "Settings",
)
TOUCH_PX = 44


@pytest.fixture(scope="module")
def made() -> dict[str, str]:
    """The address of the run whose tabs are examined."""
    return {}


def small_targets(page: Page) -> list[str]:
    """The buttons, options and headings of the page that are too low to press on a phone."""
    found: list[str] = page.evaluate(
        """most => [...document.querySelectorAll('[data-testid=stMain] :is(button, [role=radio], summary)')]
        .filter(one => !one.closest('[data-testid=stTooltipIcon]') && !one.closest('[data-testid*=umberInput]'))
        .filter(one => one.offsetHeight > 0 && one.offsetHeight < most).map(one => one.outerHTML.slice(0, 120))""",
        TOUCH_PX,
    )
    return found


def violations(page: Page) -> list[str]:
    """What axe-core finds, as rule and element."""
    page.wait_for_function(STYLED)
    page.evaluate(AXE)
    found: dict[str, Any] = page.evaluate("() => axe.run(document, {resultTypes: ['violations']})")
    return [
        f"{rule['id']}: {node['html'][:160]}"
        for rule in found["violations"]
        if rule["id"] not in STREAMLITS_OWN
        for node in rule["nodes"]
    ]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", PAGES)
def test_axe_finds_nothing(browse: Open, made: dict[str, str], name: str, scheme: str) -> None:
    """Contrast, names, roles, order of headings: no violation on any page or tab, in light and in dark."""
    if not made:
        first = browse()
        launch(first, "Accessible", drafts=2)
        badge(first, "Done")
        made["run"] = first.url
    page = browse(name if name.startswith("/") else made["run"], scheme=scheme)
    settle(page)
    if not name.startswith("/"):
        open_tab(page, name)
    assert violations(page) == []


def test_the_document_has_the_language_of_the_page(browse: Open) -> None:
    """A screen reader gets the language, and again when it is switched; a new tab keeps the choice."""
    page = browse(locale="zh-CN")
    expect(page.locator("html[lang=zh-CN]")).to_have_count(1)
    page.get_by_test_id("stSidebar").get_by_text("English", exact=True).click()
    expect(page.locator("html[lang=en]")).to_have_count(1)
    page.wait_for_function("() => document.cookie.includes('draftmill_language=en')")
    page.goto("/runs")
    expect(page.get_by_role("heading", level=1)).to_have_text("Runs")


@pytest.mark.parametrize("path", ["/", "/runs", "/health", "/settings"])
def test_what_is_pressed_on_a_phone_is_large_enough(browse: Open, path: str) -> None:
    """At 390 px every button, option, link and field of the page is at least 44 px high."""
    page = browse(path, width=390)
    settle(page)
    page.wait_for_function(STYLED)
    assert small_targets(page) == []


def test_no_option_is_cut_when_the_page_is_enlarged(browse: Open) -> None:
    """At 150 % zoom, 933 px of a window of 1400, every option of Launch is read whole, no word broken inside."""
    page = browse(width=933)
    settle(page)
    page.wait_for_function(STYLED)
    cut = page.evaluate(
        """() => [...document.querySelectorAll('[data-testid=stMain] [role=radio]')]
        .filter(one => [...one.querySelectorAll("*")]
          .some(part => part.clientWidth && part.scrollWidth > part.clientWidth + 1))
        .map(one => one.innerText)"""
    )
    assert cut == []
