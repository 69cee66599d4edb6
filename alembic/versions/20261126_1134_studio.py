"""What analysts work on in the studio, acts of deploying, the way back of migrated cases, tasks by when they closed."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "20261126_1134"
down_revision = "20261126_0710"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index(
        "ix_task_closed",
        "task",
        ["closed_at"],
        sqlite_where=sa.text("closed_at IS NOT NULL"),
        postgresql_where=sa.text("closed_at IS NOT NULL"),
    )
    op.create_table(
        "activation",
        sa.Column("turn", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("deployment_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.String(length=80), nullable=False),
        sa.Column("message", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["deployment_id"], ["deployment.id"], name=op.f("fk_activation_deployment_id")),
        sa.PrimaryKeyConstraint("turn", name=op.f("pk_activation")),
    )
    op.add_column("deployment", sa.Column("turn", sa.Integer(), server_default=sa.text("0"), nullable=False))
    # So far each content was deployed once, in the order of the numbers.
    op.execute("UPDATE deployment SET turn = number")
    op.execute(
        'INSERT INTO activation (turn, deployment_id, at, "by", message) '
        "SELECT number, id, created_at, created_by, message FROM deployment"
    )
    op.create_table(
        "studio_draft",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("base_id", sa.Integer(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["base_id"], ["deployment.id"], name=op.f("fk_studio_draft_base_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_studio_draft_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_studio_draft")),
    )
    with op.batch_alter_table("studio_draft") as batch_op:
        batch_op.create_index("ix_studio_draft_person_id", ["person_id"], unique=False)

    op.create_table(
        "studio_file",
        sa.Column("draft_id", sa.Integer(), nullable=False),
        sa.Column("path", sa.String(length=200), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["draft_id"], ["studio_draft.id"], name=op.f("fk_studio_file_draft_id")),
        sa.PrimaryKeyConstraint("draft_id", "path", name=op.f("pk_studio_file")),
    )
    op.create_table(
        "instance_move",
        sa.Column("instance_id", sa.Integer(), nullable=False),
        sa.Column("definition_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.LargeBinary(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.String(length=80), nullable=False),
        sa.ForeignKeyConstraint(
            ["definition_id"], ["process_definition.id"], name=op.f("fk_instance_move_definition_id")
        ),
        sa.ForeignKeyConstraint(["instance_id"], ["instance.id"], name=op.f("fk_instance_move_instance_id")),
        sa.PrimaryKeyConstraint("instance_id", name=op.f("pk_instance_move")),
    )


def downgrade() -> None:
    op.drop_index("ix_task_closed", "task")
    with op.batch_alter_table("deployment") as batch_op:
        batch_op.drop_column("turn")
    op.drop_table("activation")
    op.drop_table("instance_move")
    op.drop_table("studio_file")
    with op.batch_alter_table("studio_draft") as batch_op:
        batch_op.drop_index("ix_studio_draft_person_id")

    op.drop_table("studio_draft")
