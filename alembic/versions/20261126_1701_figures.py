"""The figures of the monitor."""

from __future__ import annotations

revision = "20261126_1701"
down_revision = "20261126_1134"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
