"""A deployment is stored with the meaning under which it was checked; those before this revision have the first one."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "20261204_0800"
down_revision = "20261204_0780"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("deployment", sa.Column("meaning", sa.Integer(), server_default=sa.text("1"), nullable=False))


def downgrade() -> None:
    with op.batch_alter_table("deployment") as table:
        table.drop_column("meaning")
