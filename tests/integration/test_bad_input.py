"""What goes wrong at the other end: a clear reason, at most `concurrency` calls, and the key nowhere."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from engine import Job, Overrides, Runner, RunSpec, SpecError, Tuning
from tests.integration.conftest import Bench
from tests.ports import free_port

CANARY = "sk-canary-5f2d77a1"


class Page(BaseHTTPRequestHandler):
    """Answers every call alike."""

    status, kind, body = 200, "text/html", b"<html><body>Please sign in to the Wi-Fi</body></html>"

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(self.status)
        self.send_header("Content-Type", self.kind)
        self.send_header("Content-Length", str(len(self.body)))
        self.end_headers()
        self.wfile.write(self.body)

    def log_message(self, format: str, *args: object) -> None:
        pass


class Unauthorized(Page):
    """Echoes the key it was given, as careless servers do."""

    status, kind = 401, "application/json"
    body = b'{"error":{"code":401,"message":"Incorrect API key provided: ' + CANARY.encode() + b'"}}'


@pytest.fixture
def server(request: pytest.FixtureRequest) -> Iterator[str]:
    httpd = ThreadingHTTPServer(("127.0.0.1", 0), request.param)
    thread = threading.Thread(target=httpd.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{httpd.server_port}/v1"
    httpd.shutdown()
    thread.join()
    httpd.server_close()


@pytest.mark.parametrize("server", [Page], indirect=True)
def test_a_page_instead_of_json_pauses_the_run(bench: Bench, server: str) -> None:
    """HTML where JSON should be stops the run within `concurrency` calls and says that it is a page."""
    row = bench.run(bench.job(base_url=server))
    assert row.state == "paused"
    assert "HTML" in row.reason or "page" in row.reason
    assert row.totals.calls <= 4


@pytest.mark.parametrize("server", [Unauthorized], indirect=True)
def test_a_refused_key_pauses_the_run_and_is_nowhere(
    bench: Bench, server: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """A 401 stops within `concurrency` calls, names the variable, and the echoed key reaches no file."""
    monkeypatch.setenv("CANARY_KEY", CANARY)
    job = bench.job(base_url=server)
    row = bench.run(Job(job.spec, job.tuning, overrides=Overrides(base_url=server, key_env="CANARY_KEY")))
    assert (row.state, row.totals.calls <= 4, "CANARY_KEY" in row.reason) == ("paused", True, True)
    bench.store.close()
    for file in tmp_path.rglob("*"):
        assert not file.is_file() or CANARY.encode() not in file.read_bytes()


def test_a_closed_port_pauses_the_run(bench: Bench) -> None:
    """Nobody listening stops the run within `concurrency` calls, none of them billed."""
    port = free_port()
    row = bench.run(bench.job(base_url=f"http://127.0.0.1:{port}/v1"))
    assert (row.state, row.totals.calls <= 4, row.totals.cost_usd) == ("paused", True, 0)
    assert str(port) in row.reason


def test_an_unknown_model_pauses_the_run(bench: Bench) -> None:
    """A model the provider does not know stops the run within `concurrency` calls and is named."""
    row = bench.run(bench.job(model="no-such-model"))
    assert (row.state, row.totals.calls <= 4, "no-such-model" in row.reason) == ("paused", True, True)


@pytest.mark.parametrize("key", ["sk-abc\ndef", "sk-abc\r\n", "sk abc", "ключ"])
def test_a_malformed_key_is_refused_before_any_call(runner: Runner, key: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A key with a line break, a space or an odd character is refused by name, and not shown."""
    monkeypatch.setitem(os.environ, "OPENROUTER_API_KEY", key)
    with pytest.raises(SpecError, match="OPENROUTER_API_KEY") as caught:
        runner.submit(Job(RunSpec("cloze", "en", (2,), ("Campus",), provider="openrouter"), Tuning()))
    assert key.split()[0] not in str(caught.value)


def test_a_missing_key_says_where_to_put_it(runner: Runner, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a key the message names the variable to set."""
    monkeypatch.delenv("DEEPSEEK_API_KEY", raising=False)
    with pytest.raises(SpecError, match="DEEPSEEK_API_KEY"):
        runner.submit(Job(RunSpec("cloze", "en", (2,), ("Campus",), provider="deepseek"), Tuning()))


def test_more_in_flight_than_the_profile_allows_is_refused(runner: Runner, monkeypatch: pytest.MonkeyPatch) -> None:
    """The engine checks the profile's ceiling itself, whatever a widget promised."""
    monkeypatch.setenv("OPENROUTER_API_KEY", CANARY)
    with pytest.raises(SpecError, match="concurrency is 65"):
        runner.submit(Job(RunSpec("cloze", "en", (2,), ("Campus",), provider="openrouter"), Tuning(concurrency=65)))
