"""What citizens write through other channels, until an operator makes a report of it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "20261206_1251"
down_revision = "20261206_1250"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "conversation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("channel", sa.String(length=80), nullable=False),
        sa.Column("peer", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("report_id", sa.Integer(), nullable=True),
        sa.Column("began_at", INSTANT, nullable=False),
        sa.Column("ended_at", INSTANT, nullable=True),
        sa.Column("ended_by", sa.String(length=80), nullable=True),
        sa.ForeignKeyConstraint(["report_id"], ["report.id"], name=op.f("fk_conversation_report_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_conversation")),
        sa.UniqueConstraint("channel", "peer", "report_id", name=op.f("uq_conversation_channel_peer_report_id")),
    )
    op.create_index(op.f("ix_conversation_report_id"), "conversation", ["report_id"])
    is_open = sa.text("state = 'open'")
    op.create_index(
        "uq_conversation_open",
        "conversation",
        ["channel", "peer"],
        unique=True,
        sqlite_where=is_open,
        postgresql_where=is_open,
    )
    op.create_table(
        "conversation_message",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("conversation_id", sa.Integer(), nullable=False),
        sa.Column("channel", sa.String(length=80), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("position", sa.Text(), nullable=False),
        sa.Column("received_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(
            ["conversation_id"], ["conversation.id"], name=op.f("fk_conversation_message_conversation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_conversation_message")),
        sa.UniqueConstraint("channel", "digest", name=op.f("uq_conversation_message_channel_digest")),
    )
    op.create_index(op.f("ix_conversation_message_conversation_id"), "conversation_message", ["conversation_id"])


def downgrade() -> None:
    op.drop_table("conversation_message")
    op.drop_table("conversation")
