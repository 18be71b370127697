"""The dashboard without a mouse: the focus is always seen, and never lost."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from engine import Runner, Store
from tests.browser.kit import Open, settle
from tests.browser.review import made, ready, rows, said, shown
from tests.browser.test_axe import STYLED

MOST_STOPS = 80
FOCUSED = """() => {
  let one = document.activeElement;
  while (one?.shadowRoot?.activeElement) one = one.shadowRoot.activeElement;
  const own = one.tagName === "MAIN" ? "the page" : one.getAttribute("aria-label") || one.innerText || one.tagName;
  return one === document.body ? "" : own.trim();
}"""
RINGS = "() => getComputedStyle(document.activeElement).outlineStyle"


def tab_to(page: Page, words: str) -> None:
    """Press Tab until what is named has the focus."""
    for _stop in range(MOST_STOPS):
        page.keyboard.press("Tab")
        if words in page.evaluate(FOCUSED):
            return
    raise AssertionError(f"{words} cannot be reached")


def test_a_page_of_the_sidebar_is_seen_and_opened_by_keys(visit: Open) -> None:
    """A link that has the focus has a ring; the page it opens gets the focus on its heading."""
    page = visit("/settings")
    settle(page)
    page.wait_for_function(STYLED)
    tab_to(page, "Quality")
    assert page.evaluate(RINGS) == "solid"
    page.keyboard.press("Enter")
    page.get_by_role("heading", level=1, name="Quality").wait_for()
    settle(page)
    page.keyboard.press("Tab")
    assert page.evaluate(FOCUSED)


def test_a_button_that_goes_away_leaves_the_focus_on_the_page(visit: Open, runner: Runner) -> None:
    """When the focused button is gone the heading has the focus."""
    page = visit(f"/runs?run={made(runner, 1)}")
    settle(page)
    tab_to(page, "Review the drafts")
    page.keyboard.press("Enter")
    ready(page)
    expect(page.get_by_role("heading", level=1, name="Review")).to_be_focused()


def test_a_popover_takes_the_focus_and_gives_it_back(visit: Open, runner: Runner) -> None:
    """Enter on Filters goes to the first filter; Esc goes back to the button."""
    page = visit(f"/review?run={made(runner, 1)}")
    ready(page)
    tab_to(page, "1 filter")
    page.keyboard.press("Enter")
    expect(page.get_by_test_id("stPopoverBody").get_by_label("Kind", exact=True)).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.get_by_role("button", name="1 filter")).to_be_focused()


def test_keys_work_while_a_switch_has_the_focus(visit: Open, runner: Runner, store: Store) -> None:
    """A switch takes no letters: X rejects also right after it was pressed."""
    run = made(runner, 2)
    page = visit(f"/review?run={run}")
    ready(page)
    draft = shown(page)
    page.evaluate(SWITCH)
    page.keyboard.press("x")
    said(page, f"#{draft} rejected")
    settle(page)
    assert store.drafts.get(draft).review == "rejected"


SWITCH = """() => {
  const box = document.createElement("input");
  box.type = "checkbox";
  document.body.append(box);
  box.focus();
}"""


def test_leaving_the_comment_keeps_the_focus_and_an_empty_one_is_none(
    visit: Open, runner: Runner, store: Store
) -> None:
    """Esc in the comment goes to the bar; saving a comment without a word records nothing."""
    run = made(runner, 2)
    page = visit(f"/review?run={run}")
    ready(page)
    page.keyboard.press("n")
    page.keyboard.press("Control+Enter")
    page.locator(".dm-desk[data-pending='0']").wait_for()
    settle(page)
    page.keyboard.press("Escape")
    expect(page.get_by_role("toolbar", name="Decide on this draft")).to_be_focused()
    page.keyboard.press("Enter")
    settle(page)
    assert {row.review for row in rows(store, run)} == {"pending"}
    assert not store.reviews.history(rows(store, run)[0].id, limit=1)
