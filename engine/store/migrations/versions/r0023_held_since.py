"""Since when a process has a run, and a reviewer a blind pair."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the columns; of what is held already it is not known."""
    op.add_column("run", sa.Column("claimed_at", sa.Float(), nullable=True))
    op.add_column("pair", sa.Column("given_at", sa.Float(), nullable=True))


def downgrade() -> None:
    """Drop them."""
    op.drop_column("pair", "given_at")
    op.drop_column("run", "claimed_at")
