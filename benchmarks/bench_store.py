"""
What the store costs: group commit under 256 writers, and the reads of the screens at 100,000 drafts.

TMPDIR decides which disk is measured.
"""

from __future__ import annotations

import asyncio
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from benchmarks.kit import Claim
from engine.spec import RunSpec, Tuning
from engine.store import CallStart, DraftFilter, Kept, NewRun, Settlement, Store, committed
from engine.work import Draft, Flag, Slot, plan

SLOTS = 100_000
WRITERS = 256
BATCH = 5
TEXT = "The bus was late, so Mei walked to the market and bought two small oranges. " * 12


def spec(slots: int) -> RunSpec:
    """A spec of exactly `slots` slots: 10 topics at 2 levels, or a multiple of that."""
    topics = tuple(f"topic {number}" for number in range(slots // 2000 or 1))
    return RunSpec("cloze", "en", (1, 2), topics, slots // (len(topics) * 2))


def plan_run(store: Store, slots: int) -> tuple[int, list[Slot]]:
    """Plan a run; its id and its slots."""
    made = spec(slots)
    wanted = plan(made)
    fingerprints = [f"{slot.number:032x}" for slot in wanted]
    run = store.runs.create(NewRun(made, Tuning(), "practice-fast"), wanted, fingerprints).result()
    return run, wanted


async def small_ops(store: Store, run: int, seconds: float) -> float:
    """The smallest write of the hot path (a call's start), by 256 writers at once: ops/s."""
    end = time.perf_counter() + seconds
    done = 0

    async def writer(number: int) -> None:
        nonlocal done
        while time.perf_counter() < end:
            await committed(store.calls.start(CallStart(run, number, 1, (number,), 1.0)))
            done += 1

    start = time.perf_counter()
    async with asyncio.TaskGroup() as group:
        for number in range(WRITERS):
            group.create_task(writer(number))
    return done / (time.perf_counter() - start)


async def whole_calls(store: Store, run: int, slots: list[Slot]) -> float:
    """Start, answer and settle calls of 5 drafts until every slot has its draft: calls/s."""
    packets = iter([slots[at : at + BATCH] for at in range(0, len(slots), BATCH)])
    body = TEXT.encode() * BATCH

    async def writer() -> None:
        for packet in packets:
            numbers = tuple(slot.number for slot in packet)
            call = await committed(store.calls.start(CallStart(run, numbers[0] // BATCH, 1, numbers, time.time())))
            await committed(store.calls.answer(call, 200, body, time.time()))
            drafts = [
                Kept(Draft(slot, {"passage": TEXT}, flags(slot)), f"Title {slot.number}", TEXT) for slot in packet
            ]
            await committed(store.calls.settle(Settlement(call, "ok", tokens_out=900, cost_usd=0.001, drafts=drafts)))

    start = time.perf_counter()
    async with asyncio.TaskGroup() as group:
        for _ in range(WRITERS):
            group.create_task(writer())
    return len(slots) / BATCH / (time.perf_counter() - start)


def flags(slot: Slot) -> tuple[Flag, ...]:
    """One draft in twenty is flagged."""
    return (Flag("length"),) if slot.number % 20 == 0 else ()


def median_ms(read: Callable[[], object], times: int = 9) -> float:
    """The median of a read, in milliseconds."""
    spans = []
    for _ in range(times):
        start = time.perf_counter()
        read()
        spans.append(time.perf_counter() - start)
    return sorted(spans)[times // 2] * 1000


def reads(store: Store, run: int, fingerprints: list[str]) -> dict[str, Callable[[], object]]:
    """What the screens ask for."""
    pending = DraftFilter(run=run, review="pending")
    return {
        "page of 50, first": lambda: store.drafts.page(pending),
        "page of 50, flagged first": lambda: store.drafts.page(pending, order="flagged"),
        "page of 50, all runs, flagged": lambda: store.drafts.page(DraftFilter(review="pending"), order="flagged"),
        "page of 50, offset 90,000": lambda: store.drafts.page(pending, offset=90_000),
        "count of pending": lambda: store.drafts.count(pending),
        "review counts": lambda: store.reviews.counts(DraftFilter(run=run)),
        "run with totals": lambda: store.runs.get(run),
        "20 runs with totals": lambda: store.runs.page(20),
        "cells": lambda: store.drafts.cells(run),
        "timeline": lambda: store.calls.timeline(run, 1.0),
        "calls, page of 50": lambda: store.calls.page(run),
        "failures": lambda: store.calls.failures(run),
        "latencies": lambda: store.calls.latencies("practice", "practice-fast", "cloze", "en"),
        "1,000 fingerprints": lambda: store.drafts.cached(fingerprints[:1000]),
    }


def claims() -> Iterator[Claim]:
    """256 writers at once, and every read of the screens at 100,000 drafts under 300 ms."""
    with tempfile.TemporaryDirectory() as home, Store.open(Path(home) / "bench.db") as store:
        run, slots = plan_run(store, SLOTS)
        small, _ = plan_run(store, 2000)
        yield Claim("smallest durable commit", "", f"{store.health().write_ms:.2f} ms", True)
        ops = asyncio.run(small_ops(store, small, 5.0))
        yield Claim(f"group commit, {WRITERS} writers", "> 2,000 ops/s", f"{ops:,.0f} ops/s", ops > 2000)
        calls = asyncio.run(whole_calls(store, run, slots))
        yield Claim(f"whole calls of {BATCH}, {WRITERS} writers", "", f"{calls:,.0f} calls/s", True)
        for name, read in reads(store, run, [f"{slot.number:032x}" for slot in slots]).items():
            took_ms = median_ms(read)
            yield Claim(name, "< 300 ms", f"{took_ms:.1f} ms", took_ms < 300)
