"""
The review desk at 100,000 drafts: counts, a page and one draft for every filter, a key press, a bulk decision.

`DRAFTMILL_BENCH_DATABASE=postgresql://...` measures a database on a server; EXPLAIN must show no scan of the table.
"""

from __future__ import annotations

import random
import re
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

from sqlalchemy import Connection, Select, func, select, text
from sqlalchemy.dialects import postgresql

from benchmarks.database import new_store
from benchmarks.kit import Claim
from engine import DraftFilter, RunSpec, Store, Tuning
from engine.store import CallStart, Kept, NewRun, Settlement
from engine.store.draft_filter import DRAFTED, Order, narrow, page_of
from engine.store.tables import draft
from engine.work import Draft, Flag, Slot, plan

RUNS, SLOTS = 20, 5_000
PACKET = 500
PAGE_MS = 300
ORDERS: tuple[Order, ...] = ("newest", "flagged", "score")
KINDS = (("cloze", "en"), ("cloze", "ja"), ("shadowing", "zh"), ("alignment", "en"))
CODES = ("length", "answer_visible", "hint_leak")


def claims() -> Iterator[Claim]:
    """Under 300 ms of server time a page; a press of a key well under that; the index costs little to keep."""
    with new_store() as store:
        started = time.perf_counter()
        for number in range(RUNS):
            _fill(store, number)
        each_ms = 1000 * (time.perf_counter() - started) / (RUNS * SLOTS)
        held, size_mb = store.drafts.count(), store.bytes / 2**20
        yield Claim(
            f"{held:,} drafts stored, indexed", "< 5 ms a draft", f"{each_ms:.2f} ms, {size_mb:.0f} MB", each_ms < 5
        )
        if not store.is_file:  # as autovacuum leaves it
            store.write(lambda conn: conn.execute(text("ANALYZE draft")).rowcount).result()
        for name, chosen in _filters().items():
            yield from _desk(store, name, replace(chosen, review="pending"), "flagged")
        for order in ORDERS:
            yield from _desk(store, f"a word in nearly all, all tabs, {order}", DraftFilter(text="market"), order)
        yield _key(store)
        yield _bulk(store)


def _desk(store: Store, name: str, chosen: DraftFilter, order: Order) -> Iterator[Claim]:
    chosen = replace(chosen, viewer="bench")
    took_ms = _median_ms(lambda: _page(store, chosen, order))
    yield Claim(f"... desk by {name}", f"< {PAGE_MS} ms", f"{took_ms:.0f} ms", took_ms < PAGE_MS)
    if not store.is_file:
        scans = _scans(store, chosen, order)
        yield Claim("... its plans", "indexes", ", ".join(scans), not any("Seq Scan" in one for one in scans))


def _filters() -> dict[str, DraftFilter]:
    return {
        "nothing": DraftFilter(),
        "kind": DraftFilter(kind="cloze"),
        "language": DraftFilter(lang="zh"),
        "level": DraftFilter(level=2),
        "topic": DraftFilter(topic="Topic 7"),
        "run": DraftFilter(run=RUNS),
        "model": DraftFilter(model="practice-7"),
        "flag": DraftFilter(flag="hint_leak"),
        "score": DraftFilter(score=(4.0, 5.1)),
        "no score": DraftFilter(scored=False),
        "everything at once": DraftFilter(
            run=1, kind="cloze", lang="en", level=1, topic="Topic 1", model="practice-0", flag="length", scored=False
        ),
        "a word that is rare": DraftFilter(text="zanzibar"),
        "a word that is nowhere": DraftFilter(text="nowhere"),
        "a word in nearly all": DraftFilter(text="market"),
        "two words": DraftFilter(text="market oranges"),
        "three letters": DraftFilter(text="bus"),
        "two letters": DraftFilter(text="zz"),
        "two letters in many": DraftFilter(text="an"),
        "two Han characters": DraftFilter(text="学校"),
        "one Han character": DraftFilter(text="桜"),
    }


def _page(store: Store, chosen: DraftFilter, order: Order) -> None:
    """What one drawing of the desk reads: the tabs' counts, the drafts to show one by one, and those of the table."""
    store.reviews.counts(chosen)
    for first in store.drafts.beside(chosen, order, None, 11)[:1]:
        store.drafts.get(first)
        store.drafts.beside(chosen, order, first, 2, back=True)
    store.drafts.page(chosen, 50, 0, order)


def _scans(store: Store, chosen: DraftFilter, order: Order) -> list[str]:
    """How a server finds the drafts of a page and their counts, as EXPLAIN says."""
    counts = select(draft.c.review, draft.c.flagged, func.count()).where(*narrow(chosen, review=False), DRAFTED)
    reads: list[Select[Any]] = [page_of(chosen, order, 50), counts.group_by(draft.c.review, draft.c.flagged)]
    with store._access.reading() as conn:
        plans = [line for read in reads for line in _plan(conn, read)]
    scans = {found[0] for line in plans if (found := re.search(r"[\w ]+Scan .*?(using|on) draft\w*", line))}
    return sorted(scan.strip() for scan in scans)


