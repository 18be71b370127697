"""
The canary: a key that is sent through every fault, and then looked for wherever Draftmill leaves anything.

Looked into: the database with its -wal, every other file of the data folder, a log of everything any library says at
DEBUG, what the commands print, every text of every page, the process list, tracebacks of a process that crashes.
"""

from __future__ import annotations

import base64
import logging
import os
import signal
import ssl
import subprocess
import sys
import time
import zipfile
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from urllib.parse import quote

import psutil
import pytest

from dashboard.charts.page import to_html
from engine import DraftmillError, Tuning, compare
from engine.cli import main
from engine.export import FORMATS
from engine.practice import PracticeProcess
from tests.faults.front import Answer, Call, Front, completes, resets, resets_in_the_body
from tests.faults.kit import WELL, Mill
from tests.waiting import PATIENCE_S, until

CANARY = "sk-canary-7f3a9c0d-e1b2-4c58-a6f0"
FORMS = (CANARY, base64.b64encode(CANARY.encode()).decode().rstrip("="), quote(CANARY, safe=""), CANARY[::-1])
TWO = Tuning(2, 3, retries=1)
ROOT = Path(__file__).parents[2]


def echo(status: int, body: str, **headers: str) -> Answer:
    """An answer that repeats the key in its body and its headers."""

    def answer(call: Call) -> None:
        sent = call.headers["authorization"] or ""
        named = {name.replace("_", "-"): value.replace("KEY", sent) for name, value in headers.items()}
        call.reply(status, body.replace("KEY", sent).encode(), named)

    return answer


def drip(call: Call) -> None:
    """The key, over and over, until the caller goes."""
    call.send_response(200)
    call.end_headers()
    call.close_connection = True
    for _ in range(1000):
        call.wfile.write((call.headers["authorization"] or "").encode() + b"\n")
        time.sleep(0.01)


ERROR = '{"error": {"code": %d, "message": "Bad key: KEY", "metadata": {"raw": "KEY", "error_type": "x KEY"}}}'
CHOICE = '{"choices": [{"finish_reason": "%s", "message": {"content": "KEY %s"}}], "model": "KEY", "id": "KEY"}'

FAULTS: list[tuple[str, Answer]] = [
    *[(f"a {status} that echoes", echo(status, ERROR % status, x_echo="KEY")) for status in (400, 401, 402, 403, 404)],
    *[(f"a {status} that echoes", echo(status, ERROR % status, x_echo="KEY")) for status in (413, 500, 502, 503)],
    ("a 200 with an error", echo(200, ERROR % 401)),
    ("a page that echoes", echo(200, "<html>Welcome KEY</html>", content_type="text/html", x_echo="KEY")),
    ("a text that echoes", echo(500, "Traceback: request headers were {'Authorization': 'KEY'}")),
    ("no JSON", echo(200, '{"choices": KEY')),
    ("a completion that echoes", echo(200, CHOICE % ("stop", ""))),
    ("one that breaks off", echo(200, CHOICE % ("error", "{"))),
    ("a refusal", completes(content="", refusal=f"I know {CANARY}")),
    ("a redirect that echoes", echo(307, "", location="https://elsewhere.example.com/KEY?key=KEY")),
    ("a reset", resets),
    ("a reset in the body", resets_in_the_body),
    ("a trickle of keys", drip),
]

SLOWED = echo(429, ERROR % 429, retry_after="KEY", x_ratelimit_limit_requests="KEY")


@pytest.fixture
def everything_logged(tmp_path: Path) -> Iterator[None]:
    """Every library writes all it knows into a log in the data folder."""
    root, before = logging.getLogger(), logging.getLogger().level
    handler = logging.FileHandler(tmp_path / "all.log")
    handler.setFormatter(logging.Formatter("%(name)s %(message)s %(args)s"))
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    yield
    root.setLevel(before)
    root.removeHandler(handler)
    handler.close()


def hits(text: str | bytes) -> list[str]:
    """The forms of the key that are in a text."""
    raw = text.encode() if isinstance(text, str) else text
    return [form for form in FORMS if form.encode() in raw]


def files_with_hits(home: Path) -> list[str]:
    return [str(file) for file in home.rglob("*") if file.is_file() and hits(file.read_bytes())]


def test_the_canary_is_found_where_it_is(tmp_path: Path) -> None:
    """The search sees a key that is there: in a text, and in a file."""
    (tmp_path / "draftmill.db-wal").write_text(f"...{CANARY}...")
    assert files_with_hits(tmp_path) and hits(f"Bearer {CANARY}")


@pytest.mark.slow
def test_a_key_sent_through_every_fault_is_nowhere(
    mill: Mill,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    everything_logged: None,
) -> None:
    """After every fault 0 hits: database, -wal, log, commands, reports, and every text of every page."""
    monkeypatch.setenv("CANARY_KEY", CANARY)
    sent = []
    for fault in [*(fault for _, fault in FAULTS), None]:
        with Front(mill.practice.base_url, [SLOWED], always=fault) as front:
            row = mill.run(mill.job(front.base_url, TWO, deadline_s=0.4, key_env="CANARY_KEY", per_combo=3))
            sent.append(front.calls)
            assert not hits(mill.read(row.id) + repr(row))
    assert all(sent), "a fault was not met"
    _tls_and_proxies(mill, monkeypatch)
    assert files_with_hits(mill.home) == []  # the -wal is still there
    for words in _commands(mill):
        with suppress(SystemExit):
            main([*words, "--database", str(mill.database)])
    said = capsys.readouterr()
    assert "Campus" in said.out and not hits(said.out + said.err)
    assert not hits(_unpacked(mill.home))
    assert _pages(mill) == []
    mill.close()
    assert files_with_hits(mill.home) == []


