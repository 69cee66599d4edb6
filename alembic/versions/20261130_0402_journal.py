"""The journal of acts outside cases: its rows, and the ends of its chains."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "20261130_0402"
down_revision = "20261130_0401"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "journal",
        sa.Column("chain", sa.String(length=80), nullable=False),
        sa.Column("seq", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor", sa.String(length=80), nullable=False),
        sa.Column("origin", sa.String(length=80), nullable=False),
        sa.Column("act", sa.String(length=80), nullable=False),
        sa.Column("subject", sa.String(length=80), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("chain", "seq", name=op.f("pk_journal")),
    )
    op.create_index("ix_journal_at", "journal", ["at", "chain", "seq"])
    op.create_index("ix_journal_actor", "journal", ["actor", "at"])
    op.create_index("ix_journal_subject", "journal", ["subject", "at"])
    op.create_table(
        "journal_chain",
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("head", sa.LargeBinary(), nullable=False),
        sa.Column("length", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_journal_chain")),
    )


def downgrade() -> None:
    op.drop_table("journal_chain")
    op.drop_index("ix_journal_subject", "journal")
    op.drop_index("ix_journal_actor", "journal")
    op.drop_index("ix_journal_at", "journal")
    op.drop_table("journal")
