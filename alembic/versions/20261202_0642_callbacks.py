"""Finished cases drawn by lot to call their citizens back: rates of units, draws, verdicts."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "20261202_0642"
down_revision = "20261202_0641"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "callback_rate",
        sa.Column("unit_code", sa.String(length=80), nullable=False),
        sa.Column("percent", sa.Integer(), nullable=False),
        sa.Column("set_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("set_by", sa.String(length=80), nullable=False),
        sa.PrimaryKeyConstraint("unit_code", name=op.f("pk_callback_rate")),
    )
    op.create_table(
        "callback_draw",
        sa.Column("last", sa.Date(), nullable=False),
        sa.Column("first", sa.Date(), nullable=False),
        sa.Column("seed", sa.String(length=32), nullable=False),
        sa.Column("drawn_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("cases", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("last", name=op.f("pk_callback_draw")),
    )
    op.create_table(
        "callback",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("instance_id", sa.Integer(), nullable=False),
        sa.Column("draw", sa.Date(), nullable=False),
        sa.Column("unit_code", sa.String(length=80), nullable=False),
        sa.Column("field", sa.String(length=80), nullable=False),
        sa.Column("percent", sa.Integer(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("reached", sa.Boolean(), nullable=True),
        sa.Column("satisfied", sa.Boolean(), nullable=True),
        sa.Column("truthful", sa.Boolean(), nullable=True),
        sa.Column("called_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("called_by", sa.String(length=80), nullable=True),
        sa.ForeignKeyConstraint(["draw"], ["callback_draw.last"], name=op.f("fk_callback_draw")),
        sa.ForeignKeyConstraint(["instance_id"], ["instance.id"], name=op.f("fk_callback_instance_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_callback")),
        sa.UniqueConstraint("instance_id", "draw", name=op.f("uq_callback_instance_id_draw")),
    )
    op.create_index(op.f("ix_callback_draw"), "callback", ["draw"])
    op.create_index(op.f("ix_callback_unit_code"), "callback", ["unit_code"])


def downgrade() -> None:
    op.drop_table("callback")
    op.drop_table("callback_draw")
    op.drop_table("callback_rate")
