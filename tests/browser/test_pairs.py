"""Blind pairs as a reviewer does them: forty with keys only, through a reload, by two people."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from engine import Job, Runner, RunSpec, Store, Tuning, compare
from engine.profiles import Catalog, PracticeSettings
from engine.store import PairRow
from tests.browser.kit import opening, serving, settle
from tests.waiting import until

PAIRS = 40
NODE = ".dm-pairs"


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with a comparison of two models, 48 drafts each."""
    home = tmp_path_factory.mktemp("pairs")
    with Store.open(home / "draftmill.db") as store, Runner(store, Catalog.load()) as runner:
        spec = RunSpec("cloze", "en", (2,), ("Campus", "Travel"), per_combo=24)
        job = Job(spec, Tuning(), practice=PracticeSettings(base_ms=5, item_ms=1))
        writers = [compare.Writer("practice", "practice-small"), compare.Writer("practice", "practice-strong")]
        made = compare.start(store, runner, job, compare.crossed(compare.preset_arms(("combined",), 48), writers), 1)
        until(lambda: compare.report(store, made).state not in ("queued", "running"))
    return home


@pytest.fixture(scope="module")
def url(home: Path) -> Iterator[str]:
    with serving(home) as address:
        yield address


def rows(home: Path) -> list[PairRow]:
    with Store.open(home / "draftmill.db") as store:
        newest = store.pairs.newest(1)
        return store.pairs.all(newest.id) if newest else []


def answered(page: Page, count: int) -> None:
    """Wait until the page counts so many answers and the server has confirmed them."""
    expect(page.locator(f'{NODE}[data-done="{count}"][data-pending="0"]')).to_be_visible()


def press(page: Page, key: str) -> None:
    """Press a key once a pair is shown."""
    expect(page.locator(f"{NODE} .dm-paper")).to_have_count(2)
    page.keyboard.press(key)


def test_forty_pairs_with_keys_only(chromium: Browser, url: str, home: Path) -> None:
    """All keys, an undo, a reload in the middle that loses nothing, and the arms are hidden until the end."""
    with opening(chromium, url) as open_page:
        page = open_page("/compare?comparison=1&view=pairs")
        page.get_by_role("button", name="Start").click()
        expect(page.locator(f"{NODE} .dm-paper")).to_have_count(2)
        expect(page.get_by_test_id("stMain").get_by_text(re.compile("practice-(small|strong)"))).to_have_count(0)
        keys = ["1", "2", "0", "="] * 10
        for key in keys[:15]:
            press(page, key)
        answered(page, 15)
        press(page, "u")
        answered(page, 14)
        pair = page.locator(NODE).get_attribute("data-pair")
        page.reload()
        answered(page, 14)
        expect(page.locator(NODE)).to_have_attribute("data-pair", pair or "")
        for key in keys[14:]:
            press(page, key)
        answered(page, PAIRS)
        made = rows(home)
        assert [one.choice for one in made] == [
            {"1": "left", "2": "right", "0": "neither", "=": "both"}[key] for key in keys
        ]
        assert len({one.reviewer for one in made}) == 1
        expect(page.get_by_text("All pairs are answered.")).to_be_visible()
        page.get_by_role("button", name="End and show the arms").click()
        expect(page.get_by_text("Result of the blind pairs")).to_be_visible()
        expect(page.locator(".js-plotly-plot").get_by_text("practice-strong", exact=True)).to_be_visible()


def test_two_reviewers_share_the_pairs(chromium: Browser, url: str, home: Path) -> None:
    """Two people at once answer different pairs, whatever order their keys come in; both see the common progress."""
    with opening(chromium, url) as open_page:
        page = open_page("/compare?comparison=1&view=pairs")
        page.get_by_label("Pairs", exact=True).fill("12")
        page.get_by_label("Pairs", exact=True).press("Enter")
        settle(page)
        page.get_by_role("button", name="Start").click()
        expect(page.locator(f"{NODE} .dm-paper")).to_have_count(2)
        context = chromium.new_context()
        try:
            other = context.new_page()
            other.goto(f"{url}/compare?comparison=1&view=pairs")
            for _ in range(3):
                press(page, "1")
                press(other, "2")
            for one in (page, other):
                answered(one, 3)
        finally:
            context.close()
    choices = {one.choice: one.reviewer for one in rows(home) if one.choice}
    assert set(choices) == {"left", "right"} and len(set(choices.values())) == 2
    assert sum(bool(one.choice) for one in rows(home)) == 6
