"""
What comes out of the store: frozen rows and sums, computed from the tables at the moment of asking.

Times are unix seconds, money is USD. What goes in is in records.py.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from engine.messages import Message, read_reason
from engine.work import Content, Flag, revision


@dataclass(frozen=True, slots=True)
class Totals:
    """A run in numbers."""

    planned: int = 0
    """All its slots: drafted + failed + cancelled + open."""
    drafted: int = 0
    failed: int = 0
    cancelled: int = 0
    open: int = 0
    cached: int = 0
    """Of the drafted ones, those taken from an earlier run."""
    flagged: int = 0
    approved: int = 0
    rejected: int = 0
    calls: int = 0
    http_429: int = 0
    in_flight: int = 0
    """Calls sent and not settled."""
    in_doubt: int = 0
    in_doubt_usd: float = 0.0
    """The upper bound those in doubt count at; part of `cost_usd`."""
    retried: int = 0
    """Calls that were not a packet's first."""
    asked: int = 0
    kept: int = 0
    late: int = 0
    """Valid items that came for a slot that had ended."""
    tokens_in: int = 0
    tokens_out: int = 0
    tokens_cached: int = 0
    cost_usd: float = 0.0
    """Of settled calls; one in doubt counts at its upper bound."""
    reserved_usd: float = 0.0
    """Upper bound of the calls in flight."""
    cost_is_estimate: bool = False
    first_sent_at: float | None = None
    last_ended_at: float | None = None


@dataclass(frozen=True, slots=True)
class RunRow:
    """A run as it stands."""

    id: int
    created_at: float
    started_at: float | None
    ended_at: float | None
    state: str
    reason: str
    command: str | None
    kind: str
    lang: str
    provider: str
    model: str
    planned: int
    base_url: str
    preset: str
    note: str
    parent_run: int | None
    comparison_id: int | None
    arm: str | None
    trial: int | None
    owner: str | None
    heartbeat_at: float | None
    fence: int
    purpose: str
    """`drafts`, or `review` of those of `parent_run`."""
    retry_at: float | None
    """When a paused run is tried again by itself."""
    tries: int
    """How often it was tried again since its provider was well."""
    unanswered: int
    """Calls in a row that had brought no answer when it was paused to be tried again."""
    tuning: dict[str, Any]
    limits: dict[str, Any]
    forecast: dict[str, Any]
    spec: dict[str, Any]
    """What RunSpec.from_json reads."""
    reason_code: str
    reason_values: dict[str, Any] | None
    totals: Totals

    @property
    def why(self) -> Message:
        """Why it is paused or has ended; `reason` is its English text."""
        return read_reason(self.reason_code, self.reason_values, self.reason)


@dataclass(frozen=True, slots=True)
class CallRow:
    """One line of the ledger."""

    id: int
    run: int
    packet: int
    attempt: int
    asked: int
    kept: int
    late: int
    sent_at: float
    ended_at: float | None
    outcome: str
    status: int | None
    wait_s: float
    tokens_in: int
    tokens_out: int
    tokens_cached: int
    cost_usd: float
    cost_is_estimate: bool
    model: str
    reason: str
    message: str
    slots: tuple[int, ...]
    refused: Mapping[str, int] = field(default_factory=dict)
    """Code to number of the items refused."""
    reason_code: str = ""
    reason_values: dict[str, Any] | None = None

    @property
    def why(self) -> Message:
        """What happened, in full; `message` is its English text."""
        return read_reason(self.reason_code, self.reason_values, self.message)


@dataclass(frozen=True, slots=True)
class DraftRow:
    """A slot and, once drafted, its draft."""

    id: int
    run: int
    slot: int
    topic: str
    level: int
    copy: int
    kind: str
    lang: str
    state: str
    review: str
    flagged: bool
    flags: tuple[Flag, ...]
    title: str
    content: Content
    """Empty until drafted."""
    source: str
    """`call`, `cache`, or empty until drafted."""
    call: int | None
    origin: int | None
    """The draft this one is a copy of, for source `cache`."""
    fingerprint: str
    model: str
    asks: int
    """How many calls asked for it."""
    score: float | None
    made_at: float | None
    reason: str
    """Why it failed."""
    subject: int | None = None
    """The draft a slot of a review is about."""
    refills: int | None = None
    """The rejected draft in whose place this slot is asked for."""

    @property
    def revision(self) -> str:
        """Tells this content from any other: what `decide` and `edit` are given as the one that was shown."""
        return revision(self.content)


@dataclass(frozen=True, slots=True)
class CachedDraft:
    """A draft already paid for; its content stays in the store until `create_run` copies it."""

    draft: int
    title: str
    flags: tuple[Flag, ...]
    model: str


@dataclass(frozen=True, slots=True)
class CellRow:
    """One topic at one level of a run."""

    topic: str
    level: int
    wanted: int
    drafted: int
    failed: int


@dataclass(frozen=True, slots=True)
class Bucket:
    """A span of a run's time, for sparklines. `in_flight` is counted at its end, the rest within it."""

    at: float
    drafted: int
    calls: int
    """Calls that ended."""
    http_429: int
    failed_calls: int
    """Ended without drafts, 429s aside."""
    tokens: int
    cost_usd: float
    in_flight: int


@dataclass(frozen=True, slots=True)
class Failure:
    """Calls of a run that failed for one reason."""

    reason: str
    message: str
    """Of the newest one."""
    count: int
    newest_call: int
    reason_code: str = ""
    reason_values: dict[str, Any] | None = None

    @property
    def why(self) -> Message:
        """What happened to the newest one, in full."""
        return read_reason(self.reason_code, self.reason_values, self.message)


@dataclass(frozen=True, slots=True)
class Sample:
    """A good call, for forecasting."""

    asked: int
    kept: int
    seconds: float
    """From sending to the answer; the wait at the gate is not in it."""
    tokens_in: int
    tokens_out: int
    cost_usd: float


@dataclass(frozen=True, slots=True)
class Settled:
    """What a settlement changed."""

    stored: tuple[int, ...]
    """Slots that have their draft now."""
    late: int
    """Drafts whose slot had ended before: counted, not stored."""


@dataclass(frozen=True, slots=True)
class ComparisonRow:
    """A comparison; its runs carry its id, their arm and their trial."""

    id: int
    created_at: float
    trials: int
    note: str
    arms: list[dict[str, Any]]
    spec: dict[str, Any]


@dataclass(frozen=True, slots=True)
class ChangeRow:
    """A change of a run's limits (as Limits has them) or Tuning (as Tuning has them); it goes in as it comes out."""

    at: float
    what: Literal["limits", "tuning"]
    before: dict[str, Any]
    after: dict[str, Any]
    why: str = ""
    """A short code, such as window_found."""


@dataclass(frozen=True, slots=True)
class Health:
    """The state of the database."""

    where: str
    """File, or URL without its password."""
    bytes: int
    """Of the file and its write-ahead log; 0 where it is not a file."""
    problem: str
    """What the check found; empty when it is sound."""
    write_ms: float
    """What the smallest commit took, the median of five."""
    free_bytes: int | None = None
    """Room left on its disk; None where it is not a file."""
    version: str = ""
    """Of the database software."""


def is_flagged(flags: Iterable[Flag]) -> bool:
    """Whether a reviewer sees the draft first; a note is only a chip."""
    return any(flag.severity == "flagged" for flag in flags)
