"""Absences that were arranged before the journal kept them enter it, so that a loan without an act can be told.

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

revision = "20261203_0765"
down_revision = "20261203_0760"
branch_labels = None
depends_on = None

CHAIN = "substitute"
absence = sa.table(
    "substitute",
    *(sa.column(name) for name in ("id", "person_id", "substitute_id", "declined_at")),
    sa.column("ends_at", sa.DateTime(timezone=True)),
)
entry = sa.table(
    "journal",
    *(sa.column(name) for name in ("chain", "seq", "actor", "origin", "act", "subject", "detail", "digest")),
    sa.column("at", sa.DateTime(timezone=True)),
)


def upgrade() -> None:
    connection = op.get_bind()
    known = {
        json.loads(row.detail).get("absence")
        for row in connection.execute(sa.select(entry.c.detail).where(entry.c.act == "substitute.arrange"))
    }
    rows = connection.execute(sa.select(absence).where(absence.c.declined_at.is_(None)).order_by(absence.c.id)).all()
    adopted = [
        [row.id, f"person:{row.person_id}", f"person:{row.substitute_id}", as_utc(row.ends_at).isoformat()]
        for row in rows
        if str(row.id) not in known
    ]
    if adopted:
        append_row(connection, {"absences": adopted})


def as_utc(instant: datetime) -> datetime:
    """An instant as both databases keep it; SQLite's has no zone."""
    return instant.replace(tzinfo=UTC) if instant.tzinfo is None else instant.astimezone(UTC)


def append_row(connection: Connection, facts: dict[str, Any]) -> None:
    """Append the act to the chain of absences, which begins with it in a database older than the journal."""
    end = connection.execute(
        sa.text("SELECT head, length FROM journal_chain WHERE name = :name"), {"name": CHAIN}
    ).first()
    head, seq = (bytes(end.head), end.length + 1) if end else (bytes(32), 1)
    detail = json.dumps(facts, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    at = datetime.now(UTC)
    acted = {"actor": "system", "origin": "migrate", "act": "substitute.adopt", "subject": "province:"}
    acted["detail"] = detail
    parts = [at.timestamp().hex(), CHAIN, seq, *acted.values()]
    digest = hashlib.sha256(head + json.dumps(parts, ensure_ascii=False).encode()).digest()
    connection.execute(entry.insert(), {"chain": CHAIN, "seq": seq, "at": at, **acted, "digest": digest})
    statement = (
        "UPDATE journal_chain SET head = :head, length = :length WHERE name = :name"
        if end
        else "INSERT INTO journal_chain (name, head, length) VALUES (:name, :head, :length)"
    )
    connection.execute(sa.text(statement), {"name": CHAIN, "head": digest, "length": seq})


def downgrade() -> None:
    """What was recorded stays recorded."""
