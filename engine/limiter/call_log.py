"""
What all processes know of the calls of one key, as one value that they change in turn. Pure: all times are arguments.

The value lives in a row of the database (store.gates), the times are the database server's. Every process learns from
the calls of all others, and where a limit is believed or tested it starts a call only if it knows every start and
refusal before it: one test at a time, whoever makes it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import astuple, dataclass, field
from typing import Any, Literal

SILENT_S = 10.0
"""A process that has said nothing for so long is gone; it may come back."""
WAITING_S = 0.7
"""A process waits for a start if it asked for one within this time, and for each process beside it a little longer."""
AHEAD = 2.0
"""Starts by which a process may be ahead of one that waits."""
PATIENCE_S = 0.15
"""A process that does not take its turn within this time loses it."""
MOST_EVENTS = 1500

PROBER_S, BUSY_PROBER_S = 2.0, 0.2
"""A prober that did not ask within this time gives way to a process that does; the second where a test is due."""

Happened = Literal["start", "sent", "good", "refused", "failed", "ended"]


@dataclass(frozen=True, slots=True)
class CallEvent:
    """Something happened to a call: the `number`-th event of its process. `test`: what its start tests, as bits."""

    worker: str
    number: int
    call: int
    what: Happened
    at: float
    test: int = 0
    retry_after_s: float | None = None
    in_flight: bool = False


@dataclass(frozen=True, slots=True)
class Report:
    """
    A process reports its events, reads those of the others, and may ask for a start.

    Args:
        worker: The process.
        seen: The last position of the log that it knows.
        events: Its own, in order; those that are repeated are known by their number.
        want: Calls that wait for a start.
        start: The call it would start now; None: it only reports.
        plan: What the others may do (limiter.model.following): counts if the process is the prober.
    """

    worker: str
    seen: int = 0
    events: Sequence[CallEvent] = ()
    want: int = 0
    start: CallEvent | None = None
    plan: list[Any] | None = None


@dataclass(frozen=True, slots=True)
class Reply:
    """
    What the process did not know.

    Args:
        now: The server's clock, in seconds.
        position: Of the log, after this report.
        events: Of the others, oldest first.
        granted: The call may start, and is entered.
        in_turn: Another process is behind and waits: it starts first.
        is_new: The process was not known; the others report to it what they remember.
        others: The other processes.
        prober: The one process that tests.
        plan: What it lets the others do.
        is_judged: The plan knows every refusal.
    """

    now: float
    position: int
    events: Sequence[CallEvent]
    granted: bool
    in_turn: bool
    is_new: bool
    others: frozenset[str]
    prober: str
    plan: list[Any] | None
    is_judged: bool


@dataclass(slots=True)
class _Member:
    seen: int
    seen_at: float
    want: int
    starts: float
    """Its starts, and as many as the others had when it came."""
    waits_since: float = 0.0
    """Since when it lets another process start first, and none started; 0: it does not."""


@dataclass(slots=True)
class CallLog:
    """The events that a process may not know yet, and the processes. `from_json` and `to_json` are the row's value."""

    position: int = 0
    events: list[CallEvent] = field(default_factory=list)
    members: dict[str, _Member] = field(default_factory=dict)
    prober: str = ""
    asked_at: float = 0.0
    """When the prober last wanted a start."""
    plan: list[Any] | None = None

    @classmethod
    def from_json(cls, raw: dict[str, Any] | None) -> CallLog:
        """Read what `to_json` wrote; None: nothing happened yet."""
        if raw is None:
            return cls()
        names = raw["names"]
        events = [CallEvent(names[worker], *rest) for worker, *rest in raw["events"]]
        members = {name: _Member(*one) for name, one in raw["members"].items()}
        return cls(raw["position"], events, members, raw["prober"], raw["asked_at"], raw["plan"])

    def to_json(self) -> dict[str, Any]:
        """Plain JSON; some 40 bytes an event."""
        names = sorted({one.worker for one in self.events})
        place = {name: number for number, name in enumerate(names)}
        return {
            "position": self.position,
            "names": names,
            "events": [_short(place[one.worker], one) for one in self.events],
            "members": {name: list(astuple(one)) for name, one in self.members.items()},
            "prober": self.prober,
            "asked_at": self.asked_at,
            "plan": self.plan,
        }

    def exchange(self, report: Report, now: float) -> Reply:
        """Take a report; a start is granted if it knows all starts and refusals, and no other comes first."""
        self.members = {name: one for name, one in self.members.items() if one.seen_at + SILENT_S > now}
        is_new = report.worker not in self.members
        new = self._since(report)
        knows_all = not is_new and not any(one.what in ("start", "refused") for one in new)
        me = self._enter(report, now)
        could_start = report.start is not None and knows_all
        in_turn = not could_start or self._is_in_turn(report, now)
        granted = could_start and in_turn
        self._add(report.events)
        if granted and report.start:
            self._add([report.start])
            me.starts, me.want = me.starts + 1.0, max(0, report.want - 1)
            for one in self.members.values():
                one.waits_since = 0.0
        self._choose_prober(report, is_new, now)
        self._forget()
        others = frozenset(self.members) - {report.worker}
        return Reply(
            now, self.position, new, granted, in_turn, is_new, others, self.prober, self.plan, self._is_judged()
        )

    def _since(self, report: Report) -> list[CallEvent]:
        """The events of the others that the process does not know; all, if the log is not the one it knew."""
        first = self.position - len(self.events)
        skipped = max(0, report.seen - first) if report.seen <= self.position else 0
        return [one for one in self.events[skipped:] if one.worker != report.worker]

    def _enter(self, report: Report, now: float) -> _Member:
        starts = min((one.starts for one in self.members.values()), default=0.0)
        me = self.members.setdefault(report.worker, _Member(0, now, 0, starts))
        me.seen, me.seen_at, me.want = report.seen, now, report.want
        return me

    def _is_in_turn(self, report: Report, now: float) -> bool:
        """No process that waits is behind, or it did not take its turn; what a process missed it does not keep."""
        if report.start and report.start.test:
            return True
        me, waiting_s = self.members[report.worker], WAITING_S + 0.03 * len(self.members)
        waiting = [one for one in self.members.values() if one.want and one.seen_at + waiting_s > now and one is not me]
        me.starts = max(me.starts, min((one.starts for one in waiting), default=me.starts) - AHEAD)
        behind = [one for one in waiting if one.starts + AHEAD <= me.starts]
        me.waits_since = (me.waits_since or now) if behind else 0.0
        if me.waits_since and now >= me.waits_since + PATIENCE_S:
            me.waits_since = 0.0
            for one in behind:
                one.starts = me.starts
            return True
        return not behind

    def _choose_prober(self, report: Report, is_new: bool, now: float) -> None:
        """A process stays the prober while it wants starts; who comes first takes its place."""
        prober = self.members.get(self.prober)
        is_due = prober is not None and not prober.want and not (self.plan and self.plan[0])
        is_away = not prober or self.asked_at + (BUSY_PROBER_S if is_due else PROBER_S) < now
        if len(self.members) == 1 or (is_away and report.want and not is_new):
            self.prober = report.worker
            self.asked_at = now
        if self.prober == report.worker:
            self.plan = report.plan
            self.asked_at = now if report.want else self.asked_at

    def _is_judged(self) -> bool:
        """The prober knew every refusal of the others when it made its plan."""
        prober = self.members.get(self.prober)
        first = self.position - len(self.events)
        later = self.events[max(0, prober.seen - first) :] if prober else self.events
        return not any(one.what == "refused" and one.worker != self.prober for one in later)

    def _add(self, events: Sequence[CallEvent]) -> None:
        self.events.extend(events)
        self.position += len(events)

    def _forget(self) -> None:
        """Drop what every process knows."""
        known = min(self.position, min(one.seen for one in self.members.values()))
        kept = min(self.position - known, MOST_EVENTS)
        del self.events[: len(self.events) - kept]


def _short(worker: int, one: CallEvent) -> list[Any]:
    short = [worker, one.number, one.call, one.what, round(one.at, 5)]
    if one.what == "refused":
        return [*short, 0, one.retry_after_s, one.in_flight]
    return [*short, one.test] if one.test else short
