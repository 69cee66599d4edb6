"""Open cases whose deadline was moved into the future are not overdue any more; the mark in their history stays."""

from __future__ import annotations

from alembic import op

revision = "20261201_0521"
down_revision = "20261201_0520"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute(
        "UPDATE instance SET overdue_at = NULL "
        "WHERE status = 'active' AND overdue_at IS NOT NULL AND due_at > CURRENT_TIMESTAMP"
    )


def downgrade() -> None:
    pass
