"""On PostgreSQL: indexes of the orders of the desk, and of two letters."""

from __future__ import annotations

from alembic import op

from engine.store.postgresql import index_orders, index_pairs

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make them; on SQLite draft_desk and the index of words are enough."""
    if op.get_bind().dialect.name == "postgresql":
        index_orders(op.get_bind())
        index_pairs(op.get_bind())


def downgrade() -> None:
    """Drop those of the orders; that of the letters serves the older search, too."""
    if op.get_bind().dialect.name == "postgresql":
        op.drop_index("draft_flagged", "draft")
        op.drop_index("draft_ranked", "draft")
