"""The identity of a reviewer beside the name that is shown: undo follows the person, not the name."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

_COLUMNS = ("undone_at", "batch", "verdict", "at")


def upgrade() -> None:
    """Add the column and its index; the identity of an older row is its name."""
    op.add_column("review", sa.Column("reviewer", sa.Text(), server_default=sa.text("''"), nullable=False))
    op.execute("UPDATE review SET reviewer = who")
    op.drop_index("review_who", "review")
    op.create_index("review_reviewer", "review", ["reviewer", *_COLUMNS])


def downgrade() -> None:
    """Drop the column; the names are still there."""
    op.drop_index("review_reviewer", "review")
    op.create_index("review_who", "review", ["who", *_COLUMNS])
    op.drop_column("review", "reviewer")
