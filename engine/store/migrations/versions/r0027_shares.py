"""Shares: parts of a run that several processes work on side by side."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table, and the column that says which share a call was sent for."""
    op.create_table(
        "share",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("run", sa.Integer(), sa.ForeignKey("run.id"), nullable=False),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in ("number", "size", "places", "at_once")),
        sa.Column("state", sa.Text(), server_default=sa.text("'open'"), nullable=False),
        sa.Column("owner", sa.Text(), nullable=True),
        sa.Column("claimed_at", sa.Float(), nullable=True),
        sa.Column("heartbeat_at", sa.Float(), nullable=True),
        sa.Column("fence", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("why", sa.Text(), nullable=True),
        sa.Column("again", sa.Text(), nullable=True),
        sa.Column("slots", sa.Text(), nullable=True),
    )
    op.create_index("share_state", "share", ["state"])
    op.create_index("share_run", "share", ["run", "number"])
    op.add_column("call", sa.Column("share", sa.Integer(), nullable=True))


def downgrade() -> None:
    """Drop them."""
    op.drop_column("call", "share")
    op.drop_table("share")
