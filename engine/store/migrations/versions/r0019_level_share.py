"""How far a draft is above its level: the share of its words, and which."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the columns; drafts of older versions are not graded."""
    op.add_column("draft", sa.Column("above_share", sa.Float(), nullable=True))
    op.add_column("draft", sa.Column("above_words", sa.Text(), nullable=True))


def downgrade() -> None:
    """Drop them: the drafts are not graded any more."""
    op.drop_column("draft", "above_words")
    op.drop_column("draft", "above_share")
