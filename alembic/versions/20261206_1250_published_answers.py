"""What was decided about publishing answers; of answers of before nothing has been decided, so none is published."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "20261206_1250"
down_revision = "20261205_1121"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "published_answer",
        sa.Column("instance_id", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("decided_at", INSTANT, nullable=False),
        sa.Column("decided_by", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["instance_id"], ["instance.id"], name=op.f("fk_published_answer_instance_id")),
        sa.ForeignKeyConstraint(["decided_by"], ["person.id"], name=op.f("fk_published_answer_decided_by")),
        sa.PrimaryKeyConstraint("instance_id", name=op.f("pk_published_answer")),
    )
    op.create_index(op.f("ix_published_answer_decided_at"), "published_answer", ["decided_at"])


def downgrade() -> None:
    op.drop_table("published_answer")
