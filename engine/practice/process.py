"""
A practice provider in a child process: started, asked for its account, reconfigured and stopped from here.

The child ends when its stdin does, so it never outlives this process, however this process ends.
"""

from __future__ import annotations

import http.client
import json
import os
import queue
import subprocess
import sys
import tempfile
import threading
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import IO, Any

from engine.errors import ProviderError, SpecError
from engine.messages import Message
from engine.practice.settings import PracticeSettings

START_S = 60.0  # a loaded machine takes seconds to import the libraries
STOP_S = 5.0
ASK_S = 10.0
KEY_ENV = "DRAFTMILL_PRACTICE_KEY"


class PracticeProcess:
    """
    The practice provider as a child of this process. Thread-safe; also a context manager.

    Args:
        settings: How the provider behaves.
        port: On 127.0.0.1; 0 takes a free one.
        key: What every call must carry as bearer; None: no key is asked for, unless `settings.key_env` names one.
    """

    def __init__(self, settings: PracticeSettings | None = None, *, port: int = 0, key: str | None = None) -> None:
        self._settings = settings or PracticeSettings()
        self._wanted_port = port
        self._key = key
        self._lock = threading.RLock()
        self._child: subprocess.Popen[str] | None = None
        self._errors: IO[str]
        self._port = 0

    def __repr__(self) -> str:
        return f"PracticeProcess(port={self._port or None}, running={self.running})"

    def __enter__(self) -> PracticeProcess:
        return self.start()

    def __exit__(self, kind: type[BaseException] | None, exc: BaseException | None, tb: TracebackType | None) -> None:
        self.stop()

    @property
    def running(self) -> bool:
        """Whether the child is alive."""
        child = self._child
        return child is not None and child.poll() is None

    @property
    def base_url(self) -> str:
        """Where the chat completions API answers: "http://127.0.0.1:PORT/v1"."""
        return f"http://127.0.0.1:{self._port}/v1"

    def start(self) -> PracticeProcess:
        """
        Start the child and wait until it listens; one that is running already is kept.

        Raises:
            ProviderError: it did not start; the message holds what it said.
        """
        with self._lock:
            if not self.running:
                self._child = self._spawn()
                self._port = self._read_port(self._child)
        return self

    def stop(self) -> None:
        """End the child; calls in flight get no answer. Stopping twice does nothing."""
        with self._lock:
            child, self._child = self._child, None
        if child is None:
            return
        with suppress(OSError):  # it is gone already
            _open(child.stdin).close()
        try:
            child.wait(STOP_S)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()
        _open(child.stdout).close()
        self._errors.close()

    def stats(self, *, log: bool = False) -> dict[str, Any]:
        """
        The provider's account; with `log`, a row for each of the newest 10,000 calls.

        Raises:
            ProviderError: the provider does not run.
        """
        return self._ask("GET", "/stats?log=1" if log else "/stats")

    def configure(self, settings: PracticeSettings | Mapping[str, Any]) -> None:
        """
        Change limits, faults or latency while it runs; of a mapping, only what it names.

        Raises:
            SpecError: a value is out of bounds, or is one of seed, time_scale, key_env, which need a new start.
            ProviderError: the provider does not run.
        """
        raw = settings.to_json() if isinstance(settings, PracticeSettings) else dict(settings)
        if self._key is not None and "key_env" in raw:
            raw["key_env"] = KEY_ENV
        self._ask("POST", "/settings", raw)

    def _spawn(self) -> subprocess.Popen[str]:
        settings, environment = self._settings.to_json(), dict(os.environ)
        root = str(Path(__file__).parents[3])  # so that the child finds this package, wherever it is started
        environment["PYTHONPATH"] = os.pathsep.join(filter(None, (root, environment.get("PYTHONPATH"))))
        if self._key is not None:  # by the environment: a command line is readable by every user of the machine
            settings["key_env"], environment[KEY_ENV] = KEY_ENV, self._key
        # A file, not a pipe: nobody reads it while the child runs, and a full pipe would stop the child.
        self._errors = tempfile.TemporaryFile("w+", encoding="utf-8", errors="replace")  # noqa: SIM115 (stop closes it)
        command = [sys.executable, "-P", "-m", __package__, "--until-eof", "--port", str(self._wanted_port)]
        return subprocess.Popen(
            [*command, "--settings", json.dumps(settings)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._errors,
            env=environment,
            text=True,
            encoding="utf-8",
            start_new_session=True,  # Ctrl-C in the terminal is for the parent, which finishes its calls first
        )

    def _read_port(self, child: subprocess.Popen[str]) -> int:
        lines: queue.Queue[str] = queue.Queue()
        threading.Thread(target=lambda: lines.put(_open(child.stdout).readline()), daemon=True).start()
        try:
            return int(json.loads(lines.get(timeout=START_S))["port"])
        except (queue.Empty, ValueError) as exc:
            said = self._said(child)
            self.stop()
            raise ProviderError("practice", "practice_not_started", said=said or Message("practice_silent")) from exc

    def _said(self, child: subprocess.Popen[str]) -> str:
        """The last words of a child that did not start."""
        child.kill()
        child.wait()
        self._errors.seek(0)
        return self._errors.read()[-500:].strip()

    def _ask(self, method: str, path: str, body: Any = None) -> dict[str, Any]:
        connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=ASK_S)
        payload = None if body is None else json.dumps(body)
        try:
            connection.request(method, path, payload, {"content-type": "application/json"})
            response = connection.getresponse()
            answer = json.loads(response.read())
        except (OSError, http.client.HTTPException, ValueError) as exc:
            raise ProviderError("practice", "practice_not_running") from exc
        finally:
            connection.close()
        if response.status == 400:
            raise SpecError.from_json(answer["error"])
        return dict(answer)


def _open(stream: IO[str] | None) -> IO[str]:
    """A pipe of the child; Popen has them as optional."""
    if stream is None:
        raise ProviderError("practice", "practice_no_pipe")
    return stream
