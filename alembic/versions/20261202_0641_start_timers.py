"""When start events with a timer begin instances; those of earlier deployments begin with the next one."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "20261202_0641"
down_revision = "20261202_0640"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "start_timer",
        sa.Column("process", sa.String(length=80), nullable=False),
        sa.Column("node", sa.String(length=80), nullable=False),
        sa.Column("rule", sa.Text(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("planned", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("due", sa.DateTime(timezone=True), nullable=True),
        sa.Column("anchor", sa.DateTime(timezone=True), nullable=True),
        sa.Column("period", sa.String(length=80), server_default="", nullable=False),
        sa.Column("turn", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("turns_left", sa.Integer(), nullable=True),
        sa.Column("begun", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.PrimaryKeyConstraint("process", "node", name=op.f("pk_start_timer")),
    )
    op.create_index(op.f("ix_start_timer_due"), "start_timer", ["due"])


def downgrade() -> None:
    op.drop_index(op.f("ix_start_timer_due"), "start_timer")
    op.drop_table("start_timer")
