"""What the browser tests and `docs/screenshots.py` share: a server, a browser, and waits for states of a page."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import ClassVar
from weakref import WeakKeyDictionary

from playwright.sync_api import Browser, BrowserContext, Locator, Page, Request, WebSocket, expect
from playwright.sync_api import TimeoutError as PlaywrightTimeoutError
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from tests.ports import free_port

ROOT = Path(__file__).parents[2]
FLAGS = [
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
]
CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
STARTUP_S = 60.0
PATIENCE_MS = 90_000  # of every wait and every expectation: a busy machine must not fail a test
POLL_MS = 10
OPENINGS = 5
DRAWN = """async () => {
  await document.fonts.ready;
  await new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)));
  return document.querySelector('[data-testid=stMain]').scrollHeight;
}"""
"""Waits for the fonts and for two frames, and returns the height of the page's content in pixels."""

_CONTEXTS: WeakKeyDictionary[Browser, dict[tuple[str, str], BrowserContext]] = WeakKeyDictionary()

expect.set_options(timeout=PATIENCE_MS)

Open = Callable[..., Page]


class Traffic:
    """
    Reads a page's websocket: is a run of the page's script still requested or under way?

    A run that ends answers only what was asked before it began: a press can wait behind a run of the page's own timers.
    """

    _of: ClassVar[WeakKeyDictionary[Page, Traffic]] = WeakKeyDictionary()

    def __init__(self, page: Page) -> None:
        self._is_asked, self._is_running = True, False
        self._socket: WebSocket | None = None
        self._of[page] = self
        page.on("request", self._requested)
        page.on("websocket", self._opened)

    @classmethod
    def of(cls, page: Page) -> Traffic:
        """The traffic of a page that `opening` has made."""
        return cls._of[page]

    @property
    def pending(self) -> bool:
        """Whether something that was asked for is not drawn yet."""
        return self._is_asked or self._is_running

    def _requested(self, request: Request) -> None:
        if request.is_navigation_request():
            self._is_asked, self._is_running, self._socket = True, False, None

    def _opened(self, socket: WebSocket) -> None:
        self._is_asked, self._is_running, self._socket = True, False, socket
        socket.on("framesent", lambda frame: self._sent(socket, frame))
        socket.on("framereceived", lambda frame: self._received(socket, frame))

    def _sent(self, socket: WebSocket, frame: str | bytes) -> None:
        if socket is not self._socket or isinstance(frame, str):
            return
        message = BackMsg.FromString(frame)
        if message.WhichOneof("type") == "rerun_script" and not message.rerun_script.is_auto_rerun:
            self._is_asked = True

    def _received(self, socket: WebSocket, frame: str | bytes) -> None:
        if socket is not self._socket or isinstance(frame, str):
            return
        message = ForwardMsg.FromString(frame)
        if message.WhichOneof("type") == "new_session":
            self._is_asked, self._is_running = False, True
        elif message.WhichOneof("type") == "script_finished":
            self._is_running = message.script_finished == ForwardMsg.FINISHED_EARLY_FOR_RERUN


def settle(page: Page) -> None:
    """Wait until the server has run the script for everything the page has asked for, and the page has drawn it."""
    traffic, end = Traffic.of(page), time.monotonic() + PATIENCE_MS / 1000
    page.evaluate("() => new Promise(requestAnimationFrame)")  # what a key or a click sends is sent by then
    while traffic.pending:
        assert time.monotonic() < end, "the page's script did not finish"
        page.wait_for_timeout(POLL_MS)
    expect(page.locator("[data-testid=stApp][data-test-script-state=notRunning]")).to_be_visible()


def click_twice(button: Locator, gap_ms: int) -> None:
    """Click twice, so many milliseconds apart: a hand leaves 80 to 200."""
    button.evaluate("(button, gap) => { button.click(); setTimeout(() => button.click(), gap); }", gap_ms)


def choose(page: Page, box: Locator, name: str) -> None:
    """Choose an option of a select box; a page that is drawn meanwhile can close its list, which is opened again."""
    settle(page)
    option = page.get_by_role("option", name=name, exact=True)
    for _time in range(OPENINGS):
        box.click()
        with suppress(PlaywrightTimeoutError):
            option.click(timeout=PATIENCE_MS / OPENINGS)
            return settle(page)
    raise AssertionError(f"no option {name}")


def picture(page: Page, path: Path, tallest: int) -> None:
    """Take a picture of the whole page, at most `tallest` pixels high, once it is drawn."""
    settle(page)
    width = (page.viewport_size or {"width": 1400})["width"]
    for _ in range(2):  # a taller window can make charts taller
        page.set_viewport_size({"width": width, "height": min(tallest, page.evaluate(DRAWN) + 20)})
        settle(page)
    expect(page.get_by_test_id("stSkeleton")).to_have_count(0)  # the grey frame of what the browser still loads
    page.evaluate(DRAWN)
    path.parent.mkdir(exist_ok=True)
    page.screenshot(path=path, animations="disabled")


@contextmanager
def serving(home: Path) -> Iterator[str]:
    """Start the dashboard on a free port, with its data in `home`."""
    port = free_port()
    kept = {name: value for name, value in os.environ.items() if not name.endswith("_API_KEY")}
    command = [sys.executable, "-m", "streamlit", "run", "dashboard/server.py"]
    command += ["--server.port", str(port), "--server.headless", "true"]
    with (home / "log.txt").open("wb") as log:
        server = subprocess.Popen(
            command, cwd=ROOT, env={**kept, "DRAFTMILL_HOME": str(home)}, stdout=log, stderr=subprocess.STDOUT
        )
    try:
        wait_for(f"http://127.0.0.1:{port}/_stcore/health", server)
        yield f"http://127.0.0.1:{port}"
    finally:
        server.terminate()
        server.wait(30)


def wait_for(url: str, server: subprocess.Popen[bytes]) -> None:
    """
    Wait until a server answers.

    Raises:
        RuntimeError: it ended, or did not answer within STARTUP_S.
    """
    end = time.monotonic() + STARTUP_S
    while time.monotonic() < end and server.poll() is None:
        try:
            urllib.request.urlopen(url, timeout=1)
            return
        except (urllib.error.URLError, OSError):
            time.sleep(0.1)
    raise RuntimeError(f"the dashboard did not start within {STARTUP_S:.0f} s")


@contextmanager
def opening(chromium: Browser, address: str) -> Iterator[Open]:
    """Yield a function that opens a page; at the end its pages are closed and forget what they kept in the browser."""
    pages: list[Page] = []

    def open_page(path: str = "/", locale: str = "en-US", scheme: str = "light", width: int = 1400) -> Page:
        page = _context(chromium, address, locale).new_page()
        pages.append(page)
        Traffic(page)
        page.set_default_timeout(PATIENCE_MS)
        page.set_viewport_size({"width": width, "height": 1000})
        page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
        page.goto(path)
        page.get_by_role("heading", level=1).first.wait_for()
        return page

    yield open_page
    for page in pages:
        if not page.is_closed():
            page.goto("/_stcore/health")  # the dashboard is gone: nothing is kept after it was forgotten
            page.evaluate("localStorage.clear()")
            page.context.clear_cookies()
            page.close()


def _context(chromium: Browser, address: str, locale: str) -> BrowserContext:
    """The browser's one context for a server and a locale: its cache keeps the server's scripts."""
    contexts = _CONTEXTS.setdefault(chromium, {})
    if (address, locale) not in contexts:
        contexts[address, locale] = chromium.new_context(base_url=address, locale=locale)
    return contexts[address, locale]
