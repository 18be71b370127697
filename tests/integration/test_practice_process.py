"""The practice provider as a process: how it starts, how it ends, and what it never says."""

from __future__ import annotations

import json
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import psutil
import pytest

import engine
from engine.errors import ProviderError, SpecError
from engine.practice import PracticeProcess, PracticeSettings
from tests.waiting import PATIENCE_S

ROOT = Path(engine.__file__).parents[1]
KEY = "sk-canary-practice-0123456789"
HELLO = {"model": "practice-fast", "messages": [{"role": "user", "content": "Hello"}]}
QUICK = PracticeSettings(base_ms=0)

# A parent that starts a provider, says where it is, and would then wait for ever.
PARENT = """
import sys
from engine.practice import PracticeProcess
with PracticeProcess() as process:
    print(process.base_url, flush=True)
    sys.stdin.read()
"""


@pytest.fixture(scope="module")
def locked() -> Iterator[PracticeProcess]:
    """A provider that asks for a key."""
    with PracticeProcess(QUICK, key=KEY) as process:
        yield process


def say_hello(process: PracticeProcess, key: str | None = None) -> int:
    headers = {"authorization": f"Bearer {key}"} if key else {}
    url = f"{process.base_url}/chat/completions"
    return httpx.post(url, json=HELLO, headers=headers, trust_env=False).status_code


def run_server(*arguments: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "engine.practice", *arguments]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=ROOT)


def test_a_key_opens_the_provider(locked: PracticeProcess) -> None:
    """With a key set, a call without it or with another one gets 401."""
    assert [say_hello(locked), say_hello(locked, "sk-other"), say_hello(locked, KEY)] == [401, 401, 200]


def test_the_key_is_nowhere(locked: PracticeProcess) -> None:
    """The key is neither in the account, nor on the command line, nor in what the process calls itself."""
    command = [process.cmdline() for process in psutil.Process().children()]
    assert KEY not in json.dumps([locked.stats(log=True), command, repr(locked)])


def test_settings_are_changed_under_a_key(locked: PracticeProcess) -> None:
    """Settings that were given at the start can be given again while a key is set."""
    locked.configure(QUICK)
    assert say_hello(locked, KEY) == 200


def test_many_threads_may_ask_at_once(locked: PracticeProcess) -> None:
    """Account and settings are asked for by many threads, and start returns the running process to each."""
    with ThreadPoolExecutor(8) as pool:
        urls = set(pool.map(lambda _: locked.start().base_url, range(16)))
        counts = list(pool.map(lambda _: locked.stats()["calls"], range(16)))
    assert len(urls) == 1
    assert len(set(counts)) == 1


def test_a_stopped_provider_says_so() -> None:
    """Stopping twice does nothing; asking a stopped provider raises, and starting it again works."""
    process = PracticeProcess(QUICK)
    with process:
        pass
    process.stop()
    assert not process.running
    with pytest.raises(ProviderError, match="does not run"):
        process.stats()
    with process:
        assert say_hello(process) == 200


def test_a_child_goes_with_its_killed_parent() -> None:
    """kill -9 of the parent leaves no provider behind."""
    command = [sys.executable, "-c", PARENT]
    parent = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT)
    assert parent.stdout is not None
    assert parent.stdout.readline().startswith("http://127.0.0.1:")
    children = psutil.Process(parent.pid).children()
    parent.kill()
    parent.communicate()
    gone, alive = psutil.wait_procs(children, timeout=20)
    assert (len(gone), alive) == (1, [])


def test_a_taken_port_is_told() -> None:
    """A port that is taken ends with a clear message and exit code 2; a parent gets it as an error."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        server = run_server("--port", str(port))
        _, said = server.communicate(timeout=PATIENCE_S)
        assert (server.returncode, f"port {port} is taken" in said) == (2, True)
        with pytest.raises(ProviderError, match="is taken"):
            PracticeProcess(port=port).start()


def test_ctrl_c_ends_the_server_cleanly() -> None:
    """Ctrl-C ends a server that was started by hand: exit code 0, no traceback."""
    server = run_server("--port", "0")
    assert server.stdout is not None
    assert json.loads(server.stdout.readline())["port"] > 0
    server.send_signal(signal.SIGINT)
    _, said = server.communicate(timeout=PATIENCE_S)
    assert (server.returncode, said) == (0, "")


def test_bad_flags_end_with_a_message() -> None:
    """A value out of bounds ends with its message and exit code 2."""
    server = run_server("--fault", "503=1.5")
    _, said = server.communicate(timeout=PATIENCE_S)
    assert (server.returncode, "choose 0 to 1" in said) == (2, True)


def test_a_missing_key_variable_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """A provider that is to ask for a key and has none does not start open."""
    monkeypatch.delenv("NO_SUCH_KEY", raising=False)
    with pytest.raises(ProviderError, match="NO_SUCH_KEY"):
        PracticeProcess(PracticeSettings(key_env="NO_SUCH_KEY")).start()


def test_settings_are_checked_before_a_start() -> None:
    """A provider is never started with settings that are out of bounds."""
    with pytest.raises(SpecError):
        PracticeProcess(PracticeSettings(jitter=2))
