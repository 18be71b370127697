"""A key on the Review page at 3,600 drafts: the server's CPU time and what it sends, with a real server and browser."""

from __future__ import annotations

import json
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil
from playwright.sync_api import Page, sync_playwright

from benchmarks.kit import Claim
from engine import Job, Runner, RunSpec, Store, Tuning
from engine.profiles import Catalog, PracticeSettings
from tests.browser.kit import CHROMIUM, FLAGS, opening, serving, settle

RUNS, DRAFTS = 6, 600
PRESSES, PACE_MS = 100, 200
MOST_CPU_MS, MOST_BYTES = 60, 25_000
TICK_S = 8.0


def claims() -> Iterator[Claim]:
    """A press costs at most 60 ms of the server's CPU and 25 kB, the page's own ticks not counted."""
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        _fill(home)
        with serving(home) as url, sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
            with opening(browser, url) as visit:
                cpu_ms, sent, held = _measure(visit("/review"), url)
            browser.close()
    yield Claim(f"{PRESSES} presses at {PACE_MS} ms", f"{PRESSES} drafts decided", f"{held}", held == PRESSES)
    yield Claim("... server CPU a press", f"<= {MOST_CPU_MS} ms", f"{cpu_ms:.0f} ms", cpu_ms <= MOST_CPU_MS)
    yield Claim("... sent a press", f"<= {MOST_BYTES / 1000:.0f} kB", f"{sent / 1000:.1f} kB", sent <= MOST_BYTES)


def _fill(home: Path) -> None:
    quick = PracticeSettings(base_ms=1, item_ms=0)
    with Store.open(home / "draftmill.db") as store, Runner(store, Catalog.load()) as runner:
        for number in range(RUNS):
            topics = tuple(f"Topic {number}.{topic}" for topic in range(20))
            spec = RunSpec("cloze", "en", (2,), topics, DRAFTS // 20)
            runner.join(runner.submit(Job(spec, Tuning(8, 10), practice=quick)))


def _measure(page: Page, url: str) -> tuple[float, float, int]:
    """Server CPU in ms a press, bytes a press, and how many drafts were decided."""
    page.locator(".dm-desk[data-draft]:not([data-draft=''])").wait_for()
    settle(page)
    before = _pending(page)
    server, sizes = _server(url), _frames(page)
    started, used = time.monotonic(), _cpu_s(server)
    page.wait_for_timeout(2 * TICK_S * 1000)  # what the page costs while nobody presses
    idle_s = (_cpu_s(server) - used) / (time.monotonic() - started)
    sizes.clear()
    started, used = time.monotonic(), _cpu_s(server)
    for _press in range(PRESSES):
        page.keyboard.press("a")
        page.wait_for_timeout(PACE_MS)
    page.locator(".dm-desk[data-pending='0']").wait_for()
    settle(page)
    spent_s = _cpu_s(server) - used - idle_s * (time.monotonic() - started)
    return 1000 * spent_s / PRESSES, sum(sizes) / PRESSES, before - _pending(page)


def _pending(page: Page) -> int:
    return int(page.get_by_text("Pending · ").first.inner_text().partition("· ")[2].replace(",", ""))


def _server(url: str) -> psutil.Process:
    port = int(url.rpartition(":")[2])
    for child in psutil.Process().children(recursive=True):
        if any(one.laddr.port == port for one in child.net_connections("tcp") if one.status == "LISTEN"):
            return child
    raise RuntimeError("no process of ours listens on the port of the dashboard")


def _cpu_s(process: psutil.Process) -> float:
    times = process.cpu_times()
    return float(times.user + times.system)


def _frames(page: Page) -> list[int]:
    """Sizes of what the server sends from here on."""
    sizes: list[int] = []
    session = page.context.new_cdp_session(page)
    session.send("Network.enable")

    def received(event: dict[str, Any]) -> None:
        frame = event["response"]
        sizes.append(len(frame["payloadData"]) * 3 // 4 if frame["opcode"] == 2 else len(json.dumps(frame)))

    session.on("Network.webSocketFrameReceived", received)
    return sizes
