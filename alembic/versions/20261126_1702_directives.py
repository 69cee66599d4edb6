"""Directives, their templates and numbers."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "20261126_1702"
down_revision = "20261126_1701"
branch_labels = None
depends_on = None


def instant(name: str, *, nullable: bool = True) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def upgrade() -> None:
    op.create_table(
        "directive_template",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        instant("added_at", nullable=False),
        sa.Column("added_by", sa.String(length=80), nullable=False),
        sa.Column("turn", sa.Integer(), server_default=sa.text("0"), nullable=False),
        instant("used_from"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_directive_template")),
    )
    op.create_table(
        "directive_number",
        sa.Column("year", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("year", name=op.f("pk_directive_number")),
    )
    op.create_table(
        "directive",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("demand", sa.Text(), nullable=False),
        sa.Column("days", sa.Integer(), nullable=False),
        sa.Column("signer_title", sa.Text(), nullable=False),
        sa.Column("signer_name", sa.Text(), nullable=False),
        instant("drafted_at", nullable=False),
        sa.Column("drafted_by", sa.String(length=80), nullable=False),
        sa.Column("year", sa.Integer(), nullable=True),
        sa.Column("number", sa.Integer(), nullable=True),
        sa.Column("symbol", sa.String(length=20), nullable=True),
        instant("issued_at"),
        sa.Column("issued_by", sa.String(length=80), nullable=True),
        instant("due_at"),
        sa.Column("digest", sa.String(length=64), nullable=True),
        sa.Column("template_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["template_id"], ["directive_template.id"], name=op.f("fk_directive_template_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_directive")),
        sa.UniqueConstraint("year", "number", name=op.f("uq_directive_year_number")),
    )
    op.create_index("ix_directive_state", "directive", ["state"])
    op.create_table(
        "directive_case",
        sa.Column("directive_id", sa.Integer(), nullable=False),
        sa.Column("instance_id", sa.Integer(), nullable=False),
        sa.Column("unit_code", sa.String(length=80), nullable=False),
        instant("due_at", nullable=False),
        sa.ForeignKeyConstraint(["directive_id"], ["directive.id"], name=op.f("fk_directive_case_directive_id")),
        sa.ForeignKeyConstraint(["instance_id"], ["instance.id"], name=op.f("fk_directive_case_instance_id")),
        sa.PrimaryKeyConstraint("directive_id", "instance_id", name=op.f("pk_directive_case")),
    )
    op.create_index("ix_directive_case_instance_id", "directive_case", ["instance_id"])
    op.create_table(
        "directive_unit",
        sa.Column("directive_id", sa.Integer(), nullable=False),
        sa.Column("unit_code", sa.String(length=80), nullable=False),
        sa.Column("instance_id", sa.Integer(), nullable=True),
        instant("received_at"),
        sa.Column("received_by", sa.String(length=80), nullable=True),
        sa.ForeignKeyConstraint(["directive_id"], ["directive.id"], name=op.f("fk_directive_unit_directive_id")),
        sa.ForeignKeyConstraint(["instance_id"], ["instance.id"], name=op.f("fk_directive_unit_instance_id")),
        sa.PrimaryKeyConstraint("directive_id", "unit_code", name=op.f("pk_directive_unit")),
        sa.UniqueConstraint("instance_id", name=op.f("uq_directive_unit_instance_id")),
    )
    op.create_index("ix_directive_unit_unit_code", "directive_unit", ["unit_code"])
    op.create_table(
        "matter",
        sa.Column("instance_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("code", sa.String(length=80), nullable=False),
        sa.Column("line", sa.Text(), nullable=False),
        sa.Column("page", sa.String(length=80), nullable=False),
        sa.ForeignKeyConstraint(["instance_id"], ["instance.id"], name=op.f("fk_matter_instance_id")),
        sa.PrimaryKeyConstraint("instance_id", name=op.f("pk_matter")),
    )


def downgrade() -> None:
    for table in ("matter", "directive_unit", "directive_case", "directive", "directive_number", "directive_template"):
        op.drop_table(table)
