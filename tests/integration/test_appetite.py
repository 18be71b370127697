"""What a hostile answer may take of this machine: an inflating body and a trickle cost memory and workers little."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
import threading
import zlib
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from engine.practice import PracticeProcess
from engine.profiles import PracticeSettings
from tests.unit.serving import read_request

MOST_MB = 64
BOMB_MB = 300
# Two runs in one process: the first shows what an ordinary one takes, the second meets what is hostile.
CHILD = """
import json, sys
from engine import Job, Overrides, Runner, RunSpec, Store, Tuning
from engine.process import peak_memory_mb
from engine.profiles import Catalog
home, calm, hostile = sys.argv[1:]
def job(base_url, topic):
    spec = RunSpec("cloze", "en", (2,), (topic,), 48, budget_usd=1.0)
    return Job(spec, Tuning(8, 1, retries=3), overrides=Overrides(base_url=base_url, deadline_s=8.0))
with Store.open(home + "/a.db") as store, Runner(store, Catalog.load(None)) as runner:
    runner.join(runner.submit(job(calm, "Calm")))
    before = peak_memory_mb()
    row = runner.join(runner.submit(job(hostile, "Hostile")))
    calls = store.calls.page(row.id, limit=500)
print(json.dumps({
    "more_mb": peak_memory_mb() - before,
    "state": row.state,
    "drafted": row.totals.drafted,
    "reasons": sorted({call.reason for call in calls if call.outcome not in ("ok", "partial")}),
    "in_doubt": row.totals.in_doubt,
}))
"""


class Hostile:
    """A relay to the practice provider that answers its 9th call with a bomb and its 10th with a trickle."""

    def __init__(self, upstream: str) -> None:
        parts = urlsplit(upstream)
        self._host, self._port = parts.hostname or "", parts.port or 0
        self._bomb = _bomb(BOMB_MB)
        self._calls = 0
        self.port = 0
        self._ready = threading.Event()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._serve()))
        self._thread.start()
        self._ready.wait(10)

    def close(self) -> None:
        self._loop.call_soon_threadsafe(self._stopped.set)
        self._thread.join()

    async def _serve(self) -> None:
        self._loop, self._stopped = asyncio.get_running_loop(), asyncio.Event()
        async with await asyncio.start_server(self._answer, "127.0.0.1", 0) as server:
            self.port = server.sockets[0].getsockname()[1]
            self._ready.set()
            await self._stopped.wait()

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            head, body = await read_request(reader)
            self._calls += 1
            if self._calls == 9:
                writer.write(b"HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\nconnection: close\r\n\r\n" + self._bomb)
            elif self._calls == 10:
                writer.write(b"HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n")
                for _ in range(600):
                    writer.write(b"\n")
                    await writer.drain()
                    await asyncio.sleep(0.1)
            else:
                writer.write(await self._relayed(head, body))
            await writer.drain()
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()

    async def _relayed(self, head: str, body: bytes) -> bytes:
        reader, writer = await asyncio.open_connection(self._host, self._port)
        path = head.split(" ")[1]
        lines = (
            f"POST {path} HTTP/1.1\r\nhost: {self._host}\r\nconnection: close\r\ncontent-length: {len(body)}\r\n\r\n"
        )
        writer.write(lines.encode() + body)
        answer = await reader.read()
        writer.close()
        return answer


def _bomb(megabytes: int) -> bytes:
    packer = zlib.compressobj(9, wbits=zlib.MAX_WBITS | 16)
    zeros = bytes(2**20)
    return b"".join(packer.compress(zeros) for _ in range(megabytes)) + packer.flush()


@pytest.fixture
def hostile(practice: PracticeProcess) -> Iterator[Hostile]:
    practice.configure(PracticeSettings(base_ms=100, item_ms=5))
    relay = Hostile(practice.base_url)
    yield relay
    relay.close()


@pytest.mark.slow
def test_an_inflating_answer_and_a_trickle_cost_little(
    practice: PracticeProcess, hostile: Hostile, tmp_path: Path
) -> None:
    """300 MB that inflate and a body that never ends, on two of eight workers: RSS + < 64 MB, the run is done."""
    command = [sys.executable, "-c", CHILD, str(tmp_path), practice.base_url, f"http://127.0.0.1:{hostile.port}/v1"]
    environment = {**os.environ, "DRAFTMILL_HOME": str(tmp_path)}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=120)
    told = json.loads(done.stdout.splitlines()[-1])
    assert (told["state"], told["drafted"]) == ("done", 48)
    assert told["reasons"] == ["late", "too_large"] and told["in_doubt"] == 2
    assert told["more_mb"] < MOST_MB
