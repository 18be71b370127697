"""
Tables of drafts, reviews and opinions. A base holds the columns that a table and its read model share.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import BigInteger, Index, UniqueConstraint, text
from sqlmodel import Field

from engine.store.fields import Columns, as_json, id_of, key, mark, maybe_id_of, number, word
from engine.work import Content, Flag


class DraftColumns(Columns):
    """A slot from the moment its run is planned and, once drafted, its draft."""

    run: int = id_of("run")
    slot: int
    level: int
    copy_number: int = Field(nullable=False, sa_column_kwargs={"name": "copy"})
    topic: str = word()
    kind: str = word()
    lang: str = word()
    state: str = word("planned")
    review: str = word("pending")
    flagged: bool = mark()
    source: str = word()
    """`call`, `cache`, or empty until drafted."""
    fingerprint: str = word()
    call: int | None = maybe_id_of("call")
    origin: int | None = maybe_id_of("draft")
    """The draft that this one is a copy of, for source `cache`."""
    asks: int = number()
    """How many calls asked for it."""
    score: float | None
    made_at: float | None
    model: str = word()
    reason: str = word()
    """Why it failed."""
    title: str = word()
    flags: tuple[Flag, ...] = as_json()
    content: Content = as_json()
    """Empty until drafted."""
    subject: int | None
    """The draft that a slot of a run of judgements is about."""
    refills: int | None
    """The rejected draft that this slot replaces; no foreign key, so that it can be cleaned away."""
    above_share: float | None
    """Of its words, those above its level, 0.0 to 1.0; None: not graded."""
    above_words: tuple[str, ...] = as_json()
    """The words above its level, the hardest first."""


class DraftTable(DraftColumns, table=True):
    """Slots and their drafts."""

    __tablename__ = "draft"
    __table_args__ = (
        UniqueConstraint("run", "slot", name="draft_slot"),
        Index("draft_totals", "run", "state", "review", "flagged", "source"),
        Index("draft_cells", "run", "topic", "level", "state"),
        Index(
            "draft_fingerprint",
            "fingerprint",
            sqlite_where=text("state = 'drafted'"),
            postgresql_where=text("state = 'drafted'"),
        ),
        Index("draft_refills", "refills", unique=True),
        # The review's pages and counts are read from this index alone, for every filter.
        Index(
            "draft_desk",
            *("review", "flagged", "id", "run", "kind", "lang", "level", "score", "model", "topic", "flags", "state"),
            sqlite_where=text("state = 'drafted'"),
            postgresql_where=text("state = 'drafted'"),
        ),
    )

    id: int | None = key()
    search: str = word()
    """All readable text, in the form that `columns.searchable` makes."""


class ReviewColumns(Columns):
    """One verdict (approved, rejected, pending), edit (edited) or comment (noted)."""

    draft: int = id_of("draft")
    verdict: str = word()
    who: str = word()
    """The name that is shown."""
    note: str = word()
    at: float
    undone_at: float | None
    reviewer: str = word()
    """The identity of the person; see `Reviewer`."""


class ReviewTable(ReviewColumns, table=True):
    """The history of decisions."""

    __tablename__ = "review"
    __table_args__ = (
        Index("review_draft", "draft", "id"),
        Index("review_batch", "batch"),
        Index("review_reviewer", "reviewer", "undone_at", "batch", "verdict", "at"),
    )

    id: int | None = key()
    run: int | None
    """The run of judgements that decided."""
    previous: dict[str, Any] = as_json()
    """The draft's columns as they were, for undo."""
    batch: int | None
    """The id of the first row of the decision: rows decided together are undone together."""
    blind: bool = mark()
    """A vote on a draft that two people decide; see `overlap`."""


class OverlapTable(Columns, table=True):
    """Drafts that two people decide without seeing each other's decision."""

    __tablename__ = "overlap"

    draft: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    votes: int = number()
    """People who have decided so far, at most two."""


class OpinionColumns(Columns):
    """A second model's opinion of a draft, one row per run; its scores are empty until that part has come."""

    run: int = id_of("run")
    draft: int = id_of("draft")
    at: float
    model: str = word()
    judged: str = word()
    """The `revision` of the text it is about."""
    verdict: str = word()
    """ok, fix, reject, or empty."""
    score: float | None
    """The lowest of `scores`: a draft is as good as its weakest side."""
    solved: int | None
    """Of `blanks`, those solved blind; both None where nothing was solved."""
    blanks: int | None
    scores: dict[str, int] = as_json()
    reasons: tuple[str, ...] = as_json()
    solve: tuple[dict[str, Any], ...] = as_json()
    """One per blank: `id`, what was `said`, whether it is `right`."""
    repair: Content | None = as_json()
    """A better content, checked; None where none was proposed, or none that is valid."""


class OpinionTable(OpinionColumns, table=True):
    """Opinions of second models."""

    __tablename__ = "opinion"
    __table_args__ = (UniqueConstraint("run", "draft", name="opinion_run_draft"), Index("opinion_draft", "draft", "id"))

    id: int | None = key()


class ShingleTable(Columns, table=True):
    """A few short hashes of a draft's text: drafts that share some may be similar. No row here is relied on."""

    __tablename__ = "shingle"
    __table_args__ = ({"sqlite_with_rowid": False},)

    hash: int = Field(sa_type=BigInteger, primary_key=True, sa_column_kwargs={"autoincrement": False})
    draft: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})


draft = Columns.metadata.tables["draft"]
review = Columns.metadata.tables["review"]
overlap = Columns.metadata.tables["overlap"]
opinion = Columns.metadata.tables["opinion"]
shingle = Columns.metadata.tables["shingle"]
