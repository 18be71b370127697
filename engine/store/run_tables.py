"""
Tables of runs, calls, comparisons, profiles and saved filters.

A base holds the columns that a table and its read model share.
"""

from __future__ import annotations

from typing import Any, Literal

from sqlalchemy import Index, UniqueConstraint, text
from sqlmodel import Field

from engine.messages import Message
from engine.store.columns import PlainText
from engine.store.fields import Columns, as_json, id_of, key, mark, maybe_id_of, maybe_word, number, word


class ComparisonColumns(Columns):
    """One RunSpec run with several Tunings."""

    created_at: float
    trials: int
    note: str = word()
    arms: list[dict[str, Any]] = as_json()
    spec: dict[str, Any] = as_json()


class ComparisonTable(ComparisonColumns, table=True):
    """Comparisons."""

    __tablename__ = "comparison"

    id: int | None = key()


class RunColumns(Columns):
    """One launch: what was asked for, and how it goes."""

    created_at: float
    started_at: float | None
    ended_at: float | None
    state: str = word("queued")
    reason: str = word()
    command: str | None = maybe_word()
    kind: str = word()
    lang: str = word()
    provider: str = word()
    model: str = word()
    planned: int = number()
    base_url: str = word()
    preset: str = word()
    note: str = word()
    parent_run: int | None = maybe_id_of("run")
    comparison_id: int | None = maybe_id_of("comparison")
    arm: str | None = maybe_word()
    trial: int | None
    owner: str | None = maybe_word()
    """The process that works on it."""
    claimed_at: float | None
    """Since when, by the clock of leases."""
    heartbeat_at: float | None
    fence: int = number()
    """Raised with every claim: a process that lost the run has an old one."""
    purpose: str = word("drafts")
    """`drafts`, or `review` of those of `parent_run`."""
    retry_at: float | None
    """When a paused run resumes by itself."""
    tries: int = number()
    """How often it resumed by itself since its provider answered."""
    unanswered: int = number()
    """Calls in a row without an answer when it was paused."""
    tuning: dict[str, Any] = as_json()
    limits: dict[str, Any] = as_json()
    forecast: dict[str, Any] = as_json()
    spec: dict[str, Any] = as_json()
    """What RunSpec.from_json reads."""
    reason_code: str = word()
    reason_values: dict[str, Any] | None = as_json()
    tags: list[str] | None = as_json()
    """Given by a person, like `remark`."""
    remark: str = word()
    archived: bool = mark()
    deleted_at: float | None
    """When its drafts were deleted; its calls stay."""
    offered: bool = mark()
    """Any `draftmill worker` may take it, and take it over."""
    prompt_version: int = number()
    """PROMPT_VERSION of its prompts; 0: it was not recorded."""
    style: str = word()
    """The version of its style note, such as "house@3"; empty: none."""
    retries: int = number()
    """Calls it has repeated since a person, or the end of an outage, resumed it."""


class RunTable(RunColumns, table=True):
    """Runs."""

    __tablename__ = "run"
    __table_args__ = (Index("run_state", "state"), Index("run_comparison", "comparison_id"))

    id: int | None = key()


class RequestTable(Columns, table=True):
    """The key that came with a run from outside: the same key never makes a second run."""

    __tablename__ = "request"

    name: str = Field(sa_type=PlainText, primary_key=True)
    digest: str = word()
    """Of the recipe."""
    at: float
    run: int | None = maybe_id_of("run")


class EventTable(Columns, table=True):
    """A run that ended or paused: sent to the webhook once."""

    __tablename__ = "event"

    id: int | None = key()
    run: int = id_of("run")
    state: str = word()
    reason_code: str = word()
    at: float
    due_at: float
    """When it is sent; later while a process sends it, and after a failure."""
    tries: int = number()
    sent_at: float | None


