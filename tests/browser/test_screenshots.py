"""The README's pictures can be taken again."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Browser

from docs.screenshots import take

README = Path(__file__).parents[2] / "README.md"
MOST_BYTES = 300_000


def test_the_readmes_pictures_are_taken(chromium: Browser, tmp_path: Path) -> None:
    """The script takes every picture the README shows, each under 300 kB."""
    (tmp_path / "home").mkdir()
    files = take(chromium, tmp_path / "home", tmp_path)
    shown = README.read_text(encoding="utf-8")
    assert all(f"](docs/{file.name})" in shown for file in files)
    assert all(0 < file.stat().st_size < MOST_BYTES for file in files)
