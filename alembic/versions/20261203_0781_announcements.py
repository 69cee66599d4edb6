"""Announcements of commits to the server processes, as rows where the database carries no notifications."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "20261203_0781"
down_revision = "20261203_0780"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "announcement",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_announcement")),
    )


def downgrade() -> None:
    op.drop_table("announcement")
