"""The fields of reports that each deployment lists: of before, those of its form `receive`, or the list of then."""

from __future__ import annotations

import json
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "20261204_0820"
down_revision = "20261204_0800"
branch_labels = None
depends_on = None

FIELDS_OF_THEN = (
    ("health", "Y tế", "Health"),
    ("welfare", "An sinh xã hội", "Social welfare"),
    ("environment", "Môi trường", "Environment"),
    ("order", "An ninh, trật tự", "Public order"),
    ("infrastructure", "Hạ tầng, giao thông", "Infrastructure, traffic"),
    ("education", "Giáo dục", "Education"),
    ("administration", "Thủ tục hành chính", "Administrative procedures"),
    ("other", "Lĩnh vực khác", "Other"),
)


def upgrade() -> None:
    field = op.create_table(
        "deployment_field",
        sa.Column("deployment_id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=80), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("vietnamese", sa.Text(), nullable=False),
        sa.Column("english", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["deployment_id"], ["deployment.id"], name=op.f("fk_deployment_field_deployment_id")),
        sa.PrimaryKeyConstraint("deployment_id", "key", name=op.f("pk_deployment_field")),
    )
    connection = op.get_bind()
    forms = sa.text("SELECT content FROM deployment_file WHERE deployment_id = :id AND path = 'forms/receive.json'")
    for (deployment_id,) in connection.execute(sa.text("SELECT id FROM deployment")).all():
        listed = _choices_of(connection.execute(forms, {"id": deployment_id}).scalar()) or FIELDS_OF_THEN
        rows = [
            {"deployment_id": deployment_id, "key": key, "position": position, "vietnamese": vi, "english": en}
            for position, (key, vi, en) in enumerate(listed)
        ]
        op.bulk_insert(field, rows)


def _choices_of(content: Any) -> tuple[tuple[str, str, str], ...]:
    """The choices of the question for the field; none when there is no such form, or it cannot be read."""
    try:
        components = json.loads(bytes(content))["components"]
        values = next(part["values"] for part in components if part.get("key") == "field")
        listed = {str(one["value"]): (one["label"], one.get("label_en") or one["label"]) for one in values}
    except (ValueError, LookupError, TypeError, AttributeError, StopIteration):
        return ()
    return tuple((key, str(vi), str(en)) for key, (vi, en) in listed.items())


def downgrade() -> None:
    op.drop_table("deployment_field")
