"""The index of words is filled 64 drafts at a time: draft by draft it costs three times as much."""

from __future__ import annotations

from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

_TAKE_OUT = (
    "INSERT INTO draft_search (draft_search, rowid, search) SELECT 'delete', old.id, old.search || '  '"
    " WHERE NOT EXISTS (SELECT 1 FROM draft_search_due WHERE draft = old.id);"
    " DELETE FROM draft_search_due WHERE draft = old.id;"
)
# In the order of their ids: for a smaller id than the last FTS5 writes out what it has gathered.
_FILL = (
    "INSERT INTO draft_search (rowid, search) SELECT id, search || '  ' FROM draft"
    " WHERE id IN (SELECT draft FROM draft_search_due) ORDER BY id"
)
_LAZY = (
    "CREATE TRIGGER draft_search_new AFTER INSERT ON draft WHEN new.search <> '' BEGIN"
    " INSERT OR IGNORE INTO draft_search_due VALUES (new.id); END",
    f"CREATE TRIGGER draft_search_gone AFTER DELETE ON draft WHEN old.search <> '' BEGIN {_TAKE_OUT} END",
    "CREATE TRIGGER draft_search_put AFTER UPDATE OF search ON draft WHEN old.search = '' AND new.search <> '' BEGIN"
    " INSERT OR IGNORE INTO draft_search_due VALUES (new.id); END",
    "CREATE TRIGGER draft_search_changed AFTER UPDATE OF search ON draft"
    f" WHEN old.search <> '' AND old.search <> new.search BEGIN {_TAKE_OUT}"
    " INSERT OR IGNORE INTO draft_search_due SELECT new.id WHERE new.search <> ''; END",
    "CREATE TRIGGER draft_search_fill AFTER INSERT ON draft_search_due"  # noqa: S608 - constants
    " WHEN (SELECT count(*) FROM draft_search_due) >= 64 BEGIN " + _FILL + "; DELETE FROM draft_search_due; END",
)
# As 0003 made them.
_AT_ONCE = (
    "CREATE TRIGGER draft_search_new AFTER INSERT ON draft WHEN new.search <> '' BEGIN"
    " INSERT INTO draft_search (rowid, search) VALUES (new.id, new.search || '  '); END",
    "CREATE TRIGGER draft_search_gone AFTER DELETE ON draft WHEN old.search <> '' BEGIN"
    " INSERT INTO draft_search (draft_search, rowid, search) VALUES ('delete', old.id, old.search || '  '); END",
    "CREATE TRIGGER draft_search_put AFTER UPDATE OF search ON draft WHEN old.search = '' AND new.search <> '' BEGIN"
    " INSERT INTO draft_search (rowid, search) VALUES (new.id, new.search || '  '); END",
    "CREATE TRIGGER draft_search_changed AFTER UPDATE OF search ON draft"
    " WHEN old.search <> '' AND old.search <> new.search BEGIN"
    " INSERT INTO draft_search (draft_search, rowid, search) VALUES ('delete', old.id, old.search || '  ');"
    " INSERT INTO draft_search (rowid, search) SELECT new.id, new.search || '  ' WHERE new.search <> ''; END",
)


def upgrade() -> None:
    """Add the table of those that are due, and let the triggers fill it."""
    if op.get_bind().dialect.name == "sqlite":
        op.execute("CREATE TABLE draft_search_due (draft INTEGER PRIMARY KEY)")
        _replace(_LAZY)


def downgrade() -> None:
    """Index what is due, and each draft at once from then on."""
    if op.get_bind().dialect.name == "sqlite":
        op.execute(_FILL)
        op.execute("DROP TABLE draft_search_due")
        _replace(_AT_ONCE)


def _replace(triggers: tuple[str, ...]) -> None:
    for name in ("new", "gone", "put", "changed"):
        op.execute(f"DROP TRIGGER draft_search_{name}")
    for statement in triggers:
        op.execute(statement)
