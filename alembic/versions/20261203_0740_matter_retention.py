"""Work that officers begin is erased after its term: when that was, holds, and requests of those who began it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "20261203_0740"
down_revision = "20261203_0700"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("matter", sa.Column("anonymised_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("data_request", sa.Column("matters", sa.Text(), server_default="[]", nullable=False))
    op.create_table(
        "matter_hold",
        sa.Column("instance_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.String(length=80), nullable=False),
        sa.ForeignKeyConstraint(["instance_id"], ["instance.id"], name=op.f("fk_matter_hold_instance_id")),
        sa.PrimaryKeyConstraint("instance_id", name=op.f("pk_matter_hold")),
    )


def downgrade() -> None:
    op.drop_table("matter_hold")
    op.drop_column("data_request", "matters")
    op.drop_column("matter", "anonymised_at")
