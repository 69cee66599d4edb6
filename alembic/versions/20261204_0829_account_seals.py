"""What proves who somebody is enters the journal as salted digests, so that an edit by hand can be told from then on.

Rows are written as engine.journal.journal writes them, digests as engine.staff.account_seals; they must not change with
the program. Links that can still be used are recorded as made, loans of roles with unit and roles. Sessions end: nobody
recorded which sign-in opened them.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import secrets
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy import Connection

revision = "20261204_0829"
down_revision = "20261204_0820"
branch_labels = None
depends_on = None

person = sa.table(
    "person",
    *(sa.column(name) for name in ("id", "login", "name", "phone", "email", "password_hash", "password_changed_at")),
    sa.column("salt", sa.LargeBinary),
)
factor = sa.table(
    "sign_in_factor",
    *(sa.column(name) for name in ("id", "person_id", "kind", "digest")),
    sa.column("secret", sa.LargeBinary),
)
code = sa.table("recovery_code", *(sa.column(name) for name in ("person_id", "digest", "used_at")))
identity = sa.table("external_identity", *(sa.column(name) for name in ("person_id", "issuer", "subject", "posts")))
link = sa.table("account_link", *(sa.column(name) for name in ("id", "person_id", "kind", "handle", "used_at")))
absence = sa.table(
    "substitute",
    *(sa.column(name) for name in ("id", "person_id", "substitute_id", "unit_code", "roles", "declined_at")),
    *(sa.column(name, sa.DateTime(timezone=True)) for name in ("starts_at", "ends_at")),
)
entry = sa.table(
    "journal",
    *(sa.column(name) for name in ("chain", "seq", "actor", "origin", "act", "subject", "detail", "digest")),
    sa.column("at", sa.DateTime(timezone=True)),
)


def upgrade() -> None:
    op.add_column("person", sa.Column("salt", sa.LargeBinary(), nullable=True))
    connection = op.get_bind()
    for table in ("push_subscription", "web_session"):
        connection.execute(sa.text(f"DELETE FROM {table}"))  # noqa: S608 - Names of ours.
    people = connection.execute(sa.select(person.c.id).order_by(person.c.id)).scalars().all()
    for number in people:
        connection.execute(person.update().where(person.c.id == number).values(salt=secrets.token_bytes(16)))
    if people:
        codes = connection.execute(sa.select(code.c.digest).where(code.c.used_at.is_not(None))).scalars()
        facts = {"seals": dict(seals(connection)), "used": sorted(mark(digest) for digest in codes)}
        append_row(connection, "account.adopt_seals", "province:", facts)
    loans = [adopted(row) for row in connection.execute(sa.select(absence).where(absence.c.declined_at.is_(None)))]
    if loans:
        append_row(connection, "substitute.adopt", "province:", {"absences": sorted(loans)})
    for row in connection.execute(sa.select(link).where(link.c.used_at.is_(None)).order_by(link.c.id)).all():
        facts = {"link": row.kind, "mark": mark(row.handle)}
        append_row(connection, "account.make_link", f"person:{row.person_id}", facts)


def adopted(row: Any) -> list[Any]:
    """A loan of roles as it stands."""
    times = [as_utc(at).isoformat() for at in (row.ends_at, row.starts_at)]
    roles = [[row.unit_code, role] for role in row.roles.split()]
    return [row.id, f"person:{row.person_id}", f"person:{row.substitute_id}", *times, roles]


def as_utc(instant: datetime) -> datetime:
    """An instant as both databases keep it; SQLite's has no zone."""
    return instant.replace(tzinfo=UTC) if instant.tzinfo is None else instant.astimezone(UTC)


def seals(connection: Connection) -> Iterator[tuple[str, dict[str, str]]]:
    """The seals of each account as it stands."""
    for row in connection.execute(sa.select(person).order_by(person.c.id)).all():
        values: dict[str, Any] = {"names": [row.login, row.name, row.phone or ""], "email": row.email or ""}
        if row.password_hash is not None:
            values["password"] = [row.password_hash, row.password_changed_at is None]
        for one in connection.execute(sa.select(factor).where(factor.c.person_id == row.id)):
            values[f"factor:{one.id}"] = [one.kind, one.digest, hashlib.sha256(one.secret).hexdigest()]
        for one in connection.execute(sa.select(identity).where(identity.c.person_id == row.id)):
            values[f"identity:{one.issuer}"] = [one.subject, json.loads(one.posts)]
        codes = connection.execute(sa.select(code.c.digest).where(code.c.person_id == row.id)).scalars().all()
        if codes:
            values["codes"] = sorted(codes)
        yield f"person:{row.id}", {key: seal(row.salt, key, value) for key, value in values.items()}


def seal(salt: bytes, key: str, value: Any) -> str:
    """The salted digest of a value."""
    return hmac.digest(salt, json.dumps([key, value], ensure_ascii=False).encode(), "sha256").hex()[:32]


def mark(text: str) -> str:
    """The mark of a random handle or digest."""
    return hashlib.sha256(f"mark\0{text}".encode()).hexdigest()[:32]


def append_row(connection: Connection, act: str, subject: str, facts: dict[str, Any]) -> None:
    """Append an act to its chain, which begins with it in a database older than the journal."""
    chain = act.partition(".")[0]
    end = connection.execute(
        sa.text("SELECT head, length FROM journal_chain WHERE name = :name"), {"name": chain}
    ).first()
    head, seq = (bytes(end.head), end.length + 1) if end else (bytes(32), 1)
    detail = json.dumps(facts, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    at = datetime.now(UTC)
    acted = {"actor": "system", "origin": "migrate", "act": act, "subject": subject, "detail": detail}
    parts = [at.timestamp().hex(), chain, seq, *acted.values()]
    digest = hashlib.sha256(head + json.dumps(parts, ensure_ascii=False).encode()).digest()
    connection.execute(entry.insert(), {"chain": chain, "seq": seq, "at": at, **acted, "digest": digest})
    statement = (
        "UPDATE journal_chain SET head = :head, length = :length WHERE name = :name"
        if end
        else "INSERT INTO journal_chain (name, head, length) VALUES (:name, :head, :length)"
    )
    connection.execute(sa.text(statement), {"name": chain, "head": digest, "length": seq})


def downgrade() -> None:
    op.drop_column("person", "salt")
