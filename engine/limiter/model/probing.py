"""
Decides when a test of a belief is worth a refusal, how long to wait for a verdict, and how long to rest after a row.

Pure; what is believed comes from beliefs.py.
"""

from __future__ import annotations

import math
from collections import deque
from dataclasses import dataclass

from engine.limiter.model.shapes import Shape

SURE = 0.9  # of the belief: calls start at once, side by side
LEAST_SURE = 0.5
SURE_STEP = 0.1  # for each start that was accepted since the last refusal
LEAST_SHARE = 0.05
PRICE_S = 0.4
CALM = 4  # accepted starts after which a refusal is half as dear: what they wait, they wait again and again
MOST_CALM = 8.0
BRIEF_PAUSE_S, FIRST_PAUSE_S = 0.12, 0.5
LONGEST_PAUSE_S = 10.0  # a provider that recovers is found within 12 s
LONG_ROW = 32
REST_EVERY = 8
REST_S = 75.0  # where refused calls count, tests keep a window full: let a minute pass
BURST = 3  # refusals side by side, none accepted: no chance
LONGEST_STATED_S = 120.0
STATED_ROUNDING_S = 1.2  # whole seconds, rounded up
FIRST_TIMEOUT_S = 0.12
TIMEOUT = 1.25
FIRST_LOOK_S = 240.0
LONGEST_LOOK_S = 1920.0
LOOK_BELOW_S = 45.0
LOOK_BELOW_STARTS = 40
FIRST_LOOK_STARTS, FEW_LOOKS = 6, 2  # a belief from few refusals may be chance: the first looks come soon
LOOKS_IN_A_ROW = 10
MANY_STRAYS = 0.02
MANY_STRAYS_STARTS = 15
SPREAD_S = 0.050
LONGEST_ROUND_TRIP_S = 10.0
EVEN_MARGIN = 0.88
BUCKET_MARGIN = 1.5
WINDOW_MARGIN = 0.003
UNSURE_GAP, FREE_GAP = 1.0, 0.2
SPREAD_WEIGHT = 3.0  # round trips of refusals after which the learned spread weighs half


@dataclass(frozen=True, slots=True)
class ProbeChoice:
    """When to start: at once with others (`sure`), or alone until the verdict; `share` of the belief allows it."""

    at: float
    sure: bool
    share: float = 1.0
    look: bool = False


def choose(opens: list[tuple[float, float]], now: float, price_s: float, sure: float = SURE) -> ProbeChoice:
    """
    Weigh waiting against refusals.

    Args:
        opens: When each hypothesis lets a call start, and its weight; the weights sum to 1.
        now: The time.
        price_s: Seconds a refusal is worth.
        sure: The share of belief from which calls start side by side.

    Returns:
        The moment with the least waiting and price; before enough of the belief agrees the start is a test.
    """
    share, least, choice = 0.0, math.inf, ProbeChoice(math.inf, True)
    opens = sorted((max(at, now), weight) for at, weight in opens)
    for i, (at, weight) in enumerate(opens):
        share += weight
        if i + 1 < len(opens) and opens[i + 1][0] <= at:
            continue
        if share >= sure:
            return choice if least < at - now else ProbeChoice(at, True, share)
        cost = at - now + price_s * (1.0 - share) / share
        if share >= LEAST_SHARE and cost < least:
            least, choice = cost, ProbeChoice(at, False, share)
    return choice


class Delays:
    """What the round trips of refusals say about the way to the provider."""

    def __init__(self) -> None:
        self._round_trips: deque[float] = deque(maxlen=24)
        self.timeout_s = FIRST_TIMEOUT_S
        """A call that is not refused within this time was accepted."""
        self.mean_s, self.longest_s = SPREAD_S, 2.0 * SPREAD_S
        """The way there and back, of refusals."""
        self.spread_s = SPREAD_S
        """The most by which two starts may come closer on the way, or farther apart."""

    def add(self, round_trip_s: float) -> None:
        """A refusal came back after so long."""
        self._round_trips.append(min(max(round_trip_s, 0.001), LONGEST_ROUND_TRIP_S))
        n, longest_s = len(self._round_trips), max(self._round_trips)
        self.timeout_s = (TIMEOUT + 1.0 / n) * longest_s
        # Both ways vary alike: a round trip varies by sqrt(2) of one way, and one way is spread like a box.
        mean_s = sum(self._round_trips) / n
        learned_s = math.sqrt(6.0 * sum((one - mean_s) ** 2 for one in self._round_trips) / n)
        mixed_s = (SPREAD_WEIGHT * SPREAD_S + n * learned_s) / (SPREAD_WEIGHT + n)
        self.spread_s = max(0.002, min(mixed_s, longest_s * (1.0 + 1.5 / n)))
        self.mean_s, self.longest_s = mean_s, mean_s + self.spread_s

    def gap_s(self, clear: bool) -> float:
        """Between unsure starts side by side; `clear`: one that may refuse a crowd is believed, few strays."""
        return (UNSURE_GAP if clear else FREE_GAP) * self.timeout_s

    def margin_s(self, shape: Shape, most: float) -> float:
        """What a start keeps away from a limit: less where every start waits for it, more where it costs nothing."""
        if shape.kind == "even" or (shape.kind == "bucket" and most < 1.0):
            return EVEN_MARGIN * self.spread_s
        if shape.kind == "bucket":
            return BUCKET_MARGIN * self.spread_s
        return self.spread_s + min(self.spread_s, WINDOW_MARGIN * shape.size_s)


