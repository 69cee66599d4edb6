"""Who is on duty outside office hours, by unit and week."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "20261201_0562"
down_revision = "20261201_0561"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "duty_shift",
        sa.Column("unit_code", sa.String(length=80), nullable=False),
        sa.Column("week", sa.Date(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("phone", sa.String(length=20), server_default="", nullable=False),
        sa.Column("set_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("set_by", sa.String(length=80), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_duty_shift_person_id")),
        sa.ForeignKeyConstraint(["unit_code"], ["unit.code"], name=op.f("fk_duty_shift_unit_code")),
        sa.PrimaryKeyConstraint("unit_code", "week", name=op.f("pk_duty_shift")),
    )
    op.create_index(op.f("ix_duty_shift_person_id"), "duty_shift", ["person_id"])


def downgrade() -> None:
    op.drop_index(op.f("ix_duty_shift_person_id"), "duty_shift")
    op.drop_table("duty_shift")
