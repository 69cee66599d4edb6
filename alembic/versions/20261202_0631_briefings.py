"""The office's reports to the People's Committee; templates say for which paper they are."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "20261202_0631"
down_revision = "20261202_0601"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "directive_template", sa.Column("paper", sa.String(length=10), server_default="directive", nullable=False)
    )
    op.create_table(
        "briefing",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("cadence", sa.String(length=10), nullable=False),
        sa.Column("first", sa.Date(), nullable=False),
        sa.Column("last", sa.Date(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("subject", "situation", "chase", "assessment")),
        *(
            sa.Column(name, sa.Text(), nullable=False)
            for name in ("proposals", "figures", "signer_title", "signer_name")
        ),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_by", sa.String(length=80), nullable=False),
        sa.Column("year", sa.Integer(), nullable=True),
        sa.Column("number", sa.Integer(), nullable=True),
        sa.Column("symbol", sa.String(length=20), nullable=True),
        sa.Column("issued_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("issued_by", sa.String(length=80), nullable=True),
        sa.Column("digest", sa.String(length=64), nullable=True),
        sa.Column("template_id", sa.Integer(), nullable=True),
        sa.Column("sent_to", sa.Text(), server_default="", nullable=False),
        sa.ForeignKeyConstraint(["template_id"], ["directive_template.id"], name=op.f("fk_briefing_template_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_briefing")),
        sa.UniqueConstraint("year", "number", name=op.f("uq_briefing_year_number")),
    )
    op.create_index(op.f("ix_briefing_state"), "briefing", ["state"])
    op.create_table(
        "briefing_number",
        sa.Column("year", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("year", name=op.f("pk_briefing_number")),
    )
    op.create_table(
        "briefing_plan",
        sa.Column("cadence", sa.String(length=10), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_by", sa.String(length=80), nullable=False),
        sa.PrimaryKeyConstraint("cadence", name=op.f("pk_briefing_plan")),
    )


def downgrade() -> None:
    op.drop_table("briefing_plan")
    op.drop_table("briefing_number")
    op.drop_index(op.f("ix_briefing_state"), "briefing")
    op.drop_table("briefing")
    op.drop_column("directive_template", "paper")
