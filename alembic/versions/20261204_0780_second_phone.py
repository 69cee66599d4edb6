"""A second telephone number of a report and a remark on its numbers."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "20261204_0780"
down_revision = "20261203_0782"
branch_labels = None
depends_on = None

_SECOND = sa.text("second_phone <> ''")


def upgrade() -> None:
    op.add_column("report", sa.Column("second_phone", sa.String(length=20), server_default="", nullable=False))
    op.add_column("report", sa.Column("phone_note", sa.Text(), server_default="", nullable=False))
    where = {"sqlite_where": _SECOND, "postgresql_where": _SECOND}
    op.create_index(op.f("ix_report_second_phone"), "report", ["second_phone"], **where)


def downgrade() -> None:
    op.drop_index(op.f("ix_report_second_phone"), "report")
    op.drop_column("report", "phone_note")
    op.drop_column("report", "second_phone")
