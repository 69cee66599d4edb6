"""Who saw personal data, requests of data subjects, data holds, sweeps over all cases; history by time.

An incident may be about no case: one that is gone, or a torn anchor.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "20261126_1704"
down_revision = "20261126_1703"
branch_labels = None
depends_on = None

OF_PEOPLE = sa.text("actor != 'system'")
OPEN = sa.text("closed_at IS NULL")


def upgrade() -> None:
    looks()
    requests()
    op.create_index("ix_history_at", "history", ["at", "instance_id", "seq"])
    of_people = ["actor", "at", "instance_id", "seq"]
    op.create_index("ix_history_actor", "history", of_people, sqlite_where=OF_PEOPLE, postgresql_where=OF_PEOPLE)
    with op.batch_alter_table("incident") as batch_op:
        batch_op.alter_column("instance_id", existing_type=sa.Integer(), nullable=True)


def looks() -> None:
    """Who saw what, and the walks over all cases."""
    op.create_table(
        "look",
        sa.Column("report_id", sa.Integer(), nullable=False),
        sa.Column("viewer", sa.String(length=80), nullable=False),
        sa.Column("purpose", sa.String(length=12), nullable=False),
        sa.Column("period", sa.DateTime(timezone=True), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("origin", sa.String(length=80), nullable=False),
        sa.ForeignKeyConstraint(["report_id"], ["report.id"], name=op.f("fk_look_report_id")),
        sa.PrimaryKeyConstraint("report_id", "viewer", "purpose", "period", name=op.f("pk_look")),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_look_viewer", "look", ["viewer", "at"])
    op.create_table(
        "sweep",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("by", sa.String(length=80), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("after", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("looked_at", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("found", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("first", sa.Text(), server_default="", nullable=False),
        sa.Column("beside", sa.Text(), server_default="", nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sweep")),
    )
    op.create_index("ix_sweep_kind", "sweep", ["kind", "started_at"])


def requests() -> None:
    """What data subjects asked, and what must not be erased."""
    op.create_table(
        "data_hold",
        sa.Column("report_id", sa.Integer(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.String(length=80), nullable=False),
        sa.ForeignKeyConstraint(["report_id"], ["report.id"], name=op.f("fk_data_hold_report_id")),
        sa.PrimaryKeyConstraint("report_id", name=op.f("pk_data_hold")),
    )
    op.create_table(
        "data_request",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("phone", sa.String(length=20), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("identity", sa.Text(), nullable=False),
        sa.Column("reports", sa.Text(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("received_by", sa.String(length=80), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_by", sa.String(length=80), nullable=True),
        sa.Column("outcome", sa.String(length=12), server_default="", nullable=False),
        sa.Column("answer", sa.Text(), server_default="", nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_data_request")),
    )
    op.create_index("ix_data_request_open", "data_request", ["due_at"], sqlite_where=OPEN, postgresql_where=OPEN)
    op.create_index("ix_data_request_closed", "data_request", ["closed_at"])


def downgrade() -> None:
    # What is about no case cannot stay.
    op.execute("DELETE FROM incident WHERE instance_id IS NULL")
    with op.batch_alter_table("incident") as batch_op:
        batch_op.alter_column("instance_id", existing_type=sa.Integer(), nullable=False)
    op.drop_index("ix_history_actor", "history")
    op.drop_index("ix_history_at", "history")
    for name in ("ix_data_request_closed", "ix_data_request_open"):
        op.drop_index(name, "data_request")
    op.drop_table("data_request")
    op.drop_table("data_hold")
    op.drop_index("ix_sweep_kind", "sweep")
    op.drop_table("sweep")
    op.drop_index("ix_look_viewer", "look")
    op.drop_table("look")
