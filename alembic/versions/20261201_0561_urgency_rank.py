"""Open tasks know how urgent their report is: lists begin with what is pressing."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "20261201_0561"
down_revision = "20261201_0560"
branch_labels = None
depends_on = None

_PRESSING = sa.text("state = 'open' AND urgency_rank < 2")
_RANK_OPEN_TASKS = """
UPDATE task SET urgency_rank = CASE WHEN instance_id IN (
    SELECT instance.id FROM instance JOIN report ON report.id = instance.report_id WHERE report.urgency = 'emergency'
) THEN 0 ELSE 1 END
WHERE state = 'open' AND instance_id IN (
    SELECT instance.id FROM instance JOIN report ON report.id = instance.report_id
    WHERE report.urgency IN ('emergency', 'urgent')
)
"""


def upgrade() -> None:
    op.add_column("task", sa.Column("urgency_rank", sa.Integer(), server_default=sa.text("2"), nullable=False))
    op.execute(_RANK_OPEN_TASKS)
    op.create_index(
        "ix_task_pressing",
        "task",
        ["unit_code", "role", "urgency_rank", "due_at", "id"],
        sqlite_where=_PRESSING,
        postgresql_where=_PRESSING,
    )


def downgrade() -> None:
    op.drop_index("ix_task_pressing", "task")
    op.drop_column("task", "urgency_rank")
