"""Reviews of drafts, the rule that a deployment needs one, also in older databases, and who approved which."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "20261205_1102"
down_revision = "20261205_1101"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "studio_review",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("draft_id", sa.Integer(), nullable=False),
        sa.Column("base_id", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("asked_by", sa.Integer(), nullable=False),
        sa.Column("asked_at", INSTANT, nullable=False),
        sa.Column("verdict", sa.String(length=10), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("decided_by", sa.Integer(), nullable=True),
        sa.Column("decided_at", INSTANT, nullable=True),
        sa.ForeignKeyConstraint(["draft_id"], ["studio_draft.id"], name=op.f("fk_studio_review_draft_id")),
        sa.ForeignKeyConstraint(["base_id"], ["deployment.id"], name=op.f("fk_studio_review_base_id")),
        sa.ForeignKeyConstraint(["asked_by"], ["person.id"], name=op.f("fk_studio_review_asked_by")),
        sa.ForeignKeyConstraint(["decided_by"], ["person.id"], name=op.f("fk_studio_review_decided_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_studio_review")),
    )
    op.create_index(op.f("ix_studio_review_draft_id"), "studio_review", ["draft_id"])
    op.create_index(op.f("ix_studio_review_digest"), "studio_review", ["digest"])
    op.create_table(
        "release_rule",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("needs_approval", sa.Boolean(), nullable=False),
        sa.Column("set_at", INSTANT, nullable=False),
        sa.Column("set_by", sa.String(length=80), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_release_rule")),
    )
    op.create_table(
        "release_approval",
        sa.Column("turn", sa.Integer(), nullable=False),
        sa.Column("approved_by", sa.String(length=80), nullable=True),
        sa.Column("approved_at", INSTANT, nullable=True),
        sa.Column("emergency", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["turn"], ["activation.turn"], name=op.f("fk_release_approval_turn")),
        sa.PrimaryKeyConstraint("turn", name=op.f("pk_release_approval")),
    )


def downgrade() -> None:
    for table in ("release_approval", "release_rule", "studio_review"):
        op.drop_table(table)
