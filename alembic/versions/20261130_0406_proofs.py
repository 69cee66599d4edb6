"""What proves the record: salts of reports, sealed looks, exported anchors, what a check could not prove."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "20261130_0406"
down_revision = "20261130_0405"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("report", sa.Column("salt", sa.LargeBinary(), nullable=True))
    op.add_column("look", sa.Column("seq", sa.Integer(), nullable=True))
    op.add_column("sweep", sa.Column("unproven", sa.Integer(), server_default=sa.text("0"), nullable=False))
    op.create_table(
        "look_head",
        sa.Column("report_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("looks", sa.Integer(), nullable=False),
        sa.Column("head", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["report_id"], ["report.id"], name=op.f("fk_look_head_report_id")),
        sa.PrimaryKeyConstraint("report_id", name=op.f("pk_look_head")),
    )
    op.create_table(
        "anchor_export",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("cases", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("copied_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("mailed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("tried_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("day", name=op.f("pk_anchor_export")),
    )


def downgrade() -> None:
    op.drop_table("anchor_export")
    op.drop_table("look_head")
    with op.batch_alter_table("sweep") as batch_op:
        batch_op.drop_column("unproven")
    op.drop_column("look", "seq")
    op.drop_column("report", "salt")
