"""
One provider limit for several processes, as one value that they change in turn. Pure: all times are arguments.

The value lives in a row of the database (store.gates), the times are the database server's. Starts are given in blocks:
a block counts from the moment it is given until its last start has left every window.
"""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass, field
from typing import Any

from engine.limiter.limits import Limits

STRETCH, MARGIN_S = 1.001, 0.08
"""The provider's clock counts, and requests travel for different times: our windows are a little longer."""
EVEN_STRETCH = 1.015
LONGEST_GOOD_S = 0.3
SHORTEST_GOOD_S = 0.05
SHORTEST_EVEN_S, EVEN_GOOD = 0.02, 0.1
RECENT_S = 2.0
"""A process that asked within this time shares what is free; one that waits asks more often."""
SILENT_S = 30.0
"""The calls in flight of a process that has said nothing for so long are forgotten."""
LEAST_WAIT_S, LONGEST_WAIT_S = 0.05, 1.0
_BUCKETS = 400
_EVEN_AHEAD_S = 0.5
"""Places of an even limit are given this far ahead."""


@dataclass(frozen=True, slots=True)
class StartRequest:
    """
    A process asks for starts, and reports its state.

    Args:
        worker: The process.
        want: Calls that wait for a start; 0: it only reports.
        tokens: Estimate of one call's tokens.
        in_flight: Calls it has in flight.
        used: Block to tokens that its calls used more (or less) than estimated.
        late: Blocks of which a start was used later than they were good for.
        unused: Block to starts that were not used while they were good, and never will be.
        pause_s: The provider asked for a pause of so many seconds; None: it did not.
    """

    worker: str
    want: int = 0
    tokens: int = 0
    in_flight: int = 0
    used: dict[str, int] = field(default_factory=dict)
    late: tuple[str, ...] = ()
    unused: dict[str, int] = field(default_factory=dict)
    pause_s: float | None = None


@dataclass(frozen=True, slots=True)
class Block:
    """Starts that were given: none before `delay_s` have passed, each next one `gap_s` later, within `good_s`."""

    block: str
    count: int
    delay_s: float
    gap_s: float
    good_s: float


@dataclass(frozen=True, slots=True)
class NotYet:
    """Nothing is free; worth asking again after so many seconds."""

    seconds: float


@dataclass(slots=True)
class _Given:
    first: float
    last: float
    count: int
    tokens: int


@dataclass(slots=True)
class _Worker:
    in_flight: int
    want: int
    seen_at: float


