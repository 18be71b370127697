"""The library of word lists and style notes; the style note that a run used."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the table and add the column; older runs used no style note."""
    op.create_table(
        "material",
        sa.Column("id", sa.Integer(), nullable=False),
        *(
            sa.Column(name, sa.Text(), server_default=sa.text("''"), nullable=False)
            for name in ("name", "kind", "lang")
        ),
        sa.Column("what", sa.Text(), server_default=sa.text("'words'"), nullable=False),
        sa.Column("version", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("author", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("created_at", sa.Float(), nullable=False),
        sa.Column("archived", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("size", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("body", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    columns = ["what", "name", "kind", "lang", "version"]
    op.create_index("material_version", "material", columns, unique=True)
    op.add_column("run", sa.Column("style", sa.Text(), server_default=sa.text("''"), nullable=False))


def downgrade() -> None:
    """Drop both: runs still hold what they used in their spec."""
    op.drop_column("run", "style")
    op.drop_index("material_version", "material")
    op.drop_table("material")
