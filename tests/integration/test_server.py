"""The server `draftmill` starts: who may ask it what, and where it listens."""

from __future__ import annotations

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil
import pytest

from engine import Job, Runner, RunSpec, Store, Tuning
from engine.profiles import Catalog, PracticeSettings
from tests.integration.conftest import QUICK
from tests.matrix import slow
from tests.ports import free_port
from tests.waiting import PATIENCE_S

STARTUP_S = 60.0
PATHS = ("/", "/_stcore/health", "/api/health", "/api/runs", "/api/runs/1")
KEY = "sk-canary-314159265"


@dataclass(frozen=True, slots=True)
class Served:
    """A running dashboard: its port, its data folder and its process."""

    port: int
    home: Path
    pid: int

    def ask(self, path: str, method: str = "GET", host: str = "", **headers: str) -> tuple[int, dict[str, str], bytes]:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE_S)
        connection.request(method, path, headers={"Host": host or f"127.0.0.1:{self.port}", **headers})
        answer = connection.getresponse()
        body = answer.read()
        connection.close()
        return answer.status, {name.lower(): value for name, value in answer.getheaders()}, body

    def read(self, path: str) -> Any:
        status, headers, body = self.ask(path)
        assert (status, headers["content-type"]) == (200, "application/json")
        return json.loads(body)

    def handshake(self, host: str, origin: str = "") -> str:
        """The status line that answers the websocket's handshake; by default the page is the host's own."""
        origin = origin or f"http://{host}"
        with socket.create_connection(("127.0.0.1", self.port), PATIENCE_S) as sock:
            sock.sendall(
                f"GET /_stcore/stream HTTP/1.1\r\nHost: {host}\r\nOrigin: {origin}\r\nConnection: Upgrade\r\n"
                "Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n"
                "Sec-WebSocket-Protocol: streamlit\r\n\r\n".encode()
            )
            return sock.recv(200).split(b"\r\n")[0].decode()


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """`draftmill --database` on a free port, over a store that holds one run and is not the one of the data folder."""
    home = tmp_path_factory.mktemp("home")
    with Store.open(home / "team.db") as store, Runner(store, Catalog.load(home / "none.toml")) as runner:
        job = Job(RunSpec("cloze", "en", (2,), ("Campus",), 3), Tuning(2, 3), practice=PracticeSettings(**QUICK))
        assert runner.join(runner.submit(job)).state == "done"
    with serving(home, "--database", str(home / "team.db"), OPENROUTER_API_KEY=KEY) as served:
        yield served


@contextmanager
def serving(home: Path, *words: str, ends: int | None = None, **environment: str) -> Iterator[Served]:
    """`draftmill` on a free port, in a data folder; it ends with the code of SIGTERM, or of what the test sends it."""
    port = free_port()
    command = [sys.executable, "-m", "engine.cli", "--port", str(port), "--headless", *words]
    environment = {**os.environ, "DRAFTMILL_HOME": str(home), **environment}
    with (home / "log.txt").open("wb") as log:
        process = subprocess.Popen(command, env=environment, stdout=log, stderr=subprocess.STDOUT)
    try:
        _wait(port)
        yield Served(port, home, process.pid)
    finally:
        if ends is None:
            process.terminate()
        ended = process.wait(PATIENCE_S)
    assert ended == (ends or 143)


def _wait(port: int) -> None:
    end = time.monotonic() + STARTUP_S
    while time.monotonic() < end:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            return
        except OSError:
            time.sleep(0.1)
    raise RuntimeError("the dashboard did not start")


def test_it_listens_on_this_machine_alone(server: Served) -> None:
    """Every port the server's processes listen on is bound to 127.0.0.1."""
    family = [psutil.Process(server.pid), *psutil.Process(server.pid).children(recursive=True)]
    listening = [
        one.laddr for process in family for one in process.net_connections("inet") if one.status == psutil.CONN_LISTEN
    ]
    assert server.port in {address.port for address in listening}
    assert {address.ip for address in listening} == {"127.0.0.1"}


@pytest.mark.parametrize("host", ["evil.test", "evil.test:8501", "127.0.0.1.evil.test", "localhost@evil.test", ""])
@pytest.mark.parametrize("path", PATHS)
def test_another_host_is_refused(server: Served, path: str, host: str) -> None:
    """DNS rebinding: whatever the path, a Host that is not the dashboard's is refused."""
    assert server.ask(path, host=host or " ")[0] == 400


@pytest.mark.parametrize(("host", "status"), [("evil.test", "400"), ("127.0.0.1", "101"), ("localhost", "101")])
def test_the_websocket_checks_the_host_too(server: Served, host: str, status: str) -> None:
    """The channel that carries the pages is opened for the dashboard's own names only."""
    assert server.handshake(f"{host}:{server.port}").split()[1] == status


@pytest.mark.parametrize(
    "origin",
    [
        "http://127.0.0.1:1",
        "http://localhost:{port}",
        "http://localhost:3000",
        "https://127.0.0.1",
        "http://evil.test",
        "http://127.0.0.1:{port}@evil.test",
        "http://127.0.0.1:{port}.evil.test",
        "http://[::1",
        "null",
        "file://",
    ],
)
def test_pages_of_other_servers_are_refused(server: Served, origin: str) -> None:
    """Another port of this machine is another server: its pages may neither open the websocket nor change anything."""
    origin = origin.format(port=server.port)
    assert server.handshake(f"127.0.0.1:{server.port}", origin).split()[1] == "403"
    for method, path in (("POST", "/api/health"), ("PUT", "/_stcore/upload_file/a/b"), ("DELETE", "/")):
        assert server.ask(path, method, Origin=origin)[0] == 403


