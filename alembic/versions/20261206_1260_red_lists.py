"""Which scenarios failed when a deployment was deployed; of earlier ones nobody noted it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "20261206_1260"
down_revision = "20261206_1251"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("deployment", sa.Column("red_list", sa.Text(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("deployment") as batch:
        batch.drop_column("red_list")
