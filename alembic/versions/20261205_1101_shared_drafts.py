"""Drafts of the process that others read and edit, and remarks on them; drafts of before stay their owners' alone."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "20261205_1101"
down_revision = "20261205_1100"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    with op.batch_alter_table("studio_draft") as batch:
        batch.add_column(sa.Column("shared_at", INSTANT, nullable=True))
    op.create_table(
        "studio_member",
        sa.Column("draft_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("may_edit", sa.Boolean(), nullable=False),
        sa.Column("edited_at", INSTANT, nullable=True),
        sa.ForeignKeyConstraint(["draft_id"], ["studio_draft.id"], name=op.f("fk_studio_member_draft_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_studio_member_person_id")),
        sa.PrimaryKeyConstraint("draft_id", "person_id", name=op.f("pk_studio_member")),
    )
    op.create_index(op.f("ix_studio_member_person_id"), "studio_member", ["person_id"])
    op.create_table(
        "studio_comment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("draft_id", sa.Integer(), nullable=False),
        sa.Column("thread_id", sa.Integer(), nullable=True),
        sa.Column("path", sa.String(length=200), nullable=False),
        sa.Column("element", sa.String(length=200), nullable=False),
        sa.Column("line", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("resolved_at", INSTANT, nullable=True),
        sa.Column("resolved_by", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["draft_id"], ["studio_draft.id"], name=op.f("fk_studio_comment_draft_id")),
        sa.ForeignKeyConstraint(["thread_id"], ["studio_comment.id"], name=op.f("fk_studio_comment_thread_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_studio_comment_person_id")),
        sa.ForeignKeyConstraint(["resolved_by"], ["person.id"], name=op.f("fk_studio_comment_resolved_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_studio_comment")),
    )
    op.create_index(op.f("ix_studio_comment_draft_id"), "studio_comment", ["draft_id"])


def downgrade() -> None:
    op.drop_table("studio_comment")
    op.drop_table("studio_member")
    with op.batch_alter_table("studio_draft") as batch:
        batch.drop_column("shared_at")
