"""The dashboard as it ships, on a database it cannot use: what it shows, where it listens, whom it answers."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest
from playwright.sync_api import Browser

from tests.browser.kit import ROOT, free_port, wait_for

HANDSHAKE = (
    "GET /_stcore/stream HTTP/1.1\r\nHost: {host}\r\nOrigin: http://{host}\r\nUpgrade: websocket\r\n"
    "Connection: Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n"
)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[int, subprocess.Popen[bytes]]]:
    """`draftmill` on a file that is no database."""
    home = tmp_path_factory.mktemp("broken")
    (home / "draftmill.db").write_bytes(b"notes of a holiday " * 500)
    port = free_port()
    command = [sys.executable, "-m", "engine.cli", "--port", str(port), "--headless"]
    environment = {**os.environ, "DRAFTMILL_HOME": str(home)}
    with (home / "log.txt").open("wb") as log:
        process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=log, stderr=subprocess.STDOUT)
    try:
        wait_for(f"http://127.0.0.1:{port}/_stcore/health", process)
        yield port, process
    finally:
        for child in psutil.Process(process.pid).children(recursive=True):
            child.terminate()
        process.terminate()
        process.wait(30)


def test_no_traceback_reaches_the_browser(chromium: Browser, server: tuple[int, subprocess.Popen[bytes]]) -> None:
    """When a page cannot be drawn at all, no line of code and no path of this machine is shown."""
    page = chromium.new_page()
    page.goto(f"http://127.0.0.1:{server[0]}/")
    page.locator("[data-testid=stException], [data-testid=stAlert]").first.wait_for()
    shown = page.content()
    page.close()
    for telling in ("Traceback", "site-packages", "engine/store", str(Path(sys.executable).parent), "sqlalchemy"):
        assert telling not in shown


def test_it_listens_on_this_machine_alone(server: tuple[int, subprocess.Popen[bytes]]) -> None:
    """Every port it opens is on 127.0.0.1."""
    port, process = server
    family = [psutil.Process(process.pid), *psutil.Process(process.pid).children(recursive=True)]
    open_ports = [
        connection.laddr
        for one in family
        for connection in one.net_connections("inet")
        if connection.status == psutil.CONN_LISTEN
    ]
    assert port in {address.port for address in open_ports}
    assert {address.ip for address in open_ports} == {"127.0.0.1"}


@pytest.mark.parametrize(("host", "opened"), [("127.0.0.1:{port}", True), ("evil.example:{port}", False)])
def test_the_websocket_answers_its_own_names_alone(
    server: tuple[int, subprocess.Popen[bytes]], host: str, opened: bool
) -> None:
    """A page elsewhere that rebinds its name to this machine gets no websocket."""
    with socket.create_connection(("127.0.0.1", server[0]), 10) as line:
        line.sendall(HANDSHAKE.format(host=host.format(port=server[0])).encode())
        answer = line.recv(200).decode()
    assert ("101" in answer.split("\r\n")[0]) is opened, answer
