"""Forms of the review page in a real browser: a draft is edited, filters are saved; nothing typed is lost."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from engine import Runner, Store
from tests.browser.kit import Open, settle
from tests.browser.review import made, opened_form, ready, rows, said, shown


@pytest.mark.parametrize(
    ("field", "keys"), [("Title", "Enter"), ("Title", "Control+s"), ("Passage", "Control+Enter"), ("Title", "Save")]
)
def test_keys_save_an_edit(visit: Open, runner: Runner, store: Store, field: str, keys: str) -> None:
    """Enter in a field of one line, Ctrl+Enter and Ctrl+S anywhere, and the button save what was typed."""
    page = visit(f"/review?run={made(runner, 1)}")
    draft = opened_form(page)
    box = page.locator(".dm-form").get_by_label(field).first
    box.fill(box.input_value() + " today")
    if keys == "Save":
        page.locator(".dm-form").get_by_role("button", name="Save").click()
    else:
        box.press(keys)
    said(page, f"#{draft} edited")
    row = store.drafts.get(draft)
    assert (row.title if field == "Title" else row.content["passage"]).endswith(" today")
    expect(page.locator(".dm-form")).to_have_count(0)


def test_enter_in_a_text_of_several_lines_is_a_line(visit: Open, runner: Runner, store: Store) -> None:
    """Enter in the passage does not save."""
    page = visit(f"/review?run={made(runner, 1)}")
    draft = opened_form(page)
    before = store.drafts.get(draft)
    page.locator(".dm-form").get_by_label("Passage").press("Enter")
    settle(page)
    assert page.locator(".dm-form").count() == 1 and store.drafts.get(draft) == before


def test_esc_asks_before_changes_are_lost(visit: Open, runner: Runner, store: Store) -> None:
    """Esc closes a form that was left alone; after typing it asks, and a second Esc goes on editing."""
    page = visit(f"/review?run={made(runner, 1)}")
    draft = opened_form(page)
    page.keyboard.press("Escape")
    expect(page.locator(".dm-form")).to_have_count(0)
    opened_form(page)
    page.locator(".dm-form").get_by_label("Title").fill("Typed")
    page.keyboard.press("Escape")
    expect(page.get_by_text("Discard the changes?")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_text("Discard the changes?")).to_be_hidden()
    expect(page.locator(".dm-form").get_by_label("Title")).to_have_value("Typed")
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Discard").click()
    expect(page.locator(".dm-form")).to_have_count(0)
    assert store.drafts.get(draft).title != "Typed"


def test_save_and_cancel_stay_in_view(visit: Open, runner: Runner) -> None:
    """At the end of a long form Save and Cancel are still on the screen."""
    page = visit(f"/review?run={made(runner, 1, kind='alignment')}")
    opened_form(page)
    page.locator(".dm-form textarea").last.scroll_into_view_if_needed()
    for name in ("Save", "Cancel"):
        expect(page.locator(".dm-form").get_by_role("button", name=name).first).to_be_in_viewport()


def test_leaving_the_form_keeps_the_typing(visit: Open, runner: Runner) -> None:
    """Typing survives the sidebar and a reload: the form can be opened again with it."""
    page = visit(f"/review?run={made(runner, 2)}")
    draft = opened_form(page)
    page.locator(".dm-form").get_by_label("Title").fill("Typed before lunch")
    page.get_by_role("link", name="Runs", exact=True).click()
    page.get_by_role("heading", level=1, name="Runs").wait_for()
    page.get_by_role("link", name="Review", exact=True).click()
    page.locator(".dm-form").wait_for()
    settle(page)
    expect(page.locator(".dm-form").get_by_label("Title")).to_have_value("Typed before lunch")
    page.goto("/review")
    ready(page)
    said(page, f"#{draft} has unsaved changes")
    page.get_by_role("button", name="Continue editing").click()
    expect(page.locator(".dm-form").get_by_label("Title")).to_have_value("Typed before lunch")


def test_filters_are_saved_under_a_name(visit: Open, runner: Runner, store: Store) -> None:
    """What the page shows is saved under a name, is there after a reload, shows the same again, and can be deleted."""
    run = made(runner, 2, "Saved")
    page = visit(f"/review?run={run}&tab=all&sort=oldest")
    ready(page)
    page.get_by_role("button", name="Saved filters").click()
    panel = page.get_by_test_id("stPopoverBody")
    panel.get_by_label("Name").wait_for()
    settle(page)
    panel.get_by_label("Name").fill("Mine")
    panel.get_by_role("button", name="Save these filters").click()
    panel.get_by_role("button", name="Mine", exact=True).wait_for()
    page.goto("/review")
    ready(page)
    page.get_by_role("button", name="Saved filters").click()
    panel.get_by_role("button", name="Mine", exact=True).click()
    page.wait_for_url(f"**run={run}**")
    assert "tab=all" in page.url and "sort=oldest" in page.url
    ready(page)
    assert shown(page) in {row.id for row in rows(store, run)}
    if not panel.is_visible():
        page.get_by_role("button", name="Saved filters").click()
    panel.get_by_role("button", name="Delete").click()
    expect(panel.get_by_role("button", name="Mine", exact=True)).to_have_count(0)
