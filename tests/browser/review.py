"""What the tests of the review page share: runs of their own, the form of a draft, what is said aloud."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from engine import DraftFilter, DraftRow, Job, Runner, RunSpec, Store, Tuning
from engine.profiles import PracticeSettings
from tests.browser.kit import settle
from tests.browser.test_desk import ready, shown

QUICK = PracticeSettings(base_ms=10, item_ms=1)


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
