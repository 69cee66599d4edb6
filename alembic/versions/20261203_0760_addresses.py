"""House numbers that a province brings, and reports of a place in the order in which they came."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "20261203_0760"
down_revision = "20261203_0740"
branch_labels = None
depends_on = None

FOLDED = sa.String(length=200).with_variant(sa.String(length=200, collation="C"), "postgresql")


def upgrade() -> None:
    op.create_table(
        "address_set",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("source", sa.Text(), server_default="", nullable=False),
        sa.Column("licence", sa.Text(), server_default="", nullable=False),
        sa.Column("loaded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("addresses", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_address_set")),
    )
    op.create_table(
        "address",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("text", sa.String(length=200), nullable=False),
        sa.Column("folded", FOLDED, nullable=False),
        sa.Column("street", FOLDED, nullable=False),
        sa.Column("place", sa.String(length=80), server_default="", nullable=False),
        *(sa.Column(name, sa.Double(), nullable=False) for name in ("longitude", "latitude")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_address")),
    )
    op.create_index("ix_address_folded", "address", ["folded"])
    op.create_index("ix_address_street", "address", ["street"])
    op.drop_index("ix_report_place", table_name="report")
    op.create_index("ix_report_place", "report", ["place", "received_at"])


def downgrade() -> None:
    op.drop_index("ix_report_place", table_name="report")
    op.create_index("ix_report_place", "report", ["place"])
    op.drop_table("address")
    op.drop_table("address_set")
