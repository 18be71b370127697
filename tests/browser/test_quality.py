"""The Quality and Spend pages in a browser: what the rows hold, compared and filtered by a press, downloaded."""

from __future__ import annotations

import csv
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from engine import Store
from tests.browser.kit import Open, choose, opening, serving, settle
from tests.browser.test_axe import STYLED, small_targets, violations

PLOT = ".js-plotly-plot"
PAGES = ("/", "/runs", "/review", "/compare", "/quality", "/spend", "/health", "/settings")


PALEST = """() => {
  const brush = document.createElement('canvas').getContext('2d', { willReadFrequently: true });
  const light = (...colors) => {
    for (const color of colors) { brush.fillStyle = color; brush.fillRect(0, 0, 1, 1); }
    const [r, g, b] = [...brush.getImageData(0, 0, 1, 1).data].map(one => one / 255)
      .map(one => one <= .04045 ? one / 12.92 : ((one + .055) / 1.055) ** 2.4);
    return .2126 * r + .7152 * g + .0722 * b;
  };
  const paper = getComputedStyle(document.querySelector('[data-testid=stApp]')).backgroundColor;
  const words = document.querySelectorAll('.js-plotly-plot :is(.xtick, .ytick, .g-xtitle) text');
  return Math.min(...[...words].map(one => {
    const [low, high] = [light(paper), light(paper, getComputedStyle(one).fill)].sort((a, b) => a - b);
    return (high + .05) / (low + .05);
  }));
}"""
"""The smallest contrast of the words of an axis with the page."""


@pytest.fixture(scope="module")
def stocked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A dashboard over two runs of different models, 24 drafts approved and 8 rejected."""
    home = tmp_path_factory.mktemp("stocked")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DRAFTMILL_HOME", str(home))
        for model in ("practice-fast", "practice-strong"):
            _run(model)
        with Store.open(home / "draftmill.db") as store:
            ids = store.drafts.ids()
            store.reviews.decide([one for one in ids if one % 4], "approved", "Ann").result()
            store.reviews.decide([one for one in ids if not one % 4], "rejected", "Ann", note="wrong").result()
    with serving(home) as url:
        yield url


def _run(model: str) -> None:
    """The command a person types."""
    command = [sys.executable, "-m", "engine.cli", "run", "--kind", "cloze", "--lang", "en", "--levels", "1,2"]
    command += ["--topic", "Campus", "--per-combo", "8", "--model", model, "--concurrency", "8"]
    subprocess.run(command, check=True, capture_output=True, timeout=120)


@pytest.fixture
def look(chromium: Browser, stocked: str) -> Iterator[Open]:
    """Open a page of that dashboard."""
    with opening(chromium, stocked) as open_page:
        yield open_page


def metric(page: Page, name: str) -> str:
    """The figure of a card."""
    card = page.get_by_test_id("stMetric").filter(has_text=name)
    return card.get_by_test_id("stMetricValue").inner_text()


def test_acceptance_is_compared_and_filtered(look: Open) -> None:
    """The cards and charts show the decisions; a press compares by another axis, a filter narrows both."""
    page = look("/quality")
    expect(page.locator(PLOT)).to_have_count(6)
    assert (metric(page, "Decided drafts"), metric(page, "Acceptance rate")) == ("32", "75 %")
    chart = page.get_by_label("Acceptance rate by model.", exact=False).first
    expect(chart).to_have_attribute("aria-label", re.compile("practice-strong: 75 %"))
    page.get_by_role("radio", name="Level", exact=True).first.click()
    expect(page.get_by_text("Acceptance rate by level", exact=True)).to_be_visible()
    choose(page, page.get_by_label("Model").first, "practice-fast")
    assert metric(page, "Decided drafts") == "16"


def test_spend_is_divided_and_downloaded(look: Open) -> None:
    """The costs of the file add up to the card; a press divides them by run; the page speaks Chinese."""
    page = look("/spend")
    expect(page.locator(PLOT)).to_have_count(3)
    with page.expect_download() as coming:
        page.get_by_role("button", name="Download as CSV").click()
    rows = list(csv.DictReader(Path(coming.value.path()).read_text("utf-8").splitlines()))
    assert f"${sum(float(row['cost_usd']) for row in rows):.4f}" == metric(page, "Spent")
    assert sum(int(row["calls"]) for row in rows) == int(metric(page, "Calls"))
    page.get_by_role("radio", name="Run", exact=True).click()
    expect(page.get_by_text("Cost by run", exact=True)).to_be_visible()
    chinese = look("/spend", locale="zh-CN")
    expect(chinese.get_by_role("heading", level=1)).to_have_text("花费")
    expect(chinese.get_by_text("每日花费", exact=True)).to_be_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("path", ["/quality", "/spend"])
def test_axe_finds_nothing_on_pages_of_charts(look: Open, path: str, scheme: str) -> None:
    """Contrast, names, roles, order of headings: no violation with all charts drawn."""
    page = look(path, scheme=scheme)
    settle(page)
    expect(page.locator(PLOT).nth(2)).to_be_visible()
    assert violations(page) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_words_of_charts_are_legible(look: Open, scheme: str) -> None:
    """Names, figures and titles of the axes have a contrast of 4.5:1: axe-core does not look into charts."""
    page = look("/quality", scheme=scheme)
    settle(page)
    page.wait_for_function(STYLED)
    expect(page.locator(PLOT).nth(2)).to_be_visible()
    assert page.evaluate(PALEST) >= 4.5


@pytest.mark.parametrize("path", ["/quality", "/spend"])
def test_pages_of_charts_fit_a_phone(look: Open, path: str) -> None:
    """At 390 px everything that is pressed is at least 44 px high, and nothing is wider than the screen."""
    page = look(path, width=390)
    settle(page)
    page.wait_for_function(STYLED)
    expect(page.locator(PLOT).nth(2)).to_be_visible()
    assert small_targets(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


@pytest.mark.parametrize("path", [*PAGES, "/runs?run=1", "/review?view=table"])
def test_the_console_is_clean_on_every_page(look: Open, path: str) -> None:
    """No warning, no error and no exception on any page; Streamlit's probe of its address is the one exception."""
    page = look("/")
    said: list[str] = []
    page.on("console", lambda line: said.append(line.text) if line.type in ("warning", "error") else None)
    page.on("pageerror", lambda error: said.append(str(error)))
    page.goto(path)
    page.get_by_role("heading", level=1).first.wait_for()
    settle(page)
    expect(page.get_by_test_id("stException")).to_have_count(0)
    assert [line for line in said if "404" not in line] == []