class RefusalRow:
    """Refusals with none accepted between them."""

    def __init__(self) -> None:
        self.number = 0
        self.length = 0
        """How often a start was refused although a refusal was known; 0: the last start was accepted."""
        self._refused = self._calm = 0
        self._last_start = self._last_known = self._step_known = -math.inf

    def refused(self, started_at: float, now: float) -> None:
        """A start was refused; those sent before the last refusal was known belong to its burst."""
        if not self.length:
            self.number += 1
        self._refused += 1
        if started_at > self._step_known or not self.length:
            self.length, self._step_known = self.length + 1, now
        if self._refused >= BURST:
            self.length = max(2, self.length)
        self._last_start, self._last_known, self._calm = max(self._last_start, started_at), now, 0

    def accepted(self, started_at: float) -> None:
        """A start was accepted."""
        self._calm += 1
        if started_at > self._last_start:
            self.length = self._refused = 0

    @property
    def price_s(self) -> float:
        """What a refusal is worth now."""
        return PRICE_S * 2.0 ** min(self.length, 8) / min(1.0 + self._calm / CALM, MOST_CALM)

    @property
    def sure(self) -> float:
        """The share of belief that is enough for calls side by side: less after some were accepted."""
        return max(LEAST_SURE, SURE - SURE_STEP * self._calm)

    @property
    def paused_until(self) -> float:
        """No start before."""
        if self.length < 2:
            return -math.inf
        pause_s = (
            min(LONGEST_PAUSE_S, FIRST_PAUSE_S * 2.0 ** min(self.length - 3, 10)) if self.length > 2 else BRIEF_PAUSE_S
        )
        if self.length >= LONG_ROW and self.length % REST_EVERY == 0:
            pause_s = REST_S
        return self._last_known + pause_s

    @property
    def tested_at(self) -> float:
        """When a start is due although the estimate forbids it: the provider may have recovered."""
        return self._last_known + LONGEST_PAUSE_S if self.length else math.inf


class StatedWait:
    """The wait that refusals ask for (Retry-After): kept until a start before its end was accepted."""

    def __init__(self) -> None:
        self.is_true = True
        """No start before the end of a stated wait was accepted so far."""
        self._asked_at = self._ends_at = -math.inf

    def refused(self, known_at: float, wait_s: float | None) -> None:
        """A refusal asked for this wait, or for none."""
        if wait_s:
            self._asked_at, self._ends_at = known_at, max(self._ends_at, known_at + wait_s)

    def accepted(self, started_at: float) -> None:
        """A start was accepted: after the refusal was read and clearly before the end of the wait, it disproves it."""
        rounding_s = min(STATED_ROUNDING_S, (self._ends_at - self._asked_at) / 2)
        if self._asked_at < started_at < self._ends_at - rounding_s:
            self.is_true = False

    @property
    def ends_at(self) -> float:
        """No start before."""
        return min(self._ends_at, self._asked_at + LONGEST_STATED_S) if self.is_true else -math.inf


class Looks:
    """When a start beyond a belief that holds is due: limits rise, too."""

    def __init__(self) -> None:
        self._below = False
        self._failed = 0
        self._looks = 0
        self._since, self._starts = 0.0, 0

    def restart(self, now: float, below: bool) -> None:
        """The belief has changed; `below`: the limit fell, and may rise again soon."""
        self._below, self._failed, self._since, self._starts = below, 0, now, 0

    def started(self, look: bool) -> None:
        """A start was made."""
        self._starts += 1
        self._looks += look

    def due_at(self, strays: float, slow: bool) -> float:
        """
        When a look is worth a refusal.

        Args:
            strays: The share of refusals without a reason.
            slow: A cap in flight, or one call at a time, an interval apart: a wrong belief of these costs most.
        """
        if 0 < self._looks < LOOKS_IN_A_ROW:
            return -math.inf
        wait_s = min(FIRST_LOOK_S * 2.0**self._failed, LONGEST_LOOK_S)
        starts = MANY_STRAYS_STARTS * 2.0 ** min(self._failed, 6) if strays > MANY_STRAYS else math.inf
        if self._failed < (FEW_LOOKS if slow else 1):
            starts = FIRST_LOOK_STARTS * 3.0**self._failed
        if self._below:
            patience = 2.0 ** min(self._failed // 3, 4)
            wait_s, starts = LOOK_BELOW_S * patience, LOOK_BELOW_STARTS * patience
        return -math.inf if self._starts >= starts else self._since + wait_s

    def share(self, even: bool) -> float:
        """How much of the wait for the next free start a look is early: an interval may be a little shorter, too."""
        return 0.3 if even and self._failed == 1 else 0.5

    def refused(self, now: float, look: bool) -> None:
        """The limit is as it was."""
        if look:
            self._failed += 1
            self._end(now)

    def accepted(self, now: float, beyond: bool, alone: bool) -> None:
        """A look was accepted; `beyond`: the belief forbade it, so look again at once."""
        if beyond:
            self._looks = 1
        elif alone or self._looks >= LOOKS_IN_A_ROW:
            self._end(now)

    def _end(self, now: float) -> None:
        self._since, self._starts, self._looks = now, 0, 0
