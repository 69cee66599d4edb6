"""Instances that people, messages and timers begin: who began them and for whom, their numbers and files."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "20261202_0639"
down_revision = "20261202_0631"
branch_labels = None
depends_on = None

_BEGUN = sa.text("unit_code IS NOT NULL")


def upgrade() -> None:
    with op.batch_alter_table("matter") as matter:
        matter.add_column(sa.Column("unit_code", sa.String(length=80), nullable=True))
        matter.add_column(sa.Column("name", sa.Text(), server_default="", nullable=False))
        matter.add_column(sa.Column("starter_id", sa.Integer(), nullable=True))
        matter.add_column(sa.Column("folded", sa.Text(), server_default="", nullable=False))
        matter.create_foreign_key(op.f("fk_matter_starter_id"), "person", ["starter_id"], ["id"])
    op.create_index(op.f("ix_matter_code"), "matter", ["code"])
    op.create_index(op.f("ix_matter_starter_id"), "matter", ["starter_id"])
    op.create_index("ix_matter_begun", "matter", ["instance_id"], sqlite_where=_BEGUN, postgresql_where=_BEGUN)
    op.create_index(
        "ix_matter_unit", "matter", ["unit_code", "instance_id"], sqlite_where=_BEGUN, postgresql_where=_BEGUN
    )
    op.create_table(
        "matter_number",
        sa.Column("letters", sa.String(length=2), nullable=False),
        sa.Column("year", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("letters", "year", name=op.f("pk_matter_number")),
    )
    op.create_table(
        "matter_file",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("instance_id", sa.Integer(), nullable=True),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("media_type", sa.String(length=80), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("thumbnail", sa.String(length=64), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("added_by", sa.String(length=80), nullable=False),
        sa.ForeignKeyConstraint(["instance_id"], ["instance.id"], name=op.f("fk_matter_file_instance_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_matter_file")),
    )
    op.create_index(op.f("ix_matter_file_instance_id"), "matter_file", ["instance_id"])


def downgrade() -> None:
    op.drop_index(op.f("ix_matter_file_instance_id"), "matter_file")
    op.drop_table("matter_file")
    op.drop_table("matter_number")
    for name in ("ix_matter_unit", "ix_matter_begun", op.f("ix_matter_starter_id"), op.f("ix_matter_code")):
        op.drop_index(name, "matter")
    with op.batch_alter_table("matter") as matter:
        matter.drop_constraint(op.f("fk_matter_starter_id"), type_="foreignkey")
        for name in ("folded", "starter_id", "name", "unit_code"):
            matter.drop_column(name)
