"""Signals reach every case that waits for them: subscriptions of a kind, and thrown signals on their way."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

from engine.process.subscriptions import rows_of_states

revision = "20261202_0601"
down_revision = "20261201_0562"
branch_labels = None
depends_on = None

_ONE = "uq_subscription_instance_id_engine_id"
_MANY = "uq_subscription_instance_id_engine_id_kind_name"
_UNFINISHED = sa.text("done_at IS NULL")
_AT_WORK = sa.text(
    "SELECT DISTINCT deployment_id FROM process_definition"
    " WHERE id IN (SELECT definition_id FROM instance WHERE status = 'active')"
)
_FILES = sa.text("SELECT path, content FROM deployment_file WHERE deployment_id = :deployment")
_STATES = sa.text(
    "SELECT process_definition.key, instance.id, instance.state FROM instance"
    " JOIN process_definition ON process_definition.id = instance.definition_id"
    " WHERE instance.status = 'active' AND process_definition.deployment_id = :deployment"
)
_ADD_MISSING = sa.text(
    "INSERT INTO subscription (instance_id, engine_id, kind, name, correlations)"
    " VALUES (:instance_id, :engine_id, :kind, :name, :correlations) ON CONFLICT DO NOTHING"
)
# What earlier versions wrote no row for: signals, and all but the last of several messages.
_NOT_SUBSCRIBED = (b"signalEventDefinition", b"eventBasedGateway")


def upgrade() -> None:
    op.drop_index("ix_subscription_name", "subscription")
    # SQLite changes a constraint by copying the table, which then never gives an id a second time.
    copied = {"recreate": "always", "table_kwargs": {"sqlite_autoincrement": True}}
    with op.batch_alter_table("subscription", **(copied if op.get_bind().dialect.name == "sqlite" else {})) as batch_op:
        batch_op.add_column(sa.Column("kind", sa.String(length=10), server_default="message", nullable=False))
        batch_op.drop_constraint(_ONE, type_="unique")
        batch_op.create_unique_constraint(_MANY, ["instance_id", "engine_id", "kind", "name"])
    op.create_index("ix_subscription_awaited", "subscription", ["name", "kind", "instance_id"])
    op.create_table(
        "signal_broadcast",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("payload", sa.Text(), nullable=False),
        sa.Column("sender_id", sa.Integer(), nullable=True),
        sa.Column("thrown_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("thrown_by", sa.String(length=80), nullable=False),
        sa.Column("origin", sa.String(length=80), nullable=False),
        sa.Column("last_subscription", sa.Integer(), nullable=False),
        sa.Column("waiting", sa.Integer(), nullable=False),
        sa.Column("visited", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("delivered", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("failed", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["sender_id"], ["instance.id"], name=op.f("fk_signal_broadcast_sender_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_signal_broadcast")),
    )
    op.create_index(
        "ix_signal_broadcast_open",
        "signal_broadcast",
        ["id"],
        sqlite_where=_UNFINISHED,
        postgresql_where=_UNFINISHED,
    )
    _subscribe_waiting()


def _subscribe_waiting() -> None:
    """Let the cases that already wait get the signals that are thrown from now on."""
    connection = op.get_bind()
    for deployment in connection.execute(_AT_WORK).scalars().all():
        here: dict[str, Any] = {"deployment": deployment}
        files = {row.path: bytes(row.content) for row in connection.execute(_FILES, here)}
        if any(name in content for content in files.values() for name in _NOT_SUBSCRIBED):
            states = [(key, number, bytes(state)) for key, number, state in connection.execute(_STATES, here)]
            for row in rows_of_states(files, states):
                connection.execute(_ADD_MISSING, row)


def downgrade() -> None:
    op.drop_index("ix_signal_broadcast_open", "signal_broadcast")
    op.drop_table("signal_broadcast")
    op.drop_index("ix_subscription_awaited", "subscription")
    op.execute("DELETE FROM subscription WHERE kind = 'signal'")
    op.execute(
        "DELETE FROM subscription WHERE id NOT IN (SELECT max(id) FROM subscription GROUP BY instance_id, engine_id)"
    )
    copied = {"recreate": "always"}
    with op.batch_alter_table("subscription", **(copied if op.get_bind().dialect.name == "sqlite" else {})) as batch_op:
        batch_op.drop_constraint(_MANY, type_="unique")
        batch_op.drop_column("kind")
        batch_op.create_unique_constraint(_ONE, ["instance_id", "engine_id"])
    op.create_index("ix_subscription_name", "subscription", ["name"])
