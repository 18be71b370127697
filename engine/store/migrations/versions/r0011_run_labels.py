"""Tags, a note and the archive of runs; when a run's drafts were deleted."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the columns."""
    op.add_column("run", sa.Column("tags", sa.Text(), nullable=True))
    op.add_column("run", sa.Column("remark", sa.Text(), server_default=sa.text("''"), nullable=False))
    op.add_column("run", sa.Column("archived", sa.Boolean(), server_default=sa.text("false"), nullable=False))
    op.add_column("run", sa.Column("deleted_at", sa.Float(), nullable=True))


def downgrade() -> None:
    """Drop them: a run whose drafts were deleted is an empty one again."""
    for column in ("deleted_at", "archived", "remark", "tags"):
        op.drop_column("run", column)