def test_the_dashboards_own_pages_are_let_in(server: Served) -> None:
    """The page of the same host and port opens the websocket; its requests get as far as their own checks."""
    own = f"127.0.0.1:{server.port}"
    assert server.handshake(own, f"http://{own}").split()[1] == "101"
    assert server.ask("/api/health", "POST", Origin=f"http://{own}")[0] == 405


def test_health_says_ok_and_names_nothing(server: Served) -> None:
    """A monitor reads ok, the version and what is running; no path, no provider, no topic."""
    told = server.read("/api/health")
    assert (told["status"], told["version"], told["running_runs"]) == ("ok", "0.1.0", 0)
    assert str(server.home) not in json.dumps(told)


def test_runs_are_told_as_on_the_command_line(server: Served) -> None:
    """The list and one run have the shapes of `draftmill runs --json` and `draftmill status --json`."""
    for words, path in ((("runs",), "/api/runs"), (("status", "1"), "/api/runs/1")):
        command = [sys.executable, "-m", "engine.cli", *words, "--json"]
        environment = {**os.environ, "DRAFTMILL_DATABASE": str(server.home / "team.db")}
        done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=PATIENCE_S)
        assert server.read(path) == json.loads(done.stdout.splitlines()[-1])
    assert server.read("/api/runs?limit=1&state=done")[0]["drafted"] == 3


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/api/", 404),
        ("GET", "/api/nothing", 404),
        ("GET", "/api/runs/99", 404),
        ("GET", f"/api/runs/{10**30}", 404),
        ("GET", "/api/runs/../health", 400),
        ("GET", "/api/runs?limit=0", 400),
        ("GET", "/api/runs?limit=99999999999999999999", 400),
        ("GET", "/api/runs?limit=%D9%A3", 400),
        ("GET", "/api/runs?limit=0000199999", 400),
        ("GET", "/api/runs?limit=01", 400),
        ("GET", f"/api/runs?limit={'9' * 5005}", 400),
        ("GET", f"/api/runs/{'9' * 5005}", 404),
        ("GET", "/api/runs/%D9%A3", 404),
        ("GET", "/api/runs/-1", 404),
        ("GET", "/api/runs?state=%27%20OR%201=1", 400),
        ("POST", "/api/health", 405),
        ("DELETE", "/api/runs/1", 405),
        ("PUT", "/api/runs", 405),
        ("OPTIONS", "/api/runs", 405),
    ],
)
def test_what_is_not_there_is_said_in_json(server: Served, method: str, path: str, status: int) -> None:
    """Wrong paths, figures and methods are short JSON errors; nothing can be changed from outside."""
    answered, _headers, body = server.ask(path, method)
    assert answered == status
    if path.startswith("/api/") and ".." not in path:
        assert set(json.loads(body)) == {"error"}


def test_no_other_site_may_read(server: Served) -> None:
    """No CORS header for a foreign page, and the headers that keep an answer what it is."""
    _status, headers, _body = server.ask("/api/runs", Origin="https://evil.test")
    assert not [name for name in headers if name.startswith("access-control")]
    assert (headers["x-content-type-options"], headers["x-frame-options"]) == ("nosniff", "SAMEORIGIN")
    assert headers["cache-control"] == "no-store"


def test_an_upload_without_the_token_is_refused(server: Served) -> None:
    """XSRF protection is on."""
    assert server.ask("/_stcore/upload_file/session/file", "PUT")[0] in (400, 403)


def test_the_key_and_tracebacks_are_nowhere(server: Served) -> None:
    """Neither the pages, nor the API, nor the server's log hold the key or a traceback."""
    said = b"".join(server.ask(path)[2] for path in PATHS) + (server.home / "log.txt").read_bytes()
    assert KEY.encode() not in said and b"Traceback" not in said


@pytest.mark.parametrize(("sent", "code"), [(signal.SIGTERM, 143), slow(signal.SIGINT, 130), slow(signal.SIGHUP, 129)])
def test_asked_to_end_it_ends_with_its_children(tmp_path: Path, sent: signal.Signals, code: int) -> None:
    """SIGTERM, Ctrl-C and a closed terminal end it in peace: with a code that says so, and with all its processes."""
    with serving(tmp_path, ends=code) as server:
        assert server.read("/api/health")["status"] == "ok"
        command = psutil.Process(server.pid)
        family = command.children(recursive=True)
        command.send_signal(sent)
        gone, alive = psutil.wait_procs(family, timeout=PATIENCE_S)
        assert gone and not alive
    log = (tmp_path / "log.txt").read_bytes()
    assert not any(word in log for word in (b"Traceback", b"Fatal", b"Abort"))


@pytest.mark.slow
def test_killed_it_leaves_no_server_behind(tmp_path: Path) -> None:
    """Whoever kills the command alone ends the server too: its standard input closes."""
    with serving(tmp_path, ends=-signal.SIGKILL) as server:
        family = psutil.Process(server.pid).children(recursive=True)
        psutil.Process(server.pid).kill()
        gone, alive = psutil.wait_procs(family, timeout=PATIENCE_S)
        assert gone and not alive


@pytest.mark.slow
def test_the_api_is_below_the_base_path(tmp_path: Path) -> None:
    """With Streamlit's baseUrlPath, for a proxy, the API answers JSON there."""
    with serving(tmp_path, STREAMLIT_SERVER_BASE_URL_PATH="sub") as server:
        assert server.read("/sub/api/health")["status"] == "ok"
        assert server.read("/sub/api/runs") == []