def _tls_and_proxies(mill: Mill, monkeypatch: pytest.MonkeyPatch) -> None:
    """A handshake that fails, and a proxy whose password is the key."""
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    with Front(mill.practice.base_url, tls=tls) as front:
        row = mill.run(mill.job(front.base_url, TWO, key_env="CANARY_KEY"))
    assert row.state == "paused" and not hits(row.reason)
    for scheme in ("http", "socks5"):
        monkeypatch.setenv("https_proxy", f"{scheme}://user:{CANARY}@127.0.0.1:9")
        row = mill.run(mill.job("https://api.example.com/v1", TWO, key_env="CANARY_KEY"))
        assert row.state == "paused" and not hits(mill.read(row.id))
    monkeypatch.delenv("https_proxy")


def _commands(mill: Mill) -> list[list[str]]:
    """Everything that prints what is stored."""
    run = str(mill.run(mill.job(per_combo=1)).id)
    of_each = [["status", str(row.id), "--json"] for row in mill.store.runs.page(limit=100)]
    exports = [["export", run, "--format", one, "--output", str(mill.home / f"out.{one}")] for one in FORMATS]
    shown = [["runs"], ["runs", "--json"], ["status", run], ["drafts", run], ["drafts", run, "--json"]]
    return [*shown, *of_each, *exports]


def _unpacked(home: Path) -> bytes:
    """What the exports that are archives hold."""
    archives = [zipfile.ZipFile(file) for file in home.glob("out.*") if zipfile.is_zipfile(file)]
    assert len(archives) >= 2, "a workbook and a deck"
    return b"".join(archive.read(name) for archive in archives for name in archive.namelist())


def _pages(mill: Mill) -> list[str]:
    environment = {**os.environ, "DRAFTMILL_HOME": str(mill.home), "OPENROUTER_API_KEY": CANARY}
    command = [sys.executable, "-m", "tests.faults.pages"]
    shown = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=300)
    assert shown.returncode == 0, shown.stderr[-2000:]
    assert shown.stdout.count("== runs") > len(FAULTS) and "== launch" in shown.stdout
    return hits(shown.stdout + shown.stderr)


@pytest.mark.parametrize("key", [f"{CANARY}\nX-Evil: 1", f"{CANARY}\r\n{CANARY}", f"{CANARY} {CANARY}", f"{CANARY}é"])
def test_a_broken_key_is_refused_without_being_shown(mill: Mill, monkeypatch: pytest.MonkeyPatch, key: str) -> None:
    """A key pasted with a line break or an odd character is named by its variable, in message, repr and causes."""
    monkeypatch.setenv("CANARY_KEY", key)
    with pytest.raises(DraftmillError) as refused:
        mill.run(mill.job(key_env="CANARY_KEY"))
    error: BaseException | None = refused.value
    while error is not None:
        assert not hits(str(error) + repr(error) + str(vars(error)))
        error = error.__cause__ or error.__context__
    assert "CANARY_KEY" in str(refused.value)


def test_a_process_that_crashes_prints_no_key(fast_practice: PracticeProcess, tmp_path: Path) -> None:
    """`python -X dev` with faulthandler, aborted in mid-call: stacks, but no key; nor on any command line meanwhile."""
    fast_practice.configure({**WELL, "base_ms": 60_000})
    words = ("run", "--kind", "cloze", "--lang", "en", "--levels", "2", "--topic", "Campus", "--per-combo", "4")
    command = [sys.executable, "-X", "dev", "-X", "faulthandler", "-m", "engine.cli", *words, "--json"]
    command += ["--base-url", fast_practice.base_url, "--api-key-env", "CANARY_KEY"]
    environment = {**os.environ, "DRAFTMILL_HOME": str(tmp_path), "CANARY_KEY": CANARY}
    calls = fast_practice.stats()["calls"]
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as child:
        until(lambda: fast_practice.stats()["calls"] > calls)
        lines = [" ".join(process.info["cmdline"] or ()) for process in psutil.process_iter(["cmdline"])]
        child.send_signal(signal.SIGABRT)
        out, said = child.communicate(timeout=PATIENCE_S)
    assert any("engine.cli run" in line for line in lines) and not hits("\n".join(lines))
    assert b"Fatal Python error" in said and b"engine" in said
    assert not hits(out + said)
    assert files_with_hits(tmp_path) == []


@pytest.mark.slow
def test_a_comparisons_reports_hold_no_key(mill: Mill, monkeypatch: pytest.MonkeyPatch) -> None:
    """JSON, CSV and the HTML page of a comparison whose every call echoed the key."""
    monkeypatch.setenv("CANARY_KEY", CANARY)
    with Front(mill.practice.base_url, always=echo(401, ERROR % 401, x_echo="KEY")) as front:
        job = mill.job(front.base_url, TWO, key_env="CANARY_KEY", per_combo=1)
        made = compare.start(mill.store, mill.runner, job, compare.preset_arms(["serial"], 2), 1)
        for run in mill.store.runs.page(comparison_id=made):
            mill.runner.join(run.id, 0.02)
        report = compare.report(mill.store, made)
    shown = [str(compare.to_json(report)), compare.to_csv(report), to_html(report)]
    assert all(shown) and not hits("\n".join(shown))
