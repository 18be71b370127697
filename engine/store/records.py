"""
What goes into the store: frozen values, already decided elsewhere.

What comes out is in views.py.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from engine.messages import NOTHING, Message
from engine.money.cost import Day
from engine.spec import RunSpec, Tuning
from engine.store.outages import BreakerKey, ProviderNews
from engine.store.views import DraftRow
from engine.work import Content, Draft, Flag, Grading

RunState = Literal["queued", "running", "paused", "done", "incomplete", "cancelled"]
Purpose = Literal["drafts", "review"]
DraftState = Literal["planned", "drafted", "judged", "failed", "cancelled"]
"""`judged` is the end of a slot of a run of judgements, as `drafted` is of a run of drafts."""
Verdict = Literal["approved", "rejected"]
Command = Literal["cancel", "pause"]

LIVE: tuple[RunState, ...] = ("queued", "running", "paused")
"""States of a run that has not ended."""
FILLED: tuple[DraftState, ...] = ("drafted", "judged")
"""States of a slot that has what it wanted."""
GOOD = ("ok", "partial")
"""Outcomes of a call that gave drafts."""
ANSWERED = (*GOOD, "empty")
"""Outcomes of a call whose answer was read."""
VOTES = 2
"""People who decide a draft of the overlap."""
OPEN = ("in_flight", "answered")
"""Outcomes of a call that is not settled: no answer yet, or an answer stored and not read."""


@dataclass(frozen=True, slots=True)
class RunRequest:
    """A request from outside that makes a run, once."""

    key: str
    """The requester's own, such as a UUID."""
    digest: str
    """Of what was asked for."""


@dataclass(frozen=True, slots=True)
class NewRun:
    """A run to be planned; kind, lang and provider are the spec's."""

    spec: RunSpec
    tuning: Tuning
    model: str
    """The model asked for: the spec's, or the profile's default."""
    base_url: str = ""
    prompt_version: int = 0
    """0: unknown."""
    limits: Mapping[str, Any] = field(default_factory=dict)
    """The profile's limits in force."""
    forecast: Mapping[str, Any] = field(default_factory=dict)
    preset: str = ""
    note: str = ""
    purpose: Purpose = "drafts"
    parent_run: int | None = None
    """The run a review is about."""
    comparison_id: int | None = None
    arm: str | None = None
    trial: int | None = None
    request: RunRequest | None = None
    """None: nobody outside asked for it."""


@dataclass(frozen=True, slots=True)
class NewComparison:
    """The same RunSpec to be run with several Tunings."""

    spec: RunSpec
    arms: Sequence[Mapping[str, Any]]
    trials: int
    note: str = ""


@dataclass(frozen=True, slots=True)
class CallStart:
    """A call about to be sent; its row must be committed before the request leaves."""

    run: int
    packet: int
    attempt: int
    """1 the first time."""
    slots: tuple[int, ...]
    sent_at: float
    wait_s: float = 0.0
    """Time it waited at the gate."""
    model: str = ""
    worst_usd: float = 0.0
    """Upper bound of its cost: what it counts for until it is settled, and for ever if it never is."""
    fence: int | None = None
    """As `claim` gave it: a process that lost the run cannot send. None: not checked."""
    share: int | None = None
    """The share of the run that the fence is of; None: it is the run's."""
    day: Day | None = None
    """The day's budget the call must fit into at its worst; None: no bound."""
    run_budget_usd: float | None = None
    """What the run may spend in all, where several processes spend it; None: no bound, or its process keeps it."""
    breaker: BreakerKey | None = None
    """The circuit breaker that may hold the call back; None: none."""
    retry_budget: int | None = None
    """The call repeats one, and its run may repeat so many; None: it repeats none."""


@dataclass(frozen=True, slots=True)
class Kept:
    """A draft to be stored, with what it is found by."""

    draft: Draft
    title: str
    search: str
    """All its readable text."""
    fingerprint: str = ""
    """Empty: the one planned with the slot."""
    hashes: tuple[int, ...] = ()
    """What drafts alike are found by; see kinds.sketch."""


@dataclass(frozen=True, slots=True)
class NewOpinion:
    """One part of an opinion on a draft, to be stored for a slot of a run of judgements."""

    slot: int
    draft: int
    values: Mapping[str, Any]
    """Columns of `opinion`: scores or a blind solve."""


