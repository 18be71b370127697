"""The near-duplicate check at 100,000 drafts that share their sentences: what a draft costs, and what is found."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from statistics import quantiles

from sqlalchemy import Connection, bindparam, insert, update

from benchmarks.kit import Claim
from engine import RunSpec, Store, Tuning
from engine.generate.duplicates import DuplicateCheck
from engine.kinds import ParsedReply, marks, shingles, sketch
from engine.practice.pen import Ask
from engine.practice.write import write
from engine.store import NewRun
from engine.store.tables import draft, shingle
from engine.work import Content, Draft, Slot

STORED = 100_000
NEW = 500
PART = 10_000
SPEC = RunSpec("cloze", "en", (3,), tuple(f"Topic {n}" for n in range(100)), STORED // 100)


def claims() -> Iterator[Claim]:
    """Under 5 ms a new draft; a copy with some words changed is found, drafts of other stories are not refused."""
    with tempfile.TemporaryDirectory() as folder, Store.open(Path(folder) / "bench.db") as store:
        _fill(store)
        near = DuplicateCheck(store, SPEC, 0, library=True, asks_again=True)
        took_ms, refused = [], 0
        for number in range(NEW):
            made = Draft(Slot(number, "Topic 0", 3, number), _content(STORED + number))
            started = time.perf_counter()
            refused += len(near.sift(ParsedReply((made,), ())).rejections)
            took_ms.append(1000 * (time.perf_counter() - started))
        copies = sum(_is_found(near, NEW + number, number * 997) for number in range(100))
    typical, slow = sum(took_ms) / NEW, quantiles(took_ms, n=20)[-1]
    held = f"{typical:.2f} ms, p95 {slow:.2f} ms"
    yield Claim(f"near-duplicates among {STORED:,}: one draft", "< 5 ms", held, typical < 5)
    yield Claim("... of 100 copies with some words changed, found", ">= 95", f"{copies}", copies >= 95)
    yield Claim("... of 500 other stories, refused", "<= 5", f"{refused}", refused <= 5)


def _content(index: int) -> Content:
    return write("cloze", "en", {}, Ask("s0", "Topic", 3, (120, 180), (4, 6)), index, seed=7)


def _is_found(near: DuplicateCheck, slot: int, index: int) -> bool:
    content = _content(index)
    passage = content["passage"].replace(" the ", " that ", 4)  # a slight rewriting: about 9 of 150 words
    reading = near.sift(ParsedReply((Draft(Slot(slot, "Topic 1", 3, slot), {**content, "passage": passage}),), ()))
    return bool(reading.rejections)


def _fill(store: Store) -> None:
    """Drafts as the settlement of a call leaves them."""
    slots = [Slot(number, f"Topic {number % 100}", 3, number // 100) for number in range(STORED)]
    run = store.runs.create(NewRun(SPEC, Tuning(), "fast"), slots, [""] * STORED).result()
    for start in range(0, STORED, PART):
        part = [(number + 1, _content(number)) for number in range(start, start + PART)]
        hashes = [
            {"hash": one, "draft": draft_id}
            for draft_id, content in part
            for one in sketch(marks(shingles(content, "en"), "cloze", "en"))
        ]
        store.write(lambda conn, part=part, hashes=hashes: _insert(conn, part, hashes)).result()
    assert store.runs.totals(run).drafted == STORED


def _insert(conn: Connection, part: list[tuple[int, Content]], hashes: list[dict[str, int]]) -> None:
    kept = update(draft).where(draft.c.id == bindparam("at")).values(state="drafted", content=bindparam("made"))
    conn.execute(kept, [{"at": draft_id, "made": content} for draft_id, content in part])
    conn.execute(insert(shingle), hashes)
