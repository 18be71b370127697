"""
What comes out of the store about reviews: counts, decisions, a second model's opinions; see views.py.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from engine.work import Content


@dataclass(frozen=True, slots=True)
class ReviewCounts:
    """Drafts by review state."""

    pending: int = 0
    approved: int = 0
    rejected: int = 0
    flagged: int = 0
    """Of the pending ones."""


@dataclass(frozen=True, slots=True)
class ReviewRow:
    """A verdict (approved, rejected) or an edit (edited)."""

    id: int
    draft: int
    verdict: str
    who: str
    note: str
    at: float
    undone_at: float | None


@dataclass(frozen=True, slots=True)
class ReviewDecision:
    """What was decided, or edited, with one key press; it is undone as one."""

    batch: int
    verdict: str
    drafts: int
    draft: int
    """The first of them."""


@dataclass(frozen=True, slots=True)
class ReviewSession:
    """What one reviewer has done and not taken back since a time."""

    drafts: int = 0
    """Decided on, in bulk too."""
    decisions: int = 0
    """Presses of a key."""
    first_at: float | None = None
    last_at: float | None = None


@dataclass(frozen=True, slots=True)
class Facets:
    """What drafts can be narrowed by, as far as it is not fixed: each list without doubles."""

    topics: tuple[str, ...]
    models: tuple[str, ...]
    runs: tuple[int, ...]
    """The newest first."""


@dataclass(frozen=True, slots=True)
class OpinionRow:
    """What a second model thinks of a draft; the scores are empty until that part of the review has come."""

    id: int
    run: int
    draft: int
    at: float
    model: str
    judged: str
    """The `revision` of the text it is about."""
    verdict: str
    """ok, fix, reject, or empty."""
    score: float | None
    """The lowest of `scores`: a draft is as good as its weakest side."""
    solved: int | None
    """Of `blanks`, those solved blind; both None where nothing was solved."""
    blanks: int | None
    scores: dict[str, int]
    reasons: tuple[str, ...]
    solve: tuple[dict[str, Any], ...]
    """A blank each: `id`, what was `said`, whether it is `right`."""
    repair: Content | None
    """A better content, checked; None where none was proposed, or none that is valid."""


@dataclass(frozen=True, slots=True)
class OpinionCounts:
    """The opinions of one review."""

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
    """Decided by the model itself, and not taken back."""
    rejected: int = 0


@dataclass(frozen=True, slots=True)
class Subject:
    """The draft a slot of a review is about."""

    draft: int
    topic: str
    level: int
    content: Content


@dataclass(frozen=True, slots=True)
class SimilarDraft:
    """A stored draft that may be similar."""

    draft: int
    slot: int
    title: str
    content: Content


@dataclass(frozen=True, slots=True)
class CheckRow:
    """How often a check has spoken in a run."""

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
