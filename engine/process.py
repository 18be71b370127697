"""
Who works on a run: the name a process signs its runs with, and whether the process of that name has provably gone.

A run is leased: its owner renews the lease every few seconds. runners.run_status computes the status of a run from its
row and this knowledge; the compare-and-set that takes a run over is in the store.
"""

from __future__ import annotations

import os
import socket
import sys
import uuid
from contextlib import suppress
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TextIO

import platformdirs
import psutil

from engine.clock import RealClock
from engine.errors import SpecError
from engine.messages import Message
from engine.spec import number

LEASE_ENV = "DRAFTMILL_LEASE_S"
LEASE_S = 30.0
"""A process that has said nothing for so long no longer has its runs."""
BEATS = 6  # in a lease: five may be late or lost before the run is
SAME_START_S = 1.0

_MB = 1024 * 1024
_PID_NAMESPACE = Path("/proc/self/ns/pid")


def lease_s() -> float:
    """
    Seconds a silent process keeps its runs: $DRAFTMILL_LEASE_S, else 30.

    Raises:
        SpecError: the variable does not hold a number from 1 to 3600.
    """
    said = os.environ.get(LEASE_ENV)
    if said is None:
        return LEASE_S
    try:
        seconds = float(said)
    except ValueError:
        raise SpecError(LEASE_ENV, said, "choose_whole", low=1, high=3600) from None
    number(LEASE_ENV, seconds, 1.0, 3600.0)
    return seconds


def holds_lease(heartbeat_at: float | None, now: float, lease_s: float) -> bool:
    """
    Whether a process still has its runs by its last heartbeat.

    Args:
        heartbeat_at: Unix seconds. One more than a lease ahead of `now` is not believed: the clock was wrong.
        now: By the same clock.
        lease_s: How long a silent process keeps its runs.
    """
    return heartbeat_at is not None and abs(now - heartbeat_at) <= lease_s


def lease_now() -> float:
    """
    Unix seconds by the machine's own clock, which its processes share; a runner's clock may be scaled, and stands
    still while the machine sleeps.
    """
    return RealClock().wall()


def sign() -> str:
    """A unique name for one runner of this process: host, process, its start time and a random word."""
    return f"{_host()}:{os.getpid()}:{_started(psutil.Process()):.2f}:{uuid.uuid4().hex[:8]}"


def is_gone(owner: str | None) -> bool:
    """Whether the process of this name provably no longer runs; of another machine's process nothing can be proved."""
    host, pid, started = _parts(owner)
    if host != _host():
        return False
    try:
        process = psutil.Process(pid)
        return process.status() == psutil.STATUS_ZOMBIE or abs(_started(process) - started) > SAME_START_S
    except psutil.NoSuchProcess:
        return True
    except psutil.Error:
        return False


def owner_name(owner: str | None) -> Message:
    """A process as people find it: "process 4711 on desk-1"."""
    host, pid, _ = _parts(owner)
    if not host:
        return Message("another_process")
    return Message("process_on", {"pid": pid, "host": host.partition("/")[0]})


def _host() -> str:
    """The machine, and which of its process tables: the same number in a container is another process."""
    table = 0
    with suppress(OSError):
        table = _PID_NAMESPACE.stat().st_ino
    return f"{socket.gethostname().replace(':', '_')}/{table}"


def _started(process: psutil.Process) -> float:
    """Seconds from the machine's start to the process's; a change of the clock does not alter it."""
    return float(process.create_time() - psutil.boot_time())


def _parts(owner: str | None) -> tuple[str, int, float]:
    host, _, rest = (owner or "").partition(":")
    try:
        pid, started, _nonce = rest.split(":")
        return host, int(pid), float(started)
    except ValueError:  # a name of an older release
        return "", 0, 0.0


def memory_mb() -> float:
    """Memory this process holds now, in MB of 1,048,576 bytes."""
    return float(psutil.Process().memory_info().rss) / _MB


def peak_memory_mb() -> float:
    """The most memory this process has held since it started, in MB."""
    memory = psutil.Process().memory_info()
    peak = getattr(memory, "peak_wset", 0)  # Windows
    if not peak and sys.platform != "win32":
        import resource

        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)
    return max(float(peak), float(memory.rss)) / _MB


def open_private(path: Path, *, append: bool = False) -> TextIO:
    """
    Open a text file that only its owner may read, UTF-8; on Windows the folder decides who may.

    Args:
        path: A file that is there keeps its permissions.
        append: Write at its end; else replace what is in it.

    Raises:
        OSError: it cannot be written.
    """
    file = os.open(path, os.O_WRONLY | os.O_CREAT | (os.O_APPEND if append else os.O_TRUNC), 0o600)
    return os.fdopen(file, "a" if append else "w", encoding="utf-8")


def data_folder() -> Path:
    """
    The folder of everything Draftmill keeps: $DRAFTMILL_HOME, else the platform's folder for user data.

    A folder of an earlier release, ~/.local/share/draftmill, is found first on every platform.
    """
    if given := os.environ.get("DRAFTMILL_HOME"):
        return Path(given).expanduser()
    earlier = Path.home() / ".local" / "share" / "draftmill"
    return earlier if earlier.is_dir() else platformdirs.user_data_path("draftmill", appauthor=False)


def draftmill_version() -> str:
    """The installed version; empty if the package is not installed."""
    try:
        return version("draftmill")
    except PackageNotFoundError:
        return ""
