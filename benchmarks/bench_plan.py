"""A run of 100,000 slots: planned, fingerprinted, looked up among what is paid for, and inserted."""

from __future__ import annotations

import resource
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from benchmarks.kit import Claim
from engine import RunSpec, Store, Tuning
from engine.kinds import fingerprints
from engine.store import DraftFilter, NewRun
from engine.work import plan

SLOTS = 100_000


def claims() -> Iterator[Claim]:
    """Plan + insert under 5 s, under 500 MB; a page of the Review and the Runs screen stays a page."""
    spec = RunSpec("cloze", "en", (2, 3), tuple(f"Topic {n}" for n in range(100)), SLOTS // 200)
    with tempfile.TemporaryDirectory() as folder, Store.open(Path(folder) / "bench.db") as store:
        started = time.perf_counter()
        slots = plan(spec)
        prints = fingerprints(spec, slots, "practice-fast")
        paid = store.drafts.cached(prints)
        run = store.runs.create(NewRun(spec, Tuning(), "practice-fast"), slots, prints, {}).result()
        seconds = time.perf_counter() - started
        rss_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        page_ms = _ms(lambda: store.drafts.page(DraftFilter(run=run, state=None), limit=50))
        runs_ms = _ms(lambda: store.runs.page(20))
    yield Claim(f"plan + insert {len(slots):,} slots", "< 5 s", f"{seconds:.2f} s", seconds < 5 and not paid)
    yield Claim("... peak RSS", "< 500 MB", f"{rss_mb:.0f} MB", rss_mb < 500)
    yield Claim("... a page of 50 slots; of 20 runs", "paged", f"{page_ms:.1f} ms; {runs_ms:.1f} ms", page_ms < 300)


def _ms(read: Callable[[], object]) -> float:
    started = time.perf_counter()
    read()
    return 1000 * (time.perf_counter() - started)
