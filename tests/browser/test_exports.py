"""Exports as a person uses them: a file that is downloaded, a table that is brought back."""

from __future__ import annotations

import re
from pathlib import Path
from zipfile import ZipFile

import pytest
from playwright.sync_api import Page, expect

from tests.browser.kit import Open, choose, settle
from tests.browser.test_journey import badge, launch
from tests.browser.test_shots import LOOKS, snap


def run_page(browse: Open, topic: str) -> Page:
    """A run that has ended, its export panel open, all its drafts chosen."""
    page = browse()
    launch(page, topic, drafts=2)
    badge(page, "Done")
    settle(page)
    page.get_by_role("button", name="Export").click()
    page.get_by_text("Approved drafts only (0)").wait_for()
    settle(page)  # until then the panel is drawn anew, and a click may meet a box that is replaced
    page.get_by_text("Approved drafts only (0)").click()
    page.get_by_role("button", name="Download 4 drafts").wait_for()
    settle(page)
    return page


def download(page: Page, fmt: str, folder: Path) -> Path:
    """Choose a format and press the button."""
    choose(page, page.get_by_label("Format"), fmt)
    with page.expect_download() as caught:
        page.get_by_role("button", name="Download 4 drafts").click()
    path = folder / caught.value.suggested_filename
    caught.value.save_as(path)
    return path


def test_a_deck_is_downloaded(browse: Open, tmp_path: Path) -> None:
    """One button hands over a package with a name that says what is in it."""
    path = download(run_page(browse, "Deck"), "Anki package", tmp_path)
    assert re.fullmatch(r"draftmill-run-\d+\.apkg", path.name)
    assert ZipFile(path).namelist() == ["collection.anki2", "media"]


def test_a_reviewed_table_is_brought_back(browse: Open, tmp_path: Path) -> None:
    """Verdicts written into the table are applied; what a cell says is read as text, whatever it is."""
    page = run_page(browse, "Table")
    path = download(page, "CSV, one row per draft", tmp_path)
    evil = b"<img src=x onerror=alert(1)>"
    first, second, *rest = path.read_bytes().replace(b",pending,", b",approved,").split(b"\r\n")
    third = rest[0].replace(b",approved,", b"," + evil + b",")
    path.write_bytes(b"\r\n".join([first, second, third, *rest[1:]]))
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Import").click()
    page.get_by_test_id("stFileUploader").wait_for()
    settle(page)
    page.locator("input[type=file]").set_input_files(path)
    expect(page.get_by_text("1 row was not accepted")).to_be_visible()
    expect(page.get_by_text(evil.decode())).to_be_visible()
    settle(page)
    page.get_by_role("button", name="Apply 3 rows").click()
    expect(page.get_by_text("3 rows applied")).to_be_visible()
    settle(page)
    with page.expect_download() as caught:
        page.get_by_role("button", name="Download refused rows").click()
    assert evil in Path(caught.value.path()).read_bytes()
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Export").click()
    expect(page.get_by_text("Approved drafts only (3)")).to_be_visible()


@pytest.fixture(scope="module")
def made() -> dict[str, str]:
    """The address of the run that the pictures show."""
    return {}


@pytest.mark.parametrize(("look", "locale"), [("light", "en-US"), ("dark", "zh-CN"), ("narrow", "zh-CN")])
def test_the_panel_is_drawn(browse: Open, made: dict[str, str], look: str, locale: str) -> None:
    """The panel opens in every look and both languages, no box of an exception on it."""
    if not made:
        made["run"] = run_page(browse, "Panel").url
    scheme, width = LOOKS[look]
    page = browse(made["run"], locale=locale, scheme=scheme, width=width)
    page.get_by_role("button", name="Import" if locale == "en-US" else "导入").click()
    expect(page.get_by_test_id("stFileUploader")).to_be_visible()
    snap(page, f"exports-{look}-{locale[:2]}")
    expect(page.get_by_test_id("stException")).to_have_count(0)
