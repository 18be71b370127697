"""
What a call costs in the ledger: CPU of this process for its start, its answer and its settlement, at 32 in flight.

`DRAFTMILL_BENCH_DATABASE=postgresql://...` measures a database on a server.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator

from benchmarks.database import new_store
from benchmarks.kit import Claim
from engine import RunSpec, Store, Tuning
from engine.process import lease_now
from engine.store import BreakerKey, CallStart, Kept, NewRun, ProviderNews, Settlement, committed
from engine.work import Draft, Slot, plan

CALLS = 4_000
IN_FLIGHT = 32
MOST_MS = 1.5
TEXT = "The bus was late, so Mei walked to the market and bought two small oranges. " * 12
KEY = BreakerKey("https://api.example.com", "fast", "a1b2")


def claims() -> Iterator[Claim]:
    """At most 1.5 ms of CPU a call."""
    with new_store() as store:
        spec = RunSpec("cloze", "en", (1, 2), tuple(f"topic {n}" for n in range(CALLS // 100)), 50)
        slots = plan(spec)
        run = store.runs.create(NewRun(spec, Tuning(), "fast"), slots, [str(slot.number) for slot in slots]).result()
        fence = store.runs.claim(run, "bench", lease_now()).result()
        started, wall = time.process_time(), time.perf_counter()
        asyncio.run(_calls(store, run, fence, slots))
        cpu_ms = 1000 * (time.process_time() - started) / len(slots)
        rate = len(slots) / (time.perf_counter() - wall)
        kind = "a file" if store.is_file else "a server"
        yield Claim(
            f"ledger in {kind}, CPU a call", f"<= {MOST_MS} ms", f"{cpu_ms:.2f} ms, {rate:,.0f}/s", cpu_ms <= MOST_MS
        )


async def _calls(store: Store, run: int, fence: int | None, slots: list[Slot]) -> None:
    left = iter(slots)
    body = TEXT.encode()

    async def one_after_another() -> None:
        for slot in left:
            start = CallStart(run, slot.number, 1, (slot.number,), time.time(), fence=fence, breaker=KEY)
            call = await committed(store.calls.start(start))
            assert isinstance(call, int)
            await committed(store.calls.answer(call, 200, body, time.time(), fence))
            drafts = [Kept(Draft(slot, {"passage": TEXT}), f"Title {slot.number}", TEXT)]
            news = ProviderNews(KEY, time.time(), answered=True)
            settled = Settlement(call, "ok", tokens_out=900, cost_usd=0.001, drafts=drafts, provider=news)
            await committed(store.calls.settle(settled, fence))

    async with asyncio.TaskGroup() as group:
        for _ in range(IN_FLIGHT):
            group.create_task(one_after_another())
