"""How long calls lasted, and calls that became no report."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "20261201_0560"
down_revision = "20261201_0541"
branch_labels = None
depends_on = None

_MEASURED = sa.text("call_seconds IS NOT NULL")


def upgrade() -> None:
    op.add_column("report", sa.Column("call_seconds", sa.Integer(), nullable=True))
    op.create_index("ix_report_call", "report", ["received_at"], sqlite_where=_MEASURED, postgresql_where=_MEASURED)
    op.create_table(
        "unfiled_call",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reason", sa.String(length=80), nullable=False),
        sa.Column("seconds", sa.Integer(), nullable=True),
        sa.Column("taken_by", sa.String(length=80), nullable=False),
        sa.Column("place", sa.String(length=80), server_default="", nullable=False),
        sa.Column("note", sa.Text(), server_default="", nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_unfiled_call")),
    )
    op.create_index(op.f("ix_unfiled_call_at"), "unfiled_call", ["at"])


def downgrade() -> None:
    op.drop_index(op.f("ix_unfiled_call_at"), "unfiled_call")
    op.drop_table("unfiled_call")
    op.drop_index("ix_report_call", "report")
    op.drop_column("report", "call_seconds")