@dataclass(frozen=True, slots=True)
class Opinion:
    """A scored opinion beside the draft's own flags: what a rule needs to decide."""

    verdict: str
    """ok, fix or reject."""
    score: float
    """The lowest of the five."""
    flagged: bool
    solved: int | None
    """Blanks solved blind, of `blanks`; both None when no blind solve has come."""
    blanks: int | None
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class AutoDecision:
    """A decision that a rule makes from an opinion."""

    verdict: Verdict
    note: str = ""


@dataclass(frozen=True, slots=True)
class Settlement:
    """The result of a call. Kept and late drafts are counted while they are stored."""

    call: int
    outcome: str
    """ok, partial, rate_limited, failed, stopped, in_doubt, not_sent or another short word."""
    reason: str = ""
    """What calls are grouped by, as a code."""
    message: Message = NOTHING
    """What happened, in full; redacted."""
    status: int | None = None
    """The status decided on; None keeps the one that was answered."""
    ended_at: float | None = None
    """None keeps the time of the answer; without an answer it is now."""
    tokens_in: int = 0
    tokens_out: int = 0
    tokens_cached: int = 0
    cost_usd: float | None = 0.0
    """None keeps the upper bound the call was started with (in doubt)."""
    cost_is_estimate: bool = False
    model: str = ""
    """The served model; empty keeps the one asked for."""
    drafts: Sequence[Kept] = ()
    opinions: Sequence[NewOpinion] = ()
    """Instead of drafts, in a run of judgements."""
    decide: Callable[[Opinion], AutoDecision | None] | None = None
    """Whether a scored opinion approves or rejects a pending draft; None: a person decides everything."""
    failed: Mapping[int, str] = field(default_factory=dict)
    """Slot number to reason, for slots that must not be asked for again."""
    refused: Mapping[str, int] = field(default_factory=dict)
    """Code to number of the items refused."""
    notes: Sequence[Message] = ()
    """What was assumed while the answer was read, and what of it was not used."""
    provider: ProviderNews | None = None
    """What the call says about its provider; None: nothing."""


@dataclass(frozen=True, slots=True)
class Reviewer:
    """
    A person who reviews. Two people may have one name; their identities differ.

    Args:
        id: The identity, such as issuer and subject of a sign-in.
        name: What other reviewers read.
    """

    id: str
    name: str = ""

    @classmethod
    def of(cls, who: Reviewer | str) -> Reviewer:
        """A reviewer; a program that has only a name is identified by it."""
        return who if isinstance(who, Reviewer) else cls(who, who)

    @property
    def columns(self) -> dict[str, str]:
        """The columns of `review`."""
        return {"who": self.name, "reviewer": self.id}


@dataclass(frozen=True, slots=True)
class Edit:
    """A draft's content as a person changed it."""

    draft: int
    content: Content
    title: str
    search: str
    flags: tuple[Flag, ...] = ()
    grading: Grading | None = None


@dataclass(frozen=True, slots=True)
class ImportedReview:
    """A reviewed draft of an imported file; None leaves that part unchanged."""

    before: DraftRow
    """The draft as it was exported."""
    edit: Edit | None = None
    verdict: str | None = None
    """pending, approved or rejected."""
    note: str | None = None


@dataclass(frozen=True, slots=True)
class DraftFilter:
    """Which drafts; a field that is None does not narrow."""

    run: int | None = None
    kind: str | None = None
    lang: str | None = None
    level: int | None = None
    topic: str | None = None
    state: DraftState | None = "drafted"
    """None: slots in every state."""
    review: str | None = None
    not_review: str | None = None
    """A review state to leave out."""
    flagged: bool | None = None
    text: str | None = None
    """Words that the draft must all contain, in any order; case and width do not matter."""
    ids: Sequence[int] | None = None
    """At most 10,000."""
    model: str | None = None
    """The served model."""
    flag: str | None = None
    """The code of a flag or note, such as answer_visible."""
    score: tuple[float, float] | None = None
    """The second model's, from the first to just under the second."""
    scored: bool | None = None
    """Whether the second model has scored it at all."""
    sample: int | None = None
    """So many of them, drawn whatever their review state; always the same ones."""
    share: tuple[int, int] | None = None
    """(2, 3): the second of three parts of about one size; a draft is always in the same part, and one that two people
    decide also in the part before."""
    viewer: str | None = None
    """Leave out what this person has voted on and another has not; see `overlap`."""
    overlap: Literal["waiting", "disagreed"] | None = None
    """Of the pending drafts that two people decide: those that wait for a vote, or that got two different ones."""


EVERY = DraftFilter()
"""Every draft of every run."""
