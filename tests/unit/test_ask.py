"""One packet: which calls are made for it, what they wait for, and what is recorded. No real time passes."""

from __future__ import annotations

import asyncio
import json
import random
from pathlib import Path

import httpx
import pytest

from engine.errors import Stopped
from engine.generate.ask import ask, retrying
from engine.generate.cancellation import Cancellation
from engine.generate.concurrency import ConcurrencySlot, ConcurrencySlots
from engine.generate.context import RunContext
from engine.generate.duplicates import DuplicateCheck
from engine.generate.outage import OutageGuard
from engine.generate.pending_writes import PendingWrites
from engine.generate.task import Drafting
from engine.limiter.gate import Limiter, Throttle
from engine.limiter.limits import Limits
from engine.limiter.scheduler import LocalScheduler
from engine.money.budget import Budget
from engine.providers.chat import Chat
from engine.spec import RunSpec, Tuning
from engine.store import BreakerKey, NewRun, Store
from engine.work import Outcome, pack, plan
from tests.clocks import VirtualClock
from tests.unit.serving import profile

SPEC = RunSpec("cloze", "en", (3,), ("Campus",), 2)


def completion(finish: str) -> httpx.Response:
    """A chat completion without items."""
    return httpx.Response(200, json={"choices": [{"message": {"content": '{"items": []}'}, "finish_reason": finish}]})


EMPTY = completion("stop")


class Asked:
    """A run of two slots whose provider answers with the given responses, one after the other."""

    def __init__(self, folder: Path, *responses: httpx.Response, retries: int = 3, spec: RunSpec = SPEC) -> None:
        self.clock = VirtualClock()
        self.bodies: list[dict[str, object]] = []
        self.at: list[float] = []
        self._folder = folder
        self.spec = spec
        self._responses = list(responses)
        self._tuning = Tuning(1, 2, retries=retries)

    async def outcome(self, stop_at_s: float | None = None) -> Outcome:
        """Ask for both slots in one packet; stop the run after so many seconds."""
        return (await self.outcomes(2, stop_at_s))[0]

    async def outcomes(self, batch_size: int, stop_at_s: float | None = None) -> list[Outcome]:
        """Ask for all packets at the same time."""
        transport = httpx.MockTransport(self._answer)
        with Store.open(self._folder / "a.db", self.clock) as store:
            slots = plan(self.spec)
            run = store.runs.create(NewRun(self.spec, self._tuning, "m"), slots, [""] * len(slots)).result()
            async with Chat(profile(), None, deadline_s=5, connections=1, transport=transport) as chat:
                self.context = self._context(store, run, chat)
                repeat, free = retrying(self.context), ConcurrencySlots(lambda: 2)
                packets = pack(slots, batch_size)
                asking = asyncio.gather(*(ask(self.context, repeat, one, ConcurrencySlot(free)) for one in packets))
                if stop_at_s is not None:
                    await self.clock.sleep(stop_at_s)
                    self.context.cancellation.interrupt()
                try:
                    return await asking
                finally:
                    await self.context.pending_writes.all_written()
                    self.calls = store.calls.page(run)

    def _answer(self, request: httpx.Request) -> httpx.Response:
        self.bodies.append(json.loads(request.content))
        self.at.append(self.clock.now())
        return self._responses.pop(0)

    def _context(self, store: Store, run: int, chat: Chat) -> RunContext:
        return RunContext(
            run=run,
            fence=None,
            spec=self.spec,
            tuning=self._tuning,
            profile=profile(),
            model="m",
            task=Drafting(self.spec, "m", DuplicateCheck(store, self.spec, run, library=True, asks_again=True)),
            chat=chat,
            limiter=Limiter(LocalScheduler(Limits(), self.clock), self.clock),
            throttle=Throttle(0.0, self.clock),
            store=store,
            clock=self.clock,
            outage=OutageGuard.of(100),
            breaker=BreakerKey(),
            budget=Budget(None),
            auto=None,
            cancellation=Cancellation(),
            pending_writes=PendingWrites(store.calls.flush),
            reading=asyncio.Lock(),
            rng=random.Random(1),
        )


async def test_a_retry_waits_on_the_clock(tmp_path: Path) -> None:
    """Two 503 that ask to wait 7 s: the third call is sent 14 s later or more, and each call has its row."""
    busy = [httpx.Response(503, headers={"retry-after": "7"}) for _ in range(2)]
    asked = Asked(tmp_path, *busy, EMPTY)
    outcome = await asked.outcome()
    assert (outcome.calls, asked.at[2] - asked.at[0] >= 14.0) == (3, True)
    assert sorted(call.attempt for call in asked.calls) == [1, 2, 3]


async def test_packets_of_one_run_wait_each_for_itself(tmp_path: Path) -> None:
    """Of two packets that must wait 7 s and 20 s, each is sent again after its own wait."""
    busy = [httpx.Response(503, headers={"retry-after": str(seconds)}) for seconds in (7, 20)]
    asked = Asked(tmp_path, *busy, completion("content_filter"), completion("content_filter"))
    outcomes = await asked.outcomes(1)
    assert [outcome.calls for outcome in outcomes] == [2, 2]
    first, second = sorted(call.sent_at - VirtualClock().wall() for call in asked.calls if call.attempt == 2)
    assert 7.0 <= first < 20.0 <= second


async def test_a_packet_is_sent_again_as_often_as_retries_say(tmp_path: Path) -> None:
    """With two retries the third reply that broke off gives the packet's slots up, with the reason."""
    broken = [completion("insufficient_system_resource") for _ in range(3)]
    outcome = await Asked(tmp_path, *broken, retries=2).outcome()
    assert (outcome.calls, outcome.failed) == (3, {0: "no_resource", 1: "no_resource"})


async def test_a_rate_signal_spends_no_retry(tmp_path: Path) -> None:
    """Four 429 and one 503 with one retry: the sixth call is still sent, and the limiter has slowed the run down."""
    slow = [httpx.Response(429) for _ in range(4)]
    asked = Asked(tmp_path, *slow, httpx.Response(503), EMPTY, retries=1)
    assert (await asked.outcome()).calls == 6
    assert asked.context.clock.now() >= 1.5


async def test_a_stop_ends_the_packet(tmp_path: Path) -> None:
    """A refused key stops the run at the first call, with its code."""
    asked = Asked(tmp_path, httpx.Response(401))
    with pytest.raises(Stopped) as stopped:
        await asked.outcome()
    assert (stopped.value.message.code, len(asked.calls)) == ("key", 1)


async def test_a_stopped_run_ends_a_wait_at_once(tmp_path: Path) -> None:
    """A packet that waits before a retry is cancelled when the run stops: no further call, its slots stay open."""
    asked = Asked(tmp_path, httpx.Response(503, headers={"retry-after": "100"}), EMPTY)
    with pytest.raises(asyncio.CancelledError):
        await asked.outcome(stop_at_s=10.0)
    assert (len(asked.at), asked.clock.now() < 100.0) == (1, True)


async def test_what_a_reply_lacks_is_missing_not_failed(tmp_path: Path) -> None:
    """A good reply without items leaves both slots to be asked for again, in one call that is recorded as empty."""
    asked = Asked(tmp_path, EMPTY)
    outcome = await asked.outcome()
    assert ([slot.number for slot in outcome.missing], outcome.failed) == ([0, 1], {})
    assert [call.outcome for call in asked.calls] == ["empty"]
