"""How people prove who they are beside their password, and other systems: factors, codes, links, keys."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, Boolean, ForeignKey, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from engine.store.columns import Base, Instant, Key


class SignInFactor(Base):
    """A factor that a person holds: an authenticator ("totp") or a passkey.

    `secret` is the authenticator's shared secret, encrypted with a key outside the database, or the passkey's public
    key. `counter` is the last time step or signature count that was used, so that nothing counts twice.
    """

    __tablename__ = "sign_in_factor"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    kind: Mapped[str] = mapped_column(String(12))
    name: Mapped[str] = mapped_column(Key)
    secret: Mapped[bytes]
    digest: Mapped[str] = mapped_column(String(64), unique=True)  # Of the shared secret or the passkey's id.
    counter: Mapped[int] = mapped_column(BigInteger)
    created_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class RecoveryCode(Base):
    """A code that stands in for a lost factor, once; only its digest is kept."""

    __tablename__ = "recovery_code"

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    used_at: Mapped[datetime | None]


class AccountLink(Base):
    """A link with which the owner of an account sets a password, once, until it expires.

    Its token is the handle and a signature that only the server's key makes: the table opens nothing.
    """

    __tablename__ = "account_link"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    kind: Mapped[str] = mapped_column(String(12))
    handle: Mapped[str] = mapped_column(String(40), unique=True)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime] = mapped_column(Instant, index=True)
    made_by: Mapped[str] = mapped_column(Key)
    used_at: Mapped[datetime | None]


class ExternalIdentity(Base):
    """A person as an identity provider of the province knows them; `posts` are the roles from there, as JSON."""

    __tablename__ = "external_identity"
    __table_args__ = (UniqueConstraint("person_id", "issuer"),)

    issuer: Mapped[str] = mapped_column(String(255), primary_key=True)
    subject: Mapped[str] = mapped_column(String(255), primary_key=True)  # At most 255 signs (OpenID Connect Core, 2).
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    joined_at: Mapped[datetime]
    posts: Mapped[str] = mapped_column(Text)


class ApiKey(Base):
    """A key with which another system calls the program; only its digest is kept, so the table opens nothing.

    `door` is what it opens; `person_id` is the account in whose name it acts, None where it acts for citizens;
    `sends_events` whether it may send messages and signals to cases.
    """

    __tablename__ = "api_key"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(Key)
    digest: Mapped[str] = mapped_column(String(64), unique=True)
    door: Mapped[str] = mapped_column(String(12))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    per_minute: Mapped[int]
    sends_events: Mapped[bool] = mapped_column(Boolean, server_default=text("false"))
    made_at: Mapped[datetime]
    made_by: Mapped[str] = mapped_column(Key)
    used_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]
