"""The register of breaches of personal data: entries are added, never changed."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "20261130_0407"
down_revision = "20261130_0406"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "breach",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by", sa.String(length=80), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_breach")),
    )
    op.create_table(
        "breach_entry",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("breach_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("recipient", sa.String(length=12), server_default="", nullable=False),
        sa.Column("happened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by", sa.String(length=80), nullable=False),
        sa.Column("corrects_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["breach_id"], ["breach.id"], name=op.f("fk_breach_entry_breach_id")),
        sa.ForeignKeyConstraint(["corrects_id"], ["breach_entry.id"], name=op.f("fk_breach_entry_corrects_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_breach_entry")),
        sa.UniqueConstraint("corrects_id", name=op.f("uq_breach_entry_corrects_id")),
    )
    op.create_index(op.f("ix_breach_entry_breach_id"), "breach_entry", ["breach_id"])


def downgrade() -> None:
    op.drop_table("breach_entry")
    op.drop_table("breach")
