"""What the tests of the review page share: the draft that is shown, runs of their own, the form, what is said aloud."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from engine import DraftFilter, DraftRow, Job, Runner, RunSpec, Store, Tuning
from engine.profiles import PracticeSettings
from tests.browser.kit import settle

SHOWN = ".dm-desk[data-draft]:not([data-draft=''])"
QUICK = PracticeSettings(base_ms=10, item_ms=1)


def ready(page: Page) -> None:
    """Wait until a draft is shown and the keys are listened to."""
    page.locator(SHOWN).wait_for()
    settle(page)


def shown(page: Page) -> int:
    """The draft the keys are for, as the page has it now."""
    return int(page.locator(".dm-desk").get_attribute("data-draft") or 0)


def wait_until_gone(page: Page, draft: int) -> None:
    page.locator(f".dm-desk:not([data-draft='{draft}'])").wait_for()


def applied(page: Page) -> None:
    """Wait until the server has confirmed every press."""
    page.locator(".dm-desk[data-pending='0']").wait_for()
    settle(page)


def made(runner: Runner, drafts: int = 3, topic: str = "Keys", kind: str = "cloze") -> int:
    """A run of pending drafts of its own."""
    spec = RunSpec(kind, "en", (2,), (topic,), drafts)
    return runner.join(runner.submit(Job(spec, Tuning(8, 10), practice=QUICK)), 0.05).id


def rows(store: Store, run: int) -> list[DraftRow]:
    return store.drafts.page(DraftFilter(run=run))


def opened_form(page: Page) -> int:
    """Press E and wait for the form; its draft."""
    ready(page)
    draft = shown(page)
    page.keyboard.press("e")
    page.locator(".dm-form").wait_for()
    settle(page)
    return draft


def said(page: Page, words: str) -> None:
    """Wait for a message in the live region."""
    expect(page.get_by_role("status")).to_contain_text(words)
