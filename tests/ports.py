"""Ports for servers of tests: below those that the system hands out, so that none is taken before its server starts."""

from __future__ import annotations

import os
import socket
from contextlib import suppress
from itertools import count

FIRST, PROCESSES, EACH = 20_000, 600, 20
_asked = count()


def free_port() -> int:
    """A port of 127.0.0.1 that nobody listens on; every process of tests has its own to choose from."""
    own = FIRST + os.getpid() % PROCESSES * EACH
    for _time in range(EACH):
        port = own + next(_asked) % EACH
        with suppress(OSError), socket.socket() as probe:
            probe.bind(("127.0.0.1", port))
            return port
    raise RuntimeError(f"no port from {own} to {own + EACH - 1} is free")
