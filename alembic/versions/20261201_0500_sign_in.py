"""Second factors, recovery codes, links that set a password, and what a session knows of its proof and place."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "20261201_0500"
down_revision = "20261201_0490"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("web_session") as table:
        table.add_column(sa.Column("proof", sa.Text(), server_default="password", nullable=False))
        table.add_column(sa.Column("proven_at", sa.DateTime(timezone=True), nullable=True))
        table.add_column(sa.Column("address", sa.String(length=80), server_default="", nullable=False))
        table.add_column(sa.Column("device", sa.String(length=80), server_default="", nullable=False))
    op.create_table(
        "sign_in_factor",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("secret", sa.LargeBinary(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("counter", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_sign_in_factor_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_in_factor")),
        sa.UniqueConstraint("digest", name=op.f("uq_sign_in_factor_digest")),
    )
    op.create_index(op.f("ix_sign_in_factor_person_id"), "sign_in_factor", ["person_id"])
    op.create_table(
        "recovery_code",
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_recovery_code_person_id")),
        sa.PrimaryKeyConstraint("person_id", "digest", name=op.f("pk_recovery_code")),
    )
    op.create_table(
        "account_link",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("handle", sa.String(length=40), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_by", sa.String(length=80), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_account_link_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account_link")),
        sa.UniqueConstraint("handle", name=op.f("uq_account_link_handle")),
    )
    op.create_index(op.f("ix_account_link_person_id"), "account_link", ["person_id"])
    op.create_index(op.f("ix_account_link_expires_at"), "account_link", ["expires_at"])


def downgrade() -> None:
    op.drop_table("account_link")
    op.drop_table("recovery_code")
    op.drop_table("sign_in_factor")
    with op.batch_alter_table("web_session") as table:
        for name in ("device", "address", "proven_at", "proof"):
            table.drop_column(name)
