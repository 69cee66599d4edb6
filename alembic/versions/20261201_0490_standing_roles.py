"""Roles that people already hold enter the journal, so that a role without an act can be told from then on.

The row is written as engine.journal.journal writes one; digests must not change with the program.
"""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy import Connection

revision = "20261201_0490"
down_revision = "20261130_0407"
branch_labels = None
depends_on = None

CHAIN = "account"
ROLES = "SELECT unit_code, role, person_id FROM role_assignment ORDER BY person_id, unit_code, role"
CLOSED = "SELECT id FROM person WHERE NOT active ORDER BY id"

entry = sa.table(
    "journal",
    *(sa.column(name) for name in ("chain", "seq", "actor", "origin", "act", "subject", "detail", "digest")),
    sa.column("at", sa.DateTime(timezone=True)),
)


def upgrade() -> None:
    connection = op.get_bind()
    posts = [[row.unit_code, row.role, f"person:{row.person_id}"] for row in connection.execute(sa.text(ROLES))]
    if posts:
        closed = [f"person:{row.id}" for row in connection.execute(sa.text(CLOSED))]
        append_row(connection, {"posts": posts, "closed": closed})


def append_row(connection: Connection, facts: dict[str, Any]) -> None:
    """Append the act to the chain of accounts, which begins with it in a database older than the journal."""
    end = connection.execute(
        sa.text("SELECT head, length FROM journal_chain WHERE name = :name"), {"name": CHAIN}
    ).first()
    head, seq = (bytes(end.head), end.length + 1) if end else (bytes(32), 1)
    detail = json.dumps(facts, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    at = datetime.now(UTC)
    acted = {"actor": "system", "origin": "migrate", "act": "account.adopt", "subject": "province:", "detail": detail}
    parts = [at.timestamp().hex(), CHAIN, seq, *acted.values()]
    digest = hashlib.sha256(head + json.dumps(parts, ensure_ascii=False).encode()).digest()
    connection.execute(entry.insert(), {"chain": CHAIN, "seq": seq, "at": at, **acted, "digest": digest})
    store_end(connection, {"name": CHAIN, "head": digest, "length": seq}, begun=end is not None)


def store_end(connection: Connection, end: dict[str, Any], *, begun: bool) -> None:
    """Move the end of the chain to the new row."""
    statement = (
        "UPDATE journal_chain SET head = :head, length = :length WHERE name = :name"
        if begun
        else "INSERT INTO journal_chain (name, head, length) VALUES (:name, :head, :length)"
    )
    connection.execute(sa.text(statement), end)


def downgrade() -> None:
    """What was recorded stays recorded."""
