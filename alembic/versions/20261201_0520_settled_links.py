"""When the end of a main case reached the reports that hang on it. Those of cases long ended count as reached."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "20261201_0520"
down_revision = "20261201_0510"
branch_labels = None
depends_on = None

_UNSETTLED = sa.text("undone_at IS NULL AND settled_at IS NULL")
# A merged case that is still open waits for its main case as before, and the worker ends it or lets it go on.
_ENDED = """
UPDATE report_link SET settled_at = (
    SELECT max(instance.finished_at) FROM instance WHERE instance.report_id = report_link.other_id
)
WHERE kind IN ('repeat', 'merged')
  AND EXISTS (SELECT 1 FROM instance WHERE instance.report_id = report_link.other_id AND instance.status = 'finished')
  AND NOT EXISTS (
    SELECT 1 FROM instance WHERE instance.status = 'active'
      AND instance.report_id IN (report_link.other_id, report_link.report_id)
  )
"""


def upgrade() -> None:
    op.add_column("report_link", sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True))
    op.execute(_ENDED)
    op.create_index(
        "ix_report_link_unsettled",
        "report_link",
        ["other_id"],
        sqlite_where=_UNSETTLED,
        postgresql_where=_UNSETTLED,
    )


def downgrade() -> None:
    op.drop_index("ix_report_link_unsettled", table_name="report_link")
    op.drop_column("report_link", "settled_at")
