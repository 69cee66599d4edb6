"""Films and recordings stored earlier are cleaned once more, by what takes all remarks away: the worker does it.

The revision that began to clean old files left recordings out, and films were cleaned less thoroughly at first. What is
clean already stays as it is.
"""

from __future__ import annotations

from alembic import op

revision = "20261203_0700"
down_revision = "20261202_0642"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("UPDATE attachment SET thumbnail = NULL WHERE media_type LIKE 'video/%' OR media_type LIKE 'audio/%'")


def downgrade() -> None:
    pass  # A cleaned file stays clean.
