"""Reviews of answers and versions of standard answers."""

from __future__ import annotations

revision = "20261126_1703"
down_revision = "20261126_1702"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