def _plan(conn: Connection, read: Select[Any]) -> list[str]:
    compiled = read.compile(dialect=postgresql.dialect(), compile_kwargs={"literal_binds": True})
    return list(conn.scalars(text("EXPLAIN " + str(compiled).replace("%%", "%").replace(":", "\\:"))))


def _key(store: Store) -> Claim:
    pending = DraftFilter(review="pending")

    def press() -> None:
        (at,) = store.drafts.beside(pending, "flagged", None, 1)
        row = store.drafts.get(at)
        assert store.reviews.decide([at], "approved", "bench", shown={at: row.revision}).result() == [at]
        store.reviews.session("bench", 0.0)
        store.reviews.last_decision("bench")
        store.reviews.counts(pending)
        store.drafts.beside(pending, "flagged", at, 1)

    took_ms = _median_ms(press)
    return Claim("... a press of a key, with the next draft", f"< {PAGE_MS} ms", f"{took_ms:.0f} ms", took_ms < PAGE_MS)


def _bulk(store: Store) -> Claim:
    started = time.perf_counter()
    count = len(store.reviews.decide(store.drafts.ids(DraftFilter(lang="zh")), "rejected", "bench").result())
    decided_s = time.perf_counter() - started
    decision = store.reviews.last_decision("bench")
    assert decision is not None
    restored = len(store.reviews.undo(batch=decision.batch).result())
    undone_s = time.perf_counter() - started - decided_s
    holds = count == restored > 0 and decided_s < 10 and undone_s < 10
    return Claim(f"... {count:,} decided at once; taken back", "< 10 s", f"{decided_s:.1f} s; {undone_s:.1f} s", holds)


def _fill(store: Store, number: int) -> None:
    kind, lang = KINDS[number % len(KINDS)]
    spec = RunSpec.from_json(
        {
            "kind": kind,
            "lang": lang,
            "levels": (1, 2),
            "topics": tuple(f"Topic {topic}" for topic in range(50)),
            "per_combo": SLOTS // 100,
        }
    )
    slots = plan(spec)
    prints = [f"{number}-{slot.number}" for slot in slots]
    run = store.runs.create(NewRun(spec, Tuning(), "practice"), slots, prints).result()
    dice = random.Random(number)
    for start in range(0, len(slots), PACKET):
        packet = slots[start : start + PACKET]
        call = store.calls.start(CallStart(run, start, 1, tuple(slot.number for slot in packet), 1.0)).result()
        drafts = [_kept(slot, lang, dice) for slot in packet]
        settled = Settlement(call, "ok", model=f"practice-{number % 8}", ended_at=2.0, drafts=drafts)
        store.calls.settle(settled).result()
    _score(store, run)


def _score(store: Store, run: int) -> None:
    """A third of the drafts has a score, as the second model would leave them."""
    scored = text("UPDATE draft SET score = (id % 50) / 10.0 WHERE run = :run AND id % 3 = 0")
    store.write(lambda conn: conn.execute(scored, {"run": run}).rowcount).result()


def _kept(slot: Slot, lang: str, dice: random.Random) -> Kept:
    """About a kilobyte of text that no other draft has, with a flag on one in ten."""
    if lang == "en":
        words = [WORDS[int(dice.paretovariate(0.7)) % len(WORDS)] for _ in range(150)]
        text = " ".join(words) + (" market " if dice.random() < 0.9 else " ") + "oranges" * (slot.number % 10 == 0)
    else:
        text = "".join(chr(0x4E00 + int(dice.paretovariate(0.5)) % 3000) for _ in range(300)) + "学校" * (
            slot.number % 5 == 0
        )
    text += " zanzibar" * (slot.number == 77) + " 桜" * (slot.number == 78) + " bus" * (slot.number % 50 == 0)
    flags = (Flag(CODES[slot.number % 3], "blank 1: the hint holds the answer"),) if slot.number % 10 == 3 else ()
    return Kept(Draft(slot, {"title": f"Title {slot.number}", "passage": text, "blanks": []}, flags), "Title", text)


def _words() -> list[str]:
    dice = random.Random(0)
    return ["".join(dice.choices("aeioulnrstmdkpg", k=dice.randint(2, 9))) for _ in range(5_000)]


WORDS = _words()


def _median_ms(read: Callable[[], object], times: int = 5) -> float:
    spans = []
    for _ in range(times):
        started = time.perf_counter()
        read()
        spans.append(time.perf_counter() - started)
    return 1000 * sorted(spans)[times // 2]
