"""Reviews by a second model, what drafts alike are found by, and the counts of refused items."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the columns, make the tables."""
    op.add_column("run", sa.Column("purpose", sa.Text(), server_default=sa.text("'drafts'"), nullable=False))
    op.add_column("call", sa.Column("refused", sa.Text(), nullable=True))
    op.add_column("draft", sa.Column("subject", sa.Integer(), nullable=True))
    op.add_column("review", sa.Column("run", sa.Integer(), nullable=True))
    _opinion()
    op.create_table(
        "shingle",
        sa.Column("hash", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("draft", sa.Integer(), autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("hash", "draft"),
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    """Drop what was added; the slots of reviews go with it."""
    op.drop_table("shingle")
    op.drop_table("opinion")
    op.drop_column("review", "run")
    op.drop_column("draft", "subject")
    op.drop_column("call", "refused")
    op.drop_column("run", "purpose")


def _opinion() -> None:
    op.create_table(
        "opinion",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("run", sa.Integer(), nullable=False),
        sa.Column("draft", sa.Integer(), nullable=False),
        sa.Column("at", sa.Float(), nullable=False),
        sa.Column("model", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("judged", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("verdict", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("score", sa.Float(), nullable=True),
        sa.Column("solved", sa.Integer(), nullable=True),
        sa.Column("blanks", sa.Integer(), nullable=True),
        sa.Column("scores", sa.Text(), nullable=True),
        sa.Column("reasons", sa.Text(), nullable=True),
        sa.Column("solve", sa.Text(), nullable=True),
        sa.Column("repair", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["run"], ["run.id"]),
        sa.ForeignKeyConstraint(["draft"], ["draft.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("run", "draft", name="opinion_run_draft"),
    )
    op.create_index("opinion_draft", "opinion", ["draft", "id"], unique=False)
