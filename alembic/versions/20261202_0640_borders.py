"""Borders of communes, and the point on the map that a report may have."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "20261202_0640"
down_revision = "20261202_0639"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "border_set",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("source", sa.Text(), server_default="", nullable=False),
        sa.Column("licence", sa.Text(), server_default="", nullable=False),
        sa.Column("loaded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("picture", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_border_set")),
    )
    op.create_table(
        "border",
        sa.Column("code", sa.String(length=80), nullable=False),
        sa.Column("former", sa.Text(), server_default="[]", nullable=False),
        *(sa.Column(name, sa.Double(), nullable=False) for name in ("west", "south", "east", "north")),
        sa.Column("rings", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_border")),
    )
    op.add_column("report", sa.Column("position", sa.Text(), server_default="", nullable=False))


def downgrade() -> None:
    op.drop_column("report", "position")
    op.drop_table("border")
    op.drop_table("border_set")
