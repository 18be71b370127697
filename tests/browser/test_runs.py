"""The pages of runs in a real browser: they follow every run, contradict nothing and keep the console clean."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, expect

from engine import Store
from tests.browser.kit import POLL_MS, ROOT, Open, opening, serving, settle
from tests.browser.test_journey import badge, launch


def open_tab(page: Page, name: str) -> None:
    """Press a tab of the run page."""
    page.get_by_test_id("stMain").get_by_role("radio", name=name, exact=True).first.click()
    settle(page)


def test_a_tab_opened_on_a_paused_run_follows_it(browse: Open) -> None:
    """A tab opened while a run was paused notices that another tab resumed it, and that it ended."""
    first = browse()
    launch(first, "Stale tab", latency_ms=900, drafts=60)
    first.get_by_role("button", name="Pause").click()
    badge(first, "Paused")
    stale = browse(first.url)
    badge(stale, "Paused")
    first.get_by_role("button", name="Resume").click()
    resumed = re.compile("Running|Done")
    expect(first.locator(".stMarkdownBadge").filter(has_text=resumed)).to_be_visible()
    expect(stale.locator(".stMarkdownBadge").filter(has_text=resumed)).to_be_visible()
    badge(stale, "Done")


def test_a_paused_run_is_cancelled_from_its_page(browse: Open) -> None:
    """A paused run has Cancel; its reason is said once."""
    page = browse()
    launch(page, "Paused and cancelled", latency_ms=900, drafts=150)
    page.get_by_role("button", name="Pause").click()
    badge(page, "Paused")
    expect(page.get_by_text("Paused by you. Resume to continue.")).to_have_count(1)
    page.get_by_role("button", name="Cancel").click()
    badge(page, "Cancelled")


def test_a_run_of_the_command_line_appears(chromium: Browser, tmp_path: Path) -> None:
    """The open list of runs shows a run that another process started, within a slow tick."""
    with serving(tmp_path) as address, opening(chromium, address) as browse:
        page = browse("/runs")
        expect(page.get_by_text("No runs yet")).to_be_visible()
        words = ["run", "--kind", "cloze", "--lang", "en", "--levels", "2", "--topic", "From the command line"]
        command = [sys.executable, "-m", "engine.cli", *words, "--database", str(tmp_path / "draftmill.db")]
        with (
            subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL),
            Store.open(tmp_path / "draftmill.db") as store,
        ):
            while not store.runs.count():
                page.wait_for_timeout(POLL_MS)
            expect(page.get_by_text("From the command line")).to_be_visible()


def test_a_finished_run_shows_drafts_first_and_no_alarm(browse: Open) -> None:
    """Drafts come first; under Performance success is 100 %, no figure is coloured, the lines have names."""
    page = browse()
    launch(page, "Calm", drafts=3)
    badge(page, "Done")
    expect(page.get_by_test_id("stExpander").first).to_be_visible()
    expect(page).to_have_title(re.compile(r"^Done - Run \d+"))
    open_tab(page, "Performance")
    success = page.get_by_test_id("stMetric").filter(has_text="Success")
    expect(success.get_by_test_id("stMetricValue")).to_have_text("100 %")
    chart = page.get_by_test_id("stVegaLiteChart")
    expect(chart.get_by_text(re.compile("^┅ expected for these settings: "))).to_be_visible()
    expect(page.locator(".stMarkdownColoredText", has_text=re.compile(r"\d"))).to_have_count(0)
    shares = [
        float(share) for share in re.findall(r"(\d+) % of the top speed", page.get_by_test_id("stMain").inner_text())
    ]
    assert all(share <= 100 for share in shares)


@pytest.mark.parametrize("tab", ["Drafts", "Performance", "Calls", "Second model", "Settings"])
def test_the_console_stays_clean(browse: Open, tab: str) -> None:
    """No warning and no error of our own on any tab of a run; Streamlit's probe of its address is the one exception."""
    page = browse()
    said: list[ConsoleMessage] = []
    page.on("console", lambda message: said.append(message) if message.type in ("warning", "error") else None)
    launch(page, f"Console {tab}", drafts=1)
    badge(page, "Done")
    open_tab(page, tab)
    assert [message.text for message in said if "404" not in message.text] == []


def test_the_browser_notifies_who_asked_for_it(browse: Open) -> None:
    """A run that ends causes one notification, and only after the switch was turned on."""
    page = browse()
    page.add_init_script(
        """window.told = [];
        window.Notification = class { constructor(title) { window.told.push(title); } };
        window.Notification.permission = 'granted';"""
    )
    page.reload()
    page.get_by_role("heading", level=1).first.wait_for()
    launch(page, "Told", latency_ms=2500, drafts=30)
    page.get_by_text("Notify me when it stops").click()
    badge(page, "Done")
    page.wait_for_function("() => window.told.length === 1")
    assert re.fullmatch(r"Run \d+: Done", page.evaluate("window.told[0]"))
