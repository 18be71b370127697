"""The review desk: an index of the words in drafts, one index for every filter, decisions that belong together."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_DRAFTED = sa.text("state = 'drafted'")

# Two spaces behind the text give its last two characters a trigram to begin. The table keeps no text (content='') and
# no places (detail=none): it takes a third of the room and of the time, and the text itself is at hand to be read.
_SEARCH = (
    "CREATE VIRTUAL TABLE draft_search USING fts5(search, content='', columnsize=0, detail=none,"
    " tokenize='trigram case_sensitive 1')",
    "CREATE VIRTUAL TABLE draft_search_terms USING fts5vocab('draft_search', 'row')",
    "CREATE TRIGGER draft_search_new AFTER INSERT ON draft WHEN new.search <> '' BEGIN"
    " INSERT INTO draft_search (rowid, search) VALUES (new.id, new.search || '  '); END",
    "CREATE TRIGGER draft_search_gone AFTER DELETE ON draft WHEN old.search <> '' BEGIN"
    " INSERT INTO draft_search (draft_search, rowid, search) VALUES ('delete', old.id, old.search || '  '); END",
    "CREATE TRIGGER draft_search_put AFTER UPDATE OF search ON draft WHEN old.search = '' AND new.search <> '' BEGIN"
    " INSERT INTO draft_search (rowid, search) VALUES (new.id, new.search || '  '); END",
    # One trigger for both steps: the order of two is SQLite's to choose, and a deletion that comes second wins.
    "CREATE TRIGGER draft_search_changed AFTER UPDATE OF search ON draft"
    " WHEN old.search <> '' AND old.search <> new.search BEGIN"
    " INSERT INTO draft_search (draft_search, rowid, search) VALUES ('delete', old.id, old.search || '  ');"
    " INSERT INTO draft_search (rowid, search) SELECT new.id, new.search || '  ' WHERE new.search <> ''; END",
    "INSERT INTO draft_search (rowid, search) SELECT id, search || '  ' FROM draft WHERE search <> ''",
)
_TRIGGERS = ("draft_search_new", "draft_search_gone", "draft_search_put", "draft_search_changed")


def upgrade() -> None:
    """Add the columns and the indexes; on SQLite also the index of words."""
    op.add_column("draft", sa.Column("refills", sa.Integer(), nullable=True))
    op.create_index("draft_refills", "draft", ["refills"], unique=True)
    op.drop_index("draft_review", "draft")
    op.create_index(
        "draft_desk",
        "draft",
        ["review", "flagged", "id", "run", "kind", "lang", "level", "score", "model", "topic", "flags", "state"],
        sqlite_where=_DRAFTED,
        postgresql_where=_DRAFTED,
    )
    op.add_column("review", sa.Column("batch", sa.Integer(), nullable=True))
    op.create_index("review_batch", "review", ["batch"])
    op.create_index("review_who", "review", ["who", "undone_at", "batch", "verdict", "at"])
    if op.get_bind().dialect.name == "sqlite":
        for statement in _SEARCH:
            op.execute(statement)


def downgrade() -> None:
    """Take them away again."""
    if op.get_bind().dialect.name == "sqlite":
        for trigger in _TRIGGERS:
            op.execute(f"DROP TRIGGER {trigger}")
        op.execute("DROP TABLE draft_search_terms")
        op.execute("DROP TABLE draft_search")
    op.drop_index("review_who", "review")
    op.drop_index("review_batch", "review")
    op.drop_column("review", "batch")
    op.drop_index("draft_desk", "draft")
    op.drop_index("draft_refills", "draft")
    op.drop_column("draft", "refills")
    op.create_index(
        "draft_review",
        "draft",
        ["review", "flagged", "id"],
        sqlite_where=_DRAFTED,
        postgresql_where=_DRAFTED,
    )
