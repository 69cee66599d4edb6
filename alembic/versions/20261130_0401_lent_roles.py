"""An absence lends named roles of one unit; whoever stands in reads of it and may decline.

Absences that are stored lent every role in every unit, and nobody knows who arranged them. They go on in the units
where both people hold a role, for roles that may be lent; any other has to be arranged again. Open tasks that somebody
holds without a role in the unit, such as those claimed while standing in, go back to the queues.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "20261130_0401"
down_revision = "20261130_0400"
branch_labels = None
depends_on = None

NEVER_LENT = ("administrator", "analyst", "leadership")
LENDABLE_ROLES = sa.text("""
    SELECT s.id, s.person_id, s.substitute_id, s.starts_at, s.ends_at, own.unit_code, own.role
    FROM substitute s
    JOIN role_assignment own ON own.person_id = s.person_id AND own.role NOT IN :never
    WHERE EXISTS (SELECT 1 FROM role_assignment o WHERE o.person_id = s.substitute_id AND o.unit_code = own.unit_code)
    ORDER BY s.id, own.unit_code, own.role
""").bindparams(sa.bindparam("never", NEVER_LENT, expanding=True))
RELEASE_TASKS = sa.text("""
    UPDATE task SET assignee_id = NULL, owner_id = NULL, version = version + 1
    WHERE state = 'open' AND assignee_id IS NOT NULL AND NOT EXISTS (
        SELECT 1 FROM role_assignment r
        WHERE r.person_id = task.assignee_id AND r.unit_code = task.unit_code
        AND (r.role IN (task.role, 'unit_head') OR (task.role = 'citizen' AND r.role = 'operator')))
""")
SUBSTITUTE = sa.table(
    "substitute",
    *(sa.column(name) for name in ("person_id", "substitute_id", "unit_code", "roles", "starts_at", "ends_at")),
    sa.column("arranged_by"),
)


def upgrade() -> None:
    connection = op.get_bind()
    loans = loans_by_unit(connection.execute(LENDABLE_ROLES))
    connection.execute(sa.text("DELETE FROM substitute"))
    with op.batch_alter_table("substitute") as batch_op:
        batch_op.add_column(sa.Column("unit_code", sa.String(length=80), nullable=False))
        batch_op.add_column(sa.Column("roles", sa.Text(), nullable=False))
        batch_op.add_column(sa.Column("arranged_by", sa.String(length=80), nullable=False))
        batch_op.add_column(sa.Column("seen_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("declined_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("ended_by", sa.String(length=80), nullable=True))
        batch_op.create_foreign_key(op.f("fk_substitute_unit_code"), "unit", ["unit_code"], ["code"])
    if loans:
        connection.execute(sa.insert(SUBSTITUTE), loans)
    connection.execute(RELEASE_TASKS)


def loans_by_unit(rows: Any) -> list[dict[str, Any]]:
    """One absence for each unit of each stored one, with the roles that go on being lent there."""
    loans: dict[tuple[int, str], dict[str, Any]] = {}
    for row in rows:
        loan = loans.setdefault(
            (row.id, row.unit_code),
            {
                "person_id": row.person_id,
                "substitute_id": row.substitute_id,
                "unit_code": row.unit_code,
                "roles": "",
                "starts_at": row.starts_at,
                "ends_at": row.ends_at,
                "arranged_by": "system",
            },
        )
        loan["roles"] = f"{loan['roles']} {row.role}".strip()
    return list(loans.values())


def downgrade() -> None:
    with op.batch_alter_table("substitute") as batch_op:
        batch_op.drop_constraint(op.f("fk_substitute_unit_code"), type_="foreignkey")
        for name in ("unit_code", "roles", "arranged_by", "seen_at", "declined_at", "ended_by"):
            batch_op.drop_column(name)
