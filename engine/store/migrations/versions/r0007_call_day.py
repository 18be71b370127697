"""What a day has cost is found in an index."""

from __future__ import annotations

from alembic import op

revision = "0007"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the index."""
    op.create_index("call_day", "call", ["sent_at", "run", "cost_usd"], unique=False)


def downgrade() -> None:
    """Drop the index."""
    op.drop_index("call_day", table_name="call")
