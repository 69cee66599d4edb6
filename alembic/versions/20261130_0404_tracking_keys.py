"""Tracking keys of reports, and one-time codes for those who have none."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "20261130_0404"
down_revision = "20261130_0402"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "tracking_key",
        sa.Column("report_id", sa.Integer(), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("serial", sa.Integer(), nullable=False),
        sa.Column("issued_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("issued_by", sa.String(length=80), nullable=False),
        sa.ForeignKeyConstraint(["report_id"], ["report.id"], name=op.f("fk_tracking_key_report_id")),
        sa.PrimaryKeyConstraint("report_id", name=op.f("pk_tracking_key")),
    )
    op.create_table(
        "one_time_code",
        sa.Column("handle", sa.String(length=40), nullable=False),
        sa.Column("report_id", sa.Integer(), nullable=True),
        sa.Column("requested_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("queued_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["report_id"], ["report.id"], name=op.f("fk_one_time_code_report_id")),
        sa.PrimaryKeyConstraint("handle", name=op.f("pk_one_time_code")),
    )
    op.create_index("ix_one_time_code_expires_at", "one_time_code", ["expires_at"])


def downgrade() -> None:
    op.drop_index("ix_one_time_code_expires_at", "one_time_code")
    op.drop_table("one_time_code")
    op.drop_table("tracking_key")
