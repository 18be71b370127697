"""A comparison as a person makes it: started, refreshed in the middle, read, exported; and pictures of its page."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from engine import RunRow, Store
from tests.browser.kit import Open, click_twice, settle
from tests.browser.test_journey import badge, launch, write
from tests.browser.test_shots import LOOKS, snap

PLOT = ".js-plotly-plot"


def begin(
    page: Page, name: str, *, topics: str, latency_ms: int, drafts: int, trials: int = 1, double: bool = False
) -> None:
    """Fill the form in and press the button."""
    write(page, "Name", name)
    write(page, "Trials per setting", str(trials))
    write(page, "Topics (one per line)", topics)
    write(page, "Drafts per topic and level", str(drafts))
    page.get_by_text("Practice provider: latency").click()
    write(page, "Latency per request (ms)", str(latency_ms))
    write(page, "Latency per draft (ms)", str(latency_ms // 5))
    button = page.get_by_test_id("stMain").get_by_role("button", name="Compare", exact=False).last
    click_twice(button, 40) if double else button.click()
    page.wait_for_url("**/compare?comparison=*")


def download(page: Page, ending: str) -> str:
    """What the export button gives."""
    page.get_by_role("button", name="Export").click()
    with page.expect_download() as coming:
        page.get_by_role("button", name=ending, exact=True).click()
    page.keyboard.press("Escape")
    return Path(coming.value.path()).read_text("utf-8")


@dataclass(frozen=True)
class Measured:
    """An arm by its rows: drafts/s of all trials, and the most calls at one time."""

    speed: float
    in_flight: int


def measured(home: Path, comparison: int, *arms: str) -> list[Measured]:
    """What the rows of a comparison say about some arms."""
    with Store.open(home / "draftmill.db") as store:
        runs = store.runs.page(99, comparison_id=comparison)
        return [_measured(store, [run for run in runs if run.arm == arm]) for arm in arms]


def _measured(store: Store, runs: Sequence[RunRow]) -> Measured:
    calls = {run.id: [(call.sent_at, call.ended_at or 0.0) for call in store.calls.page(run.id, 99)] for run in runs}
    walls = [max(end for _sent, end in some) - min(sent for sent, _end in some) for some in calls.values()]
    peaks = [sum(sent <= at < end for sent, end in some) for some in calls.values() for at, _end in some]
    return Measured(sum(run.totals.drafted for run in runs) / sum(walls), max(peaks))


@pytest.fixture(scope="module")
def made() -> dict[str, str]:
    """The addresses that the pictures show."""
    return {}


def test_a_comparison_is_started_refreshed_and_exported(browse: Open, made: dict[str, str], common_home: Path) -> None:
    """It goes on through a refresh, ends by itself in a table and charts; CSV, JSON and HTML hold its rows."""
    page = browse("/compare")
    begin(page, "Guide", topics="Campus\nTravel\nDaily life", latency_ms=120, drafts=8, trials=3)
    badge(page, "Running")
    page.reload()
    badge(page, "Running")
    expect(page.locator(PLOT)).to_have_count(0)
    expect(page.get_by_text(re.compile(r"of 15 runs"))).to_be_visible()
    badge(page, "Done", 120_000)  # 15 runs, one after the other
    expect(page.get_by_text(re.compile(r"Speed: .*(is the fastest|No clear difference)"))).to_be_visible()
    expect(page.locator(PLOT)).to_have_count(6)
    made["comparison"] = page.url
    rows = list(csv.DictReader(download(page, "CSV").splitlines()))
    assert [row["name"] for row in rows] == ["serial", "concurrent", "batch", "combined", "auto"]
    serial, concurrent = measured(common_home, int(page.url.partition("=")[2]), "serial", "concurrent")
    assert (serial.in_flight, concurrent.in_flight >= 3) == (1, True)
    assert [float(row["items_per_s"]) for row in rows[:2]] == pytest.approx([serial.speed, concurrent.speed], rel=1e-5)
    assert float(rows[1]["speedup"]) == pytest.approx(concurrent.speed / serial.speed, rel=1e-5)
    assert json.loads(download(page, "JSON"))[0]["success_rate"] == 1.0
    assert download(page, "HTML").lstrip().lower().startswith("<!doctype html>")


def test_a_double_click_makes_one_comparison(browse: Open) -> None:
    """Two clicks on Compare are one comparison; it is in the list under its name."""
    page = browse("/compare")
    begin(page, "Twice", topics="Twice", latency_ms=20, drafts=1, double=True)
    badge(page, "Done")
    page.get_by_role("link", name="All comparisons").click()
    page.get_by_text("Saved comparisons", exact=True).click()
    link = page.get_by_test_id("stMain").get_by_role("link", name="Twice")
    expect(link).to_have_count(1)
    link.click()
    page.wait_for_url("**/compare?comparison=*")
    page.reload()
    expect(page.get_by_role("heading", level=1)).to_have_text("Twice")


def test_a_comparison_is_cancelled_and_the_winner_used(browse: Open) -> None:
    """Cancel keeps what is done; Use these settings opens Launch filled in."""
    page = browse("/compare")
    begin(page, "Cancelled", topics="Cancelled", latency_ms=500, drafts=6, trials=3)
    expect(page.get_by_text(re.compile(r"^[1-9]\d* of 15 runs")).first).to_be_visible()
    page.get_by_role("button", name="Cancel").click()
    badge(page, "Cancelled")
    page.get_by_role("button", name="Use these settings").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Launch")
    expect(page.get_by_label("Topics (one per line)")).to_have_value("Cancelled")


def test_charts_stand_still_and_the_live_one_is_fed(browse: Open) -> None:
    """While a run goes on its chart keeps its place in the page: it is given new rows, it is not drawn again."""
    page = browse()
    launch(page, "Live", latency_ms=2500, drafts=60)
    chart = page.get_by_test_id("stVegaLiteChart").locator("canvas, svg.marks").first
    chart.wait_for()
    chart.evaluate("node => { node.dataset.mine = 'yes' }")
    progress = page.get_by_text(re.compile(r"^\d+ of 120 drafts")).first
    made = progress.inner_text().split()[0]
    expect(progress).not_to_have_text(re.compile(rf"^{made} of 120"))  # the chart has new rows by then
    expect(page.locator("[data-mine=yes]")).to_have_count(1)
    badge(page, "Done")


@pytest.mark.parametrize("look", LOOKS)
@pytest.mark.parametrize("locale", ["en-US", "zh-CN"])
def test_the_page_is_drawn_without_an_error(browse: Open, made: dict[str, str], look: str, locale: str) -> None:
    """The form and the results are drawn in every look and language."""
    if not made:
        page = browse("/compare")
        begin(page, "Guide", topics="Pictures", latency_ms=60, drafts=12)
        badge(page, "Done")
        made["comparison"] = page.url
    scheme, width = LOOKS[look]
    for name, path in {"compare": "/compare", "comparison": made["comparison"]}.items():
        page = browse(path, locale=locale, scheme=scheme, width=width)
        if name == "comparison":
            expect(page.locator(PLOT)).to_have_count(6)
        settle(page)
        snap(page, f"{name}-{look}-{locale[:2]}", tallest=4200)
        expect(page.get_by_test_id("stException")).to_have_count(0)
