"""Filters of the Review page by name and person; the prompt version of a run."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the table and the column."""
    empty = sa.text("''")
    op.create_table(
        "saved_filter",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("reviewer", sa.Text(), server_default=empty, nullable=False),
        sa.Column("name", sa.Text(), server_default=empty, nullable=False),
        sa.Column("saved_at", sa.Float(), nullable=False),
        sa.Column("query", sa.Text(), nullable=True),
        sa.UniqueConstraint("reviewer", "name"),
    )
    op.add_column("run", sa.Column("prompt_version", sa.Integer(), server_default=sa.text("0"), nullable=False))


def downgrade() -> None:
    """Drop them: the saved filters are lost."""
    op.drop_column("run", "prompt_version")
    op.drop_table("saved_filter")
