"""
The tables, on a registry of their own: Streamlit reloads modules, and a second definition must not clash.

`draft` and `call` hold the facts, `run` what was asked for. The rows that screens and the engine see are in views.py.
Times are unix seconds, money is USD. Long columns stand last, so that counting a run's rows does not read them.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import BigInteger, Index, UniqueConstraint, text
from sqlalchemy.orm import registry
from sqlmodel import Field, SQLModel

from engine.store.columns import JsonText, PlainText


class Table(SQLModel, registry=registry()):
    """The base of every table here."""


def _key() -> Any:
    return Field(default=None, primary_key=True)


def _word(default: str = "") -> Any:
    return Field(sa_type=PlainText, nullable=False, sa_column_kwargs={"server_default": text(f"'{default}'")})


def _maybe_word() -> Any:
    return Field(default=None, sa_type=PlainText, nullable=True)


def _json() -> Any:
    return Field(default=None, sa_type=JsonText, nullable=True)


def _count() -> Any:
    return Field(nullable=False, sa_column_kwargs={"server_default": text("0")})


def _mark() -> Any:
    return Field(nullable=False, sa_column_kwargs={"server_default": text("false")})


def _at(table: str) -> Any:
    return Field(foreign_key=f"{table}.id", nullable=False)


def _maybe_at(table: str) -> Any:
    return Field(default=None, foreign_key=f"{table}.id", nullable=True)


class ComparisonTable(Table, table=True):
    """One RunSpec run with several Tunings."""

    __tablename__ = "comparison"

    id: int | None = _key()
    created_at: float
    trials: int
    note: str = _word()
    arms: list[dict[str, Any]] = _json()
    spec: dict[str, Any] = _json()


class RunTable(Table, table=True):
    """
    One launch, for `drafts` or a `review` of them.

    `owner`, `heartbeat_at`, `fence`: which process has it; `retry_at`: when it tries again by itself.
    """

    __tablename__ = "run"
    __table_args__ = (Index("run_state", "state"), Index("run_comparison", "comparison_id"))

    id: int | None = _key()
    created_at: float
    started_at: float | None
    ended_at: float | None
    state: str = _word("queued")
    reason: str = _word()
    command: str | None = _maybe_word()
    kind: str = _word()
    lang: str = _word()
    provider: str = _word()
    model: str = _word()
    planned: int = _count()
    base_url: str = _word()
    preset: str = _word()
    note: str = _word()
    parent_run: int | None = _maybe_at("run")
    comparison_id: int | None = _maybe_at("comparison")
    arm: str | None = _maybe_word()
    trial: int | None
    owner: str | None = _maybe_word()
    heartbeat_at: float | None
    fence: int = _count()
    purpose: str = _word("drafts")
    retry_at: float | None
    tries: int = _count()
    unanswered: int = _count()
    tuning: dict[str, Any] = _json()
    limits: dict[str, Any] = _json()
    forecast: dict[str, Any] = _json()
    spec: dict[str, Any] = _json()
    reason_code: str = _word()
    reason_values: dict[str, Any] | None = _json()


class CallTable(Table, table=True):
    """One HTTP attempt for a packet; `ended_at` is empty while it is in flight."""

    __tablename__ = "call"
    __table_args__ = (
        Index("call_run", "run", "id"),
        Index("call_run_ended", "run", "ended_at"),
        Index("call_day", "sent_at", "run", "cost_usd"),
    )

    id: int | None = _key()
    run: int = _at("run")
    packet: int
    attempt: int
    asked: int = _count()
    kept: int = _count()
    late: int = _count()
    sent_at: float
    ended_at: float | None
    outcome: str = _word("in_flight")
    status: int | None
    wait_s: float = _count()
    tokens_in: int = _count()
    tokens_out: int = _count()
    tokens_cached: int = _count()
    cost_usd: float = _count()
    cost_is_estimate: bool = _mark()
    model: str = _word()
    reason: str = _word()
    message: str = _word()
    slots: list[int] = _json()
    refused: dict[str, int] = _json()
    reason_code: str = _word()
    reason_values: dict[str, Any] | None = _json()


class ReplyTable(Table, table=True):
    """The raw body of a call's answer: a table of its own, so that the ledger stays quick to add up."""

    __tablename__ = "reply"

    call: int = Field(foreign_key="call.id", primary_key=True)
    packed: bool = _mark()
    body: bytes = Field(nullable=False)


