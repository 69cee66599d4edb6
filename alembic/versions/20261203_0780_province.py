"""Which province a database is of. Those with cases or units were Đồng Nai's: no other could be set up."""

from __future__ import annotations

from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op

revision = "20261203_0780"
down_revision = "20261203_0765"
branch_labels = None
depends_on = None


def upgrade() -> None:
    province = op.create_table(
        "province",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("kind", sa.String(length=80), nullable=False),
        sa.Column("letters", sa.String(length=2), nullable=False),
        sa.Column("set_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_province")),
    )
    if op.get_bind().execute(sa.text("SELECT 1 FROM unit LIMIT 1")).first():
        row = {"id": 1, "name": "Đồng Nai", "kind": "province", "letters": "DN", "set_at": datetime.now(UTC)}
        op.bulk_insert(province, [row])


def downgrade() -> None:
    op.drop_table("province")
