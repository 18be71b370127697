"""On PostgreSQL: an index of the words in drafts, and an index of the desk that any flags fit into."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from engine.store.postgresql import index_words

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

_DRAFTED = sa.text("state = 'drafted'")
_DESK = ("review", "flagged", "id", "run", "kind", "lang", "level", "score", "model", "topic")


def upgrade() -> None:
    """Make them; SQLite has both already."""
    if op.get_bind().dialect.name != "postgresql":
        return
    # An entry of an index is at most 2,700 bytes there, and flags quote the text they are about.
    op.drop_index("draft_desk", "draft")
    op.create_index("draft_desk", "draft", list(_DESK), postgresql_where=_DRAFTED)
    index_words(op.get_bind())


def downgrade() -> None:
    """Take the index of words away, and the desk's flags back."""
    if op.get_bind().dialect.name != "postgresql":
        return
    op.execute("DROP INDEX IF EXISTS draft_search_words")
    op.drop_index("draft_desk", "draft")
    op.create_index("draft_desk", "draft", [*_DESK, "flags", "state"], postgresql_where=_DRAFTED)
