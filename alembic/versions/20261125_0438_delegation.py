"""Who delegated a task, and gets it back."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "20261125_0438"
down_revision = "20261125_0236"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("task") as batch_op:
        batch_op.add_column(sa.Column("owner_id", sa.Integer(), nullable=True))
        batch_op.create_index(
            "ix_task_open_owner",
            ["owner_id", "due_at", "id"],
            unique=False,
            sqlite_where=sa.text("state = 'open' AND owner_id IS NOT NULL"),
            postgresql_where=sa.text("state = 'open' AND owner_id IS NOT NULL"),
        )
        batch_op.create_foreign_key("fk_task_owner_id", "person", ["owner_id"], ["id"])


def downgrade() -> None:
    with op.batch_alter_table("task") as batch_op:
        batch_op.drop_constraint("fk_task_owner_id", type_="foreignkey")
        batch_op.drop_index(
            "ix_task_open_owner",
            sqlite_where=sa.text("state = 'open' AND owner_id IS NOT NULL"),
            postgresql_where=sa.text("state = 'open' AND owner_id IS NOT NULL"),
        )
        batch_op.drop_column("owner_id")
