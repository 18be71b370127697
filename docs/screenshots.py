"""
Takes the README's pictures: `python -m docs.screenshots [folder]`, by default into this folder.

Starts the real dashboard on a database of its own, makes a run and a comparison with the practice provider through the
command line, and drives Chromium. It waits for states of the pages, never for times.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page, expect, sync_playwright

from engine.practice import PracticeProcess, PracticeSettings
from tests.browser.kit import CHROMIUM, FLAGS, ROOT, opening, picture, serving, settle

HEIGHT = 900
COLOURS = 255
RELOADS = 100
CHART_MS = 120_000  # on a busy machine
QUICK = PracticeSettings(base_ms=240, item_ms=50)
"""Five times as fast as the default, so that the fifteen runs of the comparison take seconds."""
RUN = ["run", "--kind", "cloze", "--lang", "en", "--levels", "2,3", "--topic", "Daily life", "--topic", "Campus"]
RUN += ["--topic", "Travel", "--per-combo", "60", "--preset", "combined"]
COMPARE = ["compare", "--trials", "3", "--per-combo", "8", "--note", "Which settings are fastest?", "--seed", "1"]


def take(chromium: Browser, home: Path, folder: Path) -> list[Path]:
    """
    Take every picture.

    Args:
        home: An empty folder for the database.
        folder: Where the pictures go.

    Returns:
        The files: run.png, review.png and compare.png.
    """
    with serving(home) as address, opening(chromium, address) as browse:
        with working(home, RUN):
            files = [shot(browse("/runs?run=1"), folder / "run.png", under_way)]
        files.append(shot(browse("/review?run=1"), folder / "review.png", show_answers))
        with PracticeProcess(QUICK) as practice, working(home, [*COMPARE, "--base-url", practice.base_url]):
            pass
        files.append(shot(browse("/compare?comparison=1"), folder / "compare.png", compared))
    return files


@contextmanager
def working(home: Path, words: list[str]) -> Iterator[None]:
    """
    Run `draftmill` beside the block, and wait for its end after it.

    Raises:
        CalledProcessError: it failed.
    """
    command = [sys.executable, "-m", "engine.cli", *words]
    environment = {**os.environ, "DRAFTMILL_HOME": str(home)}
    with subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL) as process:
        yield
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, command)


def shot(page: Page, path: Path, prepare: Callable[[Page], None]) -> Path:
    """Bring a page into the state to show, take its picture and reduce it to a palette."""
    prepare(page)
    picture(page, path, HEIGHT)
    with Image.open(path) as full:
        full.convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE).save(path, optimize=True)
    return path


def under_way(page: Page) -> None:
    """The run has made a tenth of its drafts; the rest takes long enough for a picture on a busy machine."""
    for _ in range(RELOADS):
        settle(page)
        if page.get_by_role("heading", level=1, name="Run 1").count():
            break
        page.reload()  # the command has not stored its run yet
    expect(page.get_by_text(re.compile(r"^([4-9]\d|1\d\d) of 360 drafts")).first).to_be_visible()


def show_answers(page: Page) -> None:
    """The first draft is shown with its answers, and nobody is asked for a name."""
    page.get_by_role("button", name="Continue without a name").click()
    page.locator(".dm-desk[data-draft]:not([data-draft=''])").wait_for()
    settle(page)


def compared(page: Page) -> None:
    """The comparison has ended, and its charts are drawn."""
    page.locator(".js-plotly-plot .main-svg").first.wait_for(timeout=CHART_MS)


def main() -> None:
    """Take every picture with a browser of our own."""
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent
    with tempfile.TemporaryDirectory() as home, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        take(browser, Path(home), folder)
        browser.close()


if __name__ == "__main__":
    main()
