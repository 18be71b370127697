"""
What advice looks at and what it says, as values. The figures are read from rows in from_rows.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Literal

from engine.limiter.limits import Limits
from engine.messages import Message, reason_name
from engine.spec import Tuning

Evidence = Mapping[str, float | str]
Severity = Literal["warn", "hint"]


@dataclass(frozen=True, slots=True)
class Replies:
    """
    The items of answers to packets of one size: asked for, lost in short or cut-off replies, refused by a check.
    """

    asked: int
    lost: int
    refused: int = 0

    @property
    def share_lost(self) -> float:
        """The share of the items asked for, 0..1."""
        return self.lost / self.asked if self.asked else 0.0


@dataclass(frozen=True, slots=True)
class QualityFacts:
    """Drafts that were asked for in calls of one size, counted by result."""

    drafts: int = 0
    flagged: int = 0
    approved: int = 0
    rejected: int = 0
    scored: int = 0
    """Judged by a second model."""
    low: int = 0
    """Of the scored ones, those with a score under 4."""

    @property
    def measures(self) -> dict[str, tuple[int, int]]:
        """(bad, all) by the name of the measure, the surest one first: a person, a second model, the checks."""
        return {
            "rejected": (self.rejected, self.approved + self.rejected),
            "low_score": (self.low, self.scored),
            "flagged": (self.flagged, self.drafts),
        }


@dataclass(frozen=True, slots=True)
class Facts:
    """
    A run in numbers; what is not known keeps its default, and no rule fires on it.

    While a run goes on, what comes from its calls is of the last checkpoint (see stable): it changes in steps.
    """

    n: int = 0
    """Drafts planned."""
    ended: bool = False
    """Nothing more will come: small numbers count too."""
    drafted: int = 0
    failed: int = 0
    cancelled: int = 0
    cause: str = ""
    """Why most of the failed slots failed, as a code."""
    calls: int = 0
    http_429: int = 0
    broken: int = 0
    """Calls that the network lost: not sent, or broken off."""
    late: int = 0
    """Calls without a whole answer at their deadline."""
    deadline_s: float = 0.0
    tuning: Tuning = field(default_factory=Tuning)
    limits: Limits = field(default_factory=Limits)
    """In force now, configured or learned."""
    learned: bool = False
    """The rate limit in force was found by this run: it may still change."""
    wall_s: float = 0.0
    """First call start to last call end, pauses left out."""
    calls_per_min: float = 0.0
    """Calls sent, refused ones included; 0: calls / wall_s."""
    items_per_s: float | None = None
    forecast_items_per_s: float = 0.0
    """What the settings and the configured limits should give, with the latency measured."""
    latency_s: float = 0.0
    """What a call of batch_size items takes."""
    bottleneck: str = ""
    """What limits the run (forecast): concurrency, rate, tokens or in_flight."""
    speeds: Mapping[int, float] = field(default_factory=dict)
    """The limit in items/s by batch size (forecast), every item valid."""
    replies: Mapping[int, Replies] = field(default_factory=dict)
    """By the number of items asked for."""
    cut: int = 0
    """Replies that were cut off for their length."""
    cut_tokens: int = 0
    """The most tokens of such a reply: the max_tokens it was given."""
    unusable_cause: str = ""
    """Why most of the replies without a usable draft had none, as a code."""
    quality: Mapping[int, QualityFacts] = field(default_factory=dict)
    """By the number of items asked for: drafts of the newest runs with this model, kind and language."""
    own: QualityFacts = QualityFacts()
    """The drafts of this run."""
    most_in_flight: int = 0
    tokens_early: float | None = None
    """Tokens an item in the first half of the calls (of one size), and in the second."""
    tokens_late: float | None = None
    commit_ms: float = 0.0
    rss_mb: float = 0.0

    @property
    def settled(self) -> int:
        """Slots that have ended."""
        return self.drafted + self.failed + self.cancelled


@dataclass(frozen=True, slots=True)
class Advice:
    """
    What to change and why.

    `settings` is what an "Apply" button sets for the next run (a copy of this run's job): names of Tuning fields
    (`concurrency`, `batch_size`, `retries`, `throttle_ms`) and of `Overrides` fields (`rpm`, `deadline_s`,
    `max_tokens`) with their new values. Every value is in its range, and differs from the one in force. Empty: no
    setting helps; the message says what does.
    """

    code: str
    evidence: Evidence
    """The figures it is based on; a value to change is under its Tuning name."""
    gain: float | None = None
    """Expected factor on the speed (low_success, errors, unstable_network: on the drafts made; tokens_rising: on the
    drafts for the same tokens); None: not known, or no faster."""
    severity: Severity = "warn"
    settings: dict[str, int | float] = field(default_factory=dict)

    @property
    def message(self) -> Message:
        """What was seen, what to do, and what it should bring."""
        turns = [_turn(name, self.evidence.get(name), value) for name, value in self.settings.items()]
        message = Message(f"advice.{self.code}", {**self.evidence, **self._named()})
        if turns:
            message = message.then(Message("advice_set", {"turns": turns}))
        if self.gain is not None:
            message = message.then(self._gained(self.gain))
        return message

    def _gained(self, gain: float) -> Message:
        """What it should bring; drafts as counts where they are known."""
        settled, failed = self.evidence.get("settled"), self.evidence.get("failed")
        drafted = self.evidence.get("drafted")
        if isinstance(settled, int) and isinstance(failed, int):
            drafted = settled - failed
        code = _GAINS.get(self.code, "gain")
        if code != "gain_drafts" or not isinstance(drafted, int):
            return Message(code, {"gain": gain})
        return Message("gain_counts", {"before": drafted, "after": round(drafted * gain)})

    def _named(self) -> dict[str, Message]:
        """The evidence that is a code, by its name."""
        return {name: named(str(self.evidence[name])) for name, named in _NAMED.items() if name in self.evidence}


_NAMED: Mapping[str, Callable[[str], Message]] = {
    "binds": lambda code: Message(f"bottleneck.{code}"),
    "slowed": lambda code: Message(f"slowed.{code}"),
    "measure": lambda code: Message(f"quality.{code}"),
    "cause": reason_name,
}
"""The evidence that is a code, and its words."""

_GAINS: Mapping[str, str] = {
    **dict.fromkeys(("low_success", "errors", "unstable_network"), "gain_drafts"),
    "tokens_rising": "gain_tokens",
}
"""What a gain is a factor on, where it is not the speed."""

_UNSET = ("rpm", "max_tokens")


def _turn(name: str, before: float | str | None, after: float) -> Message:
    """What was not set (a limit of 0 is none) is set to a value, not changed from one."""
    values = {"setting": Message(f"setting.{name}"), "before": before, "after": after}
    unset = before is None or (not before and name in _UNSET)
    return Message("advice_turn_to" if unset else "advice_turn", values)
