"""Who saw personal data, and requests of data subjects."""

from __future__ import annotations

revision = "20261126_1704"
down_revision = "20261126_1703"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
