"""When a paused run is tried again by itself."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the columns."""
    op.add_column("run", sa.Column("retry_at", sa.Float(), nullable=True))
    for name in ("tries", "unanswered"):
        op.add_column("run", sa.Column(name, sa.Integer(), server_default=sa.text("0"), nullable=False))


def downgrade() -> None:
    """Drop the columns."""
    for name in ("retry_at", "tries", "unanswered"):
        op.drop_column("run", name)
