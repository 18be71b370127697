"""Launch in a real browser: what is typed survives, nothing is planned or paid for silently."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from tests.browser.kit import Open, settle
from tests.browser.test_journey import badge, launch, write
from tests.browser.test_runs import open_tab

TOPICS = "Topics (one per line)"


def figure(page: Page, title: str) -> str:
    """A figure of the estimate."""
    metric = page.get_by_test_id("stMetric").filter(has_text=re.compile(f"^{title}"))
    return metric.get_by_test_id("stMetricValue").inner_text()


def test_typed_topics_survive_a_refresh(browse: Open) -> None:
    """Topics come back after a refresh, those still being typed too; other fields as well."""
    page = browse()
    write(page, "Drafts per topic and level", "4")
    page.wait_for_function("""() => localStorage.getItem("draftmill.launch").includes('"per_combo":4')""")
    page.get_by_label(TOPICS, exact=True).fill("Typed\nand not sent")
    page.reload()
    expect(page.get_by_label(TOPICS, exact=True)).to_have_value("Typed\nand not sent")
    expect(page.get_by_label("Drafts per topic and level", exact=True)).to_have_value("4")


def test_launching_again_plans_new_drafts(browse: Open) -> None:
    """Clone and edit plans as many calls as before; using existing drafts is a choice above the figures."""
    page = browse()
    launch(page, "Once more", drafts=3)
    badge(page, "Done")
    page.get_by_role("button", name="Clone and edit").click()
    expect(page.get_by_label(TOPICS, exact=True)).to_have_value("Once more")
    settle(page)
    assert figure(page, "Calls") != "0"
    choice = page.get_by_role("radio", name="Use them again (free)")
    drafts = page.get_by_test_id("stMetric").filter(has_text=re.compile("^Drafts"))
    assert (choice.bounding_box() or {})["y"] < (drafts.first.bounding_box() or {})["y"]
    choice.click()
    calls = page.get_by_test_id("stMetric").filter(has_text=re.compile("^Calls"))
    expect(calls.get_by_test_id("stMetricValue")).to_have_text("0")


def test_a_small_budget_says_where_the_run_pauses(browse: Open) -> None:
    """A budget below the estimate is reported before the start."""
    page = browse()
    write(page, TOPICS, "Small budget")
    write(page, "Budget (USD)", "0.002")
    expect(page.get_by_text(re.compile(r"the run pauses after about \d+ drafts"))).to_be_visible()


def test_a_field_that_is_cleared_is_empty_again(browse: Open) -> None:
    """A budget and a limit that were typed and deleted are none and the profile's again, not 0."""
    page = browse()
    page.get_by_text("Limits and address").click()
    for label in ("Budget (USD)", "Request timeout (s)"):
        write(page, label, "7")
        write(page, label, "")
        expect(page.get_by_label(label, exact=True)).to_have_value("")
    assert figure(page, "Calls") != "0"


def test_a_wrong_field_is_marked(browse: Open) -> None:
    """The field with an error has a red frame, and every wrong topic is reported."""
    page = browse()
    write(page, TOPICS, "Campus\ncampus\nTravel\ntravel")
    expect(page.get_by_text(re.compile("are the same topic; remove one.$"))).to_have_count(
        4
    )  # beside, and in the panel
    shadow = page.get_by_label(TOPICS, exact=True).evaluate("field => getComputedStyle(field).boxShadow")
    assert "rgb(196, 72, 58)" in shadow


def test_advice_is_applied_by_a_button(browse: Open) -> None:
    """Advice with settings opens Launch with the run's form and those settings."""
    page = browse()
    write(page, "Throttle (ms)", "900")
    launch(page, "Throttled by hand", drafts=14)
    badge(page, "Done")
    open_tab(page, "Performance")
    page.get_by_role("button", name="Apply to a new run").first.click()
    expect(page.get_by_label(TOPICS, exact=True)).to_have_value("Throttled by hand")
    settle(page)
    assert page.get_by_label("Throttle (ms)", exact=True).input_value() != "900"


def test_regenerating_tells_calls_and_money_first(browse: Open) -> None:
    """The button that regenerates rejected drafts says what it will take before it is pressed."""
    page = browse()
    launch(page, "Regenerated", drafts=1)
    badge(page, "Done")
    url = page.url
    page.get_by_role("button", name="Review the drafts").click()
    page.locator(".dm-desk").wait_for()
    settle(page)
    page.keyboard.press("x")
    expect(page.get_by_text("Rejected · 1")).to_be_visible()
    page.goto(url)
    words = re.compile(r"Regenerate 1 rejected \(1 call, about \$0\.\d+\)")
    expect(page.get_by_role("button", name=words)).to_be_visible()


def test_the_button_is_within_reach_on_a_phone(browse: Open) -> None:
    """At 390 px the button is at the bottom of the window; on a wide screen the panel stays in sight."""
    phone = browse(width=390)
    settle(phone)
    box = phone.get_by_role("button", name="Launch", exact=False).last.bounding_box() or {}
    assert box["y"] + box["height"] <= (phone.viewport_size or {"height": 0})["height"]
    wide = browse()
    wide.get_by_label("Throttle (ms)", exact=True).scroll_into_view_if_needed()
    expect(wide.get_by_text("Before you start")).to_be_in_viewport()
