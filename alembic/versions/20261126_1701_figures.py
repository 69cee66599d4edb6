"""What the monitor's figures are counted from, and their sums; marks keep the deadline that held.

Spells of cases that are here already are counted by the worker, or by `tongdai figures rebuild`.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "20261126_1701"
down_revision = "20261126_1134"
branch_labels = None
depends_on = None

OPEN = sa.text("ended_at IS NULL")
MOVED = sa.text("transferred_on IS NOT NULL")
INDEXES = (
    ("ix_spell_open", ["unit", "field", "due_at"], OPEN),
    ("ix_spell_open_due", ["due_at", "id"], OPEN),
    ("ix_spell_open_began", ["began_at", "id"], OPEN),
    ("ix_spell_late", ["ended_on", "began_on", "due_at", "unit", "field"], sa.text("ended_at > due_at")),
    ("ix_spell_transferred", ["transferred_on", "unit", "field"], MOVED),
    ("ix_spell_opinion", ["opinion_on", "unit", "field", "opinion"], sa.text("opinion_on IS NOT NULL")),
    ("ix_spell_began", ["began_on", "unit", "field", "began_by", "began_hour"], None),
    ("ix_spell_ended", ["ended_on", "unit", "field", "ended_by"], None),
    ("ix_spell_instance_id", ["instance_id"], None),
    ("ix_spell_report_id", ["report_id"], None),
)
MEASURES = (
    "received",
    "reopened",
    "on_time",
    "late",
    "false_report",
    "otherwise",
    "transferred",
    "satisfied",
    "dissatisfied",
)
UNTAKEN = sa.text("state = 'open' AND assignee_id IS NULL AND role != 'citizen'")


def upgrade() -> None:
    op.add_column("mark", sa.Column("due_at", sa.DateTime(timezone=True), nullable=True))
    op.create_index(
        "ix_task_untaken",
        "task",
        ["unit_code", "opened_at", "instance_id"],
        sqlite_where=UNTAKEN,
        postgresql_where=UNTAKEN,
    )
    op.create_table(
        "spell",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("instance_id", sa.Integer(), nullable=False),
        sa.Column("report_id", sa.Integer(), nullable=False),
        sa.Column("unit", sa.String(length=80), nullable=False),
        sa.Column("field", sa.String(length=80), nullable=False),
        sa.Column("began_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("began_on", sa.Date(), nullable=False),
        sa.Column("began_hour", sa.Integer(), nullable=False),
        sa.Column("began_by", sa.String(length=10), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("ended_by", sa.String(length=12), nullable=True),
        sa.Column("transferred_on", sa.Date(), nullable=True),
        sa.Column("opinion", sa.String(length=12), nullable=True),
        sa.Column("opinion_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["instance_id"], ["instance.id"], name=op.f("fk_spell_instance_id")),
        sa.ForeignKeyConstraint(["report_id"], ["report.id"], name=op.f("fk_spell_report_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_spell")),
    )
    for name, columns, where in INDEXES:
        op.create_index(name, "spell", columns, sqlite_where=where, postgresql_where=where)
    op.create_table(
        "figure",
        sa.Column("scale", sa.String(length=5), nullable=False),
        sa.Column("first", sa.Date(), nullable=False),
        sa.Column("unit", sa.String(length=80), nullable=False),
        sa.Column("field", sa.String(length=80), nullable=False),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in MEASURES),
        sa.PrimaryKeyConstraint("scale", "first", "unit", "field", name=op.f("pk_figure")),
    )
    op.create_table(
        "figure_fold",
        sa.Column("scale", sa.String(length=5), nullable=False),
        sa.Column("first", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("scale", "first", name=op.f("pk_figure_fold")),
    )
    op.create_table(
        "figure_check",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("cases", sa.Integer(), nullable=False),
        sa.Column("cases_wrong", sa.Integer(), nullable=False),
        sa.Column("sums_wrong", sa.Integer(), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_figure_check")),
    )
    # Cases that are here already have to be counted.
    op.execute(
        "INSERT INTO figure_fold (scale, first) SELECT 'none', '1970-01-01' "
        "WHERE EXISTS (SELECT 1 FROM instance WHERE report_id IS NOT NULL)"
    )


def downgrade() -> None:
    op.drop_table("figure_check")
    op.drop_table("figure_fold")
    op.drop_table("figure")
    op.drop_table("spell")
    op.drop_index("ix_task_untaken", "task")
    with op.batch_alter_table("mark") as batch_op:
        batch_op.drop_column("due_at")
