"""Whether a key may send messages and signals to cases: none of those that exist may."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "20261205_1110"
down_revision = "20261205_1102"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("api_key", sa.Column("sends_events", sa.Boolean(), server_default=sa.text("false"), nullable=False))


def downgrade() -> None:
    op.drop_column("api_key", "sends_events")
