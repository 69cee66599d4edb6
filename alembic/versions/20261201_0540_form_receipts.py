"""Receipts of forms that were sent, so that none is sent twice."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "20261201_0540"
down_revision = "20261201_0521"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "form_receipt",
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("form", sa.String(length=64), nullable=False),
        sa.Column("location", sa.Text(), nullable=False),
        sa.Column("result", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_form_receipt")),
    )
    op.create_index("ix_form_receipt_form", "form_receipt", ["form"])
    op.create_index("ix_form_receipt_at", "form_receipt", ["at"])


def downgrade() -> None:
    op.drop_index("ix_form_receipt_at", "form_receipt")
    op.drop_index("ix_form_receipt_form", "form_receipt")
    op.drop_table("form_receipt")
