"""What was assumed while an answer was read, and what of it was not used."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column; calls of earlier versions have no notes."""
    op.add_column("call", sa.Column("notes", sa.Text(), nullable=True))


def downgrade() -> None:
    """Drop it."""
    op.drop_column("call", "notes")