class DraftTable(Table, table=True):
    """One slot, from the moment the run is planned; `subject` is the draft that a review's slot is about."""

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
        # The desk's pages and counts are read from this index alone, whatever they are narrowed by.
        Index(
            "draft_desk",
            *("review", "flagged", "id", "run", "kind", "lang", "level", "score", "model", "topic", "flags", "state"),
            sqlite_where=text("state = 'drafted'"),
            postgresql_where=text("state = 'drafted'"),
        ),
    )

    id: int | None = _key()
    run: int = _at("run")
    slot: int
    level: int
    copy_number: int = Field(nullable=False, sa_column_kwargs={"name": "copy"})
    topic: str = _word()
    kind: str = _word()
    lang: str = _word()
    state: str = _word("planned")
    review: str = _word("pending")
    flagged: bool = _mark()
    source: str = _word()
    fingerprint: str = _word()
    call: int | None = _maybe_at("call")
    origin: int | None = _maybe_at("draft")
    asks: int = _count()
    score: float | None
    made_at: float | None
    model: str = _word()
    reason: str = _word()
    title: str = _word()
    flags: list[dict[str, Any]] = _json()
    content: dict[str, Any] = _json()
    search: str = _word()
    subject: int | None
    refills: int | None
    """The rejected draft in whose place this slot is asked for; a plain number, so that it can be cleaned away."""


class ReviewTable(Table, table=True):
    """One verdict or edit; `previous`: the draft's columns as they were, for undo; `run`: the review that decided."""

    __tablename__ = "review"
    __table_args__ = (
        Index("review_draft", "draft", "id"),
        Index("review_batch", "batch"),
        Index("review_who", "who", "undone_at", "batch", "verdict", "at"),
    )

    id: int | None = _key()
    draft: int = _at("draft")
    verdict: str = _word()
    who: str = _word()
    note: str = _word()
    at: float
    undone_at: float | None
    run: int | None
    previous: dict[str, Any] = _json()
    batch: int | None
    """The id of the first row of the decision: rows decided together are taken back together."""


class ProfileTable(Table, table=True):
    """Limits and prices of a provider as the user edited them."""

    __tablename__ = "profile"

    name: str = Field(sa_type=PlainText, primary_key=True)
    updated_at: float
    settings: dict[str, Any] = _json()


class ChangeTable(Table, table=True):
    """A limit that was learned, or a Tuning that `auto` chose, while a run went on."""

    __tablename__ = "change"
    __table_args__ = (Index("change_run", "run", "at"),)

    id: int | None = _key()
    run: int = _at("run")
    at: float
    what: str = _word()
    why: str = _word()
    before: dict[str, Any] = _json()
    after: dict[str, Any] = _json()


class OpinionTable(Table, table=True):
    """What a second model thinks of a draft, a row a draft and review; `solved`, `blanks` are of the blind solve."""

    __tablename__ = "opinion"
    __table_args__ = (UniqueConstraint("run", "draft", name="opinion_run_draft"), Index("opinion_draft", "draft", "id"))

    id: int | None = _key()
    run: int = _at("run")
    draft: int = _at("draft")
    at: float
    model: str = _word()
    judged: str = _word()
    verdict: str = _word()
    score: float | None
    solved: int | None
    blanks: int | None
    scores: dict[str, int] = _json()
    reasons: list[str] = _json()
    solve: list[dict[str, Any]] = _json()
    repair: dict[str, Any] = _json()


class ShingleTable(Table, table=True):
    """A few short hashes of a draft's text: drafts that share some may be alike. A hint: no row here is relied on."""

    __tablename__ = "shingle"
    __table_args__ = ({"sqlite_with_rowid": False},)

    hash: int = Field(sa_type=BigInteger, primary_key=True, sa_column_kwargs={"autoincrement": False})
    draft: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})


metadata = Table.metadata
run = metadata.tables["run"]
draft = metadata.tables["draft"]
call = metadata.tables["call"]
reply = metadata.tables["reply"]
review = metadata.tables["review"]
comparison = metadata.tables["comparison"]
profile = metadata.tables["profile"]
change = metadata.tables["change"]
opinion = metadata.tables["opinion"]
shingle = metadata.tables["shingle"]
