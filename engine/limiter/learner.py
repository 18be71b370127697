"""
A limit nobody told: found from what was sent, accepted and refused. Pure; the gate's schedule asks it and feeds it.

Three shapes are told apart: R starts in any window, one start a gap, calls in flight. Growth is a probe: it costs at
most one refused call, and waits longer after each one that failed. docs/gate.md has the reasons and the numbers.
"""

from __future__ import annotations

import math
from dataclasses import replace

from engine.limiter.interval_search import IntervalSearch
from engine.limiter.limits import Limits
from engine.limiter.permit import Grant, LimitChange
from engine.limiter.recent_calls import RecentCalls

WINDOW_S = 60.0  # limits are told in calls a minute; a provider with another window says so in Retry-After
RAMP_S = (0.1, 0.3, *(0.01,) * 6)  # gaps between the first starts: an even limit refuses one call, not a handful
BURST = 10  # as many accepted at once before the first refusal: a window, not a gap
SOME = 5
TRIAL_S = 2.0  # a window nobody confirmed is tried this long after the refusal: an overload would be over
CUT = 0.7
MOST_STRETCH = 1.035
PROBE_S = 120.0
SHORT_PROBE_S = 15.0  # below a limit that once held
LONGEST_PROBE_S = 480.0


class LimitLearner:
    """
    What is believed of a provider's limit.

    Args:
        told: What the profile says; figures of 0 are to be learned.
    """

    def __init__(self, told: Limits) -> None:
        self.limits = told
        self.changes: list[LimitChange] = []
        self.trial_from = math.inf
        """When one call may go past a window that nobody has confirmed."""
        self._trial: Grant | None = None
        self._told = told
        self._sent = RecentCalls()
        self._starts = 0
        self._ceiling = 0
        self._held = 0
        self._took_s = 0.0
        self._step = 1
        self._probing = False
        self._probe_at = 0.0
        self._probe_s = PROBE_S
        self._counted = False
        self._signal_at = 0.0
        self._cap_refused = 0
        self._gap = IntervalSearch(told.window_s / told.rpm if told.rpm else 0.0)
        self._gap.begin(0.0)

    @property
    def knows(self) -> bool:
        """A limit is in force, told or learned."""
        return bool(self.limits.rpm or self.limits.max_in_flight)

    def ramp_s(self) -> float:
        """The gap before the next start while nothing is known, or one more is tried in flight: no two at once then."""
        if self._probing and not self.limits.rpm:
            return self._took_s / self.limits.max_in_flight
        if self.knows or not 0 < self._starts <= len(RAMP_S):
            return 0.0
        return RAMP_S[self._starts - 1]

    def started(self, grant: Grant) -> None:
        """A call was admitted."""
        self._starts += 1
        self._sent.add(grant)
        self._forget(grant.started_at)
        if grant.started_at >= self.trial_from:
            self._trial, self.trial_from = grant, math.inf
        limits = self.limits
        if limits.rpm and limits.shape == "window":
            first = self.last(limits.rpm)
            grant.at_limit = first is not None and first.sent_at > grant.started_at - limits.window_s
        elif limits.max_in_flight:
            grant.at_limit = grant.others + 1 >= limits.max_in_flight

    def last(self, n: int) -> Grant | None:
        """The n-th last call that was not refused, of those of the last window."""
        return self._sent.last(n)

    def dropped(self, grant: Grant, now: float) -> None:
        """A call of the same burst was refused, too: the provider does not count it, and no count of ours may."""
        self._sent.take_out(grant)
        if self._counted and self.limits.rpm > 1:
            # It was on its way when the calls of the window were counted.
            self._set(now, replace(self.limits, rpm=self.limits.rpm - 1), "counted_again")

    def accepted(self, grant: Grant, now: float) -> None:
        """A call brought a good answer."""
        self._sent.seen_beside(grant.others)
        self._took_s = now - grant.sent_at
        self._counted = self._counted and grant.sent_at < self._signal_at
        if grant is self._trial:
            self._no_window(now)
        elif self.limits == self._told:
            return  # what was told is a promise, not a guess: it does not grow
        elif self._is_gap():
            self._hold(now)
        elif grant.at_limit:
            self._cap_refused = 0
            self._grow(now)

    def heard(self, starts: int, now: float) -> None:
        """An answer's headers say how many starts a minute are allowed; what was told or learned before stands."""
        if not self.knows:
            self._set(now, replace(self.limits, rpm=starts, window_s=WINDOW_S, shape="window"), "header")

    def stumbled(self, now: float) -> None:
        """A 5xx or no answer: growth waits, nothing is cut."""
        self._probe_at = max(self._probe_at, now + SHORT_PROBE_S)

    def refused(self, grant: Grant, now: float, retry_after_s: float | None, *, in_flight: bool = False) -> None:
        """A rate signal came back for this call, the first of its burst; `in_flight`: the provider says which kind."""
        self._sent.refused(grant)
        self._counted = False
        self._signal_at = now
        if grant is self._trial:
            self._trial = None  # the window is confirmed
        elif in_flight:
            self._rest(now)
            self._set(now, replace(self.limits, max_in_flight=max(1, grant.others)), "cap_told")
        elif self.limits.max_in_flight and not self.limits.rpm:
            self._lower_cap(grant, now)
        elif not self._ceiling and self._sent.looks_capped(grant):
            self._probe_at = now + SHORT_PROBE_S
            self._set(now, replace(self._told, rpm=0, max_in_flight=self._sent.fewest_refused), "cap_found")
        elif self._is_gap():
            self._widen(grant, now, retry_after_s)
        elif self.limits.rpm:
            self._lower_window(now, retry_after_s)
        else:
            self._classify(now, retry_after_s)

    # Which shape.

    def _classify(self, now: float, retry_after_s: float | None) -> None:
        accepted = self._accepted(now)
        first = accepted[0].sent_at if accepted else now
        frees_s = first + WINDOW_S - now
        if len(accepted) >= BURST and (retry_after_s is None or retry_after_s >= frees_s / 2):
            window_s = WINDOW_S if retry_after_s is None else _near(now + retry_after_s - first)
            self.trial_from = now + TRIAL_S if retry_after_s is None else math.inf
            self._set_window(now, len(accepted), window_s, "window_found")
        elif len(accepted) >= 2 and retry_after_s is not None and retry_after_s > BURST:
            self._set_window(now, len(accepted), now + retry_after_s - first, "window_found")
        else:
            since_s = now - accepted[-1].sent_at if accepted else 0.0
            gap_s = since_s + retry_after_s if retry_after_s else max(1.0, 2 * since_s)
            if len(accepted) >= SOME:  # a stray refusal among calls that were let through: near the speed they had
                gap_s = min(gap_s, self._mean_gap_s(accepted) / CUT)
            self._begin_gap(now, gap_s, "gap_found", since_s)

    def _no_window(self, now: float) -> None:
        """The trial call was accepted: an overload refused, or a bucket; go on at the speed that was accepted."""
        self._trial = None
        self._begin_gap(now, self._mean_gap_s(self._accepted(now)) / CUT, "no_window")

    def _mean_gap_s(self, accepted: list[Grant]) -> float:
        return (accepted[-1].sent_at - accepted[0].sent_at) / len(accepted)

    def _is_gap(self) -> bool:
        return self.limits.rpm > 0 and self.limits.shape == "even"

    # R starts in a window.

    def _set_window(self, now: float, starts: int, window_s: float, why: str) -> None:
        self._probe_at = now + self._probe_s
        self._counted = True
        self._set(now, replace(self.limits, rpm=max(1, starts), window_s=window_s, shape="window"), why)

    def _lower_window(self, now: float, retry_after_s: float | None) -> None:
        limits, accepted = self.limits, self._accepted(now)
        if self._probing:
            self._end_probe(now)
            # What held before the probe still holds; by our clock a start may have left the window a moment too soon.
            self._set_window(now, max(self._held, len(accepted)), limits.window_s, "probe_refused")
            self._counted = len(accepted) > self._held
        elif self._told.rpm == limits.rpm <= len(accepted) + 1 and limits.window_s < MOST_STRETCH * self._told.window_s:
            # The promise was kept by our clock: a start arrived late, not too many. Keep a little more distance.
            self._set(now, replace(limits, window_s=limits.window_s * 1.01), "stretched")
        elif len(accepted) < limits.rpm and len(accepted) < BURST:
            # The promise of a burst was contradicted: the same rate, spread evenly.
            self._begin_gap(now, limits.window_s / limits.rpm, "no_bursts")
        elif retry_after_s is not None:
            left = sum(grant.sent_at > now + retry_after_s - limits.window_s for grant in accepted)
            self._probe_s = SHORT_PROBE_S
            self._set_window(now, min(left + 1, limits.rpm), limits.window_s, "limit_fell")
        else:
            self._probe_s = SHORT_PROBE_S
            self._set_window(now, int(min(len(accepted), CUT * limits.rpm)), limits.window_s, "limit_fell")

    # One start a gap.

    def _begin_gap(self, now: float, gap_s: float, why: str, refused_s: float = 0.0) -> None:
        self._gap.begin(gap_s, refused_s)
        self._use_gap(now, why)

    def _use_gap(self, now: float, why: str) -> None:
        self._set(now, replace(self.limits, rpm=1, window_s=self._gap.gap_s, shape="even"), why)

    def _hold(self, now: float) -> None:
        if self._gap.accepted(may_probe=now >= self._probe_at):
            self._probing = self._probing or self._gap.probing
            self._use_gap(now, "gap_shrinks")

    def _widen(self, grant: Grant, now: float, retry_after_s: float | None) -> None:
        since_s, between_s = self._sent.distances(grant)
        if math.isinf(since_s):
            since_s = self._gap.gap_s
        # Retry-After is whole seconds; a gap that stood says more.
        fell = self._gap.refused(since_s, min([retry_after_s or 0.0, *(s - since_s for s in between_s if s > since_s)]))
        if self._probing:
            self._end_probe(now)
        if fell:
            self._probe_s = SHORT_PROBE_S
        self._probe_at = max(self._probe_at, now + self._probe_s)
        self._use_gap(now, "gap_refused")

    def _lower_cap(self, grant: Grant, now: float) -> None:
        cap = self.limits.max_in_flight
        self._cap_refused += 1
        if not self._probing and (cap == 1 or self._cap_refused > 1):
            # Refused below the cap, again: it is no cap.
            self._sent.seen_beside(cap)
            self._no_cap(now)
            self._classify(now, None)
            return
        if self._sent.looks_too_close(grant):
            since_s, between_s = self._sent.distances(grant)
            self._no_cap(now)
            self._begin_gap(now, min(between_s), "gap_found", since_s)
            return
        self._rest(now)
        lower = max(1, min(cap - 1, grant.others))
        self._set(now, replace(self.limits, max_in_flight=lower), "cap_refused")

    def _no_cap(self, now: float) -> None:
        self._probing = False
        self._set(now, replace(self.limits, max_in_flight=self._told.max_in_flight), "no_cap")

    def _grow(self, now: float) -> None:
        if now < self._probe_at and not self._probing:
            self._ceiling = max(self._ceiling, self._size())
            return
        limits, step = self.limits, self._step
        if self._told.rpm and limits.rpm >= self._told.rpm:
            return
        if not self._probing:
            self._held = self._size()
        self._probing = True
        self._step *= 2
        if limits.rpm:
            self._set(now, replace(limits, rpm=limits.rpm + step), "probe")
        else:
            self._set(now, replace(limits, max_in_flight=limits.max_in_flight + 1), "probe")

    def _end_probe(self, now: float) -> None:
        self._probing = False
        self._step = 1
        below = self._gap.below_best if self._is_gap() else self._size() < 0.9 * self._ceiling
        self._probe_s = SHORT_PROBE_S if below else min(LONGEST_PROBE_S, 2 * self._probe_s)
        self._probe_at = now + self._probe_s

    def _rest(self, now: float) -> None:
        """After a refusal growth waits; a probe has ended."""
        if self._probing:
            self._end_probe(now)
        else:
            self._probe_at = now + self._probe_s

    def _size(self) -> int:
        return self.limits.rpm or self.limits.max_in_flight

    def _accepted(self, now: float) -> list[Grant]:
        self._forget(now)
        return self._sent.standing()

    def _forget(self, now: float) -> None:
        self._sent.forget(now - max(WINDOW_S, self.limits.window_s))

    def _set(self, now: float, limits: Limits, why: str) -> None:
        if limits != self.limits:
            self.changes.append(LimitChange(now, self.limits, limits, why))
            self.limits = limits


def _near(window_s: float) -> float:
    """A minute, where it is about one: Retry-After is rounded, and counted from the provider's clock."""
    return WINDOW_S if 0.85 * WINDOW_S <= window_s <= 1.15 * WINDOW_S else max(1.0, window_s)
