"""Directives, their templates and numbers."""

from __future__ import annotations

revision = "20261126_1702"
down_revision = "20261126_1701"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
