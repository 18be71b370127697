"""
What the store returns about reviews: counts, decisions, opinions of a second model; see views.py.
"""

from __future__ import annotations

from dataclasses import dataclass

from engine.store.draft_tables import OpinionColumns, ReviewColumns
from engine.store.fields import ReadModel
from engine.work import Content


@dataclass(frozen=True, slots=True)
class ReviewCounts:
    """Drafts by review state."""

    pending: int = 0
    approved: int = 0
    rejected: int = 0
    flagged: int = 0
    """Of the pending ones."""


class ReviewRow(ReviewColumns, ReadModel):
    """A verdict or an edit."""

    id: int


@dataclass(frozen=True, slots=True)
class ReviewDecision:
    """What was decided, edited or noted with one key press; it is undone as one."""

    batch: int
    verdict: str
    drafts: int
    draft: int
    """The first of them."""
    at: float = 0.0


@dataclass(frozen=True, slots=True)
class ReviewSession:
    """What one reviewer has done since a time, without what was undone."""

    drafts: int = 0
    """Drafts decided, bulk decisions included."""
    decisions: int = 0
    """Key presses."""
    first_at: float | None = None
    last_at: float | None = None


@dataclass(frozen=True, slots=True)
class Facets:
    """The values to filter drafts by; each list without duplicates."""

    topics: tuple[str, ...]
    models: tuple[str, ...]
    runs: tuple[int, ...]
    """The newest first."""


class OpinionRow(OpinionColumns, ReadModel):
    """A second model's opinion of a draft."""

    id: int


@dataclass(frozen=True, slots=True)
class OpinionCounts:
    """The opinions of one run of judgements."""

    drafts: int = 0
    ok: int = 0
    fix: int = 0
    reject: int = 0
    repairs: int = 0
    score: float | None = None
    """The mean of the drafts' scores."""
    solved: int = 0
    blanks: int = 0
    approved: int = 0
    """Decided by the rule and not undone."""
    rejected: int = 0


@dataclass(frozen=True, slots=True)
class Subject:
    """The draft that a slot of a run of judgements is about."""

    draft: int
    topic: str
    level: int
    content: Content


@dataclass(frozen=True, slots=True)
class SimilarDraft:
    """A stored draft that may be similar."""

    draft: int
    slot: int
    topic: str
    level: int
    title: str
    content: Content


@dataclass(frozen=True, slots=True)
class CheckRow:
    """How often a check found something in a run."""

    code: str
    severity: str
    """`refused` (asked for again), `flagged` or `note`."""
    count: int


@dataclass(frozen=True, slots=True)
class AcceptanceRow:
    """Decided drafts of one kind, level, model or batch size."""

    value: str
    approved: int
    rejected: int


@dataclass(frozen=True, slots=True)
class BatchQualityRow:
    """The results of drafts that were asked for in calls of one size."""

    asked: int
    drafts: int
    flagged: int
    approved: int
    rejected: int
    scored: int
    """Judged by a second model."""
    low: int
    """Of the scored ones, those with a score under 4."""
