"""Where `draftmill` says the dashboard is."""

from __future__ import annotations

import pytest

from engine.cli.dashboard import url_of

URLS = [
    ("127.0.0.1", "http://127.0.0.1:8501"),
    ("192.168.1.7", "http://192.168.1.7:8501"),
    ("::1", "http://[::1]:8501"),
    ("0.0.0.0", "http://localhost:8501"),
    ("::", "http://localhost:8501"),
    ("localhost", "http://localhost:8501"),
]


@pytest.mark.parametrize(("address", "url"), URLS)
def test_the_url_opens_on_this_machine(address: str, url: str) -> None:
    """The URL of every address is one that a browser on this machine can open."""
    assert url_of(address, 8501) == url
