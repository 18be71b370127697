"""What a person does: launch, watch, refresh, cancel, review, switch the language."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.kit import PATIENCE_MS, Open, click_twice, settle


def launch(page: Page, topics: str, *, latency_ms: int = 100, drafts: int = 2) -> None:
    """Fill the form in and press the button."""
    write(page, "Topics (one per line)", topics)
    if (as_typed := page.get_by_text("Use the lines as typed", exact=True)).count():  # a topic that looks like several
        as_typed.click()
        settle(page)
    write(page, "Drafts per topic and level", str(drafts))
    page.get_by_text("Practice provider: latency").click()
    write(page, "Latency per request (ms)", str(latency_ms))
    write(page, "Latency per draft (ms)", "5")
    page.get_by_role("button", name="Launch", exact=False).last.click()
    page.wait_for_url("**/runs?run=*")


def write(page: Page, label: str, text: str) -> None:
    field = page.get_by_label(label, exact=True)
    field.fill(text)
    field.press("Tab")
    settle(page)


def badge(page: Page, words: str, timeout: int = PATIENCE_MS) -> None:
    """Wait for the chip of the run's state, so many milliseconds at most."""
    expect(page.locator(".stMarkdownBadge").filter(has_text=words).first).to_be_visible(timeout=timeout)


def test_a_newcomer_gets_drafts_by_one_button(browse: Open) -> None:
    """Launch, watch it end, read a draft; the page follows the run by itself."""
    page = browse()
    launch(page, "Newcomer", drafts=6)
    badge(page, "Done")
    expect(page.get_by_text("12 of 12 drafts · took")).to_be_visible()
    page.get_by_test_id("stExpander").first.locator("summary").click()
    expect(page.get_by_role("article")).to_contain_text("Newcomer")


def test_a_run_lives_through_refresh_and_closed_tabs(browse: Open) -> None:
    """Refresh, a second tab and a closed tab change nothing: the run goes on and every tab shows it."""
    page = browse()
    launch(page, "Refresh", latency_ms=2000, drafts=30)
    page.reload()
    badge(page, "Running")
    url = page.url
    page.close()
    second = browse(url)
    badge(second, "Done")
    expect(second.get_by_text("60 of 60 drafts")).to_be_visible()


def test_a_run_is_cancelled_from_another_tab(browse: Open) -> None:
    """Cancel in one tab ends the run in both."""
    first = browse()
    launch(first, "Cancel", latency_ms=4000, drafts=60)  # it must not end before the second page is there
    second = browse(first.url)
    second.get_by_role("button", name="Cancel").click()
    badge(second, "Cancelled")
    badge(first, "Cancelled")
    expect(first.get_by_role("button", name="Resume")).to_be_visible()


@pytest.mark.parametrize(("gap_ms", "topic"), [(0, "Double click"), (40, "Quick hand"), (150, "Slow hand")])
def test_a_double_click_makes_one_run(browse: Open, gap_ms: int, topic: str) -> None:
    """Two clicks on Launch are one launch, and the page goes to its run, wherever the second click meets the first."""
    page = browse()
    write(page, "Topics (one per line)", topic)
    write(page, "Drafts per topic and level", "1")
    click_twice(page.get_by_role("button", name="Launch", exact=False).last, gap_ms)
    page.wait_for_url("**/runs?run=*")
    badge(page, "Done")
    runs = browse("/runs")
    expect(runs.get_by_text(topic, exact=True)).to_have_count(1)


def test_the_address_follows_from_list_to_run_and_back(browse: Open) -> None:
    """A run opened from the list is in the address, so that a refresh keeps it; going back to the list takes it out."""
    page = browse()
    launch(page, "Address", drafts=1)
    badge(page, "Done")
    url = page.url
    page.get_by_role("link", name="All runs").click()
    page.wait_for_url(re.compile(r"/runs$"))
    page.get_by_test_id("stMain").get_by_role("link", name=re.compile("^Run ")).first.click()
    page.wait_for_url(url)
    page.reload()
    badge(page, "Done")


def test_the_language_is_switched_and_kept(browse: Open) -> None:
    """The switch changes every word at once, and a refresh keeps the choice."""
    page = browse()
    page.get_by_test_id("stSidebar").get_by_text("中文", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("启动")
    page.wait_for_function("document.cookie.includes('=zh')")
    page.reload()
    expect(page.get_by_role("heading", level=1)).to_have_text("启动")
    assert browse(locale="zh-CN").get_by_role("heading", level=1).inner_text() == "启动"


def test_a_name_given_on_settings_is_kept(browse: Open) -> None:
    """The reviewer's name survives a refresh before any draft was reviewed."""
    page = browse("/settings")
    write(page, "Your name, for other reviewers", "Ana Bell")
    page.wait_for_function("document.cookie.includes('Ana')")
    page.reload()
    expect(page.get_by_label("Your name, for other reviewers", exact=True)).to_have_value("Ana Bell")


def test_a_run_is_reviewed_by_keys(browse: Open) -> None:
    """From the run to its drafts by one button; there A approves, X rejects and U takes back."""
    page = browse()
    launch(page, "Keys", drafts=3)
    badge(page, "Done")
    page.get_by_role("button", name="Review the drafts").click()
    page.locator(".dm-desk[data-draft]:not([data-draft=''])").wait_for()
    settle(page)
    page.keyboard.press("a")
    expect(page.get_by_text("Approved · 1")).to_be_visible()
    settle(page)
    page.keyboard.press("x")
    expect(page.get_by_text("Rejected · 1")).to_be_visible()
    settle(page)
    page.keyboard.press("u")
    expect(page.get_by_text("Rejected · 0")).to_be_visible()
    expect(page.get_by_text("Pending · 5")).to_be_visible()


def test_hostile_topics_do_nothing(browse: Open) -> None:
    """Markup and addresses in a topic are letters on every page: no link, no image, no formula, no request."""
    page = browse()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    launch(page, "<img src=x> ![](https://bait.test/a.png) $x^2$ www.bait.test me@bait.test :red[y]", drafts=1)
    badge(page, "Done")
    run = re.sub(r"\D", "", page.url.partition("run=")[2])
    for path in (page.url, "/runs", f"/review?run={run}"):
        page.goto(path)
        expect(page.get_by_text("bait.test").first).to_be_visible()
        settle(page)
        bait = 'a[href*="bait.test"], img[src*="bait.test"], [data-testid=stMain] img[src=x], .katex'
        expect(page.locator(bait)).to_have_count(0)
    assert not [url for url in asked if "bait.test" in url]


def test_nothing_is_fetched_from_elsewhere(browse: Open) -> None:
    """Every byte of every page comes from this machine."""
    page = browse()
    seen: list[str] = []
    page.on("request", lambda request: seen.append(request.url))
    for path in ("/", "/runs", "/compare", "/review", "/health"):
        page.goto(path)
        page.get_by_role("heading", level=1).first.wait_for()
        settle(page)
    foreign = [url for url in seen if not re.match(r"(https?|wss?)://127\.0\.0\.1[:/]|data:|blob:", url)]
    assert foreign == []
