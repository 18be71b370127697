"""50,000 drafts to every format: each in a process of its own, so that its time and its most memory are its own."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from benchmarks.kit import Claim
from engine import DraftFilter, RunSpec, Store, Tuning, export
from engine.kinds.cloze.options import ClozeOptions
from engine.kinds.shadowing.options import ShadowingOptions
from engine.store import CallStart, Kept, NewRun, Settlement
from engine.work import Draft, plan

DRAFTS = 50_000
MOST_S, MOST_MB = 60, 500
A_CALL = 500
WORDS = "On Monday the bus was late, so Mei walked to the market and bought two small oranges for her grandmother. " * 7


def claims() -> Iterator[Claim]:
    """Under 60 s and under 500 MB in each format, with a passage of 140 words and four blanks a draft."""
    with tempfile.TemporaryDirectory() as folder:
        with Store.open(Path(folder) / "bench.db") as store:
            fill(store, "cloze")
            fill(store, "shadowing")
        for name, fmt in export.FORMATS.items():
            kind = "cloze" if "cloze" in fmt.kinds else fmt.kinds[0]
            line = [sys.executable, "-m", "benchmarks.bench_export", folder, name, kind]
            done = json.loads(subprocess.run(line, check=True, capture_output=True, text=True).stdout)
            measured = f"{done['seconds']:.0f} s, {done['mb']:.0f} MB, a file of {done['bytes'] / 2**20:.0f} MB"
            holds = done["drafts"] == DRAFTS and done["seconds"] < MOST_S and done["mb"] < MOST_MB
            yield Claim(f"export {DRAFTS:,} {kind} drafts: {name}", f"< {MOST_S} s, {MOST_MB} MB", measured, holds)


def fill(store: Store, kind: str) -> None:
    """A run of 50,000 drafts, all of them there."""
    options = ClozeOptions() if kind == "cloze" else ShadowingOptions()
    spec = RunSpec(kind, "en", (1, 2), tuple(f"Topic {n}" for n in range(25)), DRAFTS // 50, options=options)
    slots = plan(spec)
    run = store.runs.create(NewRun(spec, Tuning(), "fast"), slots, [f"{kind}/{slot.number}" for slot in slots]).result()
    for start in range(0, DRAFTS, A_CALL):
        part = slots[start : start + A_CALL]
        call = store.calls.start(CallStart(run, start, 1, tuple(s.number for s in part), 1.0)).result()
        made = [Draft(slot, content(kind, slot.number)) for slot in part]
        kept = [Kept(draft, str(draft.content["title"]), WORDS) for draft in made]
        store.calls.settle(Settlement(call, "ok", drafts=kept)).result()


def content(kind: str, number: int) -> dict[str, Any]:
    """A draft of the usual size."""
    title = f"Draft {number}"
    if kind == "shadowing":
        roles = [{"label": label, "name": f"Name {label}", "gender": "female"} for label in "AB"]
        lines = [{"speaker": "AB"[n % 2], "text": WORDS[:90]} for n in range(8)]
        return {"title": title, "roles": roles, "lines": lines, "key_phrases": ["was late"] * 4, "pacing": "slow",
                "tips": "Link the words."}  # fmt: skip
    cuts = [WORDS[start : start + 180] for start in range(0, 720, 180)]
    blanks = [
        {"id": n, "answer": f"answer {n}", "acceptable": ["other"], "type": "grammar", "hint": "提示",
         "distractors": ["one", "two", "three"], "explanation": "固定搭配，说明为什么。"}
        for n in range(1, 5)
    ]  # fmt: skip
    return {"title": title, "passage": "".join(f"{cut}{{{{{n}}}}}" for n, cut in enumerate(cuts, 1)), "blanks": blanks}


def peak_mb() -> float:
    """The most memory of this process alone; what getrusage tells begins with the parent's."""
    status = Path("/proc/self/status").read_text()
    return int(status.partition("VmHWM:")[2].split()[0]) / 1024


def one(folder: str, name: str, kind: str) -> None:
    """Write one format and print what it took."""
    with Store.open(Path(folder) / "bench.db") as store:
        started = time.perf_counter()
        done = export.write(store, DraftFilter(kind=kind), name, Path(folder) / f"a{name}", force=True)
        seconds = time.perf_counter() - started
    done.path.unlink()
    print(json.dumps({"drafts": done.drafts, "bytes": done.bytes, "seconds": seconds, "mb": peak_mb()}))


if __name__ == "__main__":
    one(*sys.argv[1:])
