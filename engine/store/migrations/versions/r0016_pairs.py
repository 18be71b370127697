"""Blind pair reviews of a comparison."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the tables."""
    empty = sa.text("''")
    op.create_table(
        "pairing",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("comparison", sa.Integer(), sa.ForeignKey("comparison.id"), nullable=False),
        sa.Column("created_at", sa.Float(), nullable=False),
        sa.Column("ended_at", sa.Float(), nullable=True),
        sa.Column("overlap", sa.Integer(), server_default=sa.text("1"), nullable=False),
    )
    op.create_index("pairing_comparison", "pairing", ["comparison"])
    op.create_table(
        "pair",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("pairing", sa.Integer(), sa.ForeignKey("pairing.id"), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("repeat", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("left_draft", sa.Integer(), nullable=False),
        sa.Column("right_draft", sa.Integer(), nullable=False),
        *(
            sa.Column(name, sa.Text(), server_default=empty, nullable=False)
            for name in ("left_arm", "right_arm", "reviewer", "choice")
        ),
        sa.Column("answered_at", sa.Float(), nullable=True),
    )
    op.create_index("pair_pairing", "pair", ["pairing", "reviewer", "choice", "place"])


def downgrade() -> None:
    """Drop them: the answers are lost."""
    op.drop_table("pair")
    op.drop_table("pairing")
