"""Own texts and the library in a real browser: added, chosen, kept over a refresh, used by a run."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from tests.browser.kit import Open, choose, settle
from tests.browser.test_journey import badge, write
from tests.unit.texts_kit import written

TEXT = "\n\n".join(written("en", 150, number) for number in range(2))


def option(page: Page, name: str) -> None:
    """Choose an option of the page."""
    page.get_by_test_id("stMain").get_by_role("radio", name=name, exact=True).first.click()
    settle(page)


def note(page: Page, text: str) -> None:
    """Write a style note; the field that chooses one has the same name."""
    field = page.get_by_role("textbox", name="Style note", exact=True)
    field.fill(text)
    field.press("Tab")
    settle(page)


def test_own_texts_survive_a_refresh_and_make_drafts(browse: Open) -> None:
    """A text that is typed, and its passages once it is added, are there after a reload; a run is made from them."""
    page = browse()
    option(page, "Own texts")
    page.wait_for_function("""() => localStorage.getItem("draftmill.launch").includes('"made_from":"texts"')""")
    page.get_by_label("Your text", exact=True).fill(TEXT)
    page.reload()
    expect(page.get_by_label("Your text", exact=True)).to_have_value(TEXT)
    write(page, "Name of the text", "Harbour")
    page.get_by_role("button", name="Add the text").click()
    expect(page.get_by_text("2 passages are used")).to_be_visible()
    settle(page)
    page.reload()
    expect(page.get_by_text("2 passages are used")).to_be_visible()
    settle(page)
    page.locator(".st-key-launch_button button").click()
    page.wait_for_url("**/runs?run=*")
    badge(page, "Done")
    expect(page.get_by_text(re.compile("Harbour #1")).first).to_be_visible()


def test_a_style_note_and_a_word_list_are_saved_and_offered(browse: Open) -> None:
    """Saved on the Library page they are found again after a reload, in two versions, and Launch offers them."""
    page = browse("/library")
    write(page, "Name", "Browser house")
    note(page, "British spelling.")
    page.get_by_role("button", name="Save", exact=False).first.click()
    expect(page.get_by_text("Saved as version 1.")).to_be_visible()
    settle(page)
    note(page, "American spelling.")
    page.get_by_role("button", name="Save as version 2").click()
    expect(page.get_by_text("Saved as version 2.")).to_be_visible()
    option(page, "Word lists")
    write(page, "Name", "Browser words")
    write(page, "Words (one per line)", "borrow\nlend")
    page.get_by_role("button", name="Save", exact=False).first.click()
    expect(page.get_by_text("Saved as version 1.")).to_be_visible()
    page.goto("/")
    settle(page)
    page.get_by_text("Style and words").click()
    settle(page)
    for field, entry in (("Style note", "Browser house@2"), ("Target words", "Browser words@1")):
        choose(page, page.get_by_label(field, exact=True), entry)
    page.reload()
    expect(page.get_by_text("2 words in the list")).to_be_visible()
