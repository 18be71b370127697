"""
Draftmill against a real model on llama.cpp's server: the run ends with true causes, every call is bounded, and a person
looks at what was stored without a flag.

    python -m tests.live --server PATH/llama-server --model PATH/model.gguf
    python -m tests.live --base-url http://127.0.0.1:8080/v1

The paths may also be given as DRAFTMILL_LIVE_SERVER and DRAFTMILL_LIVE_MODEL. A small model writes badly: few or no
drafts are no failure, a draft without a flag that a teacher would reject at first sight is one.
"""

from __future__ import annotations

import argparse
import json
import os
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

ENDED = ("done", "incomplete", "paused")
SLOTS = 4
MOST_CALLS = 40  # 4 slots, each asked for at most 5 times at the usual retries, and what an adaptation costs
PATIENCE_S = 120.0
RUNS = (
    ("shadowing", "en", "2", ("--option", "genre=monologue")),
    ("cloze", "en", "2", ()),
    ("cloze", "zh", "2", ()),
    ("reading", "en", "2", ()),
)


@contextmanager
def served(server: str, model: str) -> Iterator[str]:
    """llama.cpp's server on a free port of this machine: its base_url."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [server, "--model", model, "--host", "127.0.0.1", "--port", str(port), "-c", "8192", "-np", "1"]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        _wait_for(f"http://127.0.0.1:{port}/health", process)
        yield f"http://127.0.0.1:{port}/v1"
    finally:
        process.terminate()
        process.wait(30)


def _wait_for(address: str, process: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + PATIENCE_S
    while time.monotonic() < until:
        if process.poll() is not None:
            raise SystemExit(f"the server ended with exit code {process.returncode}")
        try:
            with urllib.request.urlopen(address, timeout=2) as answer:
                if answer.status == 200:
                    return
        except OSError:
            time.sleep(0.5)
    raise SystemExit("the server is not ready")


def drafted(base_url: str, database: Path, kind: str, lang: str, level: str, options: tuple[str, ...]) -> list[str]:
    """Run one job, print what came of it, and return what is wrong with it."""
    job = ("--kind", kind, "--lang", lang, "--levels", level, "--topic", "Campus", "--per-combo", str(SLOTS), *options)
    asked = ("--provider", "custom", "--model", "live", "--base-url", base_url, "--no-key", "--deadline-s", "240")
    pace = ("--batch-size", "1", "--concurrency", "1", "--retries", "2")
    row = _told("run", *job, *asked, *pace, "--database", str(database), "--json")[-1]
    _say(f"{kind} {lang}: {row['state']}, {row['drafted']} drafted in {row['calls']} calls. {row['reason']}")
    wrong = []
    if row["state"] not in ENDED or (row["state"] != "done" and not row["reason"]):
        wrong.append(f"{kind} {lang}: it ended as {row['state']} without a cause")
    if row["calls"] > MOST_CALLS:
        wrong.append(f"{kind} {lang}: {row['calls']} calls")
    for draft in _told("drafts", str(row["run"]), "--database", str(database), "--json"):
        if draft["state"] == "drafted":
            flags = ", ".join(one["code"] for one in draft["flags"]) or "NO FLAG: would a teacher reject it?"
            _say(f"  [{flags}]\n  {json.dumps(draft['content'], ensure_ascii=False)}\n")
    return wrong


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def _told(*words: str) -> list[dict[str, Any]]:
    """What a command prints, a JSON object a line."""
    command = [sys.executable, "-P", "-c", "from engine.cli import main; main()", *words]
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
    made = subprocess.run(command, capture_output=True, text=True, env=environment, check=False)
    lines = [line for line in made.stdout.splitlines() if line.startswith("{")]
    if not lines and words[0] == "run":
        raise SystemExit(f"{words[0]} said nothing: {made.stderr[-400:]}")
    return [json.loads(line) for line in lines]


def main() -> int:
    """Start the server, run the jobs one after the other, print what is wrong."""
    options = argparse.ArgumentParser(prog="python -m tests.live", description=__doc__)
    options.add_argument("--server", default=os.environ.get("DRAFTMILL_LIVE_SERVER", ""))
    options.add_argument("--model", default=os.environ.get("DRAFTMILL_LIVE_MODEL", ""))
    options.add_argument("--base-url", default="", help="of a server that runs already")
    given = options.parse_args()
    if not given.base_url and not (given.server and given.model):
        options.error("give --server and --model, or --base-url")
    with tempfile.TemporaryDirectory() as folder:
        database = Path(folder) / "live.db"
        if given.base_url:
            wrong = [one for run in RUNS for one in drafted(given.base_url, database, *run)]
        else:
            with served(given.server, given.model) as base_url:
                wrong = [one for run in RUNS for one in drafted(base_url, database, *run)]
    _say("\n".join(wrong) or "every run ended with its cause, within its bound; now look at the drafts above")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
