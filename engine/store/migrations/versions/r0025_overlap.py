"""Drafts that two people decide without seeing each other's decision."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table; no earlier decision was blind."""
    op.create_table(
        "overlap",
        sa.Column("draft", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("votes", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.PrimaryKeyConstraint("draft"),
    )
    op.add_column("review", sa.Column("blind", sa.Boolean(), server_default=sa.text("false"), nullable=False))


def downgrade() -> None:
    """Drop them: a draft with one vote is pending."""
    op.drop_column("review", "blind")
    op.drop_table("overlap")
