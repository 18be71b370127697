"""Reasons of runs and calls as a code with values; the text of older rows is kept."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

# What earlier versions wrote as a sentence alone. The other reasons begin with their code and a colon.
_SENTENCES = {
    "paused by hand": "paused_by_hand",
    "cancelled by hand": "cancelled_by_hand",
    "another process has taken": "taken_over",
    "Draftmill was closed": "closed",
    "drafts are missing": "drafts_missing",
    "opinions are missing": "judgements_missing",
    "the disk is full": "disk_is_full",
}
_CODES = (
    *("budget", "budget_day", "nothing_usable", "retry_budget", "rate_limited", "provider_down", "long_wait"),
    *("unreachable", "certificate", "late", "broken_off", "too_large", "redirect", "no_envelope", "bad_request"),
    *("key", "credit", "quota", "forbidden", "server_error", "finish_error", "no_resource"),
)


def upgrade() -> None:
    """Add the columns, and give older reasons of runs their code."""
    for table in ("run", "call"):
        op.add_column(table, sa.Column("reason_code", sa.Text(), server_default=sa.text("''"), nullable=False))
        op.add_column(table, sa.Column("reason_values", sa.Text(), nullable=True))
    starts = {**_SENTENCES, **{f"{code}: ": code for code in _CODES}}
    run = sa.table("run", sa.column("reason"), sa.column("reason_code"))
    for start, code in starts.items():
        begins = sa.func.substr(run.c.reason, 1, len(start)) == start
        op.execute(run.update().where(begins).values(reason_code=code))


def downgrade() -> None:
    """Drop the columns; the texts are still there."""
    for table in ("run", "call"):
        op.drop_column(table, "reason_values")
        op.drop_column(table, "reason_code")
