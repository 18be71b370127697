"""
What the store returns: frozen rows and sums, computed from the tables when they are read.

Times are unix seconds, money is USD. What goes in is in records.py.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from engine.messages import NOTHING, Message, read_reason
from engine.store.draft_tables import DraftColumns
from engine.store.fields import ReadModel
from engine.store.journal import NO_ANSWERS, Unmatched
from engine.store.run_tables import CallColumns, ChangeColumns, ComparisonColumns, RunColumns
from engine.work import Flag, Slot, Unit, revision

UNITS: Mapping[str, Unit] = {"drafts": "draft", "review": "judgement"}
"""What fills a slot of a run, by the run's purpose."""


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


class RunRow(RunColumns, ReadModel):
    """A run with its sums."""

    id: int
    totals: Totals
    clock_ahead_s: float
    """How much the clock of heartbeats is ahead of this machine's; 0 where it is this machine's, and without any."""

    @property
    def why(self) -> Message:
        """Why it is paused or has ended; `reason` is its English text."""
        return read_reason(self.reason_code, self.reason_values, self.reason)

    @property
    def reviewed_run(self) -> int | None:
        """The run whose drafts it judges; None for a run that makes drafts."""
        return None if self.unit == "draft" else self.parent_run

    @property
    def unit(self) -> Unit:
        """What fills one of its slots: draft or judgement, as its task has it."""
        return UNITS[self.purpose]


class CallRow(CallColumns, ReadModel):
    """One line of the ledger."""

    id: int

    @property
    def why(self) -> Message:
        """What happened, in full; `message` is its English text."""
        return read_reason(self.reason_code, self.reason_values, self.message)


class DraftRow(DraftColumns, ReadModel):
    """A slot and, once drafted, its draft."""

    id: int

    @property
    def revision(self) -> str:
        """Identifies this content: `decide` and `edit` take it as the content that was shown."""
        return revision(self.content)

    @property
    def as_slot(self) -> Slot:
        """The slot alone."""
        return Slot(self.slot, self.topic, self.level, self.copy_number)


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
class Charge:
    """What a settled call was billed for; one in doubt has no tokens, and costs its upper bound."""

    at: float
    """When it ended."""
    tokens_in: int
    tokens_out: int
    tokens_cached: int
    cost_usd: float
    in_doubt: bool = False


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


class ComparisonRow(ComparisonColumns, ReadModel):
    """A comparison; its runs carry its id, their arm and their trial."""

    id: int


class ChangeRow(ChangeColumns, ReadModel):
    """A change of a run's limits or Tuning; it is stored and read in the same form."""

    def repeats(self, before: ChangeRow) -> bool:
        """Whether it only says what another process of the run stored before it: the same limits."""
        mine, theirs = ({**one.after, **_CERTAINTY} for one in (self, before))
        return self.what == before.what == "limits" and mine == theirs and self.why in (LEARNED_TOGETHER, before.why)


LEARNED_TOGETHER = "shared"
"""Why the limits changed of a process that follows another."""
_CERTAINTY = dict.fromkeys(("parts", "certainty", "explained", "refused"))
"""What a belief says beside its limits: each process has its own."""


@dataclass(frozen=True, slots=True)
class Health:
    """The state of the database."""

    where: str
    """File, or URL without its password."""
    bytes: int
    """Of the file and its write-ahead log, or of the database on its server."""
    problem: str
    """What the check found; empty when it is sound."""
    write_ms: float
    """What the smallest commit took, the median of five."""
    free_bytes: int | None = None
    """Free bytes on its disk; None where it is not a file."""
    version: str = ""
    """Of the database software."""
    loss: Message = NOTHING
    """What a lost write-ahead log has cost; NOTHING: nothing that is known."""
    unmatched: Unmatched = NO_ANSWERS
    """Paid answers that match no call of the database."""


def is_flagged(flags: Iterable[Flag]) -> bool:
    """Whether a reviewer sees the draft first; a note is only a chip."""
    return any(flag.severity == "flagged" for flag in flags)
