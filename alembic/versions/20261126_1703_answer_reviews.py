"""Why a version of a standard answer was made, uses of answers, what settled a question, and reviews of answers."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "20261126_1703"
down_revision = "20261126_1702"
branch_labels = None
depends_on = None

OPEN = sa.text("settled_at IS NULL")


def upgrade() -> None:
    op.add_column("standard_answer", sa.Column("note", sa.Text(), server_default="", nullable=False))
    op.add_column("standard_answer", sa.Column("from_version", sa.Integer(), nullable=True))
    op.add_column("question", sa.Column("settled_by", sa.String(length=80), nullable=True))
    op.add_column("question", sa.Column("answer_key", sa.String(length=80), nullable=True))
    op.create_index("ix_question_open", "question", ["field", "id"], sqlite_where=OPEN, postgresql_where=OPEN)
    op.create_table(
        "answer_use",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("instance_id", sa.Integer(), nullable=False),
        sa.Column("answer_key", sa.String(length=80), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("field", sa.String(length=80), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("unchanged", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["instance_id"], ["instance.id"], name=op.f("fk_answer_use_instance_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_answer_use")),
        sa.UniqueConstraint("instance_id", name=op.f("uq_answer_use_instance_id")),
    )
    op.create_index("ix_answer_use_at", "answer_use", ["at", "answer_key"])
    op.create_table(
        "answer_review",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("instance_id", sa.Integer(), nullable=False),
        sa.Column("unit_code", sa.String(length=80), nullable=False),
        sa.Column("field", sa.String(length=80), nullable=False),
        sa.Column("verdict", sa.String(length=10), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reviewer_id", sa.Integer(), nullable=False),
        sa.Column("reviewer_unit", sa.String(length=80), nullable=False),
        sa.Column("reply", sa.Text(), nullable=True),
        sa.Column("replied_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("replied_by", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["instance_id"], ["instance.id"], name=op.f("fk_answer_review_instance_id")),
        sa.ForeignKeyConstraint(["replied_by"], ["person.id"], name=op.f("fk_answer_review_replied_by")),
        sa.ForeignKeyConstraint(["reviewer_id"], ["person.id"], name=op.f("fk_answer_review_reviewer_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_answer_review")),
        sa.UniqueConstraint("instance_id", name=op.f("uq_answer_review_instance_id")),
    )
    op.create_index("ix_answer_review_unit", "answer_review", ["unit_code", "at"])
    op.create_index("ix_answer_review_at", "answer_review", ["at", "field"])


def downgrade() -> None:
    op.drop_table("answer_review")
    op.drop_table("answer_use")
    op.drop_index("ix_question_open", "question")
    with op.batch_alter_table("question") as batch_op:
        batch_op.drop_column("answer_key")
        batch_op.drop_column("settled_by")
    with op.batch_alter_table("standard_answer") as batch_op:
        batch_op.drop_column("from_version")
        batch_op.drop_column("note")