@dataclass(slots=True)
class Gate:
    """What all processes have started, and who asks. `from_json` and `to_json` are the row's value."""

    last_at: float = 0.0
    due_at: float = 0.0
    paused_until: float = 0.0
    given: dict[str, _Given] = field(default_factory=dict)
    workers: dict[str, _Worker] = field(default_factory=dict)

    @classmethod
    def from_json(cls, raw: dict[str, Any] | None) -> Gate:
        """Read what `to_json` wrote; None: a gate that nothing has passed."""
        if raw is None:
            return cls()
        given = {name: _Given(*one) for name, one in raw["given"].items()}
        workers = {name: _Worker(*one) for name, one in raw["workers"].items()}
        return cls(raw["last_at"], raw["due_at"], raw["paused_until"], given, workers)

    def to_json(self) -> dict[str, Any]:
        """Plain JSON; some 10 kB for a full window."""
        return {
            "last_at": self.last_at,
            "due_at": self.due_at,
            "paused_until": self.paused_until,
            "given": {name: list(asdict(one).values()) for name, one in self.given.items()},
            "workers": {name: list(asdict(one).values()) for name, one in self.workers.items()},
        }

    def take(self, ask: StartRequest, limits: Limits, now: float) -> Block | NotYet:
        """
        Give as many starts as the limits allow and fairness leaves to this process; at most what it wants.

        Args:
            ask: Who asks, and what for.
            limits: The configured ones; a figure of 0 limits nothing.
            now: The server's clock, in seconds.
        """
        now = self.last_at = max(now, self.last_at)
        self._note(ask, limits, now)
        if not ask.want:
            return NotYet(LONGEST_WAIT_S)
        if self.paused_until > now:
            return _wait(self.paused_until - now)
        if limits.shape == "even" and limits.rpm:
            return self._place(ask, limits, now)
        free, opens_at = self._free(ask, limits, now)
        if free < 1:
            return _wait(opens_at - now)
        return self._give(ask, limits, now, min(ask.want, self._fair(ask, free, now)))

    def _note(self, ask: StartRequest, limits: Limits, now: float) -> None:
        """Take the news of the asking process, and forget what no longer counts."""
        if ask.pause_s is not None:
            self.paused_until = max(self.paused_until, now + ask.pause_s)
        for block, tokens in ask.used.items():
            if block in self.given:
                self.given[block].tokens += tokens
        for block, count in ask.unused.items():
            if block in self.given:
                self.given[block].count -= count
        for block in ask.late:
            if block in self.given:
                self.given[block].last = now
        hold_s = _hold_s(limits)
        self.given = {name: one for name, one in self.given.items() if one.last + hold_s > now}
        self.workers[ask.worker] = _Worker(ask.in_flight, ask.want, now)
        self.workers = {name: one for name, one in self.workers.items() if one.seen_at + SILENT_S > now}

    def _free(self, ask: StartRequest, limits: Limits, now: float) -> tuple[int, float]:
        """How many starts are free now, and when the next one will be."""
        free, opens_at = ask.want, now
        if limits.max_in_flight:
            free = min(free, limits.max_in_flight - sum(one.in_flight for one in self.workers.values()))
        if free < 1:
            return 0, now + LEAST_WAIT_S
        if limits.rpm:
            left = limits.rpm - sum(one.count for one in self.given.values())
            free, opens_at = min(free, left), self._opens_at(limits, now)
        if limits.tpm and self.given and ask.tokens:
            left = limits.tpm - sum(one.tokens for one in self.given.values())
            free, opens_at = min(free, left // ask.tokens), max(opens_at, self._opens_at(limits, now))
        elif limits.tpm and ask.tokens:  # a call larger than the whole window starts when it is empty
            free = min(free, max(1, limits.tpm // ask.tokens))
        return free, opens_at

    def _opens_at(self, limits: Limits, now: float) -> float:
        """When the oldest block leaves the window."""
        return min((one.last for one in self.given.values()), default=now) + _hold_s(limits)

    def _fair(self, ask: StartRequest, free: int, now: float) -> int:
        """The part of this process, by what each of them wants; at least one."""
        wanted = sum(one.want for one in self.workers.values() if one.seen_at + RECENT_S > now)
        return max(1, math.ceil(free * ask.want / wanted))

    def _give(self, ask: StartRequest, limits: Limits, now: float, count: int) -> Block:
        name = self._block(limits, now)
        block = self.given.setdefault(name, _Given(now, now, 0, 0))
        block.last, block.count, block.tokens = now, block.count + count, block.tokens + count * ask.tokens
        self.workers[ask.worker].in_flight += count
        return Block(name, count, 0.0, 0.0, good_s(limits))

    def _block(self, limits: Limits, now: float) -> str:
        """The newest block, as long as it is short; else a new one: a window never has more than 400."""
        newest = next(reversed(self.given), None)
        if newest is not None and now - self.given[newest].first < _hold_s(limits) / _BUCKETS:
            return newest
        return f"{now:.6f}"

    def _place(self, ask: StartRequest, limits: Limits, now: float) -> Block | NotYet:
        """The next places of an even limit, in order: a process waits for its own."""
        gap_s = _gap_s(limits)
        first = max(self.due_at, now)
        if first > now + _EVEN_AHEAD_S:
            return _wait(first - now - _EVEN_AHEAD_S / 2)
        free, _ = self._free(ask, Limits(tpm=limits.tpm, max_in_flight=limits.max_in_flight), now)
        if free < 1:
            return NotYet(LEAST_WAIT_S)
        count = max(1, min(free, self._fair(ask, int((now + _EVEN_AHEAD_S - first) / gap_s) + 1, now)))
        self.due_at = first + count * gap_s
        given = self._give(ask, limits, now, count)
        return Block(given.block, count, first - now, gap_s, given.good_s)


def good_s(limits: Limits) -> float:
    """How long starts may be used after they were given; a later one says so, and is too close to the next if even."""
    if limits.shape == "even" and limits.rpm:
        return min(LONGEST_GOOD_S, max(SHORTEST_EVEN_S, EVEN_GOOD * _gap_s(limits)))
    return min(LONGEST_GOOD_S, max(SHORTEST_GOOD_S, 0.005 * limits.window_s))


def _gap_s(limits: Limits) -> float:
    return limits.window_s / limits.rpm * EVEN_STRETCH


def _hold_s(limits: Limits) -> float:
    return limits.window_s * STRETCH + good_s(limits) + MARGIN_S


def _wait(seconds: float) -> NotYet:
    return NotYet(min(LONGEST_WAIT_S, max(LEAST_WAIT_S, seconds)))
