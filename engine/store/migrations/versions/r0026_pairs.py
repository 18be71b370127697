"""On PostgreSQL: indexes of the flags of drafts, and of words of two characters in Chinese and Japanese."""

from __future__ import annotations

from alembic import op

from engine.store.postgresql import index_pairs, index_words

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make them; SQLite has both already."""
    if op.get_bind().dialect.name == "postgresql":
        index_words(op.get_bind())
        index_pairs(op.get_bind())


def downgrade() -> None:
    """Drop them."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP INDEX IF EXISTS draft_flag_words")
        op.execute("DROP INDEX draft_search_pairs")
        op.execute("DROP FUNCTION draftmill_pairs(text)")
