"""
Estimates an undeclared rate limit, and says when the next call may start.

Synchronous, no clock, no I/O: the gate waits and calls. The same calls with the same times give the same belief.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from engine.limiter.model.beliefs import Parts
from engine.limiter.model.calls import CallHistory, Start, StartTest
from engine.limiter.model.changes import Belief, BeliefChange, BeliefChanges, belief_of
from engine.limiter.model.configured import Configured
from engine.limiter.model.evidence import Refusal
from engine.limiter.model.probing import (
    MANY_STRAYS,
    SURE,
    Delays,
    Looks,
    ProbeChoice,
    RefusalRow,
    StatedWait,
    choose,
)
from engine.limiter.model.ramp import HELD, Ramp
from engine.limiter.model.shapes import SHAPES, Shape
from engine.limiter.model.weighing import MINUTE, Weighing

LONGEST_RESET_S = 120.0
SILENT_ROW = 4  # refusals in a row, none accepted between them: the page says so
RETEST = (0.02, 0.9)  # of the belief is "no limit": a refusal is tested again at once, a stray does not refuse again
FEW_OUT = 3  # verdicts
PATIENCE = 1.6  # acceptance timeouts are longer after a refusal, and longer in a row
LONGEST_UNSENT_S = 1.0  # a test that was granted and not sent holds up the others no longer


class LimitEstimator:
    """
    The belief about one provider's limit, and the schedule that follows from it.

    Args:
        configured: Limits the user has set, as (shape, most): never passed, whatever is believed.
    """

    def __init__(self, configured: Sequence[tuple[Shape, float]] = ()) -> None:
        self._delays = Delays()
        self._calls = CallHistory(self._delays)
        self._changes = BeliefChanges()
        self.configure(configured)

    def configure(self, configured: Sequence[tuple[Shape, float]]) -> None:
        """Keep these limits from now on, and believe nothing yet; the calls in flight are remembered."""
        self._configured = Configured(configured, self._calls)
        self._ramp = Ramp(self._calls, bool(self._configured))
        self._row, self._looks, self._stated = RefusalRow(), Looks(), StatedWait()
        self._weighing = Weighing(self._delays, lambda one, before: self._opens(one.parts, before))
        self._alone: Start | None = None
        self._retest = False
        self._paused_until = -math.inf
        self._cached: list[tuple[float, float]] | None = None
        self._changes.belief = self.belief()
        self._silent = False

    def __repr__(self) -> str:
        return f"LimitEstimator({self.belief()}, {self._calls.in_flight} in flight)"

    def belief(self) -> Belief:
        """What is believed now, as a page shows it."""
        return belief_of(self._weighing)

    def take_changes(self) -> list[BeliefChange]:
        """The changes of the belief since the last time this was asked."""
        return self._changes.take()

    # What happened.

    def test_at(self, now: float) -> StartTest:
        """What a call that starts now tests."""
        choice = self._choice(now)
        alone = not choice.sure and choice.at <= now
        return StartTest(alone, choice.look and choice.at <= now, self._retest and alone)

    def started(self, now: float, test: StartTest | None = None) -> int:
        """A call is granted; returns its number. It counts from now, until it is sent. `test`: of another process."""
        self._resolve(now)
        test = test or self.test_at(now)
        start = self._calls.start(now)
        start.alone, start.look, start.again = test
        self._retest = self._retest and not start.alone
        self._alone = start if start.alone else self._alone
        self._looks.started(start.look)
        self._cached = None
        return start.call

    def sent(self, call: int, now: float) -> None:
        """The request leaves now."""
        self._resolve(now)
        self._calls.send(call, now, PATIENCE ** min(self._row.length, 2))
        self._cached = None

    def ended(self, call: int, now: float) -> Start | None:
        """The call is no longer in flight, however it ended; `accepted` or `refused` may follow."""
        self._resolve(now)
        if self._alone and self._alone.call == call and self._alone.due == math.inf:
            self._alone = None  # never sent
        self._cached = None
        return self._calls.end(call, now)

    def answered(self, call: int, now: float) -> None:
        """A good response is complete: the call was accepted."""
        start = self.ended(call, now)
        if start is not None:
            self._calls.took(now - start.at)
        out = self._calls.hold(call)
        if out is not None:
            self._accept(out, now)

    def accepted(self, call: int, now: float) -> None:
        """A good answer came; no more news will come of the call."""
        self.answered(call, now)
        self._calls.forget(call)

    def failed(self, call: int, now: float) -> None:
        """A 5xx, or no answer: it says nothing about the limit."""
        self.ended(call, now)
        start = self._calls.forget(call)
        if start is not None and self._alone is start:
            self._alone = None

    def doubted(self, call: int) -> None:
        """A refusal of the call is about to be reported: it does not count as accepted meanwhile."""
        self._calls.hold(call)

    def refused(self, call: int, now: float, retry_after_s: float | None = None, in_flight: bool = False) -> None:
        """A rate signal came at `now`; `in_flight`: the provider says that it is about calls in flight."""
        self._resolve(now)
        start = self._calls.refuse(call, now)
        if start is None:
            return
        if start.at in self._weighing.evidence.accepted_at:
            for one in self._calls.reopen(now):
                self._weighing.evidence.withdraw(one.at)
        self._configured.refusals += 1
        self._row.refused(start.at, now)
        self._stated.refused(now, None if in_flight else retry_after_s)
        for later in self._calls.after(start.at):
            if later.verdict == "accepted":
                self._weighing.evidence.replace(later.at, self._calls.measured(later))
        if self._alone is start:
            self._alone = None
        self._looks.refused(now, start.look)
        fullness = self._calls.refused_at(start.at, start.beside)
        before = self._weighing.best.parts
        row = self._row.number
        self._weighing.refuse(Refusal(start.at, fullness, row, now, retry_after_s, in_flight, start.beside))
        unlimited = sum(one.weight for one in self._weighing.found if not one.parts)
        isolated = self._row.length == 1 and not start.again and not retry_after_s
        self._retest = isolated and RETEST[0] <= unlimited < RETEST[1]
        self._believed(before, now, "cap_told" if in_flight else "fits_refusals")
        if self._row.length >= SILENT_ROW and not self._silent:
            self._silent = True
            self._changes.add(now, self.belief(), "all_refused")

    def heard(self, now: float, starts: int | None, left: int | None = None, reset_s: float | None = None) -> None:
        """An answer's rate headers: starts a minute, how many are left, and the seconds until there are more."""
        if starts and starts > 0 and starts != self._weighing.stated:
            before, self._weighing.stated = self._weighing.best.parts, starts
            self._weighing.refit()
            self._believed(before, now, "header")
        if left == 0 and reset_s is not None and 0.0 <= reset_s <= LONGEST_RESET_S:
            self._paused_until = max(self._paused_until, now + reset_s)

    def _resolve(self, now: float) -> None:
        for start in self._calls.overdue(now):
            self._accept(start, start.due)

    def _accept(self, start: Start, now: float) -> None:
        start.verdict = "accepted"
        self._row.accepted(start.at)
        self._stated.accepted(start.at)
        if self._alone is start:
            self._alone = None
        if self._silent:
            self._silent = False
            self._weighing.recover(self._row.number)
            self._changes.add(now, self.belief(), "answers_again")
        pair, before, found = self._calls.measured(start), self._weighing.best.parts, self._weighing.found
        if start.look:
            self._looks.accepted(now, found[0].surprise(pair) > 1.0, start.alone)
        self._ramp.accepted(pair[1][MINUTE])
        self._weighing.accept(start.at, pair)
        if self._weighing.found is not found:
            self._believed(before, now, "let_in")
        self._cached = None

    def _believed(self, before: tuple[tuple[int, float], ...], now: float, why: str) -> None:
        self._cached = None
        if self._weighing.best.parts != before:
            if self._weighing.moved:
                self._looks.restart(now, self._weighing.fell)
            self._ramp.restart()
        belief = self.belief()
        why = "limit_moved" if self._weighing.moved else why if belief.parts else "no_pattern"
        if self._changes.compare(now, belief, why):
            self._weighing.moved = False

    # When the next call may start.

    def earliest(self, now: float) -> float:
        """The first moment the next call may start, never before `now`; inf: not before another call ends."""
        self._resolve(now)
        configured_at = self._configured.opens_at(self._delays.spread_s)
        floor = max(now, self._asked_until(now), configured_at)
        choice = self._choice(now)
        due = self._alone.due if self._alone else -math.inf
        # The first beyond few: a limit that comes one by one, or of ten a second, refuses that one, not a handful.
        if self._alone and (self._alone.call in HELD or not (choice.sure and choice.at < due)):
            return max(floor, choice.at, due if due < math.inf else self._alone.at + LONGEST_UNSENT_S)
        return max(floor, choice.at)

    def _asked_until(self, now: float) -> float:
        """When the pauses end that the provider has asked for."""
        return max(self._paused_until, self._stated_until(now))

    def _stated_until(self, now: float) -> float:
        """Until when a stated wait is kept: no longer than any explanation of the refusal needs, if there is one."""
        stated, weighing = self._stated, self._weighing
        if stated.ends_at <= now or weighing.is_settled():  # a clear belief knows better
            return now
        opens = [at for one, (at, _) in zip(weighing.found, self._all_open(), strict=True) if weighing.explains(one)]
        return min(stated.ends_at, max((at for at in opens if at < math.inf), default=math.inf))

    def _is_unlimited(self) -> bool:
        best = self._weighing.best
        return not best.parts and best.weight > SURE

    def wake_at(self, now: float) -> float:
        """When who waits must ask again although nothing happened: a start is taken for accepted then."""
        return max(now, self._calls.next_due())

    def _choice(self, now: float) -> ProbeChoice:
        row = self._row
        if self._retest:  # where many verdicts are out, they tell as much
            few = self._calls.verdicts_out <= (FEW_OUT if row.number > 1 else 0)
            return ProbeChoice(now if few else max(now, self._calls.next_due()), False)
        choice = self._ramp.choice(now) if self._is_unlimited() else self._known(now)
        if row.length >= 2 or (row.length and not choice.sure):
            tested = math.inf if self._weighing.is_settled() else row.tested_at
            return ProbeChoice(max(now, row.paused_until, min(choice.at, tested)), False, choice.share)
        return choice

    def _known(self, now: float) -> ProbeChoice:
        opens, row, best = self._all_open(), self._row, self._weighing.best
        free = [one for one in opens if one[0] < math.inf]
        blocked = sum(weight for at, weight in opens if at == math.inf)
        frees_at = self._calls.frees_at(now)
        choice = choose([*free, (frees_at, blocked)] if blocked else free, now, row.price_s, row.sure)
        if blocked and choice.at >= frees_at:
            later = choose([*free, (math.inf, blocked)], now, row.price_s, row.sure)
            choice = later if later.at > now else ProbeChoice(math.inf, True)
        if choice.sure and choice.share < SURE and not self._configured:
            choice = ProbeChoice(max(choice.at, self._calls.last_at + self._gap_s()), True, choice.share)
        if choice.sure and min(choice.at, opens[0][0]) > now and not (self._alone or row.length):
            # Beyond in spite of the delays; at once after a crowd a shorter window would refuse, too.
            wait_s, spread_s = choice.at - self._calls.last_at, self._delays.spread_s
            early = choice.at - max(wait_s * self._looks.share(best.is_even), 2.5 * spread_s)
            early = early if choice.at < math.inf else self._calls.last_at + spread_s
            due_at = self._looks.due_at(self._weighing.stray_share, best.is_even or best.has("in_flight"))
            look_at = max(now, early, due_at)  # a verdict that takes longer than the wait is not waited for
            fast = choice.at - now < self._delays.timeout_s and not best.is_even
            return ProbeChoice(look_at, fast, look=True) if look_at < choice.at else choice
        return choice

    def _gap_s(self) -> float:
        """Between starts side by side that are not sure."""
        best = self._weighing.best
        clear = bool(best.parts) and not best.is_even and self._weighing.stray_share <= MANY_STRAYS
        return self._delays.gap_s(clear)

    def _all_open(self) -> list[tuple[float, float]]:
        """When each hypothesis lets a call start, and its weight; the same until something happens."""
        if self._cached is None:
            self._cached = [(self._opens(one.parts), one.weight) for one in self._weighing.found]
        return self._cached

    def _opens(self, parts: Parts, before: float = math.inf) -> float:
        """When these thresholds let a call start."""
        at = -math.inf
        for column, most in parts:
            shape = SHAPES[column]
            margin_s = self._delays.margin_s(shape, most) if before == math.inf else 0.0
            at = max(at, self._calls.opens_at(shape, most, before) + margin_s)
        return at
