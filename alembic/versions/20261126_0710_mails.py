"""Mails to people with their recipients, who wants the digest of a morning, and nightly jobs."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "20261126_0710"
down_revision = "20261125_0438"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "job_run",
        sa.Column("job", sa.String(length=80), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("job", "day", name=op.f("pk_job_run")),
    )
    op.create_table(
        "mail",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("channel", sa.String(length=10), nullable=False),
        sa.Column("recipient", sa.String(length=80), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("about", sa.String(length=80), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("available_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("leased_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("attempts", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mail")),
        sa.UniqueConstraint("channel", "recipient", "kind", "about", name=op.f("uq_mail_channel_recipient_kind_about")),
    )
    with op.batch_alter_table("mail") as batch_op:
        batch_op.create_index("ix_mail_recipient", ["recipient", "sent_at"], unique=False)
        batch_op.create_index(
            "ix_mail_waiting",
            ["available_at", "id"],
            unique=False,
            sqlite_where=sa.text("sent_at IS NULL AND available_at IS NOT NULL"),
            postgresql_where=sa.text("sent_at IS NULL AND available_at IS NOT NULL"),
        )

    op.create_table(
        "notice_recipient",
        sa.Column("outbox_id", sa.Integer(), nullable=False),
        sa.Column("channel", sa.String(length=10), nullable=False),
        sa.Column("recipient", sa.String(length=80), nullable=False),
        sa.Column("unit_code", sa.String(length=80), nullable=True),
        sa.Column("mail_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["mail_id"], ["mail.id"], name=op.f("fk_notice_recipient_mail_id")),
        sa.ForeignKeyConstraint(["outbox_id"], ["outbox.id"], name=op.f("fk_notice_recipient_outbox_id")),
        sa.PrimaryKeyConstraint("outbox_id", "channel", "recipient", name=op.f("pk_notice_recipient")),
    )
    with op.batch_alter_table("notice_recipient") as batch_op:
        batch_op.create_index("ix_notice_recipient_mail_id", ["mail_id"], unique=False)
        batch_op.create_index(
            "ix_notice_recipient_waiting",
            ["recipient"],
            unique=False,
            sqlite_where=sa.text("mail_id IS NULL"),
            postgresql_where=sa.text("mail_id IS NULL"),
        )

    with op.batch_alter_table("person") as batch_op:
        batch_op.add_column(sa.Column("wants_digest", sa.Boolean(), server_default=sa.text("true"), nullable=False))


def downgrade() -> None:
    with op.batch_alter_table("person") as batch_op:
        batch_op.drop_column("wants_digest")

    with op.batch_alter_table("notice_recipient") as batch_op:
        batch_op.drop_index(
            "ix_notice_recipient_waiting",
            sqlite_where=sa.text("mail_id IS NULL"),
            postgresql_where=sa.text("mail_id IS NULL"),
        )
        batch_op.drop_index("ix_notice_recipient_mail_id")

    op.drop_table("notice_recipient")
    with op.batch_alter_table("mail") as batch_op:
        batch_op.drop_index(
            "ix_mail_waiting",
            sqlite_where=sa.text("sent_at IS NULL AND available_at IS NOT NULL"),
            postgresql_where=sa.text("sent_at IS NULL AND available_at IS NOT NULL"),
        )
        batch_op.drop_index("ix_mail_recipient")

    op.drop_table("mail")
    op.drop_table("job_run")