class CallColumns(Columns):
    """One HTTP attempt for a packet."""

    run: int = id_of("run")
    packet: int
    attempt: int
    asked: int = number()
    kept: int = number()
    late: int = number()
    sent_at: float
    ended_at: float | None
    """None while it is in flight."""
    outcome: str = word("in_flight")
    status: int | None
    wait_s: float = number()
    tokens_in: int = number()
    tokens_out: int = number()
    tokens_cached: int = number()
    cost_usd: float = number()
    cost_is_estimate: bool = mark()
    model: str = word()
    reason: str = word()
    message: str = word()
    slots: tuple[int, ...] = as_json()
    refused: dict[str, int] = as_json()
    """Code to number of the items refused."""
    reason_code: str = word()
    reason_values: dict[str, Any] | None = as_json()
    notes: tuple[Message, ...] = as_json()
    """What was assumed while the answer was read, and what of it was not used."""
    share: int | None = None
    """The share of its run that it was sent for; None: a process worked on the whole run."""


class CallTable(CallColumns, table=True):
    """The ledger."""

    __tablename__ = "call"
    __table_args__ = (
        Index("call_run", "run", "id"),
        Index("call_run_ended", "run", "ended_at"),
        Index("call_day", "sent_at", "run", "cost_usd"),
    )

    id: int | None = key()


class ReplyTable(Columns, table=True):
    """The raw body of a call's answer: a table of its own, so that the ledger stays quick to add up."""

    __tablename__ = "reply"

    call: int = Field(foreign_key="call.id", primary_key=True)
    packed: bool = mark()
    body: bytes = Field(nullable=False)


class ChangeColumns(Columns):
    """A change of a run's limits (as Limits has them) or Tuning (as Tuning has them)."""

    at: float
    what: Literal["limits", "tuning"] = word()
    before: dict[str, Any] = as_json()
    after: dict[str, Any] = as_json()
    why: str = Field(default="", sa_type=PlainText, nullable=False, sa_column_kwargs={"server_default": text("''")})
    """A short code, such as window_found."""


class ChangeTable(ChangeColumns, table=True):
    """What changed during a run."""

    __tablename__ = "change"
    __table_args__ = (Index("change_run", "run", "at"),)

    id: int | None = key()
    run: int = id_of("run")


class ProfileTable(Columns, table=True):
    """Limits and prices of a provider as the user edited them."""

    __tablename__ = "profile"

    name: str = Field(sa_type=PlainText, primary_key=True)
    updated_at: float
    settings: dict[str, Any] = as_json()


class SavedFilterTable(Columns, table=True):
    """Filters of the Review page that a person has named."""

    __tablename__ = "saved_filter"
    __table_args__ = (UniqueConstraint("reviewer", "name"),)

    id: int | None = key()
    reviewer: str = word()
    """The identity of the person; see `Reviewer`."""
    name: str = word()
    saved_at: float
    query: dict[str, str] = as_json()
    """What the address of the page has."""


class GateTable(Columns, table=True):
    """What all processes have started, by provider key; only on a server."""

    __tablename__ = "gate"

    name: str = Field(sa_type=PlainText, primary_key=True)
    state: dict[str, Any] = as_json()
    """As `limiter.shared.Gate` has it."""


class BreakerTable(Columns, table=True):
    """Providers whose calls brought no answer; see `breaker`."""

    __tablename__ = "breaker"

    base_url: str = Field(sa_type=PlainText, primary_key=True)
    model: str = Field(sa_type=PlainText, primary_key=True)
    key: str = Field(sa_type=PlainText, primary_key=True)
    """See `BreakerKey`."""
    unanswered: int = number()
    """Calls in a row."""
    tries: int = number()
    """How often it was opened since an answer came."""
    open_until: float | None
    """By the clock of leases; None: it only counts yet."""
    probe_until: float | None
    """The call that finds out has until then."""
    why: dict[str, Any] | None = as_json()


run = Columns.metadata.tables["run"]
breaker = Columns.metadata.tables["breaker"]
request = Columns.metadata.tables["request"]
event = Columns.metadata.tables["event"]
call = Columns.metadata.tables["call"]
reply = Columns.metadata.tables["reply"]
comparison = Columns.metadata.tables["comparison"]
profile = Columns.metadata.tables["profile"]
change = Columns.metadata.tables["change"]
saved_filter = Columns.metadata.tables["saved_filter"]
